"""The clocks that the law of the host country sets somebody who comes: data, and what is due.

Each clock names its source and the days on which it was known to hold; a rule that changes is a
new row. Sources are pages of universities and authorities, not the laws themselves: everyone is
told to confirm with the consulate or the authority.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Trigger(StrEnum):
    """From when a clock runs."""

    DEPARTURE = "departure"
    ARRIVAL = "arrival"
    VISA_END = "visa_end"
    PERMIT_END = "permit_end"


@dataclass(frozen=True, slots=True)
class Clock:
    """One thing that must be done by a moment; hours are negative before the trigger."""

    id: str
    country: str
    trigger: Trigger
    hours: int
    source: str
    valid_from: date
    valid_until: date | None = None
    least_days: int = 0
    most_days: int = 100_000


@dataclass(frozen=True, slots=True)
class Facts:
    """What the clocks depend on; what is not known yet is None, citizenships are empty."""

    country: str
    timezone: str
    citizenships: frozenset[str]
    first_day: date
    last_day: date
    arrived_at: datetime | None = None
    visa_until: date | None = None
    permit_until: date | None = None

    @property
    def days(self) -> int:
        """How long the stay lasts, both ends counted."""
        return (self.last_day - self.first_day).days + 1


@dataclass(frozen=True, slots=True)
class Step:
    """A clock that runs for somebody, or would for most; `due_at` is None while facts lack."""

    clock: Clock
    due_at: datetime | None


_DAY = 24
_SEEN = date(2024, 1, 1)

CLOCKS = (
    Clock(
        "cn-jw-form",
        "CN",
        Trigger.DEPARTURE,
        0,
        "xjtlu.edu.cn, JW202 and DQ form visa application",
        date(2023, 1, 1),
        least_days=181,
    ),
    Clock(
        "cn-dq-form",
        "CN",
        Trigger.DEPARTURE,
        0,
        "xjtlu.edu.cn, JW202 and DQ form visa application",
        date(2023, 1, 1),
        least_days=30,
        most_days=180,
    ),
    Clock(
        "cn-police",
        "CN",
        Trigger.ARRIVAL,
        24,
        "oisa.shisu.edu.cn, registration of lodging with the police",
        _SEEN,
    ),
    Clock(
        "cn-residence-permit",
        "CN",
        Trigger.ARRIVAL,
        30 * _DAY,
        "iso.shupl.edu.cn, residence permit after entry with an X1 visa",
        _SEEN,
        least_days=181,
    ),
    Clock(
        "ba-police",
        "BA",
        Trigger.ARRIVAL,
        48,
        "med.unibl.org, visas and immigration",
        _SEEN,
    ),
    Clock(
        "ba-residence",
        "BA",
        Trigger.ARRIVAL,
        75 * _DAY,
        "med.unibl.org, visas and immigration",
        _SEEN,
    ),
    Clock(
        "ba-residence-before-visa-ends",
        "BA",
        Trigger.VISA_END,
        -15 * _DAY,
        "sps.gov.ba, application for temporary residence",
        _SEEN,
    ),
    Clock(
        "ba-renewal",
        "BA",
        Trigger.PERMIT_END,
        -15 * _DAY,
        "sps.gov.ba, renewal between 60 and 15 days before the permit ends",
        _SEEN,
    ),
)


def steps(facts: Facts, clocks: Iterable[Clock] = CLOCKS) -> list[Step]:
    """Return the clocks that run for somebody, by when they are due; those without a time last.

    None run for citizens of the host country; as long as citizenships are not known, none has a
    time. A clock counts when it was valid on the first day.
    """
    if facts.country in facts.citizenships:
        return []
    found = [
        Step(one, _due(one, facts) if facts.citizenships else None)
        for one in clocks
        if _concerns(one, facts)
    ]
    return sorted(
        found, key=lambda step: (step.due_at is None, step.due_at or _LAST, step.clock.id)
    )


_LAST = datetime.max.replace(tzinfo=UTC)


def _concerns(clock: Clock, facts: Facts) -> bool:
    day = facts.first_day
    return (
        clock.country == facts.country
        and clock.least_days <= facts.days <= clock.most_days
        and clock.valid_from <= day
        and (clock.valid_until is None or day <= clock.valid_until)
    )


def _due(clock: Clock, facts: Facts) -> datetime | None:
    if clock.trigger == Trigger.ARRIVAL:
        if facts.arrived_at is None:
            return None
        if clock.hours <= 2 * _DAY:  # short clocks run by the hour, long ones by the calendar
            return facts.arrived_at + timedelta(hours=clock.hours)
        day = facts.arrived_at.astimezone(ZoneInfo(facts.timezone)).date()
        return _end_of(day + timedelta(hours=clock.hours), facts.timezone)
    day_of = {
        Trigger.DEPARTURE: facts.first_day,
        Trigger.VISA_END: facts.visa_until,
        Trigger.PERMIT_END: facts.permit_until,
    }[clock.trigger]
    if day_of is None:
        return None
    return _end_of(day_of + timedelta(hours=clock.hours), facts.timezone)


def _end_of(day: date, timezone: str) -> datetime:
    """Return the last minute of a day at the host."""
    return datetime.combine(day, time(23, 59), ZoneInfo(timezone)).astimezone(UTC)
