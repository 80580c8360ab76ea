"""Weekly sessions planned in local wall time, with everything a planner should be warned of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from app.courses.rules.clocks import (
    LocalTimeProblem,
    derived,
    difference_minutes,
    on_clocks,
    zone_of,
)
from app.courses.rules.holiday_names import holiday_on

MOST_SESSIONS = 200
MOST_MINUTES = 24 * 60
MOST_WEEKS_BETWEEN = 8
MORNING = time(7)
EVENING = time(22)


class PatternFault(StrEnum):
    """What is wrong with a pattern as a whole."""

    NO_WEEKDAY = "no_weekday"
    NO_END = "no_end"
    ENDS_BEFORE_START = "ends_before_start"
    TOO_MANY = "too_many"
    NOTHING_PLANNED = "nothing_planned"
    LENGTH = "length"
    WEEKS_BETWEEN = "weeks_between"


class InvalidPattern(ValueError):
    """The pattern cannot be planned; `fault` says why."""

    def __init__(self, fault: PatternFault) -> None:
        self.fault = fault
        super().__init__(fault.value)


class WarningKind(StrEnum):
    """What a planner is warned of; each can be accepted."""

    CLOCK_CHANGE = "clock_change"
    NIGHT = "night"
    HOLIDAY = "holiday"
    ROOM_CLASH = "room_clash"
    TEACHER_CLASH = "teacher_clash"
    OUTSIDE_RUN = "outside_run"


class BusyKind(StrEnum):
    """What is already taken."""

    ROOM = "room"
    TEACHER = "teacher"


@dataclass(frozen=True, slots=True)
class Side:
    """One partner: its clock, and its country (ISO 3166-1, and the part of it) for holidays."""

    zone: str
    country: str = ""
    subdivision: str = ""


@dataclass(frozen=True, slots=True)
class Busy:
    """A time at which a room or a teacher is taken, and by what, in words."""

    kind: BusyKind
    name: str
    by: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class PlanWarning:
    """One warning; only the fields of its kind are filled.

    Clock change: `minutes_before` and `minutes_now` are how far `zone` is ahead of the run's
    clock at the first session and at this one, `local` is the new start there. Night: `local`.
    Holiday: `name`, `country`, `local`. Clash: `name` of the room or teacher, `by`. Outside the
    run: `local`.
    """

    kind: WarningKind
    zone: str = ""
    local: datetime | None = None
    minutes_before: int = 0
    minutes_now: int = 0
    name: str = ""
    country: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One session to come: the local truth and the UTC interval that follows from it."""

    number: int
    local_start: datetime
    zone: str
    minutes: int
    starts_at: datetime
    ends_at: datetime
    warnings: tuple[PlanWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What came of a pattern: sessions in order, and the local times that must be settled first."""

    sessions: tuple[PlannedSession, ...]
    problems: tuple[LocalTimeProblem, ...]

    @property
    def is_ready(self) -> bool:
        """Return whether every local time of the pattern is exactly one moment."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class WeeklyPattern:
    """Sessions on given weekdays (Monday is 0), until a last date or for a number of sessions.

    `moved` gives another start to single dates (for a time the clocks skip), `folds` says for
    single dates whether a time that comes twice means the first (0) or the second (1).
    """

    first_on: date
    weekdays: frozenset[int]
    start: time
    minutes: int
    zone: str
    last_on: date | None = None
    count: int | None = None
    weeks_between: int = 1
    skipped: frozenset[date] = frozenset()
    moved: Mapping[date, time] = field(default_factory=dict)
    folds: Mapping[date, int] = field(default_factory=dict)


def days_of(pattern: WeeklyPattern) -> list[date]:
    """Return the dates of the pattern. Raises InvalidPattern."""
    _check(pattern)
    monday = pattern.first_on - timedelta(days=pattern.first_on.weekday())
    last = pattern.last_on or date.max
    wanted = pattern.count or MOST_SESSIONS + 1
    days: list[date] = []
    for step in range(_weeks_to_look_at(pattern)):
        week = monday + timedelta(weeks=step * pattern.weeks_between)
        for weekday in sorted(pattern.weekdays):
            day = week + timedelta(days=weekday)
            if pattern.first_on <= day <= last and day not in pattern.skipped:
                days.append(day)
            if len(days) == wanted:
                break
        if len(days) == wanted or week > last:
            break
    if len(days) > MOST_SESSIONS:
        raise InvalidPattern(PatternFault.TOO_MANY)
    if not days:
        raise InvalidPattern(PatternFault.NOTHING_PLANNED)
    return days


def plan(
    pattern: WeeklyPattern,
    *,
    sides: Sequence[Side] = (),
    busy: Iterable[Busy] = (),
    within: tuple[date, date] | None = None,
    language: str = "en",
) -> Plan:
    """Return the sessions of a pattern with their warnings. Raises InvalidPattern, UnknownZone.

    Each warning is seen from each of `sides`; holidays are named in `language`; `within` are the
    first and last day of the run. A local time
    that does not exist, or that comes twice and is not settled, is a problem, not a session.
    """
    zone_of(pattern.zone)
    sessions: list[PlannedSession] = []
    problems: list[LocalTimeProblem] = []
    for day in days_of(pattern):
        local = datetime.combine(day, pattern.moved.get(day, pattern.start))
        try:
            times = derived(local, pattern.zone, pattern.minutes, pattern.folds.get(day))
        except LocalTimeProblem as problem:
            problems.append(problem)
            continue
        sessions.append(
            PlannedSession(
                len(sessions) + 1,
                local,
                pattern.zone,
                pattern.minutes,
                times.starts_at,
                times.ends_at,
            )
        )
    taken = tuple(busy)
    warned = (
        replace(
            one,
            warnings=warnings_for(
                one.starts_at,
                one.ends_at,
                zone=one.zone,
                sides=sides,
                busy=taken,
                first_starts_at=sessions[0].starts_at,
                within=within,
                language=language,
            ),
        )
        for one in sessions
    )
    return Plan(tuple(warned), tuple(problems))


def warnings_for(
    starts_at: datetime,
    ends_at: datetime,
    *,
    zone: str,
    sides: Sequence[Side] = (),
    busy: Iterable[Busy] = (),
    first_starts_at: datetime | None = None,
    within: tuple[date, date] | None = None,
    language: str = "en",
) -> tuple[PlanWarning, ...]:
    """Return the warnings of one interval, also of one that is about to be rescheduled.

    `zone` is the run's; `first_starts_at` is when its first session starts, `within` are its first
    and last day.
    """
    found = []
    local = starts_at.astimezone(zone_of(zone))
    if within is not None and not within[0] <= local.date() <= within[1]:
        found.append(PlanWarning(WarningKind.OUTSIDE_RUN, zone=zone, local=local))
    if first_starts_at is not None:
        found += clock_changes(zone, sides, first_starts_at, starts_at)
    found += nights(sides, starts_at, ends_at)
    found += holidays_met(sides, starts_at, ends_at, language)
    found += clashes(busy, starts_at, ends_at)
    return tuple(found)


def clock_changes(
    zone: str, sides: Iterable[Side], first: datetime, now: datetime
) -> list[PlanWarning]:
    """Return the sides whose distance from the run's clock is no longer that of the first time."""
    found = []
    for other in dict.fromkeys(side.zone for side in sides):
        before = difference_minutes(first, zone, other)
        today = difference_minutes(now, zone, other)
        if before != today:
            local = now.astimezone(zone_of(other))
            found.append(
                PlanWarning(
                    WarningKind.CLOCK_CHANGE,
                    zone=other,
                    local=local,
                    minutes_before=before,
                    minutes_now=today,
                )
            )
    return found


def nights(sides: Iterable[Side], starts_at: datetime, ends_at: datetime) -> list[PlanWarning]:
    """Return the sides on whose clock this begins before seven or ends after ten at night."""
    found = []
    for clock in on_clocks(starts_at, ends_at, (side.zone for side in sides)):
        start, end = clock.start.replace(tzinfo=None), clock.end.replace(tzinfo=None)
        if start.time() < MORNING or end > datetime.combine(start.date(), EVENING):
            found.append(PlanWarning(WarningKind.NIGHT, zone=clock.zone, local=clock.start))
    return found


def holidays_met(
    sides: Iterable[Side], starts_at: datetime, ends_at: datetime, language: str
) -> list[PlanWarning]:
    """Return the public holidays that this falls on, on each side's own calendar."""
    found = []
    for side in dict.fromkeys(sides):
        here = zone_of(side.zone)
        start, last = starts_at.astimezone(here), (ends_at - timedelta.resolution).astimezone(here)
        for day in dict.fromkeys((start.date(), last.date())):
            name = holiday_on(day, side.country, side.subdivision, language)
            if name:
                found.append(
                    PlanWarning(
                        WarningKind.HOLIDAY,
                        zone=side.zone,
                        local=start,
                        name=name,
                        country=side.country,
                    )
                )
    return found


def clashes(busy: Iterable[Busy], starts_at: datetime, ends_at: datetime) -> list[PlanWarning]:
    """Return the rooms and teachers taken at this time; what only touches does not clash."""
    kinds = {BusyKind.ROOM: WarningKind.ROOM_CLASH, BusyKind.TEACHER: WarningKind.TEACHER_CLASH}
    return [
        PlanWarning(kinds[one.kind], name=one.name, by=one.by)
        for one in busy
        if one.starts_at < ends_at and starts_at < one.ends_at
    ]


def _check(pattern: WeeklyPattern) -> None:
    faults = {
        PatternFault.NO_WEEKDAY: not pattern.weekdays or not pattern.weekdays <= set(range(7)),
        PatternFault.NO_END: pattern.last_on is None and pattern.count is None,
        PatternFault.ENDS_BEFORE_START: (pattern.last_on or pattern.first_on) < pattern.first_on,
        PatternFault.TOO_MANY: (pattern.count or 0) > MOST_SESSIONS,
        PatternFault.NOTHING_PLANNED: pattern.count is not None and pattern.count < 1,
        PatternFault.LENGTH: not 1 <= pattern.minutes <= MOST_MINUTES,
        PatternFault.WEEKS_BETWEEN: not 1 <= pattern.weeks_between <= MOST_WEEKS_BETWEEN,
    }
    for fault, is_so in faults.items():
        if is_so:
            raise InvalidPattern(fault)


def _weeks_to_look_at(pattern: WeeklyPattern) -> int:
    """Return enough weeks to find every session: each may be skipped once, each week holds one."""
    weeks_left = (date.max - pattern.first_on).days // (7 * pattern.weeks_between)
    return max(1, min(MOST_SESSIONS + len(pattern.skipped) + 2, weeks_left))
