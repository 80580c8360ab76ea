"""QR codes as drawing operators of PDF, to be laid upon a page (ISO 32000-1, 8.5)."""

from collections.abc import Iterable

import segno

POINTS_A_MILLIMETRE = 72 / 25.4


def qr_code(
    address: str,
    x: float,
    y: float,
    size: float,
    *,
    page_height: float,
    paper: str,
    dark: str = "#14252b",
) -> bytes:
    """Return the QR code of an address in a square with its upper left corner at (x, y).

    Lengths are millimetres from the upper left corner of a page of that height. The mask is
    fixed: a reader finds it in the format bits, and the search for the prettiest of the eight
    would take longer than everything else here (ISO/IEC 18004, 7.8). The quiet zone of four
    modules lies inside the square.
    """
    code = segno.make_qr(address, error="m", mask=4, boost_error=False)
    rows = [bytes(row) for row in code.matrix]
    module = size / (len(rows) + 8)
    parts = [_fill(paper), f"{x:g} {y:g} {size:g} {size:g} re f", _fill(dark)]
    for number, row in enumerate(rows):
        top = y + (number + 4) * module
        for start, length in _runs(row):
            left = x + (start + 4) * module
            parts.append(f"{left:.3f} {top:.3f} {length * module:.3f} {module + 0.004:.3f} re")
    parts.append("f")
    return on_page(parts, page_height)


def on_page(parts: Iterable[str], height: float) -> bytes:
    """Return operators that draw in millimetres from the upper left corner of a page."""
    k = POINTS_A_MILLIMETRE
    flip = f"q {k:.6f} 0 0 {-k:.6f} 0 {height * k:.4f} cm 1 J 1 j"
    return "\n".join([flip, *parts, "Q"]).encode("ascii")


def rgb(colour: str) -> tuple[float, float, float]:
    """Return the parts of a colour written `#rrggbb`, each from 0 to 1."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _fill(colour: str) -> str:
    return " ".join(f"{value:.3f}" for value in rgb(colour)) + " rg"


def _runs(row: bytes) -> Iterable[tuple[int, int]]:
    """Yield start and length of each run of dark modules."""
    start = 0
    for end, dark in enumerate([*row, 0]):
        if not dark:
            if end > start:
                yield start, end - start
            start = end + 1
