"""The key that seals the trail, and what is noted beside it; both lie outside the database."""

import json
import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask import current_app

from app.config import Settings

_PEM = serialization.Encoding.PEM


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that seals are checked with; keys of former times are kept."""

    id: str
    key: Ed25519PublicKey

    def has_signed(self, digest: str, signature: bytes) -> bool:
        """Tell whether the signature over a digest was made with this key."""
        try:
            self.key.verify(signature, digest.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The key that seals are made with."""

    id: str
    key: Ed25519PrivateKey

    def sign(self, digest: str) -> bytes:
        """Return the signature over a digest (RFC 8032)."""
        return self.key.sign(digest.encode())


def signing_key() -> SigningKey:
    """Return the key of this installation; it is made at the first use."""
    path = _folder() / "audit.pem"
    if not path.exists():
        _make(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} is no Ed25519 key")
    return SigningKey(_id(key.public_key()), key)


def known_keys() -> dict[str, PublicKey]:
    """Return the public keys of this installation, former ones too, by id."""
    found: dict[str, PublicKey] = {}
    for path in sorted(_folder().glob("audit-*.pub")):
        key = serialization.load_pem_public_key(path.read_bytes())
        if isinstance(key, Ed25519PublicKey):
            found[_id(key)] = PublicKey(_id(key), key)
    return found


def note_head(number: int, digest: str) -> None:
    """Note which link is the newest."""
    path = _folder() / "audit.head"
    half = path.with_suffix(f".{os.getpid()}.part")
    half.write_text(json.dumps([number, digest]), "ascii")
    half.replace(path)


def head() -> tuple[int, str] | None:
    """Return number and digest of the newest link that was made; None before the first."""
    path = _folder() / "audit.head"
    if not path.exists():
        return None
    number, digest = json.loads(path.read_text("ascii"))
    return int(number), str(digest)


def _make(path: Path) -> None:
    """Make a key that only we can read; of two who do so at once, one wins and both use it."""
    key = Ed25519PrivateKey.generate()
    half = path.with_suffix(f".{os.getpid()}.part")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(
            key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
    try:
        path.hardlink_to(half)
    except FileExistsError:
        return
    finally:
        half.unlink()
    public = key.public_key()
    shown = public.public_bytes(_PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    path.with_name(f"audit-{_id(public)}.pub").write_bytes(shown)


def _id(key: Ed25519PublicKey) -> str:
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return sha256(raw).hexdigest()[:16]


def _folder() -> Path:
    settings: Settings = current_app.config["SETTINGS"]
    folder = settings.var / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
