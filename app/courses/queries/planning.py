"""Reading what a planner keeps: courses in every state, and where one plans."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from app.accounts.models import RoleAssignment, User
from app.accounts.states import AccountState
from app.audit.models import StateChange
from app.core.actor import Actor
from app.core.clock import now
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


def reviewers_at(institution_id: UUID) -> Sequence[UUID]:
    """Return who publishes the courses of an institution: its administrators, else the centre's."""
    moment = now()
    query = (
        select(RoleAssignment.user_id, RoleAssignment.institution_id)
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            RoleAssignment.role.in_(policies.REVIEWERS),
            or_(
                RoleAssignment.institution_id == institution_id,
                RoleAssignment.institution_id.is_(None),
            ),
            RoleAssignment.valid_from <= moment,
            or_(RoleAssignment.valid_until.is_(None), RoleAssignment.valid_until > moment),
            User.state == AccountState.ACTIVE,
        )
        .order_by(RoleAssignment.user_id)
    )
    rows = db.session.execute(query).all()
    own = [row.user_id for row in rows if row.institution_id is not None]
    return list(dict.fromkeys(own or [row.user_id for row in rows]))


def submitted_by(course_id: UUID) -> Sequence[UUID]:
    """Return who asked last for the course to be published; nobody before that."""
    query = (
        select(StateChange.actor_id)
        .where(
            StateChange.subject_id == course_id,
            StateChange.kind == "course",
            StateChange.action == "submit",
        )
        .order_by(StateChange.at.desc(), StateChange.id.desc())
        .limit(1)
    )
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
    query = _matching(actor, text, state)
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


def all_kept_by(
    actor: Actor, *, text: str = "", state: CourseState | None = None, most: int = 5000
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return all courses of the institutions where the actor plans, for a file, by code."""
    columns = (Course.level, Course.workload_minutes, Course.ects_centi)
    query = _matching(actor, text, state).add_columns(*columns).order_by(Course.code, Course.id)
    return db.session.execute(query.limit(most)).all()


def _matching(actor: Actor, text: str, state: CourseState | None) -> Select[*tuple[Any, ...]]:
    query = _KEPT.where(within(Course.institution_id, actor.institutions(*policies.PLANNERS)))
    for term in search_terms(text)[:MOST_TERMS]:
        query = query.where(Course.search_text.like(like(term), escape="\\"))
    return query if state is None else query.where(Course.state == state)


def _kept_key(sort: str) -> ColumnElement[Any]:
    keys: dict[str, Any] = {"title": title_key(current_locale()), "newest": Course.created_at}
    return keys.get(sort, Course.code)  # type: ignore[no-any-return]  # columns of several types
