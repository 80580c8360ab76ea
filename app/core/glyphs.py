"""Which characters the faces of printed documents can draw, and how wide a text becomes in them.

A face that lacks a character draws a box and reports nothing, so names are asked about here when
the holder confirms them and once more before a document is made.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from fontTools.ttLib import TTFont

from app.core.pdf import FONT_FOLDER

LATIN, LATIN_SEMIBOLD, HAN = (
    "SourceSerif4-Regular.ttf",
    "SourceSerif4-SemiBold.ttf",
    "NotoSerifSC-Regular.ttf",
)


@dataclass(frozen=True, slots=True)
class Undrawable:
    """One character that no face has; `name` is its Unicode name in English."""

    character: str
    name: str
    code: str


def undrawable(text: str) -> list[Undrawable]:
    """Return each character of a text that cannot be printed, once, in order of appearance.

    The text is composed first (NFC). Controls, invisible characters, private ones and halves of
    surrogate pairs cannot be printed whatever a face says; an ordinary space can.
    """
    drawn = _widths(LATIN).keys() | _widths(HAN).keys()
    found = [
        character
        for character in dict.fromkeys(unicodedata.normalize("NFC", text))
        if character != " "
        and (unicodedata.category(character)[0] in "CZ" or ord(character) not in drawn)
    ]
    return [
        Undrawable(
            character, unicodedata.name(character, "").capitalize(), f"U+{ord(character):04X}"
        )
        for character in found
    ]


def width(text: str, *, han_first: bool = False, semibold: bool = False) -> float:
    """Return the width of a text set in one line, in units of its own size; kerning left out."""
    latin = _widths(LATIN_SEMIBOLD if semibold else LATIN)
    order = (_widths(HAN), latin) if han_first else (latin, _widths(HAN))
    return sum(_one(ord(character), order) for character in unicodedata.normalize("NFC", text))


def _one(code: int, order: Iterable[dict[int, float]]) -> float:
    for face in order:
        if code in face:
            return face[code]
    return 1.0


@cache
def _widths(file: str) -> dict[int, float]:
    """Return the advance of every character a face has, by code point, in ems."""
    with TTFont(FONT_FOLDER / file, lazy=True) as font:
        unit = font["head"].unitsPerEm
        advances = font["hmtx"].metrics
        return {code: advances[glyph][0] / unit for code, glyph in font.getBestCmap().items()}
