"""Blobs: bytes kept under the name of their own hash, so that writing twice changes nothing."""

import hashlib
import re
from typing import Protocol

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Store(Protocol):
    """Where blobs are kept. They are kept for ever: nothing that was certified loses its proof."""

    def put(self, data: bytes) -> str:
        """Keep the bytes and return their SHA-256; they are safe when it returns, or it raises.

        Nobody ever reads a part of them.
        """

    def get(self, digest: str) -> bytes:
        """Return the bytes; raise FileNotFoundError when they are not there."""


def digest_of(data: bytes) -> str:
    """Return the name that a blob is kept under: its SHA-256 in small hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def place_of(digest: str) -> str:
    """Return where each store keeps a blob: two letters of the hash, a slash, the hash.

    The same in all stores, so that a plain copy moves an installation from one to the other.
    Raises FileNotFoundError for what is no hash, such as a path.
    """
    if not _DIGEST.fullmatch(digest):
        raise FileNotFoundError(digest)
    return f"{digest[:2]}/{digest}"
