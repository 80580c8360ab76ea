"""What people send about places."""

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)

from app.core.i18n import lazy_gettext as _
from app.web.forms import Form, at_most, between, optional, required


class EnrolForm(Form):
    """Asks for a place; the key and the message are shown where the run wants them."""

    key = PasswordField(_("Enrolment key"), [optional(), at_most(100)])
    message = TextAreaField(_("Why you would like to join"), [optional(), at_most(1000)])
    agreed = BooleanField(
        _("I have read the dates, and I give the place up in time if I cannot come."), [required()]
    )


class AnswerForm(Form):
    """Answers an offer or confirms an act; there is nothing to fill in."""


class ReasonForm(Form):
    """Says why; the person concerned reads it."""

    reason = TextAreaField(_("Reason"), [required(), at_most(1000)])


class PriorityForm(Form):
    """Lets somebody go first in the queue."""

    priority = IntegerField(
        _("Priority"),
        [required(), between(0, 9)],
        description=_(
            "From 0 to 9. A higher one goes first; among equals the lower queue number does."
        ),
    )
    reason = TextAreaField(
        _("Reason"), [required(), at_most(1000)], description=_("It is kept in the audit trail.")
    )


class MessageForm(Form):
    """Writes to people of a run."""

    subject = StringField(_("Subject"), [required(), at_most(150)])
    words = TextAreaField(_("Message"), [required(), at_most(5000)])


class TransferForm(ReasonForm):
    """Moves a person to another run."""

    run_id = SelectField(_("Run to move to"), [required()])


class LetInForm(Form):
    """Gives a place also to somebody who has not completed what must come before."""

    reason = TextAreaField(
        _("Reason, if courses to have completed before are missing"), [optional(), at_most(1000)]
    )


class AddPersonForm(LetInForm):
    """Gives a place to somebody by their address."""

    email = StringField(_("E-mail address"), [required(), at_most(254)])


class InvitationsForm(Form):
    """Invites addresses to a run that is by invitation."""

    emails = TextAreaField(_("E-mail addresses, one a line"), [required(), at_most(20_000)])


class ImportForm(Form):
    """Uploads a list of people."""

    file = FileField(_("CSV or Excel file"), [FileRequired(_("Choose a file."))])


class ApplyForm(LetInForm):
    """Enrols the people of a list that was looked at."""

    leave_out = BooleanField(_("Leave out the rows with errors"))
