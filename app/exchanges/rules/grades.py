"""Grades from one scale to another: by distribution, or by a formula where there is none.

The distribution method is that of the ECTS Users' Guide (grade conversion, EGRACONS): tables hold
passing grades only; what overlaps is comparable; the institution decides in advance whether it
takes the best, the worst or the middle of what is comparable. All arithmetic is exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any


class Choice(StrEnum):
    """Which of several comparable grades an institution takes, decided in advance."""

    MAXIMUM = "maximum"
    MIDPOINT = "midpoint"
    AVERAGE = "average"
    MINIMUM = "minimum"


class ScaleFault(StrEnum):
    """What is wrong with a scale."""

    EMPTY = "empty"
    TWICE = "twice"
    ORDER = "order"
    NOTHING_PASSES = "nothing_passes"
    OUT_OF_PLACE = "out_of_place"
    GAP = "gap"
    OVERLAP = "overlap"
    BOUNDS = "bounds"


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade: its label, its value, and the points from and to which it is given."""

    code: str
    value: Fraction | None
    passes: bool
    points: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ScaleProblem:
    """A fault of a scale and where: a grade, or the first of the points concerned."""

    fault: ScaleFault
    grade: str = ""
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """The grades of a system, best first."""

    grades: tuple[Grade, ...]

    def grade(self, code: str) -> Grade | None:
        """Return the grade of that label, or None."""
        return next((one for one in self.grades if one.code == code), None)

    def for_points(self, points: int) -> Grade | None:
        """Return the grade that is given for so many points, or None."""
        for one in self.grades:
            if one.points and one.points[0] <= points <= one.points[1]:
                return one
        return None

    @property
    def passing(self) -> tuple[Grade, ...]:
        """The grades with which one has passed, best first."""
        return tuple(one for one in self.grades if one.passes)


def scale_of(grades: Sequence[Mapping[str, Any]]) -> Scale:
    """Return a scale from how it is stored: code, value, passes, from, to."""
    return Scale(
        tuple(
            Grade(
                str(one["code"]),
                Fraction(str(one["value"])) if one.get("value") not in (None, "") else None,
                bool(one["passes"]),
                _points_of(one),
            )
            for one in grades
        )
    )


def scale_problems(scale: Scale, *, most_points: int = 100) -> tuple[ScaleProblem, ...]:
    """Return what is wrong with a scale; a mark that no grade covers is a gap.

    Bands, where a scale has them, must cover every whole point from 0 to `most_points` once.
    """
    if not scale.grades:
        return (ScaleProblem(ScaleFault.EMPTY),)
    return (
        *_label_problems(scale),
        *_order_problems(scale),
        *_band_problems(scale, most_points),
    )


@dataclass(frozen=True, slots=True)
class Distribution:
    """How often each passing grade was given, best first; counts are of people."""

    counts: tuple[tuple[str, int], ...]

    @property
    def size(self) -> int:
        """How many results it rests on."""
        return sum(count for _, count in self.counts)

    def ranges(self) -> dict[str, tuple[Fraction, Fraction]]:
        """Return the share from the top that each grade takes: more than the first, up to the last.

        Grades that were never given have no range.
        """
        total, at = self.size, Fraction(0)
        found: dict[str, tuple[Fraction, Fraction]] = {}
        for code, count in self.counts:
            if count > 0:
                found[code] = (at, at + Fraction(count, total))
                at = found[code][1]
        return found


def distribution_of(scale: Scale, counts: Mapping[str, int]) -> Distribution:
    """Return the distribution of a scale's passing grades, in the scale's order."""
    return Distribution(tuple((one.code, int(counts.get(one.code, 0))) for one in scale.passing))


def comparable(grade: str, source: Distribution, target: Distribution) -> tuple[str, ...]:
    """Return the target grades whose range overlaps the grade's, best first."""
    low, high = source.ranges()[grade]
    return tuple(code for code, (a, b) in target.ranges().items() if min(high, b) > max(low, a))


def convert(
    grade: str, source: Distribution, target: Distribution, choice: Choice, *, scale: Scale
) -> Fraction | str:
    """Return the comparable grade of the target by the choice; for AVERAGE the mean value.

    `scale` is the target's. Raises KeyError when the grade was never given in the source or
    nothing in the target, ValueError for the average of grades without values.
    """
    low, high = source.ranges()[grade]
    found = comparable(grade, source, target)
    if not found:
        raise KeyError(grade)
    if choice == Choice.MAXIMUM:
        return found[0]
    if choice == Choice.MINIMUM:
        return found[-1]
    ranges = target.ranges()
    if choice == Choice.MIDPOINT:
        middle = (low + high) / 2
        return next(code for code in found if ranges[code][0] < middle <= ranges[code][1])
    weighted = Fraction(0)
    for code in found:
        value = getattr(scale.grade(code), "value", None)
        if value is None:
            raise ValueError("an average needs grades with values")
        weighted += value * (min(high, ranges[code][1]) - max(low, ranges[code][0]))
    return weighted / (high - low)


def linear(
    value: Fraction, *, source: tuple[Fraction, Fraction], target: tuple[Fraction, Fraction]
) -> Fraction:
    """Return a value on the line through best and passing mark of both scales.

    `source` and `target` are (best, pass). This is the modified Bavarian formula for any pair of
    scales; it ignores how grades are given, so it serves only where a distribution is missing.
    Raises ValueError when best and pass are the same.
    """
    best_source, pass_source = source
    best_target, pass_target = target
    if best_source == pass_source:
        raise ValueError("best and passing mark are the same")
    share = (best_source - value) / (best_source - pass_source)
    return best_target - (best_target - pass_target) * share


def nearest(scale: Scale, value: Fraction) -> Grade:
    """Return the passing grade nearest to a value; of two as near, the better one.

    Raises ValueError when no passing grade has a value.
    """
    known = [one for one in scale.passing if one.value is not None]
    if not known:
        raise ValueError("no passing grade has a value")
    return min(known, key=lambda one: abs((one.value or Fraction(0)) - value))


def bounds(scale: Scale) -> tuple[Fraction, Fraction] | None:
    """Return the values of the best and of the lowest passing grade; None without values."""
    values = [one.value for one in scale.passing]
    if not values or values[0] is None or values[-1] is None:
        return None
    return values[0], values[-1]


def large_enough(
    tables: Mapping[str, Distribution], isced: str, least: int
) -> tuple[str, Distribution] | None:
    """Return the narrowest reference group that has results enough, with its field.

    Tables are by ISCED-F field: 4 digits detailed, 3 narrow, 2 broad, none the whole cycle.
    """
    for length in (4, 3, 2, 0):
        group = isced[:length]
        found = tables.get(group)
        if len(group) == length and found is not None and found.size >= least:
            return group, found
    return None


def _points_of(one: Mapping[str, Any]) -> tuple[int, int] | None:
    low, high = one.get("from"), one.get("to")
    if low in (None, "") or high in (None, ""):
        return None
    return int(str(low)), int(str(high))


def _label_problems(scale: Scale) -> list[ScaleProblem]:
    seen: set[str] = set()
    found = []
    for one in scale.grades:
        if one.code in seen:
            found.append(ScaleProblem(ScaleFault.TWICE, one.code))
        seen.add(one.code)
    if not scale.passing:
        found.append(ScaleProblem(ScaleFault.NOTHING_PASSES))
    failing = False
    for one in scale.grades:
        failing = failing or not one.passes
        if failing and one.passes:
            found.append(ScaleProblem(ScaleFault.OUT_OF_PLACE, one.code))
    return found


def _order_problems(scale: Scale) -> list[ScaleProblem]:
    known = [one for one in scale.grades if one.value is not None]
    steps = [(b, (b.value or Fraction(0)) - (a.value or Fraction(0))) for a, b in pairwise(known)]
    if not steps:
        return []
    falls = steps[0][1] < 0
    return [
        ScaleProblem(ScaleFault.ORDER, grade.code)
        for grade, step in steps
        if step == 0 or (step < 0) != falls
    ]


def _band_problems(scale: Scale, most: int) -> list[ScaleProblem]:
    bands = sorted(one.points for one in scale.grades if one.points is not None)
    if not bands:
        return []
    found, expected = [], 0
    for low, high in bands:
        if high < low or low < 0 or high > most:
            found.append(ScaleProblem(ScaleFault.BOUNDS, points=low))
        elif low > expected:
            found.append(ScaleProblem(ScaleFault.GAP, points=expected))
        elif low < expected:
            found.append(ScaleProblem(ScaleFault.OVERLAP, points=low))
        expected = max(expected, high + 1)
    if expected <= most:
        found.append(ScaleProblem(ScaleFault.GAP, points=expected))
    return found
