"""Reading single marks and their history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select

from app.accounts.models import User
from app.attendance.models import Record, RecordEvent
from app.attendance.states import RecordSource, StatusKind
from app.audit.models import StateChange
from app.core.database import db
from app.courses.models.enrolments import Enrolment
from app.courses.models.timetable import Session


@dataclass(frozen=True, slots=True)
class Change:
    """One step in the history of a mark; `by` is empty for the system itself."""

    number: int
    before: StatusKind | None
    after: StatusKind | None
    minutes_late: int | None
    source: RecordSource
    by: str
    reason: str
    occurred_at: datetime
    recorded_at: datetime


def locked(session_id: UUID, enrolment_id: UUID) -> Record | None:
    """Return the record under a lock, or None where nothing was ever marked."""
    query = (
        select(Record)
        .where(Record.session_id == session_id, Record.enrolment_id == enrolment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).one_or_none()


def event_with(client_key: str) -> RecordEvent | None:
    """Return the change that a click or scan with this key made before."""
    query = select(RecordEvent).where(RecordEvent.client_key == client_key)
    return db.session.scalars(query).one_or_none()


def was_closed(session_id: UUID) -> bool:
    """Tell whether the register of a session was closed before and then opened again."""
    query = exists().where(StateChange.subject_id == session_id, StateChange.action == "unlock")
    return bool(db.session.scalar(select(query)))


def last_event(record_id: UUID) -> RecordEvent:
    """Return the latest change of a mark."""
    query = (
        select(RecordEvent)
        .where(RecordEvent.record_id == record_id)
        .order_by(RecordEvent.number.desc())
        .limit(1)
    )
    return db.session.scalars(query).one()


def event_before(record_id: UUID, number: int) -> RecordEvent | None:
    """Return the change before the one of that number."""
    query = select(RecordEvent).where(
        RecordEvent.record_id == record_id, RecordEvent.number == number - 1
    )
    return db.session.scalars(query).one_or_none()


def history(record_id: UUID) -> Sequence[Change]:
    """Return every change of a mark, the latest first."""
    query = (
        select(
            RecordEvent.number,
            RecordEvent.before,
            RecordEvent.after,
            RecordEvent.minutes_late,
            RecordEvent.source,
            User.display_name,
            RecordEvent.reason,
            RecordEvent.occurred_at,
            RecordEvent.recorded_at,
        )
        .outerjoin(User, User.id == RecordEvent.actor_id)
        .where(RecordEvent.record_id == record_id)
        .order_by(RecordEvent.number.desc())
    )
    return [
        Change(number, before, after, late, source, by or "", reason, occurred_at, recorded_at)
        for number, before, after, late, source, by, reason, occurred_at, recorded_at in (
            db.session.execute(query)
        )
    ]


def of_enrolment(enrolment_id: UUID) -> Sequence[tuple[Session, Record | None]]:
    """Return the sessions of somebody's run with their marks, in order of time."""
    query = (
        select(Session, Record)
        .join(Enrolment, Enrolment.run_id == Session.run_id)
        .outerjoin(
            Record, (Record.session_id == Session.id) & (Record.enrolment_id == Enrolment.id)
        )
        .where(Enrolment.id == enrolment_id)
        .order_by(Session.starts_at, Session.id)
    )
    return [(session, record) for session, record in db.session.execute(query)]
