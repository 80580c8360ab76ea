"""Reading what check-in needs: the state of one arrival, what is open now, and passes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, bindparam, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.attendance.models import PresenceClaim, Record
from app.attendance.queries.registers import on_roster
from app.core.actor import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.prepared import Prepared
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run, RunStaff
from app.courses.models.timetable import Session
from app.courses.policies import PLANNERS
from app.courses.states import SessionState

EARLIEST = timedelta(hours=12)
LONGEST = timedelta(days=1)
"""How long before its start a session can open check-in at most, and how long it can last."""

_ARRIVAL = Prepared(
    select(
        Session.run_id,
        Session.starts_at,
        Session.ends_at,
        Session.state,
        Session.checkin_opens_minutes,
        Session.late_after_minutes,
        Session.absent_after_minutes,
        Enrolment.id.label("enrolment_id"),
        Record.id.label("record_id"),
        Record.status,
        Record.source,
        Record.version,
        PresenceClaim.user_id.label("claimed_by"),
    )
    .select_from(Session)
    .outerjoin(
        Enrolment,
        and_(
            Enrolment.run_id == Session.run_id,
            Enrolment.trainee_id == bindparam("user_id"),
            on_roster(Session.starts_at),
        ),
    )
    .outerjoin(Record, and_(Record.session_id == Session.id, Record.enrolment_id == Enrolment.id))
    .outerjoin(PresenceClaim, PresenceClaim.claim == bindparam("claim"))
    .where(Session.id == bindparam("session_id"))
    .with_for_update(read=True, of=Session)
)
_OPEN = (
    select(
        Session.id,
        Session.title,
        Session.number,
        Session.starts_at,
        Session.ends_at,
        Session.timezone,
        Session.venue,
        Session.checkin_secret,
        Session.checkin_opens_minutes,
        Session.run_id,
        Run.title.label("run_title"),
        Run.institution_id,
    )
    .join(Run, Run.id == Session.run_id)
    .where(
        Session.starts_at.between(bindparam("earliest"), bindparam("latest")),
        Session.ends_at > bindparam("moment"),
        Session.state.in_([SessionState.SCHEDULED, SessionState.HELD]),
    )
    .order_by(Session.starts_at, Session.id)
)
_MINE = _OPEN.join(
    Enrolment,
    and_(
        Enrolment.run_id == Session.run_id,
        Enrolment.trainee_id == bindparam("user_id"),
        on_roster(Session.starts_at),
    ),
)

OpenSession = Row[*tuple[Any, ...]]


def arrival(
    connection: Connection, session_id: UUID, user_id: UUID, claim: str
) -> OpenSession | None:
    """Return all that checking in depends on in one row; the session cannot close meanwhile."""
    values = {"session_id": session_id, "user_id": user_id, "claim": claim}
    return next(iter(_ARRIVAL.rows(connection, values)), None)


def session_by_id(session_id: UUID) -> Session:
    """Return the session with its run, for whoever holds its code; NotFound if there is none."""
    query = select(Session).where(Session.id == session_id).options(joinedload(Session.run))
    session = db.session.scalars(query).one_or_none()
    if session is None:
        raise NotFound(_("There is no such session."))
    return session


def open_now(moment: datetime) -> Sequence[OpenSession]:
    """Return the sessions of everyone whose check-in is open."""
    return _open(_OPEN, moment, {})


def open_for(user_id: UUID, moment: datetime) -> Sequence[OpenSession]:
    """Return the sessions open for check-in on whose register the person is."""
    return _open(_MINE, moment, {"user_id": user_id})


def open_at_door(actor: Actor, user_id: UUID, moment: datetime) -> Sequence[OpenSession]:
    """Return the sessions open for the person whose registers the actor keeps."""
    where = actor.institutions(*PLANNERS, "registrar")
    staffed = select(RunStaff.run_id).where(RunStaff.user_id == actor.user_id)
    mine = _MINE
    if where is not None:
        mine = _MINE.where(or_(Run.institution_id.in_(where), Run.id.in_(staffed)))
    return _open(mine, moment, {"user_id": user_id})


def keeps_any_register(actor: Actor) -> bool:
    """Tell whether the actor keeps the register of any run."""
    if actor.holds(*PLANNERS, "registrar"):
        return True
    staffed = select(RunStaff.run_id).where(RunStaff.user_id == actor.user_id).limit(1)
    return db.session.scalar(staffed) is not None


def name_of(user_id: UUID) -> str:
    """Return a person's name; NotFound when there is no such person."""
    name = db.session.scalar(select(User.display_name).where(User.id == user_id))
    if name is None:
        raise NotFound(_("There is no such person."))
    return name


def people_of(session: Session) -> Sequence[tuple[UUID, UUID, str]]:
    """Return (person, enrolment, name) of everyone on the register."""
    query = (
        select(Enrolment.trainee_id, Enrolment.id, User.display_name)
        .join(User, User.id == Enrolment.trainee_id)
        .where(Enrolment.run_id == session.run_id, on_roster(session.starts_at))
    )
    return [(person, enrolment, name) for person, enrolment, name in db.session.execute(query)]


def latest_arrivals(session_id: UUID, limit: int = 10) -> Sequence[OpenSession]:
    """Return who was marked last, latest first: name, status, marked_at."""
    query = (
        select(User.display_name.label("name"), Record.status, Record.marked_at)
        .join(Enrolment, Enrolment.id == Record.enrolment_id)
        .join(User, User.id == Enrolment.trainee_id)
        .where(Record.session_id == session_id, Record.status.is_not(None))
        .order_by(Record.marked_at.desc(), Record.id)
        .limit(limit)
    )
    return db.session.execute(query).all()


def own_record(session_id: UUID, user_id: UUID) -> OpenSession | None:
    """Return a person's own mark in a session: status, minutes_late, arrived_at, source."""
    query = (
        select(Record.status, Record.minutes_late, Record.arrived_at, Record.source)
        .join(Enrolment, Enrolment.id == Record.enrolment_id)
        .where(Record.session_id == session_id, Enrolment.trainee_id == user_id)
    )
    return db.session.execute(query).first()


def _open(query: Any, moment: datetime, values: dict[str, object]) -> Sequence[OpenSession]:
    span = {"earliest": moment - LONGEST, "latest": moment + EARLIEST, "moment": moment}
    found = db.session.execute(query, {**span, **values}).all()
    return [
        row
        for row in found
        if row.starts_at - timedelta(minutes=row.checkin_opens_minutes) <= moment
    ]
