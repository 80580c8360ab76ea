"""What this package announces."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CoursePublished:
    """A version of a course can be run from now on."""

    course_id: UUID


@dataclass(frozen=True, slots=True)
class RunPublished:
    """A run can be seen, and enrolled in once its window opens."""

    run_id: UUID


@dataclass(frozen=True, slots=True)
class RunClosed:
    """Teaching is over; results can be decided."""

    run_id: UUID


@dataclass(frozen=True, slots=True)
class RunReopened:
    """A closed run goes on."""

    run_id: UUID


@dataclass(frozen=True, slots=True)
class RunCancelled:
    """A run will not be held; its sessions to come are cancelled as well."""

    run_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class CapacityChanged:
    """A run has more or fewer seats; nobody loses one."""

    run_id: UUID
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class SessionsPlanned:
    """Sessions were added to a run."""

    run_id: UUID
    session_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class SessionMoved:
    """A session takes place at another time or place; its calendar sequence has grown."""

    session_id: UUID
    run_id: UUID
    before_starts_at: datetime
    before_ends_at: datetime


@dataclass(frozen=True, slots=True)
class SessionCancelled:
    """A session will not be held; its calendar sequence has grown."""

    session_id: UUID
    run_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class SessionRestored:
    """A cancelled session takes place after all; its calendar sequence has grown."""

    session_id: UUID
    run_id: UUID


# Places in a run


@dataclass(frozen=True, slots=True)
class PlaceConfirmed:
    """A person has a seat in a run, and is learning in it from now on."""

    enrolment_id: UUID
    run_id: UUID
    trainee_id: UUID


@dataclass(frozen=True, slots=True)
class PlaceOffered:
    """A seat is held for a person of the queue until the offer lapses."""

    enrolment_id: UUID
    run_id: UUID
    trainee_id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PlaceGivenUp:
    """A person who was learning in a run no longer does: withdrawn, removed or transferred."""

    enrolment_id: UUID
    run_id: UUID
    trainee_id: UUID
