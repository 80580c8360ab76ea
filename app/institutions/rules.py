"""Colours, codes and addresses of institutions."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

LEAST_CONTRAST = 4.5
"""White text on the brand colour must be readable (WCAG 2.2, 1.4.3)."""

_CODE = re.compile(r"[A-Z][A-Z0-9]{1,9}")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_SUBDIVISION = re.compile(r"[A-Z0-9]{0,6}")


def code_from(typed: str) -> str | None:
    """Return a code of 2 to 10 capitals and digits that begins with a letter, else None."""
    code = typed.strip().upper()
    return code if code.isascii() and _CODE.fullmatch(code) else None


def colour_from(typed: str) -> str | None:
    """Return a colour as #rrggbb in small letters, else None."""
    colour = typed.strip().lower()
    return colour if _COLOUR.fullmatch(colour) else None


def subdivision_from(typed: str) -> str | None:
    """Return the code of a part of a country (RS, BRC), which may be empty, else None."""
    code = typed.strip().upper()
    return code if code.isascii() and _SUBDIVISION.fullmatch(code) else None


def website_from(typed: str) -> str | None:
    """Return an address that begins with https or http and names a host, else None."""
    text = typed.strip()
    if not text:
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    is_plain = all(" " < character != "\x7f" for character in text) and "\\" not in text
    fits = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    return text if fits and is_plain else None


def contrast_with_white(colour: str) -> float:
    """Return the contrast of white on a colour, from 1 to 21 (WCAG 2.2, contrast ratio)."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 -- sRGB, IEC 61966-2-1


_LANGUAGES = {
    "BA": ("bs", "sr_Latn", "sr_Cyrl"),
    "BA-SRP": ("sr_Cyrl", "sr_Latn", "bs"),
    "RS": ("sr_Cyrl", "sr_Latn"),
    "ME": ("sr_Latn", "sr_Cyrl", "bs"),
    "CN": ("zh_Hans_CN",),
}
"""Languages of this product that are official somewhere, the more usual one first."""


def language_at(country: str, subdivision: str, written: Collection[str]) -> str:
    """Return in which language an institution writes: one of its place, else English.

    Of several languages of a place, those come first in which its name is `written`.
    """
    spoken = _LANGUAGES.get(f"{country}-{subdivision}") or _LANGUAGES.get(country) or ("en",)
    return next((code for code in spoken if code in written), spoken[0])
