"""Why a certificate was withdrawn, and why one cannot be made: fixed choices, no words."""

from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why a certificate lost its force; its words are shown to everyone who checks it."""

    ISSUED_IN_ERROR = "issued_in_error"
    NAME_CORRECTED = "name_corrected"
    DETAILS_CORRECTED = "details_corrected"
    COMPLETION_REVERSED = "completion_reversed"
    MISCONDUCT = "misconduct"
    UNDER_REVIEW = "under_review"
    OTHER = "other"


REVOKING = (
    Reason.ISSUED_IN_ERROR,
    Reason.COMPLETION_REVERSED,
    Reason.MISCONDUCT,
    Reason.OTHER,
)
SUSPENDING = (Reason.UNDER_REVIEW, Reason.OTHER)
REPLACING = (Reason.NAME_CORRECTED, Reason.DETAILS_CORRECTED)
CANCELLING = (Reason.COMPLETION_REVERSED, Reason.DETAILS_CORRECTED)


class Kind(StrEnum):
    """What a certificate says of its holder."""

    COMPLETION = "completion"
    ATTENDANCE = "attendance"


class Obstacle(StrEnum):
    """Why a certificate cannot be issued now."""

    NOT_COMPLETED = "not_completed"
    NO_DECISION = "no_decision"
    NOT_MET = "not_met"
    UNDER_REVIEW = "under_review"
    REGISTER_OPEN = "register_open"
    NAME_MISSING = "name_missing"
    NAME_UNCONFIRMED = "name_unconfirmed"
    NAME_UNDRAWABLE = "name_undrawable"
    ALREADY_ISSUED = "already_issued"


ABOUT_NAMES = frozenset(
    {Obstacle.NAME_MISSING, Obstacle.NAME_UNCONFIRMED, Obstacle.NAME_UNDRAWABLE}
)
"""What the holder alone can put right."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One obstacle of one person, with what its words need."""

    obstacle: Obstacle
    values: dict[str, object] = field(default_factory=dict)
