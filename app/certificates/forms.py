"""The shape of what is sent about designs, names, certificates and checks."""

from collections.abc import Iterable
from typing import Any

from flask_wtf.file import FileField
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than its stubs
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)

from app.accounts.states import NameOrder
from app.certificates.services.designs import LONGEST
from app.core.i18n import LOCALES
from app.core.i18n import lazy_gettext as _l
from app.web.fields import TranslatedField
from app.web.forms import Form, at_most, between, optional, required

_LANGUAGES = [SelectChoice(code, name) for code, name in LOCALES.items()]
_ORDERS = [
    SelectChoice(NameOrder.GIVEN_FIRST.value, _l("Given name first")),
    SelectChoice(NameOrder.FAMILY_FIRST.value, _l("Family name first")),
]


class NewDesignForm(Form):
    """Begin a design."""

    institution_id = SelectField(_l("Institution"))
    name = StringField(_l("Name of the design"), [required(), at_most(120)])
    first_language = SelectField(_l("Language"), choices=_LANGUAGES, default="en")
    second_language = SelectField(
        _l("Second language beside it"),
        choices=[SelectChoice("", _l("None")), *_LANGUAGES],
        default="",
    )


class DesignForm(Form):
    """Change a design."""

    expected = HiddenField()
    name = StringField(_l("Name of the design"), [required(), at_most(120)])
    first_language = SelectField(_l("Language"), choices=_LANGUAGES)
    second_language = SelectField(
        _l("Second language beside it"), choices=[SelectChoice("", _l("None")), *_LANGUAGES]
    )
    title = TranslatedField(_l("Title"), max_length=LONGEST["title"])
    lead = TranslatedField(_l("Words before the name"), max_length=LONGEST["lead"])
    body = TranslatedField(
        _l("Words after the name"),
        multiline=True,
        max_length=LONGEST["body"],
        description=_l("One line a line. A line with a fact that is not known is left out."),
    )
    name_1 = TranslatedField(_l("First signatory"), max_length=120)
    role_1 = TranslatedField(_l("Role of the first signatory"), max_length=120)
    signature_1 = FileField(_l("Signature of the first signatory"))
    no_signature_1 = BooleanField(_l("Print no signature of the first signatory"))
    name_2 = TranslatedField(_l("Second signatory"), max_length=120)
    role_2 = TranslatedField(_l("Role of the second signatory"), max_length=120)
    signature_2 = FileField(_l("Signature of the second signatory"))
    no_signature_2 = BooleanField(_l("Print no signature of the second signatory"))
    name_3 = TranslatedField(_l("Third signatory"), max_length=120)
    role_3 = TranslatedField(_l("Role of the third signatory"), max_length=120)
    signature_3 = FileField(_l("Signature of the third signatory"))
    no_signature_3 = BooleanField(_l("Print no signature of the third signatory"))
    logo = FileField(_l("Logo"), description=_l("PNG or JPEG, at most 2 MB."))
    no_logo = BooleanField(_l("Print our emblem in place of a logo"))
    accent = StringField(_l("Main colour"), [required(), at_most(7)])
    second = StringField(_l("Second colour"), [required(), at_most(7)])
    pattern = StringField(
        _l("Pattern"),
        [required(), at_most(60)],
        description=_l("Any word: it decides how the fine lines of the border run."),
    )
    valid_years = IntegerField(_l("Valid for how many years"), [optional(), between(1, 50)])


class NamesForm(Form):
    """The names that will be printed, one a script."""

    latin_given = StringField(_l("Given name in Latin letters"), [required(), at_most(120)])
    latin_family = StringField(_l("Family name in Latin letters"), [at_most(120)])
    latin_order = SelectField(_l("Order"), choices=_ORDERS)
    cyrillic_given = StringField(_l("Given name in Cyrillic letters"), [at_most(120)])
    cyrillic_family = StringField(_l("Family name in Cyrillic letters"), [at_most(120)])
    cyrillic_order = SelectField(_l("Order"), choices=_ORDERS)
    han_given = StringField(_l("Given name in Chinese characters"), [at_most(120)])
    han_family = StringField(_l("Family name in Chinese characters"), [at_most(120)])
    han_order = SelectField(_l("Order"), choices=_ORDERS, default=NameOrder.FAMILY_FIRST)
    is_right = BooleanField(
        _l("I have looked at every letter: print my name exactly like this."), [required()]
    )


class IssueForm(Form):
    """By which design certificates are issued; the people are ticked in the list."""

    design = SelectField(_l("Design"))
    kind = SelectField(_l("What is certified"))


class PromiseForm(Form):
    """What those who complete a run get without being asked."""

    design_id = SelectField(_l("Whoever completes the run gets"))


class WithdrawForm(Form):
    """Why a certificate is suspended, revoked or replaced."""

    category = RadioField(_l("Reason that everyone may read"), [required()])
    reason = TextAreaField(
        _l("Explanation for the register"),
        [required(), at_most(1000)],
        description=_l("Only people who keep the register read this."),
    )


class ReasonForm(Form):
    """Why a certificate is in force again."""

    reason = TextAreaField(
        _l("Explanation for the register"),
        [required(), at_most(1000)],
        description=_l("Only people who keep the register read this."),
    )


def choices_of(known: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Return what a field offers, from values and words."""
    return [SelectChoice(value, words) for value, words in known]


class VerifyForm(Form):
    """What a stranger has of a certificate: its code, its number and name, or the file."""

    code = StringField(_l("Code"), [at_most(80)])
    number = StringField(_l("Number"), [at_most(80)])
    name = StringField(_l("Name as printed"), [at_most(300)])
    file = FileField(_l("PDF file"))
    sha256 = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in (self.code, self.number, self.name, self.file):
            field.flags.required = True  # each stands in a form of its own
