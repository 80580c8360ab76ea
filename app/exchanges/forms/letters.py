"""What is filled in to issue and to withdraw letters."""

from collections.abc import Sequence
from typing import Self

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

    @classmethod
    def in_languages(cls, codes: Sequence[str]) -> Self:
        """Return the form with one or two languages to begin with."""
        return cls(data=dict(zip(("first_language", "second_language"), codes, strict=False)))


class LetterForm(LanguagesForm):
    """What letter, in which languages."""

    kind = SelectField(
        _l("Letter"), choices=[SelectChoice(kind.value, LETTER_LABELS[kind]) for kind in BY_HAND]
    )


class ManyLettersForm(LetterForm):
    """What letter for several stays: in the languages of each one's sides unless one chooses."""

    first_language = SelectField(
        _l("Language"),
        choices=[SelectChoice("", _l("Those of both sides")), *_LANGUAGES],
        default="",
    )

    def chosen(self) -> list[str]:
        """Return the languages that were chosen; none when it is those of both sides."""
        return super().chosen() if self.first_language.data else []


class WithdrawForm(Form):
    """Why a letter loses its force."""

    reason = TextAreaField(
        _l("Reason"),
        [required(), at_most(1000)],
        description=_l("The office and the holder read it; strangers only learn that it is so."),
    )
