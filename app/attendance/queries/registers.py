"""Reading the register of one session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.sql.elements import ColumnElement

from app.accounts.models import User
from app.attendance import policies
from app.attendance.models import PresenceClaim, Record
from app.attendance.states import RecordSource, StatusKind
from app.core.actor import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.names import search_terms
from app.core.paging import Page, paged
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.courses.models.timetable import Session

PAGE = 50
MOST = 400
"""How many rows a page of a register has, and how many the whole one shows at once."""

Marker = aliased(User)


@dataclass(frozen=True, slots=True)
class Row:
    """One person in one register; `version` is 0 while nothing was ever marked."""

    key: str
    name: str
    sort_name: str
    trainee_id: UUID
    enrolment_id: UUID
    status: StatusKind | None
    minutes_late: int | None
    minutes_present: int | None
    note: str
    version: int
    source: RecordSource | None
    moved_away: bool
    marked_by: str
    marked_at: datetime | None
    record_id: UUID | None


@dataclass(frozen=True, slots=True)
class Line:
    """One person in a long list: what the page of a register shows, and no more."""

    key: str
    name: str
    sort_name: str
    enrolment_id: UUID
    status: StatusKind | None
    minutes_late: int | None
    minutes_present: int | None
    note: str
    version: int
    moved_away: bool


def on_roster(starts_at: Any) -> ColumnElement[bool]:
    """Say that an enrolment was active when a session began."""
    return and_(
        Enrolment.active_from <= starts_at,
        or_(Enrolment.active_to.is_(None), Enrolment.active_to > starts_at),
    )


_IN_REGISTER = and_(Enrolment.run_id == bindparam("run_id"), on_roster(bindparam("starts_at")))
_RECORD = and_(Record.enrolment_id == Enrolment.id, Record.session_id == bindparam("session_id"))
_LINES: Any = (
    select(
        Enrolment.id,
        User.display_name,
        User.sort_name,
        Record.status,
        Record.minutes_late,
        Record.minutes_present,
        Record.note,
        Record.version,
        Record.moved_away,
    )
    .join(User, User.id == Enrolment.trainee_id)
    .outerjoin(Record, _RECORD)
    .where(_IN_REGISTER)
)
_ALL_LINES: Any = _LINES.order_by(User.sort_name, Enrolment.id).limit(bindparam("most"))
_ROWS: Any = (
    select(
        Enrolment.id,
        User.display_name,
        User.sort_name,
        Enrolment.trainee_id,
        Record.status,
        Record.minutes_late,
        Record.minutes_present,
        Record.note,
        Record.version,
        Record.source,
        Record.moved_away,
        Marker.display_name.label("marked_by"),
        Record.marked_at,
        Record.id.label("record_id"),
    )
    .join(User, User.id == Enrolment.trainee_id)
    .outerjoin(Record, _RECORD)
    .outerjoin(Marker, Marker.id == Record.marked_by)
    .where(_IN_REGISTER)
)
_COUNTS = (
    select(Record.status, func.count())
    .select_from(Enrolment)
    .outerjoin(Record, _RECORD)
    .where(_IN_REGISTER)
    .group_by(Record.status)
)
_SHARED = (
    select(PresenceClaim.device_digest)
    .where(PresenceClaim.session_id == bindparam("session_id"), PresenceClaim.device_digest != "")
    .group_by(PresenceClaim.device_digest)
    .having(func.count(PresenceClaim.user_id.distinct()) > 1)
)
_SHARERS = (
    select(Enrolment.id)
    .join(Session, Session.run_id == Enrolment.run_id)
    .join(
        PresenceClaim,
        and_(PresenceClaim.session_id == Session.id, PresenceClaim.user_id == Enrolment.trainee_id),
    )
    .where(
        PresenceClaim.session_id == bindparam("session_id"),
        PresenceClaim.device_digest.in_(_SHARED),
    )
    .distinct()
)


def session_for(actor: Actor, session_id: UUID) -> Session:
    """Return the session with its run; NotFound unless the actor keeps its register."""
    query = select(Session).where(Session.id == session_id).options(joinedload(Session.run))
    session = db.session.scalars(query).one_or_none()
    if session is None or not policies.may_mark(actor, session.run):
        raise NotFound(_("There is no such session."))
    return session


def locked(session_id: UUID) -> Session:
    """Return the session with its run, its register ours until the transaction ends."""
    query = (
        select(Session)
        .where(Session.id == session_id)
        .options(joinedload(Session.run))
        .with_for_update(of=Session)
        .execution_options(populate_existing=True)
    )
    session = db.session.scalars(query).one_or_none()
    if session is None:
        raise NotFound(_("There is no such session."))
    return session


def run_of(session_id: UUID) -> Run:
    """Return the run of a session; NotFound when there is none."""
    query = select(Run).join(Session, Session.run_id == Run.id).where(Session.id == session_id)
    run = db.session.scalars(query).one_or_none()
    if run is None:
        raise NotFound(_("There is no such session."))
    return run


def page_of(
    session: Session, cursor: str | None, *, text: str = "", size: int = PAGE
) -> Page[Line]:
    """Return one page of the register by name; only people active when the session began.

    With a text, those whose names have its words.
    """
    values, wanted = _values(session), _LINES
    for term in search_terms(text):
        wanted = wanted.where(User.search_text.contains(term, autoescape=True))
    return paged(
        lambda query: _lines(query, values),
        wanted,
        User.sort_name,
        Enrolment.id,
        cursor=cursor,
        key_of=lambda row: (row.sort_name, row.enrolment_id),
        size=size,
    )


def all_of(session: Session, limit: int = MOST) -> Sequence[Line]:
    """Return the whole register by name, up to a limit."""
    return _lines(_ALL_LINES, {**_values(session), "most": limit})


def full_rows(session: Session, limit: int) -> Sequence[Row]:
    """Return the whole register by name with all that is known of each mark, to take away."""
    return _fetch(_ROWS.order_by(User.sort_name, Enrolment.id).limit(limit), session)


def row_of(session: Session, enrolment_id: UUID) -> Row:
    """Return one line of the register; NotFound for someone who is not in it."""
    found = _fetch(_ROWS.where(Enrolment.id == enrolment_id), session)
    if not found:
        raise NotFound(_("This person is not in the register of the session."))
    return found[0]


def counts_of(session: Session) -> dict[StatusKind | None, int]:
    """Return how many people the register holds by mark; None counts the unmarked."""
    counts: dict[StatusKind | None, int] = {}
    for status, number in db.session.execute(_COUNTS, _values(session)):
        counts[status] = counts.get(status, 0) + number
    return counts


def records_of(session_id: UUID) -> Sequence[Record]:
    """Return every record of the session, ours to change."""
    query = select(Record).where(Record.session_id == session_id).with_for_update()
    return db.session.scalars(query.order_by(Record.id)).all()


def unmarked(session: Session) -> Sequence[UUID]:
    """Return the enrolments of the register that have no mark."""
    query = _ROWS.with_only_columns(Enrolment.id).where(Record.status.is_(None))
    return db.session.scalars(query.order_by(Enrolment.id), _values(session)).all()


def device_sharers(session_id: UUID) -> frozenset[UUID]:
    """Return the enrolments of who checked in from a device that another person used as well."""
    return frozenset(db.session.scalars(_SHARERS, {"session_id": session_id}))


def _values(session: Session) -> dict[str, object]:
    return {
        "session_id": session.id,
        "run_id": session.run_id,
        "starts_at": session.starts_at,
    }


def _lines(query: Any, values: dict[str, object]) -> list[Line]:
    return [
        Line(
            str(enrolment_id),
            name,
            sort_name,
            enrolment_id,
            status,
            late,
            present,
            note or "",
            version or 0,
            bool(moved),
        )
        for enrolment_id, name, sort_name, status, late, present, note, version, moved in (
            db.session.connection().execute(query, values)
        )
    ]


def _fetch(query: Select[Any], session: Session) -> list[Row]:
    return [
        Row(
            str(enrolment_id),
            name,
            sort_name,
            trainee_id,
            enrolment_id,
            status,
            late,
            present,
            note or "",
            version or 0,
            source,
            bool(moved),
            marked_by or "",
            marked_at,
            record_id,
        )
        for (
            enrolment_id,
            name,
            sort_name,
            trainee_id,
            status,
            late,
            present,
            note,
            version,
            source,
            moved,
            marked_by,
            marked_at,
            record_id,
        ) in db.session.execute(query, _values(session))
    ]
