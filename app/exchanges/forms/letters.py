"""What is filled in to issue and to withdraw letters."""

from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than its stubs
    SelectChoice,
    SelectField,
    TextAreaField,
)

from app.core.i18n import LOCALES
from app.core.i18n import lazy_gettext as _l
from app.exchanges.states.letters import LetterKind
from app.exchanges.words.letters import LETTER_LABELS
from app.web.forms import Form, at_most, required

BY_HAND = (
    LetterKind.INVITATION,
    LetterKind.ACCEPTANCE,
    LetterKind.VISA_SUPPORT,
    LetterKind.CONFIRMATION_OF_STAY,
)
"""Letters that an office issues from the page of a stay; others follow from recognition."""

_LANGUAGES = [SelectChoice(code, name) for code, name in LOCALES.items()]


class LanguagesForm(Form):
    """In which languages a letter is printed."""

    first_language = SelectField(_l("Language"), choices=_LANGUAGES, default="en")
    second_language = SelectField(
        _l("Second language beside it"),
        choices=[SelectChoice("", _l("None")), *_LANGUAGES],
        default="",
    )

    def chosen(self) -> list[str]:
        """Return the languages, each once."""
        both = (self.first_language.data, self.second_language.data)
        return list(dict.fromkeys(code for code in both if code))


class LetterForm(LanguagesForm):
    """What letter, in which languages."""

    kind = SelectField(
        _l("Letter"), choices=[SelectChoice(kind.value, LETTER_LABELS[kind]) for kind in BY_HAND]
    )


class WithdrawForm(Form):
    """Why a letter loses its force."""

    reason = TextAreaField(
        _l("Reason"),
        [required(), at_most(1000)],
        description=_l("The office and the holder read it; strangers only learn that it is so."),
    )
