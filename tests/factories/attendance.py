"""Registers to test with."""

from datetime import timedelta
from uuid import UUID

from app.attendance.models import Record, RecordEvent
from app.attendance.states import RecordSource, StatusKind
from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.database import atomic, db
from app.courses.models.runs import Run
from app.courses.models.timetable import Session
from tests.factories.accounts import a_user
from tests.factories.courses import a_run, a_session, an_enrolment


def a_held_session(run: Run | None = None, *, people: int = 0, **values: object) -> Session:
    """Return a session that began five minutes ago, with this many people on its register."""
    run = run or a_run(capacity=None)
    session = a_session(run, starts_at=now() - timedelta(minutes=5), **values)  # type: ignore[arg-type]  # handed on as they came
    for number in range(people):
        an_enrolment(run, a_user(name=f"Person {number:03}").id)
    return session


def a_mark(
    session: Session,
    enrolment_id: UUID,
    status: StatusKind = StatusKind.PRESENT,
    *,
    source: RecordSource = RecordSource.STAFF,
    **values: object,
) -> Record:
    """Return a stored mark with its history."""
    with atomic():
        record = Record(
            session_id=session.id,
            enrolment_id=enrolment_id,
            status=status,
            source=source,
            version=1,
            marked_by=SYSTEM.user_id,
            **values,
        )
        db.session.add(record)
        db.session.flush()
        db.session.add(
            RecordEvent(
                record_id=record.id,
                number=1,
                before=None,
                after=status,
                source=source,
                actor_id=SYSTEM.user_id,
                occurred_at=now(),
            )
        )
    return record
