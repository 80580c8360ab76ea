"""Codes that people read aloud and type: Crockford's base 32, which has no I, L, O and U."""

import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS_PER_CHARACTER = 5

_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def encode(data: bytes, length: int) -> str:
    """Return the first `length` characters of the data, five bits each.

    Raises ValueError when the data holds fewer bits than that.
    """
    spare = len(data) * 8 - length * BITS_PER_CHARACTER
    if spare < 0:
        raise ValueError("too few bytes for a code of this length")
    number = int.from_bytes(data, "big") >> spare
    shifts = range((length - 1) * BITS_PER_CHARACTER, -1, -BITS_PER_CHARACTER)
    return "".join(ALPHABET[(number >> shift) & 31] for shift in shifts)


def read_code(typed: str, length: int) -> str | None:
    """Return what was typed as the code it means, or None when it cannot be one.

    Forgives lower case, full-width letters, spaces, any dash, and O for 0, I or L for 1.
    """
    if len(typed) > 4 * length:
        return None
    plain = unicodedata.normalize("NFKC", typed).upper()
    kept = "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Pd")
    code = kept.translate(_LOOKALIKES)
    if len(code) != length or any(c not in ALPHABET for c in code):
        return None
    return code


def grouped(code: str, size: int = 4) -> str:
    """Return the code in groups, as it is shown and printed: `ABCD-EFGH`."""
    return "-".join(code[at : at + size] for at in range(0, len(code), size))
