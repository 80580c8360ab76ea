"""The people of a run as its staff see them, and a run's queue."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, or_, select

from app.accounts.models import User
from app.accounts.states import AccountState
from app.core.database import db
from app.core.names import search_terms
from app.core.paging import Page, paged
from app.courses.models.enrolments import Enrolment
from app.courses.queries.catalogue import MOST_TERMS, like
from app.courses.states import OPEN, SEAT_HOLDING, TERMINAL, EnrolmentState
from app.notifications.recipients import Recipient

Person = Row[*tuple[Any, ...]]

MOST_EXPORTED = 20_000
"""Rows of one export."""

GROUPS: dict[str, Collection[EnrolmentState]] = {
    "in": SEAT_HOLDING - {EnrolmentState.OFFERED},
    "waiting": {EnrolmentState.WAITLISTED, EnrolmentState.OFFERED},
    "applied": {EnrolmentState.APPLIED},
    "gone": TERMINAL,
    "open": OPEN,
}
"""Filters of a roster by the word in its address."""

_REACHABLE = OPEN | {EnrolmentState.COMPLETED, EnrolmentState.NOT_COMPLETED}

_COLUMNS = (
    Enrolment.id,
    Enrolment.trainee_id,
    Enrolment.state,
    Enrolment.attempt,
    Enrolment.queue_number,
    Enrolment.priority,
    Enrolment.source,
    Enrolment.created_at,
    Enrolment.active_from,
    Enrolment.active_to,
    Enrolment.offer_expires_at,
    Enrolment.reason,
    User.display_name,
    User.sort_name,
    User.email,
)
_PEOPLE = select(*_COLUMNS).join(User, User.id == Enrolment.trainee_id)
_SORTS: dict[str, Any] = {
    "name": User.sort_name,
    "asked": Enrolment.created_at,
    "state": Enrolment.state,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to show, and in which order."""

    text: str = ""
    group: str = ""
    sort: str = "name"


def roster(
    run_id: UUID, wanted: Wanted, *, cursor: str | None = None, size: int = 50
) -> Page[Person]:
    """Return one page of the people of a run; one query."""
    sort = wanted.sort.removeprefix("-")
    key = _SORTS.get(sort, User.sort_name)
    name = {"asked": "created_at", "state": "state"}.get(sort, "sort_name")
    return paged(
        lambda query: db.session.execute(query).all(),
        _matching(run_id, wanted),
        key,
        Enrolment.id,
        cursor=cursor,
        key_of=lambda row: (getattr(row, name), row.id),
        descending=wanted.sort.startswith("-"),
        size=size,
    )


def everybody(run_id: UUID, wanted: Wanted) -> Sequence[Person]:
    """Return all that match by name, for an export."""
    query = _matching(run_id, wanted).order_by(User.sort_name, Enrolment.id)
    return db.session.execute(query.limit(MOST_EXPORTED)).all()


def some(run_id: UUID, ids: Collection[UUID]) -> Sequence[Person]:
    """Return those of the run among these places, by name."""
    query = _PEOPLE.where(Enrolment.run_id == run_id, Enrolment.id.in_(list(ids)))
    return db.session.execute(query.order_by(User.sort_name, Enrolment.id)).all()


def reachable(run_id: UUID, ids: Collection[UUID]) -> list[Recipient]:
    """Return those of these places of the run whose people can be told something, by name."""
    query = (
        select(User.id, User.email, User.display_name, User.locale, User.timezone)
        .join(Enrolment, Enrolment.trainee_id == User.id)
        .where(
            Enrolment.run_id == run_id,
            Enrolment.id.in_(list(ids)),
            Enrolment.state.in_(_REACHABLE),
            User.state.not_in((AccountState.SUSPENDED, AccountState.ERASED)),
        )
        .order_by(User.sort_name, User.id)
    )
    return [Recipient(*row) for row in db.session.execute(query)]


def queue_of(run_id: UUID, *, size: int = 500) -> Sequence[Person]:
    """Return who waits, first in line first, after those who hold an offer."""
    query = _PEOPLE.where(
        Enrolment.run_id == run_id,
        or_(
            Enrolment.state == EnrolmentState.WAITLISTED,
            Enrolment.state == EnrolmentState.OFFERED,
        ),
    ).order_by(
        Enrolment.offer_expires_at.is_(None),
        Enrolment.offer_expires_at,
        Enrolment.priority.desc(),
        Enrolment.queue_number,
    )
    return db.session.execute(query.limit(size)).all()


def _matching(run_id: UUID, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    query = _PEOPLE.where(Enrolment.run_id == run_id)
    if wanted.group in GROUPS:
        query = query.where(Enrolment.state.in_(list(GROUPS[wanted.group])))
    for term in search_terms(wanted.text)[:MOST_TERMS]:
        pattern = like(term)
        query = query.where(
            or_(
                User.search_text.like(pattern, escape="\\"),
                User.email_key.like(pattern, escape="\\"),
            )
        )
    return query
