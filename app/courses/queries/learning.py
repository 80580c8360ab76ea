"""A person's own places, with what comes next in each."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.core.actor import Actor
from app.core.clock import now
from app.core.database import db
from app.core.names import search_terms
from app.core.paging import Page, paged
from app.courses.models.catalogue import Course
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run, RunStaff
from app.courses.models.timetable import Session
from app.courses.queries.catalogue import MOST_TERMS, like
from app.courses.states import OPEN, TERMINAL, EnrolmentState, RunState, SessionState
from app.institutions.models import Institution

Place = Row[*tuple[Any, ...]]

GROUPS: dict[str, Collection[EnrolmentState]] = {
    "now": OPEN - {EnrolmentState.COMPLETED, EnrolmentState.NOT_COMPLETED},
    "done": {EnrolmentState.COMPLETED, EnrolmentState.NOT_COMPLETED},
    "gone": TERMINAL,
}
"""Filters of one's own list by the word in its address."""

_IN = (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED, EnrolmentState.NOT_COMPLETED)


def mine(
    actor: Actor,
    *,
    text: str = "",
    group: str = "",
    cursor: str | None = None,
    size: int = 25,
) -> Page[Place]:
    """Return one page of the actor's places, the newest first; one query.

    Each row has its run's title and dates, the start and end of its next session, and how many
    of its sessions are over.
    """
    moment = now()
    held = (
        select(func.count())
        .where(
            Session.run_id == Run.id,
            Session.state != SessionState.CANCELLED,
            Session.ends_at <= moment,
        )
        .correlate(Run)
        .scalar_subquery()
    )
    planned = (
        select(func.count())
        .where(Session.run_id == Run.id, Session.state != SessionState.CANCELLED)
        .correlate(Run)
        .scalar_subquery()
    )
    coming = (
        select(Session.id)
        .where(
            Session.run_id == Run.id,
            Session.state == SessionState.SCHEDULED,
            Session.ends_at > moment,
        )
        .order_by(Session.starts_at, Session.id)
        .limit(1)
        .correlate(Run)
        .scalar_subquery()
    )
    query: Select[*tuple[Any, ...]] = (
        select(
            Enrolment.id,
            Enrolment.state,
            Enrolment.queue_number,
            Enrolment.offer_expires_at,
            Enrolment.run_id,
            Run.title,
            Run.code,
            Run.state.label("run_state"),
            Run.starts_on,
            Run.ends_on,
            Run.timezone,
            Course.code.label("course_code"),
            Institution.name.label("institution"),
            Session.starts_at.label("next_starts_at"),
            Session.ends_at.label("next_ends_at"),
            Session.timezone.label("next_timezone"),
            held.label("held"),
            planned.label("planned"),
        )
        .join(Run, Run.id == Enrolment.run_id)
        .join(Course, Course.id == Run.course_id)
        .join(Institution, Institution.id == Run.institution_id)
        .outerjoin(Session, Session.id == coming)
        .where(Enrolment.trainee_id == actor.user_id)
    )
    if group in GROUPS:
        query = query.where(Enrolment.state.in_(list(GROUPS[group])))
    for term in search_terms(text)[:MOST_TERMS]:
        query = query.where(Course.search_text.like(like(term), escape="\\"))
    return paged(
        lambda found: db.session.execute(found).all(),
        query,
        Enrolment.id,
        cursor=cursor,
        key_of=lambda row: (row.id,),
        descending=True,
        size=size,
    )


def sessions_of_person(user_id: UUID) -> list[tuple[Session, Run]]:
    """Return the sessions of the runs in which a person learns or teaches, for their calendar.

    Sessions that were cancelled are among them, so that calendars learn of it; the latest 1000.
    """
    learns = select(Enrolment.run_id).where(
        Enrolment.trainee_id == user_id, Enrolment.state.in_(_IN)
    )
    teaches = select(RunStaff.run_id).where(RunStaff.user_id == user_id)
    query = (
        select(Session, Run)
        .join(Run, Run.id == Session.run_id)
        .options(joinedload(Session.room))
        .where(Run.state != RunState.DRAFT, or_(Run.id.in_(learns), Run.id.in_(teaches)))
        .order_by(Session.starts_at.desc(), Session.id)
        .limit(1000)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]
