"""Our own line art: the bridge of arcs, guilloché covers and rosettes; pure functions of a seed."""

import hashlib
import math
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from app.core.i18n import gettext as _

Points = list[tuple[float, float]]


class Tone(NamedTuple):
    """Paper and ink of a cover; dark pages invert it in the style sheet."""

    paper: str
    ink: str


TONES = {
    "a": Tone("#e3f1ed", "#0c665d"),
    "b": Tone("#e3edf9", "#1f4e8c"),
    "c": Tone("#f3e8f6", "#6a3a7c"),
    "d": Tone("#fbeed0", "#7a4d00"),
    "e": Tone("#fae6e0", "#b23625"),
    "f": Tone("#e2f1df", "#25632b"),
}


def tone_of(seed: str) -> str:
    """Return which of the six tones a seed has."""
    return "abcdef"[_numbers(seed)[9] % len(TONES)]


@lru_cache(maxsize=512)
def cover(seed: str, *, lines: int = 18) -> str:
    """Draw a guilloché band, as on bank notes: phase-shifted products of sines, 400 by 120."""
    paper, ink = TONES[tone_of(seed)]
    paths = "".join(f'<path d="M{_smooth(wave)}"/>' for wave in _waves(seed, 400, 120, lines))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 120" '
        'preserveAspectRatio="xMidYMid slice">'
        f'<rect width="400" height="120" fill="{paper}"/>'
        f'<g fill="none" stroke="{ink}" stroke-width=".8" opacity=".55">{paths}</g></svg>'
    )


@lru_cache(maxsize=512)
def rosette(seed: str, *, size: int = 100, lines: int = 9) -> str:
    """Draw the rosette of a certificate as inline SVG; the page's style sheet colours it."""
    paths = "".join(
        '<path d="M' + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + 'Z"/>'
        for ring in rings(seed, size=size, lines=lines)
    )
    return (
        f'<svg class="rosette" viewBox="0 0 {size} {size}" aria-hidden="true" focusable="false">'
        f"{paths}</svg>"
    )


def rings(seed: str, *, size: float = 100, lines: int = 9) -> list[Points]:
    """Return the closed curves of a rosette, from the inside out."""
    lobes = 8 + round(_fractions(seed)[0] * 6)
    return [
        [
            (size / 2 + radius * math.cos(angle), size / 2 + radius * math.sin(angle))
            for angle in map(math.radians, range(0, 361, 3))
            for radius in (_radius(angle, number, lobes, lines) * size,)
        ]
        for number in range(lines)
    ]


def _radius(angle: float, number: int, lobes: int, lines: int) -> float:
    depth = 0.4 + 0.6 * number / lines
    swing = 0.24 * math.sin(lobes * angle + number * 2.1 * math.pi / lines) * depth
    return (0.33 + 0.012 * number) * (1 + swing) * 0.86


def bridge() -> str:
    """Draw the bridge of the home page: a fan of arcs over water, from Banja Luka to Shanghai."""
    return _bridge(_("A bridge of lines from Banja Luka to Shanghai"))


@cache
def _bridge(title: str) -> str:
    left, right, water, width = 92, 768, 318, 860
    parts = [
        (
            f'<svg viewBox="0 0 {width} 470" role="img" aria-labelledby="bridge-title">'
            f'<title id="bridge-title">{title}</title><defs><linearGradient id="bridge-fade" '
            f'gradientUnits="userSpaceOnUse" x1="0" x2="{width}" y1="0" y2="0">'
            '<stop class="art-stop" offset="0"/><stop class="art-stop on" offset=".18"/>'
            '<stop class="art-stop on" offset=".82"/><stop class="art-stop" offset="1"/>'
            "</linearGradient></defs>"
        )
    ]
    parts += [_arc(number, left, right, water) for number in range(26)]
    parts += [_reflection(number, left, right, water) for number in range(0, 26, 2)]
    parts += [_ripple(number, water, width) for number in range(7)]
    for x, city, own, kind in (
        (left, "Banja Luka", '<tspan lang="sr-Cyrl">Бања Лука</tspan>', "art-from"),
        (right, "Shanghai", '<tspan lang="zh-Hans">上海</tspan>', "art-to"),
    ):
        parts.append(
            f'<circle class="art-ring" cx="{x}" cy="{water}" r="15"/>'
            f'<circle class="art-ring" cx="{x}" cy="{water}" r="23"/>'
            f'<circle class="art-dot" cx="{x}" cy="{water}" r="7"/>'
            f'<text class="art-text {kind}" x="{x}" y="{water + 58}">{city}</text>'
            f'<text class="art-sub" x="{x}" y="{water + 80}">{own}</text>'
        )
    return "".join([*parts, "</svg>"])


STRONG = range(2, 26, 5)
KEY = 17
"""Which of the 26 arcs are drawn stronger, and the one that carries."""


def _arc(number: int, left: int, right: int, water: int) -> str:
    part = number / 25
    rise, lean = (40 + 232 * part**1.15) * 1.25, (part - 0.5) * 70
    kind = "art-line b" if number % 2 else "art-line c"
    if number in STRONG:
        kind = "art-line"
    if number == KEY:
        kind = "art-key"
    return (
        f'<path class="{kind}" d="M{left} {water}C{left + 90 + lean:.1f} {water - rise:.1f} '
        f'{right - 90 + lean:.1f} {water - rise:.1f} {right} {water}"/>'
    )


def _reflection(number: int, left: int, right: int, water: int) -> str:
    fall = (40 + 232 * (number / 25) ** 1.15) * 0.45
    return (
        f'<path class="art-line c" d="M{left} {water}C{left + 90} {water + fall:.1f} '
        f'{right - 90} {water + fall:.1f} {right} {water}"/>'
    )


def _ripple(number: int, water: int, width: int) -> str:
    height, length = 6 - number * 0.5, 46 + 9 * number
    points = [
        f"{x} {water + 8 + number * 15 + height * math.sin(x / length + number * 1.3):.1f}"
        for x in range(-20, width + 21, 10)
    ]
    return f'<path class="art-water" stroke="url(#bridge-fade)" d="M{"L".join(points)}"/>'


def _waves(seed: str, width: int, height: int, lines: int) -> list[Points]:
    part = _fractions(seed)
    slow, middle, fast = 1 + round(part[0] * 2), 2 + round(part[1] * 3), 3 + round(part[2] * 5)
    swing = height * (0.20 + 0.30 * part[4])
    waves = []
    for number in range(lines):
        phase = number / lines * math.pi * (1 + part[3])
        wave = []
        for step in range(41):
            u = step / 40
            envelope = math.sin(math.pi * slow * u + phase * 0.5 + part[6] * 6)
            ripple = math.cos(2 * math.pi * fast * u * 0.5 - phase * 1.4 + part[5] * 6)
            carrier = math.sin(math.pi * middle * u + phase)
            y = height / 2 + swing * envelope * carrier + height * 0.16 * ripple
            wave.append((-10 + (width + 20) * u, y))
        waves.append(wave)
    return waves


def _smooth(points: Points) -> str:
    """Run quadratic curves through the midpoints: half the points give a rounder line."""
    path = f"{points[0][0]:.0f} {points[0][1]:.1f}"
    for (x, y), (next_x, next_y) in pairwise(points[1:]):
        path += f"Q{x:.0f} {y:.1f} {(x + next_x) / 2:.0f} {(y + next_y) / 2:.1f}"
    return path


def _numbers(seed: str) -> bytes:
    return hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest()


def _fractions(seed: str) -> list[float]:
    return [number / 255 for number in _numbers(seed)[:8]]
