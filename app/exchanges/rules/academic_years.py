"""Academic years, which are known by the year they begin in: 2026 is 2026/27."""

from datetime import date

FIRST_MONTH = 9
"""Both countries begin in September (China) or early October (Bosnia and Herzegovina)."""


def academic_year_of(day: date) -> int:
    """Return the academic year that a day falls into."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def first_day(year: int) -> date:
    """Return the day an academic year begins."""
    return date(year, FIRST_MONTH, 1)


def last_day(year: int) -> date:
    """Return the day an academic year ends."""
    return date(year + 1, FIRST_MONTH - 1, 31)


def year_label(year: int) -> str:
    """Return an academic year as people write it: 2026/27."""
    return f"{year}/{(year + 1) % 100:02d}"


def earliest_end(day: date) -> date:
    """Return the last day of the first academic year that begins on or after a day.

    Notice takes effect after one whole academic year: told by 1 September, it ends the agreement
    as of 1 September of the next year (inter-institutional agreement of Erasmus+, termination).
    """
    return last_day(day.year if day <= first_day(day.year) else day.year + 1)
