"""The recorded facts of one enrolment as JSON, and attendance read back from them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.attendance.rules import Credits, Mark, Meeting, Tally, tally
from app.attendance.states import StatusKind
from app.courses.states import COUNTED_SESSIONS, SessionState

Json = Mapping[str, Any]


def facts_of(
    meetings: Iterable[Meeting],
    marks: Mapping[str, Mark],
    *,
    run_closed: bool,
    further: Json | None = None,
) -> dict[str, Any]:
    """Return the facts to evaluate and to store; `meetings` is what `applicable` returned.

    `further` are facts of other criteria by their own keys.
    """
    ordered = list(meetings)
    return {
        **(further or {}),
        "attendance": attendance_facts(ordered, marks),
        "run_closed": run_closed,
        "sessions_to_come": sum(one.state not in COUNTED_SESSIONS for one in ordered),
    }


def attendance_facts(
    meetings: Iterable[Meeting], marks: Mapping[str, Mark]
) -> list[dict[str, Any]]:
    """Return one row for each meeting that counts for the person, with the mark where there is one.

    What a mark says about minutes is kept only for the kinds whose worth depends on it.
    """
    return [_row(one, marks.get(one.id)) for one in meetings]


def tally_of(facts: Json, credits_: Credits) -> Tally:
    """Return the attendance that facts hold; without any, nothing is decided."""
    rows = facts.get("attendance", [])
    meetings = [
        Meeting(
            id=row["id"],
            starts_at=datetime.fromisoformat(row["starts_at"]),
            minutes=row["minutes"],
            weight=row["weight"],
            state=SessionState(row["state"]),
        )
        for row in rows
    ]
    marks = {
        row["id"]: Mark(
            StatusKind(row["mark"]), row.get("minutes_present"), row.get("minutes_late")
        )
        for row in rows
        if row["mark"] is not None
    }
    return tally(meetings, marks, credits_)


def _row(one: Meeting, mark: Mark | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": one.id,
        "starts_at": one.starts_at.isoformat(),
        "minutes": one.minutes,
        "weight": one.weight,
        "state": one.state.value,
        "mark": mark.kind.value if mark else None,
    }
    if mark and mark.kind == StatusKind.PARTIAL:
        row["minutes_present"] = mark.minutes_present
    if mark and mark.kind in (StatusKind.LATE, StatusKind.LEFT_EARLY):
        row["minutes_late"] = mark.minutes_late
    return row
