"""Reading the attendance of a whole run: people by sessions."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select

from app.accounts.models import User
from app.attendance import rules
from app.attendance.models import Record
from app.attendance.rules import Mark, Meeting, Tally
from app.attendance.states import StatusKind
from app.attendance.yardstick import Yardstick
from app.core.database import db
from app.core.paging import Page
from app.courses.models.enrolments import Enrolment
from app.courses.models.timetable import Session
from app.courses.states import COUNTED_SESSIONS, EnrolmentState, SessionState
from app.institutions.models import Institution

PAGE = 25
WHOLE = 10_000
SORTS = ("name", "rate")
_STAY = (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED, EnrolmentState.NOT_COMPLETED)

_SESSIONS = (
    select(
        Session.id,
        Session.number,
        Session.title,
        Session.starts_at,
        Session.ends_at,
        Session.timezone,
        Session.duration_minutes,
        Session.weight_minutes,
        Session.required,
        Session.state,
    )
    .where(Session.run_id == bindparam("run_id"), Session.state != SessionState.CANCELLED)
    .order_by(Session.starts_at, Session.id)
)
_PEOPLE = (
    select(
        Enrolment.id,
        User.display_name.label("name"),
        User.sort_name,
        Institution.name.label("institution"),
        Enrolment.active_from,
        Enrolment.active_to,
    )
    .join(User, User.id == Enrolment.trainee_id)
    .outerjoin(Institution, Institution.id == User.institution_id)
    .where(Enrolment.run_id == bindparam("run_id"), Enrolment.state.in_(_STAY))
    .order_by(User.sort_name, Enrolment.id)
)
_MARKS = (
    select(
        Record.enrolment_id,
        Record.session_id,
        Record.status,
        Record.minutes_present,
        Record.minutes_late,
        Record.version,
        Record.moved_away,
    )
    .join(Session, Session.id == Record.session_id)
    .where(Session.run_id == bindparam("run_id"))
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One person at one session; `applies` is False where the person was not in the run."""

    status: StatusKind | None = None
    version: int = 0
    applies: bool = True
    moved_away: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the board: `rate_bp` is None while nothing is decided."""

    key: str
    name: str
    sort_name: str
    institution: dict[str, str] | None
    cells: tuple[Cell, ...]
    tally: Tally
    is_below: bool
    is_lost: bool

    @property
    def rate_bp(self) -> int | None:
        """Return the share of attendance so far."""
        return self.tally.so_far_bp


@dataclass(frozen=True, slots=True)
class Board:
    """The attendance of a run: sessions in order of time, and everyone in it."""

    sessions: Sequence[Row[*tuple[Any, ...]]]
    people: Sequence[Person]
    yardstick: Yardstick

    @property
    def rate_bp(self) -> int | None:
        """Return the share of all that was decided, over everyone."""
        weight = sum(one.tally.weight for one in self.people)
        earned = sum((one.tally.earned for one in self.people), Fraction(0))
        return earned * WHOLE // weight if weight else None

    def current(self, moment: datetime) -> int | None:
        """Return the place of the session under way, else of the last that has begun."""
        begun = [n for n, one in enumerate(self.sessions) if one.starts_at <= moment]
        return begun[-1] if begun else None


def meeting_of(row: Any) -> Meeting:
    """Return a session as the arithmetic sees it."""
    return Meeting(
        id=row.id.hex,
        starts_at=row.starts_at,
        minutes=row.duration_minutes,
        weight=row.weight_minutes,
        state=row.state,
        required=row.required,
    )


def of_run(run_id: UUID, yardstick: Yardstick, *, sort: str = "name") -> Board:
    """Return the whole board in three queries; `sort` is name or rate, `-` before it turns it."""
    values = {"run_id": run_id}
    sessions = db.session.execute(_SESSIONS, values).all()
    marks: dict[UUID, dict[UUID, Any]] = defaultdict(dict)
    for mark in db.session.execute(_MARKS, values):
        marks[mark.enrolment_id][mark.session_id] = mark
    meetings = [meeting_of(one) for one in sessions]
    people = [
        _person(one, sessions, meetings, marks[one.id], yardstick)
        for one in db.session.execute(_PEOPLE, values)
    ]
    if sort.removeprefix("-") == "rate":
        people.sort(key=lambda one: -1 if one.rate_bp is None else one.rate_bp)
    if sort.startswith("-"):
        people.reverse()
    return Board(sessions, people, yardstick)


def page_of(board: Board, cursor: str | None, *, size: int = PAGE) -> Page[Person]:
    """Return one page of the people, after or before the person that the cursor names."""
    keys = [one.key for one in board.people]
    way, _, key = (cursor or "").partition(".")
    place = keys.index(key) if key in keys else -1
    start = max(0, place - size) if way == "p" and place >= 0 else place + 1
    end = place if way == "p" and place >= 0 else start + size
    shown = board.people[start:end]
    return Page(
        shown,
        next=f"n.{shown[-1].key}" if shown and end < len(keys) else None,
        previous=f"p.{shown[0].key}" if shown and start > 0 else None,
    )


def _person(
    row: Any,
    sessions: Sequence[Any],
    meetings: Sequence[Meeting],
    marks: dict[UUID, Any],
    yardstick: Yardstick,
) -> Person:
    given = {
        mark.session_id.hex: Mark(mark.status, mark.minutes_present, mark.minutes_late)
        for mark in marks.values()
        if mark.status is not None
    }
    counted = rules.applicable(meetings, row.active_from, row.active_to)
    tally = rules.tally(counted, given, yardstick.credits)
    threshold = yardstick.threshold_bp
    return Person(
        key=str(row.id),
        name=row.name,
        sort_name=row.sort_name,
        institution=row.institution,
        cells=tuple(_cell(one, row, marks.get(one.id)) for one in sessions),
        tally=tally,
        is_below=threshold is not None and tally.meets(threshold) is False,
        is_lost=threshold is not None
        and bool(tally.weight)
        and not tally.can_still_meet(threshold),
    )


def _cell(session: Any, person: Any, mark: Any) -> Cell:
    applies = person.active_from <= session.starts_at and (
        person.active_to is None or session.starts_at < person.active_to
    )
    if mark is None:
        return Cell(applies=applies)
    return Cell(mark.status, mark.version, applies, mark.moved_away)


def is_markable(session: Any, moment: datetime) -> bool:
    """Tell whether a session of the board has begun and its register is open."""
    return session.state != SessionState.LOCKED and (
        session.starts_at <= moment or session.state in COUNTED_SESSIONS
    )
