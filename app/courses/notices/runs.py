"""What people are told about runs and sessions; times travel as ISO text with a second zone."""

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app

from app.accounts.queries import recipient_for
from app.courses.calendars import as_event
from app.courses.models.runs import Run
from app.courses.models.timetable import Session
from app.courses.notices.enrolments import everyone_of_run
from app.courses.queries import runs
from app.courses.queries.timetable import place_of
from app.courses.states import OPEN, EnrolmentState, SessionState, StaffRole
from app.notifications.calendars import as_cancellations, as_invitation, as_invitations
from app.notifications.recipients import Recipient
from app.notifications.services import tell

MOST_LISTED = 10
"""Sessions named in one message; the page names them all."""

_ATTENDING = (EnrolmentState.ACTIVE, EnrolmentState.OFFERED)


def run_cancelled(run: Run, sessions: Sequence[Session], reason: str) -> None:
    """Tell everyone with a place, in the queue or on the staff that the run is not held."""
    attending = {person.user_id for person in _people(run)} if sessions else set()
    for person in _people(run, waiting=True):
        events = [as_event(session, run, person.language) for session in sessions]
        attends = person.user_id in attending
        tell(
            person,
            "courses/run-cancelled",
            _values(run, person)
            | {
                "reason": reason,
                "count": len(sessions),
                "sessions": [_times(session) for session in sessions[:MOST_LISTED]],
            },
            path=f"/runs/{run.id}",
            key=f"run-cancelled:{run.id}",
            calendar=as_cancellations(events, person) if attends else None,
            calendar_method="CANCEL",
        )


def run_moved(run: Run, sessions: Sequence[Session], changed: Set[str]) -> None:
    """Tell everyone who takes part or teaches of a new place or link of a run, once for all of it.

    `sessions` are those that follow the run; the calendar entries of these go with the message.
    """
    values = {
        "venue": run.venue,
        "meeting_url": run.meeting_url,
        "has_new_place": "venue" in changed,
        "has_new_link": "meeting_url" in changed,
    }
    _tell_of_sessions("run-moved", run, sessions, values, key=f"run-moved:{run.id}:{run.version}")


def sessions_planned(run: Run, sessions: Sequence[Session]) -> None:
    """Tell everyone who takes part or teaches that sessions were added to a public run."""
    key = f"sessions-planned:{sessions[0].id}"
    _tell_of_sessions("sessions-planned", run, sessions, {}, key=key)


def session_moved(
    run: Run, session: Session, before_starts_at: datetime, before_ends_at: datetime
) -> None:
    """Tell everyone who takes part or teaches that a session is at another time or place."""
    former = {
        "before_starts_at": before_starts_at.isoformat(),
        "before_ends_at": before_ends_at.isoformat(),
        "has_new_time": (before_starts_at, before_ends_at) != (session.starts_at, session.ends_at),
    }
    _tell_of_session("session-moved", run, session, former)


def session_cancelled(run: Run, session: Session, reason: str) -> None:
    """Tell everyone who takes part or teaches that a session is not held, and why."""
    _tell_of_session("session-cancelled", run, session, {"reason": reason})


def session_restored(run: Run, session: Session) -> None:
    """Tell everyone who takes part or teaches that a cancelled session is held after all."""
    _tell_of_session("session-restored", run, session, {})


def message(run: Run, person: Recipient, *, by: str, subject: str, words: str) -> None:
    """Pass on what somebody who looks after the run writes; it is read in the notice itself."""
    values = _values(run, person) | {"by": by, "subject": subject, "words": words}
    tell(person, "courses/message", values)


def joined_staff(run: Run, user_id: UUID, role: StaffRole) -> None:
    """Tell somebody that they are on the staff of a run."""
    person = recipient_for(user_id)
    values = _values(run, person) | {"is_lead": role == StaffRole.LEAD}
    tell(person, "courses/joined-staff", values, path=f"/runs/{run.id}")


def _tell_of_sessions(
    name: str, run: Run, sessions: Sequence[Session], values: dict[str, Any], *, key: str
) -> None:
    """Tell of several sessions in one message that brings the entries of all of them."""
    places = [place_of(session, run) for session in sessions]
    for person in _people(run):
        events = [
            as_event(session, run, person.language, place=place)
            for session, place in zip(sessions, places, strict=True)
        ]
        tell(
            person,
            f"courses/{name}",
            _values(run, person)
            | {
                "count": len(sessions),
                "sessions": [_times(session) for session in sessions[:MOST_LISTED]],
            }
            | values,
            path=f"/runs/{run.id}",
            key=key,
            calendar=as_invitations(events, "REQUEST", person) or None,
        )


def _tell_of_session(name: str, run: Run, session: Session, values: dict[str, Any]) -> None:
    """Each change of a session has its own sequence, so nobody is told twice of one."""
    method = "CANCEL" if session.state == SessionState.CANCELLED else "REQUEST"
    place = place_of(session, run)
    for person in _people(run):
        tell(
            person,
            f"courses/{name}",
            _values(run, person)
            | _times(session)
            | {"venue": place, "meeting_url": session.meeting_url or run.meeting_url}
            | values,
            path=f"/runs/{run.id}",
            key=f"{name}:{session.id}:{session.ical_sequence}",
            calendar=as_invitation(
                as_event(session, run, person.language, place=place), method, person
            ),
            calendar_method=method,
        )


def _people(run: Run, *, waiting: bool = False) -> list[Recipient]:
    people = everyone_of_run(run.id, OPEN if waiting else _ATTENDING)
    known = {person.user_id for person in people}
    staff = [recipient_for(one.user_id) for one in runs.staff_of(run.id)]
    return people + [person for person in staff if person.user_id not in known]


def _times(session: Session) -> dict[str, Any]:
    return {
        "title": dict(session.title),
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
    }


def _values(run: Run, person: Recipient) -> dict[str, Any]:
    """Return what every message says; `zone` is the clock beside the reader's own."""
    other: str = current_app.config["SETTINGS"].other_timezone
    return {
        "run": dict(run.title),
        "code": run.code,
        "zone": run.timezone if run.timezone != person.timezone else other,
        "starts_on": run.starts_on.isoformat(),
    }
