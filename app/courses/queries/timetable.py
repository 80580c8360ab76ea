"""Reading sessions, rooms and who is busy when."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
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
from app.courses.rules.recurrence import Busy, BusyKind, Side
from app.courses.states import SessionState
from app.institutions.models import Institution

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
        .options(joinedload(Session.room))
        .order_by(Session.starts_at, Session.id)
        .with_for_update(of=Session)
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


def place_of(session: Session, run: Run) -> str:
    """Return where a session is: its room, else its own place, else that of the run."""
    room = db.session.get(Room, session.room_id) if session.room_id else None
    return room.name if room else session.venue or run.venue


def outside(run: Run) -> int:
    """Count the sessions to come that are not within the first and the last day of the run."""
    first = datetime.combine(run.starts_on, time())
    end = datetime.combine(run.ends_on, time()) + timedelta(days=1)
    query = select(func.count()).where(
        Session.run_id == run.id,
        Session.state == SessionState.SCHEDULED,
        or_(Session.local_start < first, Session.local_start >= end),
    )
    return db.session.scalar(query) or 0


def teaches_still(run_id: UUID, user_id: UUID, moment: datetime) -> bool:
    """Tell whether a session of the run that is yet to come is taught by this person."""
    query = select(Session.id).where(
        Session.run_id == run_id,
        Session.teacher_id == user_id,
        Session.state == SessionState.SCHEDULED,
        Session.ends_at > moment,
    )
    return db.session.scalar(query.limit(1)) is not None


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


@dataclass(frozen=True, slots=True)
class Taken:
    """A session that holds a room or a teacher for a time."""

    session_id: UUID
    room_id: UUID | None
    teacher_id: UUID | None
    room: str
    teacher: str
    by: str
    starts_at: datetime
    ends_at: datetime


def taken(
    starts_at: datetime,
    ends_at: datetime,
    room_ids: Collection[UUID],
    teacher_ids: Collection[UUID],
) -> list[Taken]:
    """Return the sessions that hold one of the rooms or teachers in this interval; one query."""
    if not room_ids and not teacher_ids:
        return []
    query = (
        select(
            Session.id,
            Session.room_id,
            Session.teacher_id,
            Room.name,
            User.display_name,
            Run.code,
            Session.title,
            Session.starts_at,
            Session.ends_at,
        )
        .join(Run, Run.id == Session.run_id)
        .outerjoin(Room, Room.id == Session.room_id)
        .outerjoin(User, User.id == Session.teacher_id)
        .where(
            or_(Session.room_id.in_(room_ids), Session.teacher_id.in_(teacher_ids)),
            Session.state != SessionState.CANCELLED,
            Session.starts_at < ends_at,
            Session.ends_at > starts_at,
        )
        .order_by(Session.starts_at, Session.id)
    )
    return [
        Taken(
            session_id,
            room_id,
            teacher_id,
            room or "",
            teacher or "",
            f"{code}, {Text(title).in_(current_locale())}",
            start,
            end,
        )
        for session_id, room_id, teacher_id, room, teacher, code, title, start, end in (
            db.session.execute(query)
        )
    ]


def busy(
    among: Iterable[Taken],
    *,
    room_id: UUID | None,
    teacher_id: UUID | None,
    but: UUID | None = None,
) -> list[Busy]:
    """Return when this room and this teacher are taken by other sessions than `but`."""
    found = []
    for one in among:
        if one.session_id == but:
            continue
        if room_id and one.room_id == room_id:
            found.append(Busy(BusyKind.ROOM, one.room, one.by, one.starts_at, one.ends_at))
        if teacher_id and one.teacher_id == teacher_id:
            found.append(Busy(BusyKind.TEACHER, one.teacher, one.by, one.starts_at, one.ends_at))
    return found


def sides(run: Run, other_zone: str) -> list[Side]:
    """Return whose clocks and holidays a planner must mind: the run's own, then the partners'.

    The run's institution must be loaded.
    """
    home = run.institution
    found = [Side(run.timezone, home.country, home.subdivision)]
    query = (
        select(Institution.timezone, Institution.country, Institution.subdivision)
        .where(Institution.is_active, Institution.id != home.id)
        .where(or_(Institution.timezone == other_zone, Institution.is_centre))
        .distinct()
        .order_by(Institution.timezone, Institution.country, Institution.subdivision)
        .limit(5)
    )
    found += [Side(*row) for row in db.session.execute(query)]
    if all(side.zone != other_zone for side in found):
        found.append(Side(other_zone))
    return list(dict.fromkeys(found))
