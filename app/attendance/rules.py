"""Attendance arithmetic: credits, shares, what is still possible, and whose mark stands.

Shares are in basis points (8000 is 80 %). Sums are exact; thresholds are compared without
division, so eight of ten meetings meet 80 %.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from app.attendance.states import AUTOMATIC, RecordSource, StatusKind
from app.courses.states import COUNTED_SESSIONS, SessionState

WHOLE = 10_000
MINUTE = timedelta(minutes=1)

# What an automatic source may change only for the better.
_RANK = {
    StatusKind.ABSENT: 0,
    StatusKind.PARTIAL: 1,
    StatusKind.LEFT_EARLY: 2,
    StatusKind.LATE: 3,
    StatusKind.PRESENT: 4,
    StatusKind.EXCUSED: 5,
}


class InvalidCredits(ValueError):
    """A credit table that cannot be; the message names the field."""


@dataclass(frozen=True, slots=True)
class Credits:
    """What each mark is worth in basis points, and which excuses are left out of the sum.

    Missing at most `late_limit_minutes` of a meeting is worth `late_bp`, more `too_late_bp`;
    an unknown number of minutes counts as within the limit. Excused meetings leave the sum
    until they weigh `max_excused_bp` of all; those beyond count as absent.
    """

    late_limit_minutes: int = 15
    late_bp: int = WHOLE
    too_late_bp: int = WHOLE // 2
    max_excused_bp: int = 2_500

    def __post_init__(self) -> None:
        for name in ("late_bp", "too_late_bp", "max_excused_bp"):
            if not 0 <= getattr(self, name) <= WHOLE:
                raise InvalidCredits(name)
        if not 0 <= self.late_limit_minutes <= 24 * 60:
            raise InvalidCredits("late_limit_minutes")


class Meeting(NamedTuple):
    """One session as the arithmetic sees it; without a group it is everybody's."""

    id: str
    starts_at: datetime
    minutes: int
    weight: int
    state: SessionState
    required: bool = True
    group: str | None = None


class Mark(NamedTuple):
    """What the register says of one person at one meeting; minutes may be unknown."""

    kind: StatusKind
    minutes_present: int | None = None
    minutes_late: int | None = None


@dataclass(frozen=True, slots=True)
class GroupStay:
    """A time in a group, from its first moment up to, not including, its last."""

    group: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How one person stands in one run.

    `earned` of `weight` is what has been decided; `open_weights` are the meetings without a
    mark, held or still to come, in order of time; `counts` are marks by kind.
    """

    earned: Fraction | int
    weight: int
    open_weights: tuple[int, ...] = ()
    counts: Mapping[StatusKind, int] = field(default_factory=dict)
    unmarked: int = 0
    to_come: int = 0
    excuses_refused: int = 0
    evidence: tuple[str, ...] = ()

    @property
    def so_far_bp(self) -> int | None:
        """Return the share so far, rounded down; None while nothing is decided."""
        return _share(self.earned, self.weight)

    @property
    def best_bp(self) -> int | None:
        """Return the share if every open meeting is attended."""
        still = sum(self.open_weights)
        return _share(self.earned + still, self.weight + still)

    @property
    def worst_bp(self) -> int | None:
        """Return the share if every open meeting is missed."""
        return _share(self.earned, self.weight + sum(self.open_weights))

    def meets(self, threshold_bp: int) -> bool | None:
        """Return whether what is decided reaches the threshold; None while nothing is decided."""
        return _reaches(self.earned, self.weight, threshold_bp) if self.weight else None

    def can_still_meet(self, threshold_bp: int) -> bool:
        """Return whether attending everything that is open would reach the threshold."""
        still = sum(self.open_weights)
        total = self.weight + still
        return total > 0 and _reaches(self.earned + still, total, threshold_bp)

    def may_miss(self, threshold_bp: int) -> int | None:
        """Return how many open meetings, whichever they are, can be missed; None if it is too late.

        The heaviest are taken to be missed first, so the promise holds for any of them.
        """
        if not self.can_still_meet(threshold_bp):
            return None
        still = sum(self.open_weights)
        spare = (self.earned + still) * WHOLE // 1 - (self.weight + still) * threshold_bp
        missed = 0
        for weight in sorted(self.open_weights, reverse=True):
            spare -= weight * WHOLE
            if spare < 0:
                break
            missed += 1
        return missed


def applicable(
    meetings: Iterable[Meeting],
    active_from: datetime | None,
    active_to: datetime | None = None,
    groups: Sequence[GroupStay] = (),
) -> list[Meeting]:
    """Return the required meetings that count for an enrolment, in order of time.

    A meeting counts when it starts in [active_from, active_to) and is not cancelled; one of a
    group only when the person was in that group at its start.
    """
    if active_from is None:
        return []
    found = [
        one
        for one in meetings
        if one.required
        and one.state != SessionState.CANCELLED
        and active_from <= one.starts_at
        and (active_to is None or one.starts_at < active_to)
        and (one.group is None or _was_in(one.group, one.starts_at, groups))
    ]
    return sorted(found, key=lambda one: (one.starts_at, one.id))


def tally(
    meetings: Iterable[Meeting], marks: Mapping[str, Mark], credits_: Credits | None = None
) -> Tally:
    """Return how somebody stands, given what `applicable` returned and their marks by meeting id.

    A held meeting without a mark is open; a locked one without a mark was missed.
    """
    table = credits_ or Credits()
    ordered = list(meetings)
    excuses_left = sum(one.weight for one in ordered) * table.max_excused_bp
    earned: Fraction | int = 0
    weight, refused = 0, 0
    open_weights: list[int] = []
    states: Counter[str] = Counter()
    counts: Counter[StatusKind] = Counter()
    for one in ordered:
        mark = _mark_of(one, marks)
        if mark is None:
            open_weights.append(one.weight)
            states["unmarked" if one.state in COUNTED_SESSIONS else "to_come"] += 1
            continue
        counts[mark.kind] += 1
        if mark.kind == StatusKind.EXCUSED:
            if one.weight * WHOLE <= excuses_left:
                excuses_left -= one.weight * WHOLE
                continue
            refused += 1
        weight += one.weight
        earned += one.weight * credit(mark, one.minutes, table)
    return Tally(
        earned=earned,
        weight=weight,
        open_weights=tuple(open_weights),
        counts=dict(counts),
        unmarked=states["unmarked"],
        to_come=states["to_come"],
        excuses_refused=refused,
        evidence=tuple(one.id for one in ordered),
    )


def credit(mark: Mark, meeting_minutes: int, table: Credits) -> Fraction | int:
    """Return what a mark is worth, from 0 to 1; an excuse that is not left out is worth nothing."""
    if mark.kind == StatusKind.PRESENT:
        return 1
    if mark.kind in (StatusKind.LATE, StatusKind.LEFT_EARLY):
        within = (mark.minutes_late or 0) <= table.late_limit_minutes
        return Fraction(table.late_bp if within else table.too_late_bp, WHOLE)
    if mark.kind == StatusKind.PARTIAL and meeting_minutes > 0:
        present = min(max(mark.minutes_present or 0, 0), meeting_minutes)
        return Fraction(present, meeting_minutes)
    return 0


class Precedence(StrEnum):
    """What becomes of a mark that meets an earlier one."""

    WRITE = "write"
    KEEP = "keep"


def precedence(
    current: tuple[StatusKind, RecordSource] | None,
    incoming: tuple[StatusKind, RecordSource],
) -> Precedence:
    """Return whether an incoming mark replaces the one that stands.

    What a person marked is only changed by a person. An automatic source may mark who is
    unmarked and better what an automatic source marked; closing the register marks only who
    is unmarked.
    """
    kind, source = incoming
    if current is None or source not in AUTOMATIC:
        return Precedence.WRITE
    current_kind, current_source = current
    if source == RecordSource.AUTO_CLOSE or current_source not in AUTOMATIC:
        return Precedence.KEEP
    return Precedence.WRITE if _RANK[kind] > _RANK[current_kind] else Precedence.KEEP


def arrival(
    starts_at: datetime,
    arrived_at: datetime,
    late_after_min: int,
    absent_after_min: int | None = None,
) -> StatusKind:
    """Return what arriving at this moment means; exactly at a limit is still within it."""
    delay = arrived_at - starts_at
    if absent_after_min is not None and delay > absent_after_min * MINUTE:
        return StatusKind.ABSENT
    return StatusKind.LATE if delay > late_after_min * MINUTE else StatusKind.PRESENT


def minutes_late(starts_at: datetime, arrived_at: datetime) -> int:
    """Return how many minutes of the meeting were missed, begun minutes counting whole."""
    return max(0, -((starts_at - arrived_at) // MINUTE))


def minutes_present(
    starts_at: datetime, ends_at: datetime, stays: Iterable[tuple[datetime, datetime]]
) -> int:
    """Return the full minutes of presence, joining overlapping stays and cutting the ends."""
    there = timedelta()
    reached = starts_at
    for came, left in sorted(stays):
        start, end = max(came, reached), min(left, ends_at)
        if end > start:
            there += end - start
            reached = end
    return there // MINUTE


def _mark_of(one: Meeting, marks: Mapping[str, Mark]) -> Mark | None:
    """Return the mark that counts: none for a meeting to come, absent for a locked one without."""
    if one.state not in COUNTED_SESSIONS:
        return None
    missed = Mark(StatusKind.ABSENT) if one.state == SessionState.LOCKED else None
    return marks.get(one.id, missed)


def _was_in(group: str, at: datetime, groups: Sequence[GroupStay]) -> bool:
    return any(
        stay.group == group and stay.since <= at and (stay.until is None or at < stay.until)
        for stay in groups
    )


def _share(earned: Fraction | int, weight: int) -> int | None:
    return earned * WHOLE // weight if weight else None


def _reaches(earned: Fraction | int, weight: int, threshold_bp: int) -> bool:
    return earned * WHOLE >= threshold_bp * weight
