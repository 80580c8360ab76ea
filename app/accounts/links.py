"""The secrets of links in mail: made when the mail is written, kept only as their hash."""

import base64
import hmac
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.accounts.states import LinkPurpose
from app.core.tokens import key_for

HOURS = {
    LinkPurpose.CONFIRM_EMAIL: 48.0,
    LinkPurpose.RESET_PASSWORD: 0.5,
    LinkPurpose.CHANGE_EMAIL: 24.0,
    LinkPurpose.UNDO_EMAIL: 7 * 24.0,
    LinkPurpose.INVITATION: 14 * 24.0,
}
"""How long each kind of link works."""


def secret_of(link_id: UUID) -> str:
    """Return the 256 bits that open a link; whoever reads the database cannot make them."""
    mac = hmac.digest(key_for("account link"), link_id.bytes, "sha256")
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def path_of(values: Mapping[str, Any]) -> str:
    """Return the path to follow for a notice that carries the id of a link."""
    return f"/link/{secret_of(UUID(values['link']))}"
