"""Forms of people who are not signed in."""

from wtforms import EmailField, HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import ValidationError

from app.accounts.forms.choices import choices_of
from app.accounts.rules import LONGEST_ADDRESS, LONGEST_PASSWORD
from app.accounts.states import NameOrder
from app.accounts.words import ORDER_LABELS
from app.core.i18n import gettext
from app.core.i18n import lazy_gettext as _
from app.web.forms import Form, at_most, required

LONGEST_NAME = 120


class SignInForm(Form):
    """Who one is, and the proof of it."""

    next = HiddenField(validators=[at_most(2000)])
    kept = HiddenField()
    """What was sent when the sign-in had ended, sealed; see `web.kept`."""
    email = EmailField(
        _("E-mail address"),
        [required(), at_most(LONGEST_ADDRESS)],
        render_kw={"autocomplete": "username", "inputmode": "email", "spellcheck": "false"},
    )
    password = PasswordField(
        _("Password"),
        [required(), at_most(LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class SignUpForm(Form):
    """Who one is; the password is chosen once the address is confirmed."""

    next = HiddenField(validators=[at_most(300)])
    given = StringField(
        _("Given name"),
        [required(), at_most(LONGEST_NAME)],
        description=_("In Latin letters, as in your passport. Other scripts can be added later."),
        render_kw={"autocomplete": "given-name"},
    )
    family = StringField(
        _("Family name"),
        [at_most(LONGEST_NAME)],
        render_kw={"autocomplete": "family-name"},
    )
    order = RadioField(
        _("Which comes first when your name is written?"),
        choices=choices_of(ORDER_LABELS),
        default=NameOrder.GIVEN_FIRST.value,
    )
    email = EmailField(
        _("E-mail address"),
        [required(), at_most(LONGEST_ADDRESS)],
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"},
    )


class AddressForm(Form):
    """An address to which a link is to go."""

    email = EmailField(
        _("E-mail address"),
        [required(), at_most(LONGEST_ADDRESS)],
        render_kw={"autocomplete": "username", "inputmode": "email", "spellcheck": "false"},
    )


class ChoosePasswordForm(Form):
    """A new password, typed twice."""

    password = PasswordField(
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
        if field.data != self.password.data:
            raise ValidationError(gettext("The two passwords differ."))


class AgreeForm(Form):
    """A button that says yes."""
