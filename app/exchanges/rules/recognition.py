"""What one result at the host would count at home, and by which method that was found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

from app.exchanges.rules.credits import CreditFactor
from app.exchanges.rules.grades import (
    Choice,
    Distribution,
    Scale,
    bounds,
    comparable,
    convert,
    large_enough,
    linear,
    nearest,
)
from app.exchanges.states.recognition import GroupOutcome


class GradeMethod(StrEnum):
    """How a suggested grade was found."""

    SAME_SCALE = "same_scale"
    DISTRIBUTION = "distribution"
    FORMULA = "formula"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Side:
    """One institution's scale, and its distributions by field of study."""

    scale_id: str
    scale: Scale
    tables: Mapping[str, tuple[str, Distribution]] = field(default_factory=dict)
    """By ISCED-F field: the table's id and what it counts."""

    def group(self, isced: str, least: int) -> tuple[str, str, Distribution] | None:
        """Return field, table id and counts of the narrowest group that is large enough."""
        found = large_enough({key: one for key, (_, one) in self.tables.items()}, isced, least)
        return (found[0], self.tables[found[0]][0], found[1]) if found else None


@dataclass(frozen=True, slots=True)
class Method:
    """What the home institution has laid down."""

    choice: Choice
    least_results: int
    allows_formula: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A grade at home, and what it rests on; `grade` is empty when nothing can be suggested."""

    grade: str
    provenance: Mapping[str, Any]


def suggest_grade(grade: str, *, host: Side, home: Side, isced: str, method: Method) -> Suggestion:
    """Return the home grade that is comparable with a passing grade at the host.

    The same version of a scale keeps the grade; then distributions; the formula only where one
    is missing and the institution allows it; else nothing, and a person decides.
    """
    given = host.scale.grade(grade)
    if given is None or not given.passes:
        return _nothing("not_a_passing_grade")
    if host.scale_id == home.scale_id:
        return Suggestion(grade, {"method": GradeMethod.SAME_SCALE.value})
    by_table = _by_distribution(grade, host=host, home=home, isced=isced, method=method)
    if by_table is not None:
        return by_table
    if method.allows_formula and given.value is not None:
        return _by_formula(given.value, host=host.scale, home=home.scale)
    return _nothing("no_distribution")


def suggest_credits(centi: int, factor: CreditFactor | None) -> int | None:
    """Return the credits at home in hundredths; None when no rule leads from scheme to scheme."""
    return factor.convert(centi) if factor else None


def _by_distribution(
    grade: str, *, host: Side, home: Side, isced: str, method: Method
) -> Suggestion | None:
    there = host.group(isced, method.least_results)
    here = home.group(isced, method.least_results)
    if there is None or here is None or grade not in there[2].ranges():
        return None
    choice = method.choice
    if choice == Choice.AVERAGE and any(one.value is None for one in home.scale.passing):
        choice = Choice.MIDPOINT
    found = convert(grade, there[2], here[2], choice, scale=home.scale)
    provenance: dict[str, Any] = {
        "method": GradeMethod.DISTRIBUTION.value,
        "choice": choice.value,
        "host_table": there[1],
        "host_field": there[0],
        "home_table": here[1],
        "home_field": here[0],
        "comparable": list(comparable(grade, there[2], here[2])),
    }
    if isinstance(found, Fraction):
        provenance["average"] = _decimal(found)
        found = nearest(home.scale, found).code
    return Suggestion(found, provenance)


def _by_formula(value: Fraction, *, host: Scale, home: Scale) -> Suggestion:
    there, here = bounds(host), bounds(home)
    if there is None or here is None or there[0] == there[1]:
        return _nothing("no_values")
    exact = linear(value, source=there, target=here)
    return Suggestion(
        nearest(home, exact).code,
        {"method": GradeMethod.FORMULA.value, "exact": _decimal(exact)},
    )


def _nothing(why: str) -> Suggestion:
    return Suggestion("", {"method": GradeMethod.NONE.value, "why": why})


def _decimal(number: Fraction) -> str:
    return f"{float(number):.3f}".rstrip("0").rstrip(".")


def answer_to(agreed_centi: int, counted_centi: int | None, *, courses: int) -> GroupOutcome:
    """Return what may be said to a group: as agreed only where at least that much was earned.

    Credits are hundredths; `counted_centi` is None as long as nobody has said how many count, and
    nothing is compared where nothing was agreed in credits of home.
    """
    if not courses:
        return GroupOutcome.REFUSED
    if counted_centi is None or counted_centi >= agreed_centi:
        return GroupOutcome.AS_AGREED
    return GroupOutcome.PARTIAL if counted_centi else GroupOutcome.REFUSED
