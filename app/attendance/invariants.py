"""What must be true of registers at all times."""

from collections.abc import Iterable

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from app.attendance.models import Record, RecordEvent
from app.attendance.queries.registers import on_roster
from app.core.database import db
from app.core.invariants import invariant
from app.courses.models.enrolments import Enrolment
from app.courses.models.timetable import Session
from app.courses.states import SessionState


@invariant("Every mark has its whole history, and says what the last change said.")
def history_is_whole() -> Iterable[str]:
    last = aliased(RecordEvent)
    query = (
        select(Record.id, Record.version, func.count(RecordEvent.id), last.after, Record.status)
        .outerjoin(RecordEvent, RecordEvent.record_id == Record.id)
        .outerjoin(last, and_(last.record_id == Record.id, last.number == Record.version))
        .group_by(Record.id, Record.version, last.after, Record.status)
    )
    for record_id, version, number, after, status in db.session.execute(query):
        if number != version or after != status:
            yield f"record {record_id}: version {version} of {number}, {after} is not {status}"


@invariant("Nobody on a closed register is unmarked.")
def closed_registers_are_complete() -> Iterable[str]:
    query = (
        select(Session.id, Enrolment.id)
        .join(Enrolment, and_(Enrolment.run_id == Session.run_id, on_roster(Session.starts_at)))
        .outerjoin(
            Record, and_(Record.session_id == Session.id, Record.enrolment_id == Enrolment.id)
        )
        .where(Session.state == SessionState.LOCKED, Record.status.is_(None))
    )
    for session_id, enrolment_id in db.session.execute(query):
        yield f"session {session_id} is closed, enrolment {enrolment_id} is not marked"


@invariant("Marks belong to people and sessions of one run.")
def marks_stay_in_their_run() -> Iterable[str]:
    query = (
        select(Record.id)
        .join(Session, Session.id == Record.session_id)
        .join(Enrolment, Enrolment.id == Record.enrolment_id)
        .where(or_(Session.run_id != Enrolment.run_id, Enrolment.active_from.is_(None)))
    )
    for record_id in db.session.scalars(query):
        yield f"record {record_id} marks somebody of another run"
