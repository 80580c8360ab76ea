"""The criteria that attendance answers: a share of the meetings, and meetings one must attend."""

from collections.abc import Iterator
from typing import Any

from app.attendance.states import StatusKind
from app.completion.rules.tree import (
    Context,
    Fault,
    Finding,
    Json,
    Verdict,
    is_whole,
    register,
)
from app.courses.states import COUNTED_SESSIONS, SessionState

ATTENDANCE = "attendance"
REQUIRED_SESSIONS = "required_sessions"
WHOLE = 10_000
MOST_SESSIONS = 500
ALL_REQUIRED = "all"
_MISSED = frozenset({StatusKind.ABSENT.value, StatusKind.EXCUSED.value})


class AttendanceShare:
    """`{"criterion": "attendance", "threshold_bp": 8000}`: a share of what counts for the person.

    Pending while an open meeting can still bring the share to the threshold or below it.
    """

    def problems(self, node: Json) -> Iterator[tuple[str, Fault]]:
        """Yield what is wrong with the threshold."""
        yield from _unknown(node, {"threshold_bp"})
        threshold = node.get("threshold_bp")
        if threshold is None:
            yield "threshold_bp", Fault.MISSING
        elif not is_whole(threshold):
            yield "threshold_bp", Fault.WRONG_TYPE
        elif not 1 <= threshold <= WHOLE:
            yield "threshold_bp", Fault.OUT_OF_RANGE

    def find(self, node: Json, facts: Json, context: Context) -> Finding:
        """Return the share so far and what becomes of it."""
        threshold = node["threshold_bp"]
        found = context.tally(facts)
        return Finding(
            _verdict(
                found.open_weights, found.meets(threshold), can=found.can_still_meet(threshold)
            ),
            found.so_far_bp,
            threshold,
            found.evidence,
        )


class RequiredSessions:
    """`{"criterion": "required_sessions", "sessions": "all"}` or a list of session ids.

    Every one must have been attended, late or in part included; with `"excused_counts": true`
    an accepted excuse does as well. A cancelled meeting is asked of nobody.
    """

    def problems(self, node: Json) -> Iterator[tuple[str, Fault]]:
        """Yield what is wrong with the list of sessions."""
        yield from _unknown(node, {"sessions", "excused_counts"})
        wanted = node.get("sessions")
        if wanted is None:
            yield "sessions", Fault.MISSING
        elif wanted != ALL_REQUIRED and not _is_list_of_ids(wanted):
            yield "sessions", Fault.WRONG_TYPE
        elif len(wanted) > MOST_SESSIONS or not wanted:
            yield "sessions", Fault.OUT_OF_RANGE
        if not isinstance(node.get("excused_counts", False), bool):
            yield "excused_counts", Fault.WRONG_TYPE

    def find(self, node: Json, facts: Json, context: Context) -> Finding:  # noqa: ARG002 -- protocol
        """Return how many of the sessions were attended, out of how many."""
        wanted = node["sessions"]
        rows = [
            row
            for row in facts.get("attendance", [])
            if wanted == ALL_REQUIRED or row["id"] in wanted
        ]
        missed = _MISSED - ({StatusKind.EXCUSED.value} if node.get("excused_counts") else set())
        verdicts = [_of_one(row, missed) for row in rows]
        return Finding(
            _all(verdicts),
            verdicts.count(Verdict.MET),
            len(verdicts),
            tuple(row["id"] for row in rows),
        )


def _verdict(open_weights: tuple[int, ...], meets: bool | None, *, can: bool) -> Verdict:
    if not can and (open_weights or meets is not None):
        return Verdict.NOT_MET
    if open_weights or meets is None:
        return Verdict.PENDING
    return Verdict.MET if meets else Verdict.NOT_MET


def _of_one(row: dict[str, Any], missed: frozenset[str]) -> Verdict:
    state = SessionState(row["state"])
    if state not in COUNTED_SESSIONS:
        return Verdict.PENDING
    if row["mark"] is None:
        return Verdict.NOT_MET if state == SessionState.LOCKED else Verdict.PENDING
    return Verdict.NOT_MET if row["mark"] in missed else Verdict.MET


def _all(verdicts: list[Verdict]) -> Verdict:
    """Return what holds of all; of none at all nothing is known."""
    if Verdict.NOT_MET in verdicts:
        return Verdict.NOT_MET
    return Verdict.PENDING if Verdict.PENDING in verdicts or not verdicts else Verdict.MET


def _unknown(node: Json, known: set[str]) -> Iterator[tuple[str, Fault]]:
    for key in node:
        if key != "criterion" and key not in known:
            yield str(key), Fault.UNKNOWN_KEY


def _is_list_of_ids(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


register(ATTENDANCE, AttendanceShare())
register(REQUIRED_SESSIONS, RequiredSessions())
