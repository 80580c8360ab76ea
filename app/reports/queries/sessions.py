"""The sessions of a person's days, whether learning or teaching."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, union
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.core.database import is_any, read_prepared
from app.core.prepared import Prepared
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run, RunStaff
from app.courses.models.timetable import Room, Session
from app.courses.states import EnrolmentState, RunState, SessionState

# The person's own runs come first: asking each session of these days whether it is theirs would
# cost more the larger the centre is.
_OWN_RUNS = union(
    select(Enrolment.run_id).where(
        Enrolment.trainee_id == bindparam("person"), Enrolment.state == EnrolmentState.ACTIVE
    ),
    select(RunStaff.run_id).where(RunStaff.user_id == bindparam("person")),
)
_TEACHES = (
    select(RunStaff.user_id)
    .where(RunStaff.run_id == Session.run_id, RunStaff.user_id == bindparam("person"))
    .correlate(Session)
    .exists()
)
_others = aliased(Session)
_IN_ALL = (
    select(func.count())
    .where(_others.run_id == Session.run_id, _others.state != SessionState.CANCELLED)
    .correlate(Session)
    .scalar_subquery()
)
_teacher = aliased(User)
_DAYS = Prepared(
    select(
        Session.id,
        Session.run_id,
        Session.number,
        Session.title,
        Session.starts_at,
        Session.ends_at,
        Session.timezone,
        Session.state,
        func.coalesce(func.nullif(Session.venue, ""), Run.venue).label("venue"),
        func.coalesce(func.nullif(Session.meeting_url, ""), Run.meeting_url).label("meeting_url"),
        Session.checkin_opens_minutes,
        Session.absent_after_minutes,
        Run.title.label("run_title"),
        Room.name.label("room"),
        _teacher.display_name.label("teacher"),
        _IN_ALL.label("in_all"),
        _TEACHES.label("teaches"),
    )
    .join(Run, Run.id == Session.run_id)
    .outerjoin(Room, Room.id == Session.room_id)
    .outerjoin(_teacher, _teacher.id == Session.teacher_id)
    .where(
        Session.run_id.in_(_OWN_RUNS),
        Session.ends_at > bindparam("since"),
        Session.starts_at < bindparam("until"),
        Session.state != SessionState.CANCELLED,
        is_any(Run.state, RunState.PUBLISHED, RunState.CLOSED),
    )
    .order_by(Session.starts_at, Session.id)
)


def of_days(person: UUID, since: datetime, until: datetime) -> Sequence[Any]:
    """Return the sessions the person learns or teaches in between two instants. One query."""
    values = {"person": person, "since": since, "until": until}
    return read_prepared(_DAYS, values)


def next_of(rows: Sequence[Any], moment: datetime) -> Any | None:
    """Return the session that is under way or comes first within two days."""
    coming = (row for row in rows if row.ends_at > moment)
    found = next(coming, None)
    return found if found and found.starts_at < moment + timedelta(days=2) else None
