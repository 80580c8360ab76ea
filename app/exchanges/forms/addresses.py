"""Whether what was typed is an address that mail can reach."""

from typing import Any

from wtforms import Field

from app.accounts.rules import is_address
from app.core.i18n import gettext as _
from app.web.forms import ValidationError


def an_address(_form: Any, field: Field) -> None:
    """Refuse what is no e-mail address."""
    if field.data and not is_address(field.data):
        raise ValidationError(_("This is no e-mail address."))
