"""Signed, expiring, single-purpose tokens: links in mail, feeds, presence claims."""

import hashlib
import hmac
import secrets
from functools import cache, lru_cache
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from itsdangerous.signer import Signer, SigningAlgorithm


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
    return ready(URLSafeTimedSerializer(list(keys), salt=f"most.{purpose}"))


class _Sha1(SigningAlgorithm):
    """What itsdangerous signs with, by the one call of OpenSSL for it."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha1")


def ready(serializer: URLSafeTimedSerializer) -> URLSafeTimedSerializer:
    """Return the serializer with its signer and keys made already, not for each token anew.

    It writes and takes the same tokens; half of what reading one costs was spent on that.
    """
    make = serializer.make_signer

    @cache
    def made(salt: str | bytes | None = None) -> Signer:
        signer = make(salt)
        signer.algorithm = _Sha1()
        signer.derive_key = cache(signer.derive_key)  # type: ignore[method-assign]  # of this one
        return signer

    serializer.make_signer = made  # type: ignore[method-assign]  # of this one
    return serializer
