"""Reading what a planner keeps: courses in every state, and where one plans."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.sql.elements import ColumnElement

from app.core.actor import Actor
from app.core.database import db
from app.core.i18n import current_locale
from app.core.names import search_terms
from app.core.paging import PAGE_SIZE, Page, paged
from app.courses import policies
from app.courses.models.catalogue import Course
from app.courses.models.runs import Run
from app.courses.queries.catalogue import CARD_COLUMNS, MOST_TERMS, like, title_key, within
from app.courses.states import CourseState
from app.institutions.models import Institution


def institutions_planned_by(actor: Actor) -> Sequence[Institution]:
    """Return the institutions at which the actor may plan, in order of their codes."""
    query = select(Institution).where(Institution.is_active).order_by(Institution.code)
    where = actor.institutions(*policies.PLANNERS)
    if where is not None:
        query = query.where(Institution.id.in_(where))
    return db.session.scalars(query).all()


_KEPT = select(
    *CARD_COLUMNS,
    Course.state,
    Institution.name.label("institution"),
    select(func.count())
    .where(Run.course_id == Course.id)
    .correlate(Course)
    .scalar_subquery()
    .label("runs"),
).join(Institution, Institution.id == Course.institution_id)


def kept_by(
    actor: Actor,
    *,
    text: str = "",
    state: CourseState | None = None,
    sort: str = "code",
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[Row[*tuple[Any, ...]]]:
    """Return one page of the courses of the institutions where the actor plans."""
    query = _KEPT.where(within(Course.institution_id, actor.institutions(*policies.PLANNERS)))
    for term in search_terms(text)[:MOST_TERMS]:
        query = query.where(Course.search_text.like(like(term), escape="\\"))
    if state is not None:
        query = query.where(Course.state == state)
    key = _kept_key(sort.removeprefix("-"))
    return paged(
        lambda statement: db.session.execute(statement).all(),
        query.add_columns(key.label("sort_key")),
        key,
        Course.id,
        cursor=cursor,
        key_of=lambda row: (row.sort_key, row.id),
        descending=sort.startswith("-"),
        size=size,
    )


def _kept_key(sort: str) -> ColumnElement[Any]:
    keys: dict[str, Any] = {"title": title_key(current_locale()), "newest": Course.created_at}
    return keys.get(sort, Course.code)  # type: ignore[no-any-return]  # columns of several types
