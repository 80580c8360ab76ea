"""What a promise of an agreement may say."""

from collections.abc import Iterable
from enum import StrEnum

from app.exchanges.rules.isced import is_detailed
from app.exchanges.states.agreements import STAFF_KINDS, ExchangeKind

CEFR = ("A1", "A2", "B1", "B2", "C1", "C2")
"""Levels of language skill (Common European Framework of Reference), the lowest first."""

EQF_LEVELS = range(1, 9)
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_PLACES = 10_000
MOST_YEARS = 20
MOST_DAYS = 366
_LETTERS = {2, 3}


class Fault(StrEnum):
    """What is wrong with a promise; each names the field it is about."""

    YEARS_REVERSED = "last_year"
    TOO_MANY_YEARS = "first_year"
    PLACES = "places"
    MONTHS = "months"
    DAYS = "days"
    FIELDS_OF_STUDY = "isced_codes"
    LEVELS = "eqf_levels"
    LANGUAGES = "languages"


def fault_of_years(first: int, last: int) -> Fault | None:
    """Return what is wrong with the academic years."""
    if last < first:
        return Fault.YEARS_REVERSED
    outside = not FIRST_YEAR <= first <= last <= LAST_YEAR
    return Fault.TOO_MANY_YEARS if outside or last - first >= MOST_YEARS else None


def fault_of_amounts(
    kind: ExchangeKind, places: int, months: int | None, days: int | None
) -> Fault | None:
    """Return what is wrong with places, months of all students, or days of each of the staff."""
    is_staff = kind in STAFF_KINDS
    if not 0 <= places <= MOST_PLACES:
        return Fault.PLACES
    if months is not None and (is_staff or not 0 <= months <= MOST_PLACES):
        return Fault.MONTHS
    if days is not None and (not is_staff or not 1 <= days <= MOST_DAYS):
        return Fault.DAYS
    return None


def fault_of_subjects(
    isced_codes: Iterable[str], levels: Iterable[int], languages: Iterable[tuple[str, str]]
) -> Fault | None:
    """Return what is wrong with ISCED-F codes (four digits), EQF levels or language skills."""
    if not all(is_detailed(code) for code in isced_codes):
        return Fault.FIELDS_OF_STUDY
    if not all(level in EQF_LEVELS for level in levels):
        return Fault.LEVELS
    if not all(_is_language(code) and level in CEFR for code, level in languages):
        return Fault.LANGUAGES
    return None


def _is_language(code: str) -> bool:
    return len(code) in _LETTERS and code.isascii() and code.islower() and code.isalpha()
