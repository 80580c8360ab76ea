"""What this package announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SessionHeld:
    """A session takes or took place: somebody was marked, or staff said so."""

    session_id: UUID
    run_id: UUID


@dataclass(frozen=True, slots=True)
class RegisterLocked:
    """A register is complete; whoever was unmarked in it is absent."""

    session_id: UUID
    run_id: UUID


@dataclass(frozen=True, slots=True)
class RegisterUnlocked:
    """A register was opened again to be corrected."""

    session_id: UUID
    run_id: UUID
    reason: str
