"""Forms about oneself."""

from collections.abc import Mapping
from uuid import UUID

from wtforms import BooleanField, EmailField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import ValidationError

from app.accounts.forms.choices import (
    choices_of,
    language_choices,
    pairs,
    theme_choices,
    zone_choices,
)
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
    unit = SelectField(
        _("My faculty or department"),
        default="",
        description=_("Nobody is asked to judge applications of people of their own unit."),
    )
    supervisor_email = EmailField(
        _("E-mail address of my own supervisor"),
        [at_most(LONGEST_ADDRESS)],
        description=_("If you write a thesis: you are not asked to judge who has the same one."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    single_keys = BooleanField(
        _("Shortcuts of a single key"),
        description=_(
            "Such as P for present in the register; off when you dictate or type by voice."
        ),
    )

    def offer(self, units: Mapping[UUID, str], *, is_staff: bool) -> None:
        """Offer the units of the home institution; who is no staff is asked neither."""
        if not is_staff:
            del self.unit, self.supervisor_email
            return
        self.unit.choices = pairs(
            [("", gettext("not said")), *((str(k), v) for k, v in units.items())]
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
