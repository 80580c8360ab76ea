"""The secrets of guests' links: made when the mail is written, kept only as their hash."""

import base64
import hmac
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.core import tokens

PURPOSE = "exchange guest"


def secret_of(link_id: UUID) -> str:
    """Return the 256 bits that open a link; whoever reads the database cannot make them."""
    mac = hmac.digest(tokens.key_for(PURPOSE), link_id.bytes, "sha256")
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def token_of(link_id: UUID) -> str:
    """Return the signed token that stands in the address of a link."""
    return tokens.sign(PURPOSE, secret_of(link_id))


def secret_in(token: str) -> str | None:
    """Return the secret that a token carries; None when it was not signed here."""
    payload = tokens.read(PURPOSE, token)
    return payload if isinstance(payload, str) else None


def path_of(values: Mapping[str, Any]) -> str:
    """Return the path to follow for a notice whose values carry the id of a link."""
    return f"/exchanges/guests/{token_of(UUID(values['link']))}"
