"""Numbers and codes of documents: what is printed, what is typed back, what is checked."""

import re
import unicodedata
from dataclasses import dataclass

from app.core import codes

CODE_LENGTH = 16
CODE_BYTES = 10
MOST_TYPED = 80

_ISSUER = re.compile(r"[A-Z][A-Z0-9]{1,11}")
_SERIES = re.compile(r"[A-Z]{0,4}")
_WITH_HYPHENS = re.compile(r"([A-Z][A-Z0-9]{1,11})-([A-Z]{0,4})(\d{4})-(\d{6,9})-([0-9A-Z]{2})")
_WITHOUT = re.compile(r"([A-Z][A-Z0-9]{1,11})()(\d{4})(\d{6})([0-9A-Z]{2})")
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_YEARS, _NUMBERS = range(1000, 10_000), range(1, 10**9)
_MODULUS, _RADIX = 1271, 36


@dataclass(frozen=True, slots=True)
class Serial:
    """The parts of a number; written `UBL-2027-000001-` and two check characters.

    Certificates have no series; letters of exchanges are `UBL-L2027-000001-`, and so on.
    """

    issuer: str
    year: int
    number: int
    series: str = ""

    def __post_init__(self) -> None:
        if not _ISSUER.fullmatch(self.issuer):
            raise ValueError("an issuer is 2 to 12 capital letters and digits, a letter first")
        if not _SERIES.fullmatch(self.series):
            raise ValueError("a series is at most 4 capital letters")
        if self.year not in _YEARS or self.number not in _NUMBERS:
            raise ValueError("year or number out of range")

    def __str__(self) -> str:
        body = f"{self.issuer}-{self.series}{self.year:04d}-{self.number:06d}"
        return f"{body}-{check_characters(body)}"


def check_characters(body: str) -> str:
    """Return the two check characters of a body (ISO/IEC 7064, MOD 1271-36; hyphens are skipped).

    Every single wrong character and every swap of two neighbours changes them.
    """
    remainder = 0
    for character in body.replace("-", ""):
        remainder = (remainder + _DIGITS.index(character)) * _RADIX % _MODULUS
    check = (1 - remainder * _RADIX) % _MODULUS
    return _DIGITS[check // _RADIX] + _DIGITS[check % _RADIX]


def read_serial(typed: str) -> Serial | None:
    """Return the number that was typed, or None when it is none or a character of it is wrong.

    Forgives lower case, full-width letters, spaces and any dash; also no dashes at all when
    the running number has six digits and there is no series.
    """
    if len(typed) > MOST_TYPED:
        return None
    plain = unicodedata.normalize("NFKC", typed).upper()
    text = "".join("-" if unicodedata.category(c) == "Pd" else c for c in plain if not c.isspace())
    found = _WITH_HYPHENS.fullmatch(text) or _WITHOUT.fullmatch(text)
    if not text.isascii() or found is None:
        return None
    issuer, series, year, number, check = found.groups()
    body = f"{issuer}-{series}{year}-{number}"
    if int(number) not in _NUMBERS or int(year) not in _YEARS:
        return None
    serial = Serial(issuer, int(year), int(number), series)
    return serial if str(serial) == f"{body}-{check}" else None


def verification_code(random: bytes) -> str:
    """Return the unguessable code made of 80 random bits, as it is stored: 16 characters."""
    if len(random) != CODE_BYTES:
        raise ValueError("a verification code takes ten random bytes")
    return codes.encode(random, CODE_LENGTH)


def read_verification_code(typed: str) -> str | None:
    """Return the code that was typed as it is stored, or None when it cannot be one."""
    return codes.read_code(typed, CODE_LENGTH)


def printed_code(code: str) -> str:
    """Return the code in fours, as it is printed and shown."""
    return codes.grouped(code)
