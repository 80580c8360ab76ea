"""Days and greetings. Pure: the moment is passed in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

NOON, EVENING = 12, 18


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week that a person sees, in their own calendar."""

    date: date
    today: bool
    sessions: list[Any] = field(default_factory=list)


def week_of(moment: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first instant of this Monday and of the next, on the person's calendar."""
    today = moment.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    start = datetime.combine(monday, time(), zone)
    return start, datetime.combine(monday + timedelta(days=7), time(), zone)


def days_of(sessions: Iterable[Any], moment: datetime, zone: ZoneInfo) -> list[Day]:
    """Return the seven days of this week, each with the sessions that start on it."""
    first, _ = week_of(moment, zone)
    today = moment.astimezone(zone).date()
    days = [Day(first.date() + timedelta(days=n), False) for n in range(7)]
    days = [Day(day.date, day.date == today) for day in days]
    by_date = {day.date: day for day in days}
    for session in sessions:
        day = by_date.get(session.starts_at.astimezone(zone).date())
        if day is not None:
            day.sessions.append(session)
    return days


def part_of_day(moment: datetime, zone: ZoneInfo) -> str:
    """Return morning, afternoon or evening, as the person's clock has it."""
    hour = moment.astimezone(zone).hour
    return "morning" if hour < NOON else "afternoon" if hour < EVENING else "evening"


def is_low(so_far_bp: int | None, threshold_bp: int | None) -> bool:
    """Tell whether attendance so far, in basis points, is below what is asked."""
    return so_far_bp is not None and threshold_bp is not None and so_far_bp < threshold_bp
