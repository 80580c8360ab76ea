"""Where a run stands for somebody who looks at it now; derived, never stored."""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from app.courses.rules.capacity import Entry, entry, free_seats
from app.courses.states import RunState


class Phase(StrEnum):
    """What a run is for its readers."""

    UPCOMING = "upcoming"
    ENROLMENT_OPEN = "enrolment_open"
    FULL = "full"
    IN_PROGRESS = "in_progress"
    ENDED = "ended"


class Dated(Protocol):
    """What the phase of a run follows from."""

    @property
    def state(self) -> RunState: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def timezone(self) -> str: ...
    @property
    def enrol_opens_at(self) -> datetime: ...
    @property
    def enrol_closes_at(self) -> datetime: ...
    @property
    def capacity(self) -> int | None: ...
    @property
    def seats_taken(self) -> int: ...
    @property
    def waitlist_capacity(self) -> int | None: ...


class Standing(NamedTuple):
    """The phase of a run with the numbers behind it."""

    phase: Phase
    left: int | None
    """Seats left; None when there is no limit."""
    waiting: int
    """People in the queue."""
    may_queue: bool
    """Whether a full run still takes people into its queue."""
    window_is_over: bool
    """Whether enrolment has closed for good."""


def standing(run: Dated, waiting: int, now: datetime) -> Standing:
    """Return where a run stands, with this many people in its queue."""
    left = free_seats(run.capacity, run.seats_taken)
    gives = entry(run.capacity, run.seats_taken, waiting, run.waitlist_capacity)
    return Standing(
        _phase(run, gives, now),
        left,
        waiting,
        gives is Entry.QUEUE,
        now >= run.enrol_closes_at,
    )


def _phase(run: Dated, gives: Entry, now: datetime) -> Phase:
    if run.state not in (RunState.PUBLISHED, RunState.DRAFT):
        return Phase.ENDED
    today = now.astimezone(ZoneInfo(run.timezone)).date()
    if today > run.ends_on:
        return Phase.ENDED
    if run.enrol_opens_at <= now < run.enrol_closes_at:
        return Phase.ENROLMENT_OPEN if gives is Entry.SEAT else Phase.FULL
    return Phase.IN_PROGRESS if today >= run.starts_on else Phase.UPCOMING
