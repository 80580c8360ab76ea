"""Signed, expiring, single-purpose tokens: links in mail, feeds, presence claims."""

import hashlib
import hmac
import secrets
from functools import lru_cache
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer


def new_secret() -> str:
    """Return 256 random bits for a link or a cookie."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return what to store of a secret: its SHA-256 as hexadecimal text."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def key_for(purpose: str) -> bytes:
    """Return a key of 256 bits for one purpose, made from the secret key: always the same."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(secret, f"most.{purpose}".encode(), "sha256")


def sign(purpose: str, payload: Any) -> str:
    """Return the payload, which JSON can hold, as a token that `read` takes for this purpose."""
    return _signer(purpose).dumps(payload)


def read(purpose: str, token: str, *, max_age: int | None = None) -> Any | None:
    """Return the payload, or None when the token is forged, for another purpose or too old.

    `max_age` is in seconds.
    """
    try:
        return _signer(purpose).loads(token, max_age=max_age)
    except (BadSignature, UnicodeEncodeError):
        return None


def _signer(purpose: str) -> URLSafeTimedSerializer:
    fallbacks: list[str] = current_app.config.get("SECRET_KEY_FALLBACKS") or []
    return _signer_of(purpose, *fallbacks, str(current_app.config["SECRET_KEY"]))


@lru_cache(maxsize=64)
def _signer_of(purpose: str, *keys: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(list(keys), salt=f"most.{purpose}")
