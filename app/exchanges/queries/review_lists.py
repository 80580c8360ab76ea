"""What a reviewer finds in their list: searched, sorted, paged by key, and to take away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, case, or_, select
from sqlalchemy.sql.elements import ColumnElement

from app.accounts.models import User
from app.core.actor import Actor
from app.core.database import read_rows
from app.core.names import search_terms
from app.core.paging import Page, paged
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call
from app.exchanges.models.reviews import ReviewAssignment
from app.exchanges.rules.reviews import JUDGED, TO_COME
from app.exchanges.states.applications import ApplicationState, Conflict
from app.exchanges.states.calls import GIVEN_UP

OwnReview = Row[*tuple[Any, ...]]

GROUPS = ("open", "done", "all")
"""Filters of the list by the word in its address."""

MOST_EXPORTED = 20_000
MOST_TERMS = 8
_R = ReviewAssignment
_IS_GONE = Application.state == ApplicationState.WITHDRAWN
_NAME = case((_IS_GONE, ""), else_=User.display_name)
_SORT_NAME = case((_IS_GONE, ""), else_=User.sort_name)
"""Who withdrew is named to no reviewer any more, nor found or sorted by name."""

_KEYS: dict[str, tuple[Any, str]] = {
    "due": (_R.due_at, "due_at"),
    "name": (_SORT_NAME, "sort_name"),
    "number": (Application.number, "number"),
    "call": (Call.code, "code"),
}
SORTS = tuple(_KEYS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reviews to show, and in which order."""

    text: str = ""
    group: str = "open"
    sort: str = "due"


def own(
    actor: Actor, wanted: Wanted, *, cursor: str | None = None, size: int = 25
) -> Page[OwnReview]:
    """Return one page of what the actor has to judge; one query."""
    key, name = _KEYS.get(wanted.sort.removeprefix("-"), _KEYS["due"])
    return paged(
        lambda query: read_rows(query).all(),
        _matching(actor, wanted),
        key,
        _R.id,
        cursor=cursor,
        key_of=lambda row: (getattr(row, name), row.id),
        descending=wanted.sort.startswith("-"),
        size=size,
    )


def everything(actor: Actor, wanted: Wanted) -> Sequence[OwnReview]:
    """Return all reviews that match, for an export."""
    query = _matching(actor, wanted).order_by(_R.due_at, _R.id).limit(MOST_EXPORTED)
    return read_rows(query).all()


def chaired_by(actor: Actor) -> Sequence[OwnReview]:
    """Return the calls whose committee the actor chairs, the newest first."""
    query = (
        select(Call.id, Call.code, Call.title, Call.state, Call.release_at)
        .where(Call.chair_id == actor.user_id)
        .order_by(Call.closes_at.desc(), Call.id)
        .limit(50)
    )
    return read_rows(query).all()


def _matching(actor: Actor, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = (
        select(
            _R.id,
            _R.due_at,
            _R.locked_at,
            _R.saved_at,
            _R.conflict,
            Application.number,
            Application.state,
            Call.code,
            Call.title,
            Call.timezone,
            Call.state.label("call_state"),
            _NAME.label("display_name"),
            _SORT_NAME.label("sort_name"),
        )
        .join(Application, Application.id == _R.application_id)
        .join(Call, Call.id == Application.call_id)
        .join(User, User.id == Application.applicant_id)
        .where(_R.reviewer_id == actor.user_id, _R.removed_at.is_(None))
    )
    is_open = and_(
        _R.locked_at.is_(None),
        _R.conflict == Conflict.NONE,
        Application.state.in_({JUDGED, *TO_COME}),
        Call.state.not_in(GIVEN_UP),
    )
    if wanted.group in ("open", "done"):
        query = query.where(is_open if wanted.group == "open" else ~is_open)
    for term in search_terms(wanted.text)[:MOST_TERMS]:
        query = query.where(_speaks_of(f"%{term}%"))
    return query


def _speaks_of(pattern: str) -> ColumnElement[bool]:
    return or_(
        and_(~_IS_GONE, Application.search_text.like(pattern)), Call.search_text.like(pattern)
    )
