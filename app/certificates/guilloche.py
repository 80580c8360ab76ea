"""Fine line art for certificates: border, bridge and rosette, as drawing operators of PDF.

Everything here is a pure function of its arguments. Lengths are millimetres from the upper left
corner of the page; what comes out are content stream operators (ISO 32000-1, 8.5) that a page
can be laid upon. Lines are flat colours without opacity, so every viewer draws them alike.
"""

import hashlib
import math
from collections.abc import Callable
from functools import lru_cache

from app.core.qr import on_page, rgb

WIDTH, HEIGHT = 297.0, 210.0
PAPER = "#fdfcf8"

Point = tuple[float, float]


@lru_cache(maxsize=64)
def backdrop(seed: str, accent: str, second: str) -> bytes:
    """Return the whole ground of a certificate: paper, bridge, border and seal.

    `seed` decides the pattern, so each design has its own; `accent` and `second` are `#rrggbb`.
    """
    chance = _chances(seed)
    parts = [
        _fill(PAPER),
        f"0 0 {WIDTH:g} {HEIGHT:g} re f",
        _bridge(_mixed(accent, PAPER, 0.09), _mixed(second, PAPER, 0.16)),
        _border(chance, _mixed(accent, PAPER, 0.62), _mixed(second, PAPER, 0.78)),
        _rules(accent, second),
    ]
    return _page(parts)


@lru_cache(maxsize=64)
def seal(seed: str, accent: str, second: str, *, x: float, y: float, radius: float) -> bytes:
    """Return a rosette around (x, y): rotated ellipses, as an engraver's lathe draws them."""
    chance = _chances(seed)
    petals = 30 + 6 * round(chance[4] * 3)
    parts = [
        _pen(_mixed(second, PAPER, 0.75), 0.09),
        *_petals(x, y, radius * 0.66, radius * 0.34, number=petals),
        "S",
        _pen(_mixed(accent, PAPER, 0.7), 0.08),
        *_petals(x, y, radius * 0.40, radius * 0.22, number=petals, twist=0.5),
        "S",
        _pen(accent, 0.18),
        _ellipse(x, y, radius * 0.27, radius * 0.27, 0),
        "S",
        _fill(PAPER),
        _ellipse(x, y, radius * 0.245, radius * 0.245, 0),
        "f",
        _emblem(x, y, radius * 0.17, accent),
    ]
    return _page(parts)


def _page(parts: list[str]) -> bytes:
    return on_page(parts, HEIGHT)


def _chances(seed: str) -> list[float]:
    return [value / 255 for value in hashlib.sha256(seed.encode()).digest()]


def _mixed(colour: str, paper: str, share: float) -> str:
    """Return the flat colour that `share` of ink on the paper looks like."""
    ink, ground = rgb(colour), rgb(paper)
    mixed = (round(255 * (b + (a - b) * share)) for a, b in zip(ink, ground, strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _pen(colour: str, width: float) -> str:
    return " ".join(f"{value:.3f}" for value in rgb(colour)) + f" RG {width:g} w"


def _fill(colour: str) -> str:
    return " ".join(f"{value:.3f}" for value in rgb(colour)) + " rg"


def _smooth(points: list[Point], *, closed: bool = False) -> str:
    """Return a curve through the points: Catmull-Rom splines written as Bézier curves."""
    before = points[-1] if closed else points[0]
    ring = [before, *points, *(points[:2] if closed else points[-1:])]
    drawn = [f"{points[0][0]:.2f} {points[0][1]:.2f} m"]
    for (ax, ay), (bx, by), (cx, cy), (dx, dy) in zip(
        ring, ring[1:], ring[2:], ring[3:], strict=False
    ):
        drawn.append(
            f"{bx + (cx - ax) / 6:.2f} {by + (cy - ay) / 6:.2f} "
            f"{cx - (dx - bx) / 6:.2f} {cy - (dy - by) / 6:.2f} {cx:.2f} {cy:.2f} c"
        )
    return "\n".join(drawn)


def _ellipse(x: float, y: float, a: float, b: float, angle: float) -> str:
    """Return an ellipse turned by an angle in radians, as four Bézier curves."""
    c, s, k = math.cos(angle), math.sin(angle), 0.5522847
    corners = [
        (a, 0), (a, b * k), (a * k, b), (0, b), (-a * k, b), (-a, b * k), (-a, 0),
        (-a, -b * k), (-a * k, -b), (0, -b), (a * k, -b), (a, -b * k), (a, 0),
    ]  # fmt: skip
    turned = [f"{x + u * c - v * s:.2f} {y + u * s + v * c:.2f}" for u, v in corners]
    curves = [" ".join(turned[i : i + 3]) + " c" for i in (1, 4, 7, 10)]
    return "\n".join([f"{turned[0]} m", *curves])


def _petals(
    x: float, y: float, reach: float, thickness: float, *, number: int, twist: float = 0.0
) -> list[str]:
    """Return the petals of a rosette: ellipses whose centres go round the rosette's."""
    angles = (2 * math.pi * (k + twist) / number for k in range(number))
    away = reach * 0.5
    return [
        _ellipse(x + away * math.cos(a), y + away * math.sin(a), reach, thickness, a)
        for a in angles
    ]


def _emblem(x: float, y: float, size: float, colour: str) -> str:
    """Return the small bridge of the product: three arcs above two waves."""
    parts = [_pen(colour, size * 0.11)]
    for share in (1.0, 0.62, 0.24):
        a, lift = size * share, size * 0.78 * share
        low = y + size * 0.3
        parts.append(
            f"{x - a:.2f} {low:.2f} m {x - a:.2f} {low - lift * 1.33:.2f} "
            f"{x + a:.2f} {low - lift * 1.33:.2f} {x + a:.2f} {low:.2f} c"
        )
    for row in (0.55, 0.8):
        waves: list[Point] = [
            (x - size + size * k / 6, y + size * (row + 0.06 * math.sin(k * math.pi / 1.5)))
            for k in range(13)
        ]
        parts.append(_smooth(waves))
    return "\n".join([*parts, "S"])


def _bridge(line: str, key: str) -> str:
    """Return the bridge of arcs over water, a watermark across the middle of the page."""
    left, right, low, key_arc = 40.0, WIDTH - 40.0, 139.0, 17
    parts = [_pen(line, 0.14)]
    for i in range(26):
        share = i / 25
        lift, lean = 16 + 92 * share**1.15, (share - 0.5) * 26
        if i == key_arc:
            parts += ["S", _pen(key, 0.3)]
        parts.append(
            f"{left:g} {low:g} m {left + 33 + lean:.2f} {low - lift * 1.25:.2f} "
            f"{right - 33 + lean:.2f} {low - lift * 1.25:.2f} {right:g} {low:g} c"
        )
        if i == key_arc:
            parts += ["S", _pen(line, 0.14)]
    for k in range(8):
        water: list[Point] = [
            (x, low + 4 + k * 4.2 + (2.1 - k * 0.2) * math.sin(x / (16 + 3 * k) + k * 1.3))
            for x in range(26, int(WIDTH) - 25, 5)
        ]
        parts.append(_smooth(water))
    return "\n".join([*parts, "S"])


def _rules(accent: str, second: str) -> str:
    """Return the straight lines that hold the border."""
    parts = []
    for inset, width, colour in ((7.2, 0.5, accent), (8.2, 0.15, second), (17.8, 0.2, accent)):
        box = f"{inset:g} {inset:g} {WIDTH - 2 * inset:g} {HEIGHT - 2 * inset:g} re S"
        parts += [_pen(colour, width), box]
    return "\n".join(parts)


def _border(chance: list[float], first: str, second: str) -> str:
    """Return a band of interlaced waves on four sides, with a rosette in each corner.

    One tile is written the same way over and over, which compresses to almost nothing.
    """
    inset, depth, corner = 13.0, 4.1, 9.6
    across, down = WIDTH - 2 * (inset + corner / 2), HEIGHT - 2 * (inset + corner / 2)
    tile = 23.0
    wide, high = across / round(across / tile), down / round(down / tile)
    parts = []
    for length, (x, y), turn, number in (
        (wide, (inset + corner / 2, inset), (1, 0), round(across / wide)),
        (wide, (inset + corner / 2, HEIGHT - inset), (1, 0), round(across / wide)),
        (high, (inset, inset + corner / 2), (0, 1), round(down / high)),
        (high, (WIDTH - inset, inset + corner / 2), (0, 1), round(down / high)),
    ):
        drawn = _tile(chance, length, depth, first, second)
        for k in range(number):
            dx, dy = x + turn[0] * k * length, y + turn[1] * k * length
            matrix = f"1 0 0 1 {dx:.3f} {dy:.3f}" if turn[0] else f"0 1 -1 0 {dx:.3f} {dy:.3f}"
            parts.append(f"q {matrix} cm\n{drawn}\nQ")
    for x in (inset, WIDTH - inset):
        for y in (inset, HEIGHT - inset):
            parts.append(_pen(first, 0.1))
            parts += _petals(x, y, 3.05, 1.5, number=18)
            parts += ["S", _pen(second, 0.12), _ellipse(x, y, 0.9, 0.9, 0), "S"]
    return "\n".join(parts)


def _tile(chance: list[float], length: float, depth: float, first: str, second: str) -> str:
    """Return one period of the band: two families of waves that cross each other."""
    ripple = 2 + round(chance[0])
    share = 0.3 + 0.18 * chance[1]
    shift = chance[2] * math.pi

    def slow(u: float, phase: float) -> float:
        return math.sin(2 * math.pi * u + phase) * (1 - share) + share * math.sin(
            2 * math.pi * ripple * u + 2 * phase + shift
        )

    def fast(u: float, phase: float) -> float:
        return 0.8 * math.sin(4 * math.pi * u - phase) * math.cos(2 * math.pi * u + shift)

    return "\n".join(
        [
            _pen(second, 0.1),
            *(_wave(fast, length, depth, k * math.pi / 4) for k in range(8)),
            "S",
            _pen(first, 0.1),
            *(_wave(slow, length, depth, k * math.pi / 6) for k in range(12)),
            "S",
        ]
    )


def _wave(
    height: Callable[[float, float], float], length: float, depth: float, phase: float
) -> str:
    points: list[Point] = [(length * k / 24, depth * height(k / 24, phase)) for k in range(25)]
    return _smooth(points)
