"""Reading sessions, rooms and who is busy when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.core.actor import Actor
from app.core.database import Text, db
from app.core.errors import NotFound
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.courses import policies
from app.courses.models.runs import Run
from app.courses.models.timetable import Room, Session
from app.courses.rules.recurrence import Busy, BusyKind
from app.courses.states import SessionState

_SESSIONS = (
    select(
        Session.id,
        Session.number,
        Session.title,
        Session.starts_at,
        Session.ends_at,
        Session.local_start,
        Session.timezone,
        Session.duration_minutes,
        Session.venue,
        Session.meeting_url,
        Session.required,
        Session.state,
        Session.version,
        Session.teacher_id,
        Session.room_id,
        Room.name.label("room"),
        User.display_name.label("teacher"),
    )
    .outerjoin(Room, Room.id == Session.room_id)
    .outerjoin(User, User.id == Session.teacher_id)
    .order_by(Session.starts_at, Session.number, Session.id)
)


def sessions_of(run_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return all sessions of the run in order, with the names of room and teacher."""
    return db.session.execute(_SESSIONS.where(Session.run_id == run_id)).all()


def session_for(actor: Actor, session_id: UUID) -> Session:
    """Return the session with its run, room and teacher; raise NotFound as for its run."""
    query = (
        select(Session)
        .where(Session.id == session_id)
        .options(
            joinedload(Session.run).joinedload(Run.institution),
            joinedload(Session.run).joinedload(Run.course),
            joinedload(Session.room),
            joinedload(Session.teacher),
        )
    )
    session = db.session.scalars(query).one_or_none()
    if session is None or not policies.may_see_run(actor, session.run):
        raise NotFound(_("There is no such session."))
    return session


def managed_by(actor: Actor, session_id: UUID) -> Session:
    """Return the session; raise NotFound or Forbidden unless its run may be managed."""
    session = session_for(actor, session_id)
    policies.may_manage_run.require(actor, session.run)
    return session


def locked(session_id: UUID) -> Session:
    """Return the session, ours to change until the transaction ends."""
    query = (
        select(Session)
        .where(Session.id == session_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    session = db.session.scalars(query).one_or_none()
    if session is None:
        raise NotFound(_("There is no such session."))
    return session


def to_come(run_id: UUID) -> Sequence[Session]:
    """Return the sessions of the run that are planned and not yet held, ours to change."""
    query = (
        select(Session)
        .where(Session.run_id == run_id, Session.state == SessionState.SCHEDULED)
        .order_by(Session.starts_at, Session.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


def all_to_come(moment: datetime) -> Sequence[Session]:
    """Return the planned sessions of all runs that begin after this moment, ours to change."""
    query = (
        select(Session)
        .where(Session.state == SessionState.SCHEDULED, Session.starts_at > moment)
        .order_by(Session.run_id, Session.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


def run_id_of(session_id: UUID) -> UUID:
    """Return which run a session belongs to. Raises NotFound."""
    run_id = db.session.scalar(select(Session.run_id).where(Session.id == session_id))
    if run_id is None:
        raise NotFound(_("There is no such session."))
    return run_id


def last_number(run_id: UUID) -> int:
    """Return the highest number among the sessions of the run, 0 when there is none."""
    return db.session.scalar(select(func.max(Session.number)).where(Session.run_id == run_id)) or 0


def first_start(run_id: UUID) -> datetime | None:
    """Return when the first session of the run that takes place begins."""
    query = select(func.min(Session.starts_at)).where(
        Session.run_id == run_id, Session.state != SessionState.CANCELLED
    )
    return db.session.scalar(query)


def rooms_of(institution_id: UUID) -> Sequence[Room]:
    """Return the rooms of the institution by name."""
    query = select(Room).where(Room.institution_id == institution_id).order_by(Room.name, Room.id)
    return db.session.scalars(query).all()


def room_for(actor: Actor, room_id: UUID) -> Room:
    """Return the room; raise NotFound unless the actor keeps the rooms of its institution."""
    room = db.session.get(Room, room_id)
    if room is None or not policies.may_manage_rooms(actor, room.institution_id):
        raise NotFound(_("There is no such room."))
    return room


def room_is_used(room_id: UUID) -> bool:
    """Tell whether any session, also a past one, is in the room."""
    query = select(Session.id).where(Session.room_id == room_id).limit(1)
    return db.session.scalar(query) is not None


def busy(
    starts_at: datetime,
    ends_at: datetime,
    *,
    room_id: UUID | None,
    teacher_id: UUID | None,
    but: UUID | None = None,
) -> list[Busy]:
    """Return when the room and the teacher are taken by other sessions in this interval."""
    wanted = [Session.room_id == room_id] if room_id else []
    wanted += [Session.teacher_id == teacher_id] if teacher_id else []
    if not wanted:
        return []
    query = (
        select(
            Session.id,
            Session.title,
            Session.starts_at,
            Session.ends_at,
            Session.room_id,
            Session.teacher_id,
            Run.code,
            Room.name.label("room"),
            User.display_name.label("teacher"),
        )
        .join(Run, Run.id == Session.run_id)
        .outerjoin(Room, Room.id == Session.room_id)
        .outerjoin(User, User.id == Session.teacher_id)
        .where(
            or_(*wanted),
            Session.state != SessionState.CANCELLED,
            Session.starts_at < ends_at,
            Session.ends_at > starts_at,
        )
        .order_by(Session.starts_at, Session.id)
    )
    found = []
    for row in db.session.execute(query):
        if row.id == but:
            continue
        by = f"{row.code}: {_in_words(row.title)}"
        if room_id and row.room_id == room_id:
            found.append(Busy(BusyKind.ROOM, row.room, by, row.starts_at, row.ends_at))
        if teacher_id and row.teacher_id == teacher_id:
            found.append(Busy(BusyKind.TEACHER, row.teacher, by, row.starts_at, row.ends_at))
    return found


def _in_words(title: dict[str, str]) -> str:
    return Text(title).in_(current_locale())
