"""What is filled in to be admitted, to admit, and to settle conditions."""

from flask_wtf.file import FileField
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than its stubs
    DateField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)

from app.core.i18n import lazy_gettext as _l
from app.exchanges.forms.visits import ForHostForm
from app.web.fields import TranslatedField
from app.web.forms import Form, at_most, needed, optional, required

CONDITIONS = 3
"""Conditions that one form offers; the service takes more."""


class PapersForm(Form):
    """What the host needs to know of the applicant."""

    passport_name = StringField(
        _l("Name as in the passport"),
        [required(), at_most(200)],
        description=_l("Letters for a visa print exactly this."),
    )
    born_on = DateField(_l("Date of birth"), [required()])
    citizenship = SelectField(_l("Citizenship"), [required()])
    address = TextAreaField(_l("Home address"), [at_most(500)])
    message = TextAreaField(_l("Message to the host"), [at_most(2000)])


class PaperForm(Form):
    """One file for the host."""

    title = StringField(_l("What this file is"), [required(), at_most(200)])
    file = FileField(_l("File"), [needed()], description=_l("PDF, PNG or JPEG, at most 10 MB."))


class AdmitForm(ForHostForm):
    """The host's decision; conditions count when it is conditional."""

    decision = RadioField(
        _l("Your decision"),
        [required()],
        choices=[
            SelectChoice("accept", _l("Admit")),
            SelectChoice("accept_conditionally", _l("Admit under conditions")),
            SelectChoice("refuse", _l("Do not admit")),
        ],
    )
    comment = TextAreaField(
        _l("Comment"), [at_most(2000)], description=_l("Needed when you do not admit.")
    )
    text_1 = TranslatedField(_l("First condition"), max_length=1000)
    due_1 = DateField(_l("To be met until"), [optional()])
    text_2 = TranslatedField(_l("Second condition"), max_length=1000)
    due_2 = DateField(_l("To be met until"), [optional()])
    text_3 = TranslatedField(_l("Third condition"), max_length=1000)
    due_3 = DateField(_l("To be met until"), [optional()])


class EvidenceForm(Form):
    """A file that shows that a condition is met."""

    file = FileField(_l("File"), [needed()], description=_l("PDF, PNG or JPEG, at most 10 MB."))


class SettleForm(ForHostForm):
    """What the host says about a condition."""

    decision = RadioField(
        _l("This condition"),
        [required()],
        choices=[
            SelectChoice("meet", _l("is met")),
            SelectChoice("waive", _l("is waived")),
        ],
    )
    note = TextAreaField(
        _l("Note"), [at_most(2000)], description=_l("Needed when the condition is waived.")
    )
