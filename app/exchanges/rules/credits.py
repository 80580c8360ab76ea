"""Credits from one scheme to another, by one rule that names its source; rules are not chained."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import Any


class Method(StrEnum):
    """How a factor was found."""

    YEAR_RATIO = "year_ratio"
    HOURS = "hours"
    FIXED = "fixed"


class Rounding(StrEnum):
    """What becomes of parts of a credit."""

    NONE = "none"
    HALF = "half"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class CreditFactor:
    """One rule, ready to compute: credits of the target for one credit of the source."""

    factor: Fraction
    rounding: Rounding

    def convert(self, centi: int) -> int:
        """Return hundredths of a target credit for hundredths of a source credit.

        A half is rounded up, in favour of the student.
        """
        exact = self.factor * centi
        step = {Rounding.NONE: 1, Rounding.HALF: 50, Rounding.WHOLE: 100}[self.rounding]
        return floor(exact / step + Fraction(1, 2)) * step


def year_ratio(target_per_year: Fraction, source_per_year: Fraction) -> Fraction:
    """Return the factor from what a full-time year counts in both: 60 ECTS to 37.5 is 1.6.

    Raises ValueError when a year counts nothing.
    """
    if target_per_year <= 0 or source_per_year <= 0:
        raise ValueError("a year counts something")
    return target_per_year / source_per_year


def hours_ratio(hours_per_source: Fraction, hours_per_target: Fraction) -> Fraction:
    """Return the factor from the hours behind one credit of each. Raises ValueError for none."""
    if hours_per_source <= 0 or hours_per_target <= 0:
        raise ValueError("a credit stands for hours")
    return hours_per_source / hours_per_target


def factor_of(method: Method, parameters: Mapping[str, Any]) -> Fraction:
    """Return the factor that a stored rule means. Raises ValueError when it cannot be one."""
    try:
        if method == Method.YEAR_RATIO:
            return year_ratio(_number(parameters["target"]), _number(parameters["source"]))
        if method == Method.HOURS:
            return hours_ratio(_number(parameters["source"]), _number(parameters["target"]))
        fixed = _number(parameters["factor"])
    except (KeyError, ZeroDivisionError) as error:
        raise ValueError("a rule lacks a number") from error
    if fixed <= 0:
        raise ValueError("a factor is more than nothing")
    return fixed


def differs_too_much(centi: int, home_centi: int, share: Fraction = Fraction(1, 4)) -> bool:
    """Tell whether converted and home credits differ by more than a share of the home credits."""
    return abs(centi - home_centi) > share * home_centi


def _number(value: Any) -> Fraction:
    return Fraction(str(value))
