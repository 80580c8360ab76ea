"""Reading runs and their staff."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, String, case, cast, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import RoleAssignment, User
from app.accounts.states import AccountState
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.core.names import search_terms
from app.core.paging import PAGE_SIZE, Page, paged
from app.courses import policies
from app.courses.models.catalogue import Course
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run, RunStaff
from app.courses.queries.catalogue import MOST_TERMS, RUN_COLUMNS, like, title_key, within
from app.courses.states import OPEN, EnrolmentState, RunState
from app.institutions.models import Institution

STARTS = cast(Run.starts_on, String)
"""The first day of a run as text, which sorts and pages alike on every database."""


def run_for(actor: Actor, run_id: UUID) -> Run:
    """Return the run with its course and institution; raise NotFound when it is not to be seen."""
    query = (
        select(Run)
        .where(Run.id == run_id)
        .options(joinedload(Run.course), joinedload(Run.institution))
    )
    run = db.session.scalars(query).one_or_none()
    if run is None or not policies.may_see_run(actor, run):
        raise NotFound(_("There is no such run."))
    return run


def taught_by(actor: Actor, run_id: UUID) -> Run:
    """Return the run; raise NotFound unless it may be seen, Forbidden unless it may be taught."""
    run = run_for(actor, run_id)
    policies.may_teach_run.require(actor, run)
    return run


def managed_by(actor: Actor, run_id: UUID) -> Run:
    """Return the run; raise NotFound unless it may be seen, Forbidden unless it may be managed."""
    run = run_for(actor, run_id)
    policies.may_manage_run.require(actor, run)
    return run


def locked(run_id: UUID) -> Run:
    """Return the run, its seats ours to hand out until the transaction ends."""
    query = (
        select(Run)
        .where(Run.id == run_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    run = db.session.scalars(query).one_or_none()
    if run is None:
        raise NotFound(_("There is no such run."))
    return run


def is_staff(actor: Actor, run_id: UUID) -> bool:
    """Tell whether the actor teaches or helps in the run."""
    return policies.is_staff(actor, run_id)


def staff_of(run_id: UUID) -> Sequence[RunStaff]:
    """Return the staff of the run with their people, those who lead first."""
    query = (
        select(RunStaff)
        .where(RunStaff.run_id == run_id)
        .options(joinedload(RunStaff.user))
        .order_by(RunStaff.role, RunStaff.user_id)
    )
    found = db.session.scalars(query).all()
    order = {"lead": 0, "teacher": 1, "assistant": 2}
    return sorted(found, key=lambda one: (order[one.role], one.user.sort_name))


def waiting(run_id: UUID) -> int:
    """Count the people in the queue of the run."""
    query = select(func.count()).where(
        Enrolment.run_id == run_id, Enrolment.state == EnrolmentState.WAITLISTED
    )
    return db.session.scalar(query) or 0


def place_of(actor: Actor, run_id: UUID) -> EnrolmentState | None:
    """Return where the actor's own open enrolment in the run stands, if there is one."""
    if actor.is_anonymous:
        return None
    return db.session.scalar(
        select(Enrolment.state).where(
            Enrolment.run_id == run_id,
            Enrolment.trainee_id == actor.user_id,
            Enrolment.state.in_(OPEN),
        )
    )


def people_of(run_id: UUID) -> Sequence[UUID]:
    """Return everyone with a place in the run, in its queue or before its approval."""
    query = (
        select(Enrolment.trainee_id)
        .where(Enrolment.run_id == run_id, Enrolment.state.in_(OPEN))
        .order_by(Enrolment.id)
    )
    return db.session.scalars(query).all()


def holders_of(run_id: UUID) -> Sequence[UUID]:
    """Return everyone who takes part in the run or has been offered a place."""
    states = (EnrolmentState.ACTIVE, EnrolmentState.OFFERED)
    query = (
        select(Enrolment.trainee_id)
        .where(Enrolment.run_id == run_id, Enrolment.state.in_(states))
        .order_by(Enrolment.id)
    )
    return db.session.scalars(query).all()


def runs_of(
    course_id: UUID, moment: datetime, *, drafts: bool = False
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the runs of a course: those to come, the next first, then the latest that ended.

    At most fifty; drafts and cancelled ones only when asked for.
    """
    over = case((Run.ends_on < moment.date(), 1), else_=0)
    public = (RunState.PUBLISHED, RunState.CLOSED, RunState.ARCHIVED)
    query = (
        select(*RUN_COLUMNS)
        .where(Run.course_id == course_id)
        .order_by(over, case((over == 0, Run.starts_on)), Run.starts_on.desc(), Run.id)
        .limit(50)
    )
    if not drafts:
        query = query.where(Run.state.in_(public))
    return db.session.execute(query).all()


_PLANNED = (
    select(
        *RUN_COLUMNS,
        Course.code.label("course_code"),
        Institution.code.label("institution_code"),
        Institution.name.label("institution"),
    )
    .join(Course, Course.id == Run.course_id)
    .join(Institution, Institution.id == Run.institution_id)
)


def _planned(actor: Actor, text: str, state: RunState | None) -> Select[Any]:
    mine = select(RunStaff.run_id).where(RunStaff.user_id == actor.user_id)
    where = actor.institutions(*policies.PLANNERS, "registrar")
    query = _PLANNED
    if where is not None:
        query = query.where(or_(within(Run.institution_id, where), Run.id.in_(mine)))
    for term in search_terms(text)[:MOST_TERMS]:
        found = func.lower(Run.code).like(like(term), escape="\\")
        query = query.where(or_(Course.search_text.like(like(term), escape="\\"), found))
    return query if state is None else query.where(Run.state == state)


def planned_by(
    actor: Actor,
    *,
    text: str = "",
    state: RunState | None = None,
    sort: str = "-start",
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[Row[*tuple[Any, ...]]]:
    """Return one page of the runs that the actor plans or teaches."""
    keys: dict[str, Any] = {"code": Run.code, "title": title_key(current_locale())}
    key = keys.get(sort.removeprefix("-"), STARTS)
    return paged(
        lambda statement: db.session.execute(statement).all(),
        _planned(actor, text, state).add_columns(key.label("sort_key")),
        key,
        Run.id,
        cursor=cursor,
        key_of=lambda row: (row.sort_key, row.id),
        descending=sort.startswith("-"),
        size=size,
    )


def all_planned_by(
    actor: Actor, *, text: str = "", state: RunState | None = None, most: int = 5000
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return all runs that the actor plans or teaches, for a file; the next to start last."""
    query = _planned(actor, text, state).order_by(Run.starts_on, Run.id).limit(most)
    return db.session.execute(query).all()


def code_is_taken(institution_id: UUID, code: str, *, but: UUID | None = None) -> bool:
    """Tell whether another run of the institution has this code."""
    query = select(Run.id).where(Run.institution_id == institution_id, Run.code == code)
    found = db.session.scalar(query)
    return found is not None and found != but


def teachers(most: int = 500) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the people (id, name) who have a role in teaching at any institution, by name."""
    moment = now()
    teaching = select(RoleAssignment.user_id).where(
        RoleAssignment.role.in_(("faculty", "administrator", "centre_administrator")),
        RoleAssignment.valid_from <= moment,
        or_(RoleAssignment.valid_until.is_(None), RoleAssignment.valid_until > moment),
    )
    query = (
        select(User.id, User.display_name)
        .where(User.state == AccountState.ACTIVE, User.id.in_(teaching))
        .order_by(User.sort_name, User.id)
        .limit(most)
    )
    return db.session.execute(query).all()
