"""What this package announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CourseCompleted:
    """A person has met the policy of a run."""

    enrolment_id: UUID
    decision_id: UUID


@dataclass(frozen=True, slots=True)
class CourseNotCompleted:
    """A run is over and a person has not met its policy."""

    enrolment_id: UUID
    decision_id: UUID


@dataclass(frozen=True, slots=True)
class OutcomeFlipped:
    """Later facts contradict a completion; a review is open and nothing else has changed."""

    enrolment_id: UUID
    decision_id: UUID
    review_id: UUID


@dataclass(frozen=True, slots=True)
class CompletionUpheld:
    """A review found that a completion stands."""

    enrolment_id: UUID
    review_id: UUID


@dataclass(frozen=True, slots=True)
class CompletionReversed:
    """A review took a completion back."""

    enrolment_id: UUID
    review_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class ReissueAsked:
    """A review found that the completion stands and its certificate is to be issued anew."""

    enrolment_id: UUID
    review_id: UUID
    reason: str
