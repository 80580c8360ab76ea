"""Passwords: how they are kept, compared and chosen."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.accounts import rules
from app.core.i18n import gettext as _

_COMMON = Path(__file__).parent / "common_passwords.txt"
_PRODUCT = ("most", "桥", "bridge")

# The least that OWASP's password storage cheat sheet takes for Argon2id: 19 MiB, two passes.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def hashed(password: str) -> str:
    """Return what to keep of a password."""
    return _hasher.hash(_bytes(password))


def is_right(password: str, kept: str | None) -> bool:
    """Compare a password with what is kept of it; takes as long when nothing is kept."""
    try:
        _hasher.verify(kept or _of_nobody(), _bytes(password))
    except InvalidHashError:
        return is_right(password, _of_nobody()) and False
    except VerificationError:
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def fault(password: str, texts: Iterable[str] = ()) -> str | None:
    """Return why this password cannot be chosen, in words; None when it can.

    `texts` are the person's names and addresses, and the names of their institution.
    """
    if rules.is_short(password):
        return _("Use at least %(min)s characters; a few words are fine.", min=12)
    if len(password) > rules.LONGEST_PASSWORD:
        return _("Use at most %(max)s characters.", max=rules.LONGEST_PASSWORD)
    if rules.is_common(password, common()):
        return _("Many people use this password, so it is tried first. Choose another one.")
    if word := rules.word_in(password, rules.own_words([*texts, *_PRODUCT])):
        return _("Leave out “%(word)s”: names are tried first.", word=word)
    return None


@cache
def common() -> frozenset[str]:
    """Return the passwords that attackers try first, in small letters."""
    return frozenset(_COMMON.read_text("utf-8").split())


@cache
def _of_nobody() -> str:
    return _hasher.hash(b"nobody has this password")


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
