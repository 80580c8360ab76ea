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
    """One thing that must be done by a moment; hours are negative before the trigger.

    `opens` are the hours from which it can be done. The length of a stay decides whom a clock
    concerns, except where it is known until when the papers hold: then those decide.
    """

    id: str
    country: str
    trigger: Trigger
    hours: int
    source: str
    valid_from: date
    valid_until: date | None = None
    least_days: int = 0
    most_days: int = 100_000
    opens: int | None = None


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
    opens_at: datetime | None = None


_DAY = 24
_FOR_THE_VISA = -30 * _DAY
"""How long before the first day the forms are needed with which a visa is asked for."""
_WITHOUT_RESIDENCE = 90
"""Days in Bosnia and Herzegovina without a residence permit: 75 after arriving and 15 before."""
_SEEN = date(2024, 1, 1)

CLOCKS = (
    Clock(
        "cn-jw-form",
        "CN",
        Trigger.DEPARTURE,
        _FOR_THE_VISA,
        "xjtlu.edu.cn, JW202 and DQ form visa application",
        date(2023, 1, 1),
        least_days=181,
    ),
    Clock(
        "cn-dq-form",
        "CN",
        Trigger.DEPARTURE,
        _FOR_THE_VISA,
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
        least_days=_WITHOUT_RESIDENCE + 1,
    ),
    Clock(
        "ba-residence-before-visa-ends",
        "BA",
        Trigger.VISA_END,
        -15 * _DAY,
        "sps.gov.ba, application for temporary residence",
        _SEEN,
        least_days=_WITHOUT_RESIDENCE + 1,
    ),
    Clock(
        "ba-renewal",
        "BA",
        Trigger.PERMIT_END,
        -15 * _DAY,
        "sps.gov.ba, renewal between 60 and 15 days before the permit ends",
        _SEEN,
        least_days=_WITHOUT_RESIDENCE + 1,
        opens=-60 * _DAY,
    ),
)


def steps(facts: Facts, clocks: Iterable[Clock] = CLOCKS) -> list[Step]:
    """Return the clocks that run for somebody, by when they are due; those without a time last.

    None run for citizens of the host country; as long as citizenships are not known, none has a
    time. A clock counts when it was valid on the first day, and not when it would be due only
    after the last one.
    """
    if facts.country in facts.citizenships:
        return []
    found = [
        Step(one, *(_window(one, facts) if facts.citizenships else (None, None)))
        for one in clocks
        if _concerns(one, facts)
    ]
    due_in_time = [one for one in found if not _is_after(one.due_at, facts)]
    return sorted(
        due_in_time, key=lambda step: (step.due_at is None, step.due_at or _LAST, step.clock.id)
    )


def runs_from_arrival(clock: str) -> bool:
    """Tell whether a clock, named by its id, runs from the moment somebody comes."""
    return any(one.id == clock and one.trigger == Trigger.ARRIVAL for one in CLOCKS)


_LAST = datetime.max.replace(tzinfo=UTC)


def _concerns(clock: Clock, facts: Facts) -> bool:
    day, papers_end = facts.first_day, _end_of_papers(clock, facts)
    concerns = clock.least_days <= facts.days <= clock.most_days
    if papers_end is not None:
        concerns = papers_end < facts.last_day
    return (
        clock.country == facts.country
        and concerns
        and clock.valid_from <= day
        and (clock.valid_until is None or day <= clock.valid_until)
    )


def _end_of_papers(clock: Clock, facts: Facts) -> date | None:
    """Return when the papers end that a clock is about, as far as it is known."""
    of = {Trigger.VISA_END: facts.visa_until, Trigger.PERMIT_END: facts.permit_until}
    return of.get(clock.trigger)


def _window(clock: Clock, facts: Facts) -> tuple[datetime | None, datetime | None]:
    """Return until when a thing is to be done, and from when it can be."""
    due_at, papers_end = _due(clock, facts), _end_of_papers(clock, facts)
    if due_at is None or papers_end is None:
        return due_at, None
    # What the papers would ask for before somebody has come is asked on the day they come.
    due_at = max(due_at, _end_of(facts.first_day, facts.timezone))
    if clock.opens is None:
        return due_at, None
    opens = papers_end + timedelta(hours=clock.opens)
    return due_at, datetime.combine(opens, time(0), ZoneInfo(facts.timezone)).astimezone(UTC)


def _is_after(due_at: datetime | None, facts: Facts) -> bool:
    """Tell whether something would be due only once somebody has left again."""
    zone = ZoneInfo(facts.timezone)
    return due_at is not None and due_at.astimezone(zone).date() > facts.last_day


def _due(clock: Clock, facts: Facts) -> datetime | None:
    if clock.trigger == Trigger.ARRIVAL:
        if facts.arrived_at is None:
            return None
        if clock.hours <= 2 * _DAY:  # short clocks run by the hour, long ones by the calendar
            return facts.arrived_at + timedelta(hours=clock.hours)
        day = facts.arrived_at.astimezone(ZoneInfo(facts.timezone)).date()
        return _end_of(day + timedelta(hours=clock.hours), facts.timezone)
    known = facts.first_day if clock.trigger == Trigger.DEPARTURE else None
    day_of = known or _end_of_papers(clock, facts)
    if day_of is None:
        return None
    return _end_of(day_of + timedelta(hours=clock.hours), facts.timezone)


def _end_of(day: date, timezone: str) -> datetime:
    """Return the last minute of a day at the host."""
    return datetime.combine(day, time(23, 59), ZoneInfo(timezone)).astimezone(UTC)
