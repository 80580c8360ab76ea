"""Forms about oneself."""

from wtforms import BooleanField, EmailField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import ValidationError

from app.accounts.forms.choices import choices_of, language_choices, theme_choices, zone_choices
from app.accounts.forms.entry import LONGEST_NAME
from app.accounts.rules import LONGEST_ADDRESS, LONGEST_PASSWORD
from app.accounts.words import ORDER_LABELS
from app.core.i18n import gettext
from app.core.i18n import lazy_gettext as _
from app.web.forms import Form, at_most, required


class SettingsForm(Form):
    """How pages are to be."""

    locale = SelectField(_("Language"), choices=language_choices)
    timezone = SelectField(
        _("Time zone"),
        choices=zone_choices,
        description=_("All times are shown in it, beside the time of the other side."),
    )
    theme = SelectField(_("Appearance"), choices=theme_choices)
    single_keys = BooleanField(
        _("Shortcuts of a single key"),
        description=_(
            "Such as P for present in the register; off when you dictate or type by voice."
        ),
    )


class NameForm(Form):
    """A name in one script."""

    given = StringField(
        _("Given name"), [required(), at_most(LONGEST_NAME)], render_kw={"autocomplete": "off"}
    )
    family = StringField(
        _("Family name"),
        [at_most(LONGEST_NAME)],
        description=_("Leave it empty when you have one name only."),
        render_kw={"autocomplete": "off"},
    )
    order = RadioField(
        _("Which comes first?"),
        choices=choices_of(ORDER_LABELS),
        validators=[required()],
    )


class ChangePasswordForm(Form):
    """The present password and the new one."""

    present = PasswordField(
        _("Present password"),
        [required(), at_most(LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _("New password"),
        [required(), at_most(LONGEST_PASSWORD)],
        description=_("At least 12 characters. Any characters, also spaces: a few words are fine."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _("New password once more"),
        [required(), at_most(LONGEST_PASSWORD)],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_again(self, field: PasswordField) -> None:
        """Refuse two that differ."""
        if field.data != self.new.data:
            raise ValidationError(gettext("The two passwords differ."))


class ChangeAddressForm(Form):
    """A new address, and the password as proof."""

    address = EmailField(
        _("New e-mail address"),
        [required(), at_most(LONGEST_ADDRESS)],
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"},
    )
    password = PasswordField(
        _("Present password"),
        [required(), at_most(LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
