"""Reading reviews of completions."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import RoleAssignment, User
from app.completion import policies
from app.completion.models import Decision, Review
from app.completion.policies import DECIDERS
from app.completion.states import ReviewState
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.names import search_terms
from app.core.paging import Page, paged
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run

_DESK = (
    select(
        Review.id,
        Review.state,
        Review.opened_at,
        Review.closed_at,
        User.display_name.label("name"),
        Run.title.label("run_title"),
        Run.code.label("run_code"),
        Run.id.label("run_id"),
    )
    .join(Enrolment, Enrolment.id == Review.enrolment_id)
    .join(User, User.id == Enrolment.trainee_id)
    .join(Run, Run.id == Enrolment.run_id)
)


def desk(
    actor: Actor, cursor: str | None, *, is_open: bool = True, text: str = ""
) -> Page[Row[*tuple[Any, ...]]]:
    """Return the reviews that the actor may decide, latest first, or those that were decided.

    With a text, those of people with such names, and of runs with such a code.
    """
    where = actor.institutions(*DECIDERS)
    wanted = Review.state == ReviewState.OPEN if is_open else Review.state != ReviewState.OPEN
    query: Any = _DESK.where(wanted)
    if where is not None:
        query = query.where(Run.institution_id.in_(where))
    for term in search_terms(text):
        is_code = func.lower(Run.code).contains(term, autoescape=True)
        query = query.where(or_(User.search_text.contains(term, autoescape=True), is_code))
    return paged(
        lambda statement: db.session.execute(statement).all(),
        query,
        Review.opened_at,
        Review.id,
        cursor=cursor,
        key_of=lambda row: (row.opened_at, row.id),
        descending=True,
    )


def review_for(actor: Actor, review_id: UUID) -> Review:
    """Return the review with enrolment, run and person; NotFound unless the actor decides it."""
    query = (
        select(Review)
        .where(Review.id == review_id)
        .options(
            joinedload(Review.enrolment).joinedload(Enrolment.run),
            joinedload(Review.enrolment).joinedload(Enrolment.trainee),
        )
    )
    review = db.session.scalars(query).one_or_none()
    if review is None or not policies.may_decide_review(actor, review.enrolment.run):
        raise NotFound(_("There is no such review."))
    return review


def locked(review_id: UUID) -> Review:
    """Return the review with its enrolment and run, ours to close."""
    query = (
        select(Review)
        .where(Review.id == review_id)
        .options(joinedload(Review.enrolment).joinedload(Enrolment.run))
        .with_for_update(of=Review)
        .execution_options(populate_existing=True)
    )
    review = db.session.scalars(query).one_or_none()
    if review is None:
        raise NotFound(_("There is no such review."))
    return review


def asked_about(enrolment_id: UUID, decision_id: UUID) -> bool:
    """Tell whether a review is open about the enrolment, or was about this very decision."""
    query = select(Review.id).where(
        Review.enrolment_id == enrolment_id,
        (Review.state == ReviewState.OPEN) | (Review.decision_id == decision_id),
    )
    return db.session.scalar(query.limit(1)) is not None


def decisions_around(review: Review) -> tuple[Decision | None, Decision]:
    """Return the last decision that said otherwise, and the one that contradicts it."""
    against = db.session.get_one(Decision, review.decision_id)
    query = (
        select(Decision)
        .where(
            Decision.enrolment_id == review.enrolment_id,
            Decision.number < against.number,
            Decision.outcome == "met",
        )
        .order_by(Decision.number.desc())
        .limit(1)
    )
    return db.session.scalars(query).one_or_none(), against


def deciders_at(institution_id: UUID) -> list[UUID]:
    """Return who is a registrar of the institution now."""
    moment = now()
    query = (
        select(RoleAssignment.user_id)
        .where(
            RoleAssignment.institution_id == institution_id,
            RoleAssignment.role == "registrar",
            RoleAssignment.valid_from <= moment,
            RoleAssignment.valid_until.is_(None) | (RoleAssignment.valid_until > moment),
        )
        .distinct()
    )
    return list(db.session.scalars(query.order_by(RoleAssignment.user_id)))
