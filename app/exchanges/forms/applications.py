"""What applicants and their offices send about applications."""

from collections.abc import Sequence
from uuid import UUID

from wtforms import (
    DateField,
    DateTimeLocalField,
    FileField,
    HiddenField,
    RadioField,
    SelectField,
    TextAreaField,
)

from app.core.i18n import lazy_gettext as _
from app.courses.forms.choices import option
from app.exchanges.forms.steps import language_choices
from app.web.forms import Form, at_most, needed, optional, required


class StartForm(Form):
    """Begins an application; there is nothing to fill in."""


class DocumentForm(Form):
    """Hands in one document."""

    file = FileField(_("File"), [needed()])
    language = SelectField(_("Language of the document"), [optional()], validate_choice=False)
    issued_on = DateField(_("Issued on"), [optional()])
    valid_until = DateField(_("Valid until"), [optional()])
    translation_of = SelectField(_("Translation of"), [optional()], validate_choice=False)

    def offer(self, originals: Sequence[tuple[UUID, str]], *, needs_expiry: bool) -> None:
        """Offer the languages and the documents that this could translate; say what is needed."""
        self.valid_until.flags.needed = needs_expiry
        self.language.choices = language_choices()
        if not originals:
            del self.translation_of
            return
        first = [option("", str(_("This is an original")))]
        self.translation_of.choices = first + [option(str(key), name) for key, name in originals]


class WithdrawForm(Form):
    """Takes an application back; the reason is for the office and may be left out."""

    reason = TextAreaField(_("Reason"), [optional(), at_most(2000)])


class ReturnForm(Form):
    """Gives an application back to its applicant."""

    reason = TextAreaField(_("What is to be changed"), [required(), at_most(2000)])
    due_at = DateTimeLocalField(_("Send again by"), [required()])


class RefuseForm(Form):
    """Refuses an application before the selection."""

    rule_id = SelectField(_("Rule that is not met"), [required()])
    message = TextAreaField(_("What the applicant will read"), [required(), at_most(2000)])


class FindingForm(Form):
    """Decides what a rule could not; `seen` is the decision that was shown."""

    seen = HiddenField()
    passes = RadioField(
        _("Is the rule met?"),
        [required()],
        choices=[option("yes", _("Met")), option("no", _("Not met"))],
    )
    reason = TextAreaField(_("Why"), [required(), at_most(2000)])


class RefuseDocumentForm(Form):
    """Refuses one document; `seen` is the state that was shown."""

    seen = HiddenField()
    reason = TextAreaField(_("What is wrong with it"), [required(), at_most(2000)])
