"""What people are told about their attendance."""

from uuid import UUID

from sqlalchemy import select

from app.accounts.queries import recipient_for
from app.attendance.models import Record
from app.attendance.states import StatusKind
from app.core.actor import Actor
from app.core.database import db
from app.courses.models.enrolments import Enrolment
from app.courses.models.timetable import Session
from app.notifications.services import tell


def mark_changed(
    actor: Actor, session: Session, record: Record, before: StatusKind | None, reason: str = ""
) -> None:
    """Tell a person that their mark in a register that had been closed is another one now."""
    person_id: UUID = db.session.scalars(
        select(Enrolment.trainee_id).where(Enrolment.id == record.enrolment_id)
    ).one()
    if person_id == actor.user_id:
        return
    values = {
        "title": dict(session.title),
        "run": dict(session.run.title),
        "code": session.run.code,
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "zone": session.timezone,
        "before": str(before or ""),
        "after": str(record.status or ""),
        "reason": reason,
    }
    tell(
        recipient_for(person_id),
        "attendance/mark-changed",
        values,
        path=f"/enrolments/{record.enrolment_id}/standing",
        key=f"mark-changed:{record.id}:{record.version}",
    )
