"""The office's desk: all applications of its calls, by saved views, to search, sort and page."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, case, func, or_, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from app.accounts.models import User
from app.core.actor import Actor
from app.core.database import db, read_rows
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.names import search_terms
from app.core.paging import Page, paged
from app.courses.queries.catalogue import MOST_TERMS, like, within
from app.exchanges.models.applications import Application, Document, EligibilityFinding
from app.exchanges.models.calls import Call, Destination
from app.exchanges.models.desk import SavedView
from app.exchanges.models.reviews import ReviewAssignment
from app.exchanges.policies.parties import OFFICE, in_call, works_in_an_office
from app.exchanges.queries import applications
from app.exchanges.states.applications import (
    ACTIVE,
    SEAT_HOLDING,
    ApplicationState,
    Conflict,
    DocumentState,
)
from app.exchanges.states.calls import CallState
from app.exchanges.states.parties import Party
from app.institutions.models import Institution

Line = Row[*tuple[Any, ...]]
_S = ApplicationState
_R = ReviewAssignment
MOST_EXPORTED = 20_000
"""Rows of one export."""

_CHECKED = frozenset({_S.SUBMITTED, _S.UNDER_REVIEW})
BY_STATE: dict[str, frozenset[ApplicationState]] = {
    "waiting": frozenset({_S.SUBMITTED, _S.CONFIRMED, _S.UNDER_APPEAL}),
    "all": frozenset(ApplicationState) - {_S.DRAFT},
    "review": frozenset({_S.UNDER_REVIEW}),
    "ranked": frozenset({_S.RANKED}),
    "selected": SEAT_HOLDING,
    "waiting-list": frozenset({_S.WAIT_LISTED}),
    "appeals": frozenset({_S.UNDER_APPEAL}),
    "over": frozenset(ApplicationState) - ACTIVE,
}
"""Saved views that follow from the state alone, by the word in their address."""

VIEWS = (
    "waiting",
    "all",
    "documents",
    "assign",
    "review",
    "ranked",
    "selected",
    "waiting-list",
    "appeals",
    "over",
)
"""Every saved view of the desk, in the order they are shown."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which applications to show, and in which order."""

    show: str = "waiting"
    call_id: UUID | None = None
    text: str = ""
    sort: str = "sent"


@dataclass(frozen=True, slots=True)
class Beside:
    """Where one application stands in a list: its neighbours, its number and how many there are."""

    previous: UUID | None
    next: UUID | None
    number: int
    total: int


_COLUMNS = (
    Application.id,
    Application.number,
    Application.state,
    Application.submitted_at,
    Application.due_at,
    Application.score_milli,
    Application.place,
    Application.destination_id,
    Application.call_id,
    User.display_name,
    User.sort_name,
    User.email,
    Call.code,
    Call.title,
)
_LINES = (
    select(*_COLUMNS)
    .join(User, User.id == Application.applicant_id)
    .join(Call, Call.id == Application.call_id)
)
_KEYS: dict[str, tuple[Any, str]] = {
    "sent": (Application.submitted_at, "submitted_at"),
    "name": (User.sort_name, "sort_name"),
    "number": (Application.number, "number"),
    "state": (Application.state, "state"),
    "points": (func.coalesce(Application.score_milli, -1), "score_milli"),
}
SORTS = tuple(_KEYS)


def offices(actor: Actor) -> frozenset[UUID] | None:
    """Return the institutions whose desk the actor sees; raises NotFound without any."""
    if not works_in_an_office(actor):
        raise NotFound(_("There is no such page, or it is not for you."))
    return actor.institutions(*OFFICE)


def desk(actor: Actor, wanted: Wanted, *, cursor: str | None = None, size: int = 50) -> Page[Line]:
    """Return one page of the desk; one query."""
    key, name = _KEYS.get(wanted.sort.removeprefix("-"), _KEYS["sent"])
    return paged(
        lambda query: read_rows(query).all(),
        _matching(actor, wanted),
        key,
        Application.id,
        cursor=cursor,
        key_of=lambda row: (-1 if getattr(row, name) is None else getattr(row, name), row.id),
        descending=wanted.sort.startswith("-"),
        size=size,
    )


def counts(actor: Actor, call_id: UUID | None = None) -> dict[str, int]:
    """Return how many applications each saved view shows that follows from states; few queries.

    Calls that were cancelled count under "all" alone.
    """
    query = (
        select(Application.state, func.count())
        .where(*_scope(actor, call_id))
        .group_by(Application.state)
    )
    numbers = {_S(state): int(number) for state, number in read_rows(query)}
    # Counted apart, so that an index alone answers the question above.
    for state, number in read_rows(query.where(Application.applicant_id == actor.user_id)):
        numbers[_S(state)] -= number
    gone = dict[ApplicationState, int]()
    if cancelled := _cancelled(actor):
        others = Application.applicant_id != actor.user_id
        rows = read_rows(query.where(others, Application.call_id.in_(cancelled)))
        gone = {_S(state): int(number) for state, number in rows}
    return {
        view: sum(
            numbers.get(state, 0) - (gone.get(state, 0) if view != "all" else 0) for state in states
        )
        for view, states in BY_STATE.items()
    }


def everything(actor: Actor, wanted: Wanted, ids: Collection[UUID] = ()) -> Sequence[Line]:
    """Return all that match, or those of them that were ticked, in the order that is shown."""
    query = _ticked(actor, ids) if ids else _matching(actor, wanted)
    key, _name = _KEYS.get(wanted.sort.removeprefix("-"), _KEYS["sent"])
    order = (
        (key.desc(), Application.id.desc())
        if wanted.sort.startswith("-")
        else (key, Application.id)
    )
    return read_rows(query.order_by(*order).limit(MOST_EXPORTED)).all()


def all_ids(actor: Actor, wanted: Wanted, *, most: int) -> Sequence[UUID]:
    """Return the ids of all that match, of which at most so many; one query."""
    query = _matching(actor, wanted).with_only_columns(Application.id)
    return [row.id for row in read_rows(query.limit(most))]


def some(actor: Actor, ids: Collection[UUID]) -> Sequence[Line]:
    """Return those of these applications that are on the actor's desk, by name."""
    query = _ticked(actor, ids)
    return read_rows(query.order_by(User.sort_name, Application.id)).all()


def reviews_of(ids: Collection[UUID]) -> dict[UUID, tuple[int, int, int]]:
    """Return how many reviews of each application are locked, assigned, and in conflict."""
    if not ids:
        return {}
    query = (
        select(
            _R.application_id,
            func.sum(case((_R.locked_at.is_not(None), 1), else_=0)),
            func.count(),
            func.sum(case((_R.conflict != Conflict.NONE, 1), else_=0)),
        )
        .where(_R.application_id.in_(list(ids)), _R.removed_at.is_(None))
        .group_by(_R.application_id)
    )
    return {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in read_rows(query)}


def unchecked_of(ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many documents of each application are to be checked: while it can be judged."""
    if not ids:
        return {}
    query = (
        select(Document.application_id, func.count())
        .join(Application, Application.id == Document.application_id)
        .where(
            Document.application_id.in_(list(ids)),
            Document.state == DocumentState.HANDED_IN,
            Application.state.in_(_CHECKED),
        )
        .group_by(Document.application_id)
    )
    return {row[0]: int(row[1]) for row in read_rows(query)}


def hosts(ids: Collection[UUID | None]) -> dict[UUID, Mapping[str, str]]:
    """Return the names of the hosts of these destinations."""
    wanted = [one for one in set(ids) if one is not None]
    if not wanted:
        return {}
    query = (
        select(Destination.id, Institution.name)
        .join(Institution, Institution.id == Destination.institution_id)
        .where(Destination.id.in_(wanted))
    )
    return {row[0]: row[1] for row in read_rows(query)}


def calls(actor: Actor) -> Sequence[Line]:
    """Return the calls of the actor's offices to choose from, the newest first; one query."""
    query = (
        select(Call.id, Call.code, Call.title, Call.state)
        .where(within(Call.institution_id, offices(actor)))
        .order_by(Call.closes_at.desc(), Call.id)
        .limit(100)
    )
    return read_rows(query).all()


def beside(actor: Actor, wanted: Wanted, application: Any) -> Beside | None:
    """Return the neighbours of an application in a list; None when there are none.

    One that has just left the list, by what was done to it, has the number 0 and keeps the
    neighbours that it had.
    """
    key, name = _KEYS.get(wanted.sort.removeprefix("-"), _KEYS["sent"])
    inside = _matching(actor, wanted).with_only_columns(Application.id).order_by(None)
    is_inside = db.session.scalar(inside.where(Application.id == application.id)) is not None
    source = application.applicant if name == "sort_name" else application
    value = getattr(source, name)
    own = (-1 if value is None else value, application.id)
    at, down = tuple_(key, Application.id), wanted.sort.startswith("-")
    mine = tuple_(*own)
    before, after = (at > mine, at < mine) if down else (at < mine, at > mine)
    rising, falling = (key.asc(), Application.id.asc()), (key.desc(), Application.id.desc())
    ahead = db.session.scalar(inside.where(after).order_by(*(falling if down else rising)).limit(1))
    back = db.session.scalar(inside.where(before).order_by(*(rising if down else falling)).limit(1))
    numbers = _matching(actor, wanted).with_only_columns(
        func.count(), func.sum(case((before, 1), else_=0))
    )
    total, number = db.session.execute(numbers).one()
    if not is_inside and ahead is None and back is None:
        return None
    return Beside(back, ahead, int(number or 0) + 1 if is_inside else 0, int(total))


def home_of(application_id: UUID) -> UUID:
    """Return whose office an application was sent to."""
    query = select(Application.institution_id).where(Application.id == application_id)
    return db.session.scalars(query).one()


def application_for(actor: Actor, application_id: UUID) -> Application:
    """Return an application for its office or chair; NotFound for its applicant and all others.

    Who works in the office sees their own application as an applicant only.
    """
    application = applications.application_for(actor, application_id)
    deciding = {Party.HOME_OFFICER, Party.CHAIR}
    parties = in_call(actor, application.call)
    is_sent = application.submitted_at is not None
    if not is_sent or application.applicant_id == actor.user_id or deciding.isdisjoint(parties):
        raise NotFound(_("There is no such application."))
    return application


def finding(finding_id: UUID) -> EligibilityFinding:
    """Return a finding of the rules; raises NotFound. Who may see it follows its application."""
    found = db.session.get(EligibilityFinding, finding_id)
    if found is None:
        raise NotFound(_("There is no such finding."))
    return found


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of these people."""
    query = select(User.id, User.display_name).where(User.id.in_(set(ids)))
    return dict(read_rows(query).all())


def saved_views(actor: Actor) -> Sequence[SavedView]:
    """Return the actor's own filters, by name."""
    query = select(SavedView).where(SavedView.user_id == actor.user_id)
    return db.session.scalars(query.order_by(SavedView.name)).all()


def _cancelled(actor: Actor) -> Sequence[UUID]:
    """Return the calls that the actor's offices gave up: few, and read apart from long lists."""
    query = select(Call.id).where(
        Call.state == CallState.CANCELLED, within(Call.institution_id, offices(actor))
    )
    return [row.id for row in read_rows(query)]


def _scope(actor: Actor, call_id: UUID | None) -> list[ColumnElement[bool]]:
    """Return what holds of every application on the actor's desk: it was sent, to their office."""
    found = [
        within(Application.institution_id, offices(actor)),
        Application.submitted_at.is_not(None),
    ]
    if call_id is not None:
        found.append(Application.call_id == call_id)
    return found


def _ticked(actor: Actor, ids: Collection[UUID]) -> Select[*tuple[Any, ...]]:
    """Return those of these applications that are on the desk; one's own never is."""
    return _LINES.where(
        *_scope(actor, None),
        Application.id.in_(list(ids)),
        Application.applicant_id != actor.user_id,
    )


def _matching(actor: Actor, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    query = _LINES.where(
        *_scope(actor, wanted.call_id),
        _shown(wanted.show),
        Application.applicant_id != actor.user_id,
    )
    if wanted.show != "all" and (cancelled := _cancelled(actor)):
        query = query.where(Application.call_id.not_in(cancelled))
    for term in search_terms(wanted.text)[:MOST_TERMS]:
        pattern = like(term)
        query = query.where(
            or_(
                Application.search_text.like(pattern, escape="\\"),
                User.search_text.like(pattern, escape="\\"),
                User.email_key.like(pattern, escape="\\"),
            )
        )
    return query


def _shown(view: str) -> ColumnElement[bool]:
    standing = and_(_R.application_id == Application.id, _R.removed_at.is_(None))
    if view == "documents":
        waits = (Document.application_id == Application.id) & (
            Document.state == DocumentState.HANDED_IN
        )
        return and_(
            Application.state.in_(_CHECKED),
            select(Document.id).where(waits).correlate(Application).exists(),
        )
    if view == "assign":
        free = select(_R.id).where(standing, _R.conflict == Conflict.NONE)
        tied = select(_R.id).where(standing, _R.conflict != Conflict.NONE)
        return and_(
            Application.state.in_(_CHECKED),
            or_(
                ~free.correlate(Application).exists(),
                tied.correlate(Application).exists(),
            ),
        )
    if view == "all" or view not in BY_STATE:
        return Application.state != _S.DRAFT
    return Application.state.in_(BY_STATE[view])
