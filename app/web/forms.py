"""The base of every form: it checks the shape of what was sent; services check what it means."""

from collections.abc import Callable
from secrets import token_urlsafe
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import Form as PlainForm
from wtforms import HiddenField
from wtforms.meta import DefaultMeta
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from app.core.database import is_atomic
from app.core.errors import Conflict, DomainError, Invalid, TooMany, WrongState
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l

MAX_ONCE = 64
"""Characters in the token of one showing."""


def required(message: str | None = None) -> InputRequired:
    """Refuse an empty field."""
    return InputRequired(message or _l("This field is needed."))


def optional() -> Optional:
    """Accept an empty field."""
    return Optional()


class _Needed:
    """Says that a field is needed, and leaves it to the service to refuse it when it is empty."""

    field_flags: ClassVar[dict[str, Any]] = {"needed": True}

    def __call__(self, form: FlaskForm, field: Any) -> None:
        """Refuse nothing."""


def needed() -> _Needed:
    """Mark a field as needed that only the service can refuse, or not yet: such as a file."""
    return _Needed()


def at_most(characters: int) -> Length:
    """Refuse a longer text."""
    message = _l("Use at most %(max)s characters.", max=characters)
    return Length(max=characters, message=message)


def at_least(characters: int) -> Length:
    """Refuse a shorter text."""
    message = _l("Use at least %(min)s characters.", min=characters)
    return Length(min=characters, message=message)


def between(low: float, high: float) -> NumberRange:
    """Refuse a number outside these bounds."""
    message = _l("Use a number from %(low)s to %(high)s.", low=low, high=high)
    return NumberRange(low, high, message)


class _OurMessages:
    """WTForms' own messages in our catalogues: it has no Bosnian, and Serbian in one script."""

    def gettext(self, message: str) -> str:
        return _(message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return _(singular if n == 1 else plural)


# WTForms says these by itself when a value has the wrong shape; here so that they are translated.
_l("Not a valid choice.")
_l("Not a valid choice: could not coerce.")
_l("'%(value)s' is not a valid choice for this field.")
_l("Not a valid integer value.")
_l("Not a valid decimal value.")
_l("Not a valid date value.")
_l("Not a valid datetime value.")
_l("Not a valid time value.")
_l("This field is required.")


class _Spoken(DefaultMeta):
    """Ties every input to its hint and error, and speaks our languages."""

    def get_translations(self, form: Any) -> _OurMessages:  # noqa: ARG002 -- WTForms calls it
        return _OurMessages()

    def render_field(self, field: Any, render_kw: Any) -> Any:
        described = [f"{field.id}-hint"] * bool(field.description)
        described += [f"{field.id}-error"] * bool(field.errors)
        attributes: dict[str, Any] = {}
        if field.type not in {"BooleanField", "RadioField", "HiddenField", "CSRFTokenField"}:
            attributes["class"] = "input"
        if described:
            attributes["aria-describedby"] = " ".join(described)
        if field.errors:
            attributes["aria-invalid"] = "true"
        return super().render_field(field, attributes | render_kw)


class Part(PlainForm):
    """A row of fields within a form, as of a table: it looks and speaks as the form around it."""

    class Meta(_Spoken):
        """As every form of ours; the form around it is protected."""


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Checks the shape of what was sent, and shows which click it came from."""

    class Meta(_Spoken, FlaskForm.Meta):  # type: ignore[misc]  # as above
        """As every part of ours, with what protects it."""

    once = HiddenField(default=lambda: token_urlsafe(16))
    """Names one showing of the form, so that sending it twice acts once; see `web.once`."""

    refusal: DomainError | None = None
    """What a service refused for another reason than what was typed; the answer says its status."""

    def validate_once(self, field: HiddenField) -> None:
        """Keep whatever came from growing."""
        if field.data and len(field.data) > MAX_ONCE:
            field.data = ""

    compares: ClassVar[bool] = False
    """Its page shows what was typed beside what somebody else stored: that view takes Conflict."""

    def blame(self, error: Invalid) -> None:
        """Show what a service refused beside its field, or above the form."""
        field = self._fields.get(error.field or "")
        if field is None:
            self.form_errors.append(str(error))
        else:
            field.errors = [*field.errors, str(error)]

    def accepted(self, act: Callable[[], object]) -> bool:
        """Tell whether the form was sent, has the right shape and `act` did not refuse it."""
        if not self.validate_on_submit():
            return False
        try:
            act()
        except Invalid as error:
            self.blame(error)
            return False
        except (Conflict, WrongState, TooMany) as error:
            broken = is_atomic() and error.__cause__ is not None  # by what the database refused
            if broken or (isinstance(error, Conflict) and self._shows_both()):
                raise
            self.form_errors.append(str(error))
            self.refusal = error
            return False
        return True

    def _shows_both(self) -> bool:
        version = self._fields.get("version")
        return self.compares and version is not None and bool(version.data)


__all__ = [
    "Form",
    "Part",
    "ValidationError",
    "at_least",
    "at_most",
    "between",
    "needed",
    "optional",
    "required",
]
