"""Lengths of stays: a month is thirty days and a year three hundred and sixty, as grants count."""

from calendar import monthrange
from datetime import date

DAYS_IN_MONTH = 30
_MONTHS = 12


def days_between(first: date, last: date) -> int:
    """Return the days from the first to the last, both counted, in months of thirty days."""
    years, months = last.year - first.year, last.month - first.month
    days = _day_of_month(last) - _day_of_month(first)
    return (years * _MONTHS + months) * DAYS_IN_MONTH + days + 1


def months_of(days: int) -> str:
    """Return a length in days as months with at most one decimal: "4.5"."""
    tenths = (days * 10 + DAYS_IN_MONTH // 2) // DAYS_IN_MONTH
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of a month that is shorter."""
    total = day.year * _MONTHS + day.month - 1 + months
    year, month = divmod(total, _MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def whole_days(first: date, last: date) -> int:
    """Return how many days lie from one day to another, by the calendar."""
    return (last - first).days


def _day_of_month(day: date) -> int:
    """Return the day in a month of thirty: the last one is the thirtieth, in February too."""
    is_last = day.day == monthrange(day.year, day.month)[1]
    return DAYS_IN_MONTH if is_last else min(day.day, DAYS_IN_MONTH)
