"""What staff find on their start page: their runs, and what waits for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, func, select, true

from app.certificates.models import Certificate
from app.completion.models import Review
from app.completion.states import ReviewState
from app.core.actor import Actor
from app.core.database import is_any, read_prepared, read_rows
from app.core.prepared import Prepared
from app.courses.models.catalogue import Course
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run, RunStaff
from app.courses.models.timetable import Session
from app.courses.policies import REVIEWERS
from app.courses.states import CourseState, EnrolmentState, RunState, SessionState

OFFICE = ("administrator", "registrar", "centre_administrator")
PLANNERS = ("faculty", *OFFICE)

_WAITING = (
    select(func.count())
    .where(Enrolment.run_id == Run.id, Enrolment.state == EnrolmentState.WAITLISTED)
    .correlate(Run)
    .scalar_subquery()
)
_TO_LOCK = (
    select(func.count())
    .where(
        Session.run_id == Run.id,
        Session.ends_at < bindparam("moment"),
        is_any(Session.state, SessionState.SCHEDULED, SessionState.HELD),
    )
    .correlate(Run)
    .scalar_subquery()
)
_TAUGHT = Prepared(
    select(
        Run.id,
        Run.code,
        Run.title,
        Run.starts_on,
        Run.ends_on,
        Run.capacity,
        Run.seats_taken,
        Run.state,
        _WAITING.label("waiting"),
        _TO_LOCK.label("to_lock"),
    )
    .join(RunStaff, RunStaff.run_id == Run.id)
    .where(
        RunStaff.user_id == bindparam("person"),
        is_any(Run.state, RunState.DRAFT, RunState.PUBLISHED),
    )
    .order_by(Run.starts_on, Run.id)
    .limit(8)
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for the office, each with the page that shows it."""

    applications: int
    reviews: int
    drafts: int
    uncertified: int
    courses: int


def taught_by(person: UUID, moment: datetime) -> Sequence[Any]:
    """Return up to eight runs the person is on the staff of, the first to start first."""
    return read_prepared(_TAUGHT, {"person": person, "moment": moment})


def waiting_for(actor: Actor) -> Waiting:
    """Count what waits in the institutions the actor works for. One query."""
    office, planning = _at(actor, *OFFICE), _at(actor, *PLANNERS)
    certified = (
        select(Certificate.id)
        .where(Certificate.enrolment_id == Enrolment.id)
        .correlate(Enrolment)
        .exists()
    )
    row = read_rows(
        select(
            _enrolled(EnrolmentState.APPLIED, planning),
            _reviews(office),
            select(func.count())
            .select_from(Run)
            .where(Run.state == RunState.DRAFT, planning)
            .scalar_subquery(),
            _enrolled(EnrolmentState.COMPLETED, office, ~certified),
            _courses_in_review(actor),
        )
    ).one()
    return Waiting(*row)


def _at(actor: Actor, *roles: str) -> ColumnElement[bool]:
    where = actor.institutions(*roles)
    return true() if where is None else Run.institution_id.in_(where)


def _courses_in_review(actor: Actor) -> ScalarSelect[int]:
    where = actor.institutions(*REVIEWERS)
    query = select(func.count()).where(Course.state == CourseState.IN_REVIEW)
    if where is not None:
        query = query.where(Course.institution_id.in_(where))
    return query.scalar_subquery()


def _enrolled(state: EnrolmentState, *rules: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Enrolment)
        .join(Run, Run.id == Enrolment.run_id)
        .where(Enrolment.state == state, Run.state != RunState.ARCHIVED, *rules)
        .scalar_subquery()
    )


def _reviews(rule: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Review)
        .join(Enrolment, Enrolment.id == Review.enrolment_id)
        .join(Run, Run.id == Enrolment.run_id)
        .where(Review.state == ReviewState.OPEN, rule)
        .scalar_subquery()
    )
