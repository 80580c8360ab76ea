"""What this package announces."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CallExtended:
    """A call closes later than was published."""

    call_id: UUID
    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True)
class CallClosed:
    """A call takes no more applications."""

    call_id: UUID


@dataclass(frozen=True, slots=True)
class CallCancelled:
    """A call was given up."""

    call_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class ResultsReleased:
    """The embargo is over: applicants may learn what was decided, and offers begin to run."""

    call_id: UUID


@dataclass(frozen=True, slots=True)
class CallFinalised:
    """The public notice and the time to appeal are over."""

    call_id: UUID
