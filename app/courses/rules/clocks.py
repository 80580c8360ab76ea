"""One moment on several clocks, and local times that do not exist or come twice.

The truth of a session is its local wall time and IANA zone; UTC is derived from them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


class UnknownZone(ValueError):
    """No time zone has this name."""


class LocalTimeProblem(ValueError):
    """A local time that is not exactly one moment.

    `choices` are the moments that could be meant, as local times with their offset, in order.
    """

    def __init__(self, local: datetime, zone: str, choices: tuple[datetime, datetime]) -> None:
        self.local = local
        self.zone = zone
        self.choices = choices
        super().__init__(f"{local.isoformat()} in {zone}")


class NonexistentTime(LocalTimeProblem):
    """The clocks go forward over this time; `choices` are the times before and after the gap."""


class RepeatedTime(LocalTimeProblem):
    """The clocks go back over this time; `choices` are its first (fold 0) and second coming."""


@dataclass(frozen=True, slots=True)
class Clock:
    """When something starts and ends on one clock; `day_shift` counts from the first one's day."""

    zone: str
    start: datetime
    end: datetime
    day_shift: int

    @property
    def offset_minutes(self) -> int:
        """Return how far this clock is ahead of UTC when the thing starts."""
        return _offset_minutes(self.start)

    @property
    def ends_next_day(self) -> bool:
        """Return whether the end falls on a later date than the start."""
        return self.end.date() > self.start.date()


@dataclass(frozen=True, slots=True)
class Derived:
    """The UTC interval that follows from a local time, a zone and a length."""

    starts_at: datetime
    ends_at: datetime


@lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo:
    """Return the zone of this IANA name. Raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UnknownZone(name) from None


def to_utc(local: datetime, zone: str, fold: int | None = None) -> datetime:
    """Return the moment a naive local time means.

    Raises NonexistentTime, and RepeatedTime unless `fold` says which of the two is meant.
    """
    first, second = _readings(local, zone)
    if first == second:
        return first
    there = zone_of(zone)
    if first.astimezone(there).replace(tzinfo=None) != local:
        # The earlier reading of the clock lands after the gap, the later one before it.
        before, after = sorted((first.astimezone(there), second.astimezone(there)))
        raise NonexistentTime(local, zone, (before, after))
    if fold is None:
        choices = (first.astimezone(there), second.astimezone(there))
        raise RepeatedTime(local, zone, choices)
    return second if fold else first


def derived(local: datetime, zone: str, minutes: int, fold: int | None = None) -> Derived:
    """Return the interval of a session; its length is elapsed time, whatever the clocks do."""
    starts_at = to_utc(local, zone, fold)
    return Derived(starts_at, starts_at + timedelta(minutes=minutes))


def rederived(
    local: datetime, zone: str, minutes: int, starts_at: datetime, now: datetime
) -> Derived | None:
    """Return the new interval when the rules of the zone have changed under a session to come.

    None when nothing changed or the session has begun. A repeated time keeps the reading that
    is stored. Raises NonexistentTime when the new rules have no such time.
    """
    if starts_at <= now:
        return None
    first, second = _readings(local, zone)
    fold = 1 if starts_at == second and first != second else 0
    fresh = derived(local, zone, minutes, fold)
    return None if fresh.starts_at == starts_at else fresh


def on_clocks(starts_at: datetime, ends_at: datetime, zones: Iterable[str]) -> tuple[Clock, ...]:
    """Return one clock for each different zone, in the order given."""
    clocks: list[Clock] = []
    first_day: date | None = None
    for name in dict.fromkeys(zones):
        here = zone_of(name)
        start = starts_at.astimezone(here)
        first_day = first_day or start.date()
        shift = (start.date() - first_day).days
        clocks.append(Clock(name, start, ends_at.astimezone(here), shift))
    return tuple(clocks)


def difference_minutes(at: datetime, here: str, there: str) -> int:
    """Return how many minutes the clock there is ahead of the clock here at this moment."""
    return _offset_minutes(at.astimezone(zone_of(there))) - _offset_minutes(
        at.astimezone(zone_of(here))
    )


def same_day(at: datetime, here: str, there: str) -> bool:
    """Return whether both clocks show the same date at this moment."""
    return at.astimezone(zone_of(here)).date() == at.astimezone(zone_of(there)).date()


def _readings(local: datetime, zone: str) -> tuple[datetime, datetime]:
    """Return the UTC moments of both folds; they differ only at a gap or a repetition."""
    aware = local.replace(tzinfo=zone_of(zone))
    return aware.replace(fold=0).astimezone(UTC), aware.replace(fold=1).astimezone(UTC)


def _offset_minutes(local: datetime) -> int:
    return (local.utcoffset() or timedelta()) // timedelta(minutes=1)
