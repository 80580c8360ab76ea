"""Deciding applications, in one or two steps by different people."""

from uuid import UUID

from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Invalid, WrongState
from app.core.i18n import gettext as _
from app.courses import policies
from app.courses.models.enrolments import Approval, Enrolment
from app.courses.models.runs import Run
from app.courses.notices import enrolments as notices
from app.courses.queries import enrolments as queries
from app.courses.queries import runs
from app.courses.queries.prerequisites import missing
from app.courses.services import prerequisites, queue
from app.courses.states import ENROLMENT, EnrolmentState, RunState


@atomic()
def approve(actor: Actor, enrolment_id: UUID, *, reason: str = "") -> Enrolment:
    """Agree to an application; the last agreement gives a seat or the next number of the queue.

    Somebody who has not completed what must come before is let in with a reason, which the history
    keeps. Raises NotFound, Forbidden, WrongState (decided before), Invalid (the same person twice,
    no reason), Conflict (the queue is full too).
    """
    run, enrolment = queries.locked_for(actor, enrolment_id)
    given = queries.approvals_of(enrolment.id)
    last = len(given) + 1 >= run.approval_steps
    (policies.may_approve if last else policies.may_endorse).require(actor, enrolment)
    ENROLMENT.after(enrolment.state, "approve")
    if run.state != RunState.PUBLISHED:
        raise WrongState(_("This run takes nobody any more."))
    if any(one.approved_by == actor.user_id for one in given):
        raise Invalid(_("You have approved this already; the next step is for somebody else."))
    if last:
        why = prerequisites.require(run, enrolment.trainee_id, reason)
        enrolment.let_in_because = why
    step = len(given) + 1
    db.session.add(Approval(enrolment_id=enrolment.id, step=step, approved_by=actor.user_id))
    enrolment.decided_by, enrolment.decided_at = actor.user_id, now()
    if last:
        _give_place(actor, run, enrolment)
    else:
        _move(actor, run, enrolment, "endorse")
    return enrolment


@atomic()
def approve_all(actor: Actor, run_id: UUID, ids: list[UUID]) -> int:
    """Approve several applications to a run in the order they came; return how many.

    Those that were decided in the meantime, are for somebody else to approve or need a reason are
    left alone.
    """
    run = runs.locked(run_id)
    policies.may_teach_run.require(actor, run)
    found = [queries.locked(enrolment_id) for enrolment_id in ids]
    number = 0
    for enrolment in sorted(found, key=lambda one: (one.created_at, one.id)):
        if enrolment.run_id == run.id and can_approve(actor, run, enrolment):
            approve(actor, enrolment.id)
            number += 1
    return number


def can_approve(actor: Actor, run: Run, enrolment: Enrolment) -> bool:
    """Tell whether the next agreement to the application is this person's, without a reason."""
    if enrolment.state != EnrolmentState.APPLIED or run.state != RunState.PUBLISHED:
        return False
    given = queries.approvals_of(enrolment.id)
    if any(one.approved_by == actor.user_id for one in given):
        return False
    last = len(given) + 1 >= run.approval_steps
    if last and missing(run.course_id, enrolment.trainee_id):
        return False
    return (policies.may_approve if last else policies.may_endorse)(actor, enrolment)


@atomic()
def approve_across(actor: Actor, ids: list[UUID]) -> int:
    """Approve applications to several runs; return how many. Each run as `approve_all` does.

    Runs are locked in the order of their ids. Raises Forbidden when one is none of the actor's.
    """
    by_run: dict[UUID, list[UUID]] = {}
    for enrolment_id in ids:
        by_run.setdefault(queries.run_id_of(enrolment_id), []).append(enrolment_id)
    return sum(approve_all(actor, run_id, by_run[run_id]) for run_id in sorted(by_run))


@atomic()
def decline(actor: Actor, enrolment_id: UUID, *, reason: str) -> None:
    """Refuse an application with a reason that the person will read.

    Raises NotFound, Forbidden, Invalid, WrongState.
    """
    run, enrolment = queries.locked_for(actor, enrolment_id)
    policies.may_approve.require(actor, enrolment)
    if not reason.strip():
        raise Invalid(_("Say why: the person will read it."), field="reason")
    if enrolment.state == EnrolmentState.DECLINED:
        return
    ENROLMENT.after(enrolment.state, "decline")
    enrolment.reason = reason.strip()
    enrolment.decided_by, enrolment.decided_at = actor.user_id, now()
    _move(actor, run, enrolment, "decline", reason.strip())
    notices.application_declined(enrolment, run)


def _give_place(actor: Actor, run: Run, enrolment: Enrolment) -> None:
    queue.settle(run)
    if queue.take_seat(run):
        enrolment.active_from = now()
        _move(actor, run, enrolment, "approve", enrolment.let_in_because)
        queue.confirm(run, enrolment)
    else:
        enrolment.queue_number = queue.next_number(run)
        _move(actor, run, enrolment, "queue", enrolment.let_in_because)
        notices.place_in_queue(enrolment, run)


def _move(actor: Actor, run: Run, enrolment: Enrolment, action: str, reason: str = "") -> None:
    audit.move(
        actor,
        enrolment,
        ENROLMENT,
        action,
        kind="enrolment",
        institution_id=run.institution_id,
        reason=reason,
    )
