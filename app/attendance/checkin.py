"""Checking oneself in: the code on the wall, the personal pass, and the claim of having been there.

The code on the wall is HMAC-SHA256 over the session and the number of the time step (as in
RFC 6238, 4.2), in letters and digits that cannot be confused. It is proven before sign-in;
what is kept through a slow sign-in is a signed claim.
"""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.attendance.states import SELF_CHECK_IN, RecordSource
from app.core import codes

STEP_SECONDS = 30
CODE_LENGTH = 8
PASS_LENGTH = 8
PASS_SECONDS = 60
CLAIM_LIFETIME = timedelta(minutes=10)
CLAIM_PURPOSE = "attendance.presence"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class InvalidClaim(ValueError):
    """A payload that is not a claim of presence."""


@dataclass(frozen=True, slots=True)
class CheckInWindow:
    """From when until when people may check themselves in; the end itself is too late."""

    opens_at: datetime
    closes_at: datetime

    def holds(self, at: datetime) -> bool:
        """Return whether the moment lies in the window."""
        return self.opens_at <= at < self.closes_at


@dataclass(frozen=True, slots=True)
class Claim:
    """That its holder proved the code of a session at a moment; `id` is used once."""

    id: UUID
    session_id: UUID
    proven_at: datetime
    source: RecordSource

    def payload(self) -> dict[str, str | int]:
        """Return what to sign; the moment is in milliseconds since 1970."""
        return {
            "id": self.id.hex,
            "session": self.session_id.hex,
            "at": (self.proven_at - _EPOCH) // timedelta(milliseconds=1),
            "source": self.source.value,
        }

    def stands(self, now: datetime, window: CheckInWindow) -> bool:
        """Return whether it was proven inside the window and at most ten minutes ago."""
        return window.holds(self.proven_at) and self.proven_at <= now <= self.lapses_at

    @property
    def lapses_at(self) -> datetime:
        """Return the last moment at which the claim can be used."""
        return self.proven_at + CLAIM_LIFETIME


def window_of(starts_at: datetime, ends_at: datetime, opens_min_before: int) -> CheckInWindow:
    """Return the window of a session; it closes when the session ends."""
    return CheckInWindow(starts_at - timedelta(minutes=opens_min_before), ends_at)


def claim_from(payload: object) -> Claim:
    """Return the claim a verified payload holds. Raises InvalidClaim."""
    if not isinstance(payload, Mapping):
        raise InvalidClaim
    try:
        source = RecordSource(payload["source"])
        claim = Claim(
            UUID(hex=payload["id"]),
            UUID(hex=payload["session"]),
            _EPOCH + timedelta(milliseconds=payload["at"]),
            source,
        )
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError):
        raise InvalidClaim from None
    if source not in SELF_CHECK_IN:
        raise InvalidClaim
    return claim


def code_for(secret: bytes, session_id: UUID, at: datetime, step: int = STEP_SECONDS) -> str:
    """Return the code of a session at a moment; it changes every `step` seconds."""
    return _code(secret, session_id, _step_number(at, step))


def seconds_left(at: datetime, step: int = STEP_SECONDS) -> int:
    """Return for how many more seconds, 1 to `step`, the code of this moment is shown."""
    return step - (at - _EPOCH) // timedelta(seconds=1) % step


def is_current(
    secret: bytes, session_id: UUID, typed: str, at: datetime, step: int = STEP_SECONDS
) -> bool:
    """Return whether what was typed or scanned is the code of this time step or the one before."""
    code = codes.read_code(typed, CODE_LENGTH)
    if code is None:
        return False
    number = _step_number(at, step)
    matches = [
        hmac.compare_digest(_code(secret, session_id, one), code) for one in (number, number - 1)
    ]
    return any(matches)


def pass_at(secret: bytes, person_id: UUID, at: datetime) -> str:
    """Return what somebody's own pass shows at a moment; it changes every minute."""
    return pass_code(secret, person_id, _step_number(at, PASS_SECONDS))


def pass_holder(secret: bytes, scanned: str, people: Iterable[UUID], at: datetime) -> UUID | None:
    """Return whose pass of this minute or the one before was scanned, out of these people."""
    number = _step_number(at, PASS_SECONDS)
    shown = [(person, one) for person in people for one in (number, number - 1)]
    return holder_of(secret, scanned, shown)


def pass_code(secret: bytes, person_id: UUID, number: int = 1) -> str:
    """Return somebody's personal pass; every `number` has its own."""
    message = b"pass" + person_id.bytes + number.to_bytes(8, "big")
    return codes.encode(hmac.digest(secret, message, "sha256"), PASS_LENGTH)


def holder_of(secret: bytes, scanned: str, people: Iterable[tuple[UUID, int]]) -> UUID | None:
    """Return whose pass was scanned, out of people with their pass numbers, or None."""
    code = codes.read_code(scanned, PASS_LENGTH)
    if code is None:
        return None
    found: UUID | None = None
    for person_id, number in people:
        if hmac.compare_digest(pass_code(secret, person_id, number), code):
            found = person_id
    return found


def _code(secret: bytes, session_id: UUID, step_number: int) -> str:
    message = b"room" + session_id.bytes + step_number.to_bytes(8, "big", signed=True)
    return codes.encode(hmac.digest(secret, message, "sha256"), CODE_LENGTH)


def _step_number(at: datetime, step: int) -> int:
    return (at - _EPOCH) // timedelta(seconds=step)
