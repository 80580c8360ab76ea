"""Reading decisions."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select

from app.completion.models import Decision, Waiver
from app.core.database import db
from app.courses.models.enrolments import Enrolment


def latest(enrolment_ids: Collection[UUID]) -> dict[UUID, Decision]:
    """Return the latest decision about each enrolment that has one; one query."""
    last = (
        select(Decision.enrolment_id, func.max(Decision.number).label("number"))
        .where(Decision.enrolment_id.in_(list(enrolment_ids)))
        .group_by(Decision.enrolment_id)
        .subquery()
    )
    query = select(Decision).join(
        last,
        (last.c.enrolment_id == Decision.enrolment_id) & (last.c.number == Decision.number),
    )
    return {one.enrolment_id: one for one in db.session.scalars(query)}


def history(enrolment_id: UUID) -> Sequence[Decision]:
    """Return every decision about an enrolment, the latest first."""
    query = select(Decision).where(Decision.enrolment_id == enrolment_id)
    return db.session.scalars(query.order_by(Decision.number.desc())).all()


def waivers_of(enrolment_id: UUID) -> Sequence[Waiver]:
    """Return what was waived for an enrolment, in order of time."""
    query = select(Waiver).where(Waiver.enrolment_id == enrolment_id)
    return db.session.scalars(query.order_by(Waiver.granted_at, Waiver.id)).all()


def lock(enrolment_ids: Collection[UUID]) -> None:
    """Take the enrolments for this transaction, so that each is decided by one at a time."""
    query = select(Enrolment.id).where(Enrolment.id.in_(list(enrolment_ids)))
    db.session.execute(query.order_by(Enrolment.id).with_for_update()).all()


def active_in(run_id: UUID) -> Sequence[UUID]:
    """Return the enrolments of everyone who was ever active in the run."""
    query = select(Enrolment.id).where(
        Enrolment.run_id == run_id, Enrolment.active_from.is_not(None)
    )
    return db.session.scalars(query.order_by(Enrolment.id)).all()
