"""Reading places: one's own, those of a run, its queue and what waits to be decided."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.accounts.states import AccountState
from app.audit.models import StateChange
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.courses import policies
from app.courses.models.enrolments import Approval, Enrolment, Invitation
from app.courses.models.runs import Run, RunStaff
from app.courses.models.timetable import Session
from app.courses.queries import runs
from app.courses.states import OPEN, SEAT_HOLDING, UNDECIDED, EnrolmentState, RunState, SessionState


def enrolment_for(actor: Actor, enrolment_id: UUID) -> Enrolment:
    """Return the place with its run and person; NotFound unless the actor may see it."""
    query = (
        select(Enrolment)
        .where(Enrolment.id == enrolment_id)
        .options(
            joinedload(Enrolment.run).joinedload(Run.course),
            joinedload(Enrolment.run).joinedload(Run.institution),
            joinedload(Enrolment.trainee),
        )
    )
    enrolment = db.session.scalars(query).one_or_none()
    if enrolment is None or not policies.may_see_enrolment(actor, enrolment):
        raise NotFound(_("There is no such place."))
    return enrolment


def run_id_of(enrolment_id: UUID) -> UUID:
    """Return which run a place is in; that never changes. Raises NotFound."""
    found = db.session.scalar(select(Enrolment.run_id).where(Enrolment.id == enrolment_id))
    if found is None:
        raise NotFound(_("There is no such place."))
    return found


def locked(enrolment_id: UUID) -> Enrolment:
    """Return the place with its run, as it is now; lock the run before."""
    query = (
        select(Enrolment)
        .where(Enrolment.id == enrolment_id)
        .options(joinedload(Enrolment.run))
        .with_for_update(of=Enrolment)
        .execution_options(populate_existing=True)
    )
    enrolment = db.session.scalars(query).one_or_none()
    if enrolment is None:
        raise NotFound(_("There is no such place."))
    return enrolment


def locked_for(actor: Actor, enrolment_id: UUID) -> tuple[Run, Enrolment]:
    """Lock the run first and its place second, everywhere in this order, and return both.

    Raises NotFound, also when the actor may not see the place.
    """
    run = runs.locked(run_id_of(enrolment_id))
    enrolment = locked(enrolment_id)
    if not policies.may_see_enrolment(actor, enrolment):
        raise NotFound(_("There is no such place."))
    return run, enrolment


def open_one(run_id: UUID, trainee_id: UUID) -> Enrolment | None:
    """Return the person's open place in the run, if there is one."""
    query = (
        select(Enrolment)
        .where(
            Enrolment.run_id == run_id,
            Enrolment.trainee_id == trainee_id,
            Enrolment.state.in_(OPEN),
        )
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).one_or_none()


def attempts(run_id: UUID, trainee_id: UUID) -> int:
    """Return how often the person has joined the run so far."""
    query = select(func.max(Enrolment.attempt)).where(
        Enrolment.run_id == run_id, Enrolment.trainee_id == trainee_id
    )
    return db.session.scalar(query) or 0


def queue_length(run_id: UUID) -> int:
    """Return how many wait in the queue."""
    query = select(func.count()).where(
        Enrolment.run_id == run_id, Enrolment.state == EnrolmentState.WAITLISTED
    )
    return db.session.scalar(query) or 0


def waiting_in(run_id: UUID) -> list[tuple[Enrolment, AccountState]]:
    """Return the queue with the state of each person's account, first in line first."""
    query = (
        select(Enrolment, User.state)
        .join(User, User.id == Enrolment.trainee_id)
        .where(Enrolment.run_id == run_id, Enrolment.state == EnrolmentState.WAITLISTED)
        .order_by(Enrolment.priority.desc(), Enrolment.queue_number)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def undecided(run_id: UUID) -> list[tuple[Enrolment, str]]:
    """Return who applied, waits or has an offer in a run, with their language, first in line first.

    They are ours to change.
    """
    query = (
        select(Enrolment, User.locale)
        .join(User, User.id == Enrolment.trainee_id)
        .where(
            Enrolment.run_id == run_id,
            Enrolment.state.in_(UNDECIDED),
        )
        .order_by(Enrolment.queue_number, Enrolment.id)
        .with_for_update(of=Enrolment)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def lapsed_offers(run_id: UUID, moment: datetime) -> Sequence[Enrolment]:
    """Return the offers of a run that were not answered in time, oldest first."""
    query = (
        select(Enrolment)
        .where(
            Enrolment.run_id == run_id,
            Enrolment.state == EnrolmentState.OFFERED,
            Enrolment.offer_expires_at <= moment,
        )
        .order_by(Enrolment.offer_expires_at, Enrolment.queue_number)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


def runs_with_lapsed_offers(moment: datetime) -> Sequence[UUID]:
    """Return the runs in which an offer was not answered in time."""
    query = (
        select(Enrolment.run_id)
        .where(Enrolment.offer_expires_at <= moment)
        .distinct()
        .order_by(Enrolment.run_id)
    )
    return db.session.scalars(query).all()


def runs_with_queues() -> Sequence[UUID]:
    """Return the published runs in which somebody waits."""
    query = (
        select(Enrolment.run_id)
        .join(Run, Run.id == Enrolment.run_id)
        .where(Enrolment.state == EnrolmentState.WAITLISTED, Run.state == RunState.PUBLISHED)
        .distinct()
        .order_by(Enrolment.run_id)
    )
    return db.session.scalars(query).all()


def seats_held(run_id: UUID) -> int:
    """Count the places of the run that hold a seat."""
    query = select(func.count()).where(
        Enrolment.run_id == run_id, Enrolment.state.in_(SEAT_HOLDING)
    )
    return db.session.scalar(query) or 0


def runs_that_miscount() -> Sequence[UUID]:
    """Return the runs whose number of seats taken is not the number of places that hold one."""
    held = (
        select(func.count())
        .where(Enrolment.run_id == Run.id, Enrolment.state.in_(SEAT_HOLDING))
        .correlate(Run)
        .scalar_subquery()
    )
    return db.session.scalars(select(Run.id).where(Run.seats_taken != held)).all()


def place_in_queue(enrolment: Enrolment) -> int:
    """Return how many are first in line, the person included; 0 for one who does not wait."""
    if enrolment.state != EnrolmentState.WAITLISTED:
        return 0
    ahead = or_(
        Enrolment.priority > enrolment.priority,
        and_(
            Enrolment.priority == enrolment.priority,
            Enrolment.queue_number <= enrolment.queue_number,
        ),
    )
    query = select(func.count()).where(
        Enrolment.run_id == enrolment.run_id, Enrolment.state == EnrolmentState.WAITLISTED, ahead
    )
    return db.session.scalar(query) or 0


def is_invited(run_id: UUID, user_id: UUID) -> bool:
    """Tell whether the person's address was invited to the run."""
    query = (
        select(Invitation.run_id)
        .join(User, User.email_key == Invitation.email_key)
        .where(Invitation.run_id == run_id, User.id == user_id)
    )
    return db.session.scalar(query) is not None


def invitations(run_id: UUID) -> Sequence[Invitation]:
    """Return who was invited to the run, by address."""
    query = select(Invitation).where(Invitation.run_id == run_id).order_by(Invitation.email_key)
    return db.session.scalars(query.limit(1000)).all()


def invitation_of(run_id: UUID, key: str) -> Invitation:
    """Return the invitation of an address to the run. Raises NotFound."""
    invitation = db.session.get(Invitation, (run_id, key))
    if invitation is None:
        raise NotFound(_("This address is not invited."))
    return invitation


def approvals_of(enrolment_id: UUID) -> Sequence[Approval]:
    """Return the approvals given so far, in order."""
    query = select(Approval).where(Approval.enrolment_id == enrolment_id).order_by(Approval.step)
    return db.session.scalars(query).all()


def steps_of(enrolment_id: UUID) -> Sequence[StateChange]:
    """Return the history of a place, oldest first."""
    query = (
        select(StateChange)
        .where(StateChange.subject_id == enrolment_id, StateChange.kind == "enrolment")
        .order_by(StateChange.at, StateChange.id)
    )
    return db.session.scalars(query).all()


def clashing_runs(trainee_id: UUID, run_id: UUID) -> Sequence[Run]:
    """Return the person's other runs that have a session at the same time as one of this run."""
    ours, theirs = Session.__table__.alias(), Session.__table__.alias()
    query = (
        select(Run)
        .join(Enrolment, Enrolment.run_id == Run.id)
        .where(
            Enrolment.trainee_id == trainee_id,
            Enrolment.state.in_(SEAT_HOLDING),
            Enrolment.run_id != run_id,
            select(1)
            .select_from(ours.join(theirs, ours.c.starts_at < theirs.c.ends_at))
            .where(
                ours.c.run_id == run_id,
                theirs.c.run_id == Run.id,
                theirs.c.starts_at < ours.c.ends_at,
                ours.c.starts_at > now(),
                ours.c.state == SessionState.SCHEDULED,
                theirs.c.state == SessionState.SCHEDULED,
            )
            .exists(),
        )
        .order_by(Run.starts_on, Run.id)
    )
    return db.session.scalars(query).all()


def counts(run_id: UUID) -> dict[EnrolmentState, int]:
    """Return how many places of the run are in each state; states without any are left out."""
    query = (
        select(Enrolment.state, func.count())
        .where(Enrolment.run_id == run_id)
        .group_by(Enrolment.state)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def trainee_ids(run_id: UUID, states: Iterable[EnrolmentState]) -> Sequence[UUID]:
    """Return who is in the run in one of these states, by name."""
    query = (
        select(Enrolment.trainee_id)
        .join(User, User.id == Enrolment.trainee_id)
        .where(Enrolment.run_id == run_id, Enrolment.state.in_(list(states)))
        .order_by(User.sort_name, User.id)
    )
    return db.session.scalars(query).all()


def transfer_targets(actor: Actor, enrolment: Enrolment) -> Sequence[Run]:
    """Return the runs of the actor's offices into which the person could be moved, soonest first.

    Runs of the same course come before others.
    """
    run = enrolment.run
    where = actor.institutions(*policies.OFFICE)
    query = (
        select(Run)
        .where(Run.state == RunState.PUBLISHED, Run.id != run.id, Run.ends_on >= now().date())
        .where(or_(Run.capacity.is_(None), Run.seats_taken < Run.capacity))
        .order_by((Run.course_id != run.course_id), Run.starts_on, Run.id)
        .limit(200)
    )
    if where is not None:
        query = query.where(Run.institution_id.in_(where))
    return db.session.scalars(query).all()


def in_my_hands(actor: Actor) -> Any:
    """Return the condition that the actor teaches the run or works for its office."""
    where = actor.institutions(*policies.OFFICE)
    staff = Run.id.in_(select(RunStaff.run_id).where(RunStaff.user_id == actor.user_id))
    return Run.id.is_not(None) if where is None else or_(Run.institution_id.in_(where), staff)
