"""What is filled in to nominate, to change a proposal and to answer one."""

from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than its stubs
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)

from app.core.i18n import LOCALES
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.exchanges.forms.addresses import an_address
from app.exchanges.rules.isced import is_detailed
from app.exchanges.states.calls import AcademicTerm
from app.exchanges.words.mobilities import TERM_LABELS
from app.web.forms import Form, at_most, between, optional, required

_TERMS = [SelectChoice(term.value, TERM_LABELS[term]) for term in AcademicTerm]
_LANGUAGES = [SelectChoice(code, name) for code, name in LOCALES.items()]


class PlanForm(Form):
    """What is proposed to the host."""

    planned_from = DateField(_l("First day"), [required()])
    planned_until = DateField(_l("Last day"), [required()])
    term = SelectField(_l("Term"), choices=_TERMS)
    isced = StringField(
        _l("Field of study (ISCED-F)"),
        [at_most(4)],
        description=_l("Four digits, such as 0912 for medicine."),
    )
    eqf_level = IntegerField(_l("Level (EQF)"), [optional(), between(1, 8)])
    comment = TextAreaField(_l("Comment for the host"), [at_most(1000)])
    confirmed = TextAreaField(
        _l("What you made sure of yourself"),
        [optional(), at_most(1000)],
        description=_l(
            "Needed where the agreement asks for something that the application does not say."
        ),
    )

    def validate_isced(self, asked: Field) -> None:
        """Refuse what is no field of ISCED-F: the host decides by it, and numbers count by it."""
        if asked.data and not is_detailed(asked.data):
            raise ValidationError(_("Use four-digit codes of ISCED-F 2013, such as 0912."))


class NominateForm(PlanForm):
    """What is proposed to the host, and who coordinates the stay at home."""

    coordinator = SelectField(_l("Coordinator at home"))


class PersonalForm(Form):
    """Names and contacts; a change of these is no new proposal."""

    name = StringField(_l("Name"), [required(), at_most(250)])
    email = StringField(_l("E-mail address"), [required(), at_most(254), an_address])
    phone = StringField(_l("Telephone"), [at_most(40)])


class AnswerForm(Form):
    """The host's answer; `seen` names the proposal it is about."""

    seen = HiddenField()
    decision = RadioField(
        _l("Your answer"),
        [required()],
        choices=[
            SelectChoice("approve", _l("Approve")),
            SelectChoice("reject", _l("Reject")),
        ],
    )
    comment = TextAreaField(
        _l("Comment"),
        [required(), at_most(2000)],
        description=_l("The home office and the applicant read it."),
    )


class OfficeAnswerForm(AnswerForm):
    """The answer of a host with accounts, which names its coordinator too."""

    coordinator = SelectField(_l("Coordinator at the host"))


class GuestLinkForm(Form):
    """Whom at the host to send a link."""

    name = StringField(_l("Name"), [required(), at_most(200)])
    email = StringField(_l("E-mail address"), [required(), at_most(254), an_address])
    locale = SelectField(_l("Language"), choices=_LANGUAGES, default="en")
    days = IntegerField(_l("Days until the link expires"), [required(), between(1, 90)], default=30)


class ReasonForm(Form):
    """Why something is taken back."""

    reason = TextAreaField(_l("Reason"), [required(), at_most(2000)])


class CoordinatorForm(Form):
    """Who coordinates a stay on one side."""

    coordinator = SelectField(_l("Coordinator"))
