"""Asking for a place, answering an offer, giving a place up or taking it away."""

import hmac
from uuid import UUID

from app.audit import services as audit
from app.core import throttle
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Gone, Invalid, WrongState
from app.core.events import announce
from app.core.i18n import gettext as _
from app.core.tokens import digest
from app.courses import policies
from app.courses.events import PlaceGivenUp
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.courses.notices import enrolments as notices
from app.courses.queries import enrolments as queries
from app.courses.queries import prerequisites, runs
from app.courses.rules.capacity import offer_stands
from app.courses.services import queue
from app.courses.states import (
    ENROLMENT,
    SEAT_HOLDING,
    EnrolmentMode,
    EnrolmentSource,
    EnrolmentState,
    RunState,
)

KEY_TRIES = 10
"""Wrong or right keys one person may try in ten minutes."""

_DECIDED = (EnrolmentState.COMPLETED, EnrolmentState.NOT_COMPLETED)


def enrol(actor: Actor, run_id: UUID, *, key: str | None = None, message: str = "") -> Enrolment:
    """Ask for a place: get a seat, a place in the queue, or an application to be decided.

    Asking twice acts once: an open place is returned as it is. Of two people after the last seat
    one gets it and the other the first number of the queue. Raises NotFound, Forbidden, Invalid
    (the key), WrongState (not now), Conflict (the queue is full too), TooMany (keys).
    """
    if key is not None:
        throttle.hit(f"run-key:{run_id}:{actor.user_id}", limit=KEY_TRIES, seconds=600)
    return _enrol(actor, run_id, key, message)


@atomic()
def _enrol(actor: Actor, run_id: UUID, key: str | None, message: str) -> Enrolment:
    run = runs.locked(run_id)
    policies.may_enrol.require(actor, run)
    existing = queries.open_one(run.id, actor.user_id)
    if existing is not None:
        return _again(existing)
    _require_open(run)
    _require_way_in(actor, run, key)
    _require_completed(run, actor.user_id, message)
    if run.mode == EnrolmentMode.APPROVAL:
        return apply(actor, run, message)
    return seat(actor, run, actor.user_id, source=EnrolmentSource.SELF, message=message)


def apply(actor: Actor, run: Run, message: str) -> Enrolment:
    """Store an application in a locked run."""
    enrolment = _new(run, actor.user_id, EnrolmentSource.SELF, message)
    _begin(actor, run, enrolment, EnrolmentState.APPLIED)
    notices.application_received(enrolment, run)
    return enrolment


def seat(
    actor: Actor,
    run: Run,
    trainee_id: UUID,
    *,
    source: EnrolmentSource,
    message: str = "",
    reason: str = "",
) -> Enrolment:
    """Give a person a seat of a locked run, or the next number of its queue.

    Whoever waits goes first, so a seat that is free after that belongs to the newcomer. `reason`
    says why somebody is let in without the courses to have completed before.
    """
    queue.settle(run)
    enrolment = _new(run, trainee_id, source, message)
    enrolment.let_in_because = reason
    if queue.take_seat(run):
        enrolment.active_from = now()
        _begin(actor, run, enrolment, EnrolmentState.ACTIVE)
        queue.confirm(run, enrolment)
    else:
        enrolment.queue_number = queue.next_number(run)
        _begin(actor, run, enrolment, EnrolmentState.WAITLISTED)
        notices.place_in_queue(enrolment, run)
    return enrolment


@atomic()
def accept(actor: Actor, enrolment_id: UUID) -> Enrolment:
    """Take the seat that was offered. Raises Gone when the offer has lapsed, WrongState."""
    run, enrolment = queries.locked_for(actor, enrolment_id)
    policies.may_answer_offer.require(actor, enrolment)
    if enrolment.state == EnrolmentState.ACTIVE:
        return enrolment
    if enrolment.state == EnrolmentState.EXPIRED or _has_lapsed(enrolment):
        raise Gone(_("This offer has lapsed, and the place was passed on."))
    if run.state != RunState.PUBLISHED:
        raise WrongState(_("This run takes nobody any more."))
    enrolment.offer_expires_at = None
    enrolment.active_from = now()
    _move(actor, run, enrolment, "accept")
    queue.confirm(run, enrolment)
    return enrolment


@atomic()
def refuse(actor: Actor, enrolment_id: UUID) -> None:
    """Leave the seat that was offered to the next in line. Raises Forbidden, WrongState."""
    run, enrolment = queries.locked_for(actor, enrolment_id)
    policies.may_answer_offer.require(actor, enrolment)
    if enrolment.state == EnrolmentState.EXPIRED:
        return
    enrolment.offer_expires_at = None
    _move(actor, run, enrolment, "refuse")
    queue.give_back_seat(run)
    queue.settle(run)


@atomic()
def withdraw(actor: Actor, enrolment_id: UUID, *, reason: str = "") -> None:
    """Give up a place, an offer, a number in the queue or an application.

    Trainees give up a place until the run's cut-off, the office any time and with a reason.
    Raises NotFound, Forbidden, Invalid, WrongState.
    """
    run, enrolment = queries.locked_for(actor, enrolment_id)
    policies.may_withdraw.require(actor, enrolment)
    if enrolment.state == EnrolmentState.WITHDRAWN:
        return
    if actor.user_id == enrolment.trainee_id:
        _require_before_cut_off(run, enrolment)
    else:
        _require_reason(reason)
    _leave(actor, run, enrolment, "withdraw", reason)
    notices.place_withdrawn(enrolment, run, by_office=actor.user_id != enrolment.trainee_id)
    queue.settle(run)


@atomic()
def remove(actor: Actor, enrolment_id: UUID, *, reason: str) -> None:
    """Take a place away, with a reason that the person will read; the queue moves up.

    Raises NotFound, Forbidden, Invalid, WrongState.
    """
    run, enrolment = queries.locked_for(actor, enrolment_id)
    policies.may_manage_places.require(actor, run)
    _require_reason(reason)
    if enrolment.state == EnrolmentState.REMOVED:
        return
    _leave(actor, run, enrolment, "remove", reason)
    notices.place_removed(enrolment, run)
    queue.settle(run)


@atomic()
def remove_all(actor: Actor, run_id: UUID, ids: list[UUID], *, reason: str) -> int:
    """Remove several people from a run; those who have no place any more are left alone.

    Returns how many were removed. The queue moves up after the last, so that nobody moves up only
    to be removed.
    """
    run = runs.locked(run_id)
    policies.may_manage_places.require(actor, run)
    _require_reason(reason)
    found = [queries.locked(enrolment_id) for enrolment_id in sorted(set(ids))]
    leaving = [one for one in found if one.run_id == run.id and one.state == EnrolmentState.ACTIVE]
    for enrolment in leaving:
        _leave(actor, run, enrolment, "remove", reason)
        notices.place_removed(enrolment, run)
    queue.settle(run)
    return len(leaving)


def _leave(actor: Actor, run: Run, enrolment: Enrolment, action: str, reason: str) -> None:
    held, learnt = enrolment.state in SEAT_HOLDING, enrolment.state == EnrolmentState.ACTIVE
    enrolment.offer_expires_at = None
    if learnt:
        enrolment.active_to = now()
    _move(actor, run, enrolment, action, reason)
    if learnt:
        announce(PlaceGivenUp(enrolment.id, run.id, enrolment.trainee_id))
    if held:
        queue.give_back_seat(run)


def _move(actor: Actor, run: Run, enrolment: Enrolment, action: str, reason: str = "") -> None:
    ENROLMENT.after(enrolment.state, action)
    enrolment.decided_by, enrolment.decided_at = actor.user_id, now()
    enrolment.reason = reason.strip()
    audit.move(
        actor,
        enrolment,
        ENROLMENT,
        action,
        kind="enrolment",
        institution_id=run.institution_id,
        reason=reason.strip(),
    )


def _new(run: Run, trainee_id: UUID, source: EnrolmentSource, message: str) -> Enrolment:
    return Enrolment(
        run_id=run.id,
        trainee_id=trainee_id,
        attempt=queries.attempts(run.id, trainee_id) + 1,
        source=source,
        message=message.strip()[:1000],
        let_in_because="",
    )


def _begin(actor: Actor, run: Run, enrolment: Enrolment, state: EnrolmentState) -> None:
    audit.begin(
        actor,
        enrolment,
        ENROLMENT,
        state,
        kind="enrolment",
        institution_id=run.institution_id,
        reason=enrolment.let_in_because,
    )
    db.session.add(enrolment)
    db.session.flush()


def _again(existing: Enrolment) -> Enrolment:
    if existing.state in _DECIDED:
        raise Conflict(_("You have already gone through this run."))
    return existing


def _require_open(run: Run) -> None:
    moment = now()
    if run.state != RunState.PUBLISHED:
        raise WrongState(_("This run takes nobody at the moment."))
    if moment < run.enrol_opens_at:
        raise WrongState(_("Enrolment has not opened yet."))
    if moment >= run.enrol_closes_at:
        raise WrongState(_("Enrolment has closed."))


def _require_way_in(actor: Actor, run: Run, key: str | None) -> None:
    if run.mode == EnrolmentMode.KEY:
        given = digest((key or "").strip())
        if not hmac.compare_digest(given, run.key_digest or ""):
            raise Invalid(_("This is not the key of the run."), field="key")
    if run.mode == EnrolmentMode.INVITE and not queries.is_invited(run.id, actor.user_id):
        raise WrongState(_("This run takes people by invitation only."))


def _require_completed(run: Run, person_id: UUID, message: str) -> None:
    """Let an application say why it is made all the same; the office decides."""
    missing = prerequisites.missing(run.course_id, person_id)
    if not missing:
        return
    courses = prerequisites.named(missing)
    if run.mode != EnrolmentMode.APPROVAL:
        raise WrongState(_("Complete these courses first: %(courses)s.", courses=courses))
    if not message.strip():
        raise Invalid(
            _(
                "You have not completed %(courses)s. Say why you should take part all the same.",
                courses=courses,
            ),
            field="message",
        )


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(_("Say why: the person will read it."), field="reason")


def _require_before_cut_off(run: Run, enrolment: Enrolment) -> None:
    """Only a place one holds is bound to the cut-off; waiting harms nobody and may end any time."""
    if enrolment.state != EnrolmentState.ACTIVE:
        return
    if run.state != RunState.PUBLISHED or (run.withdraw_until and now() >= run.withdraw_until):
        raise WrongState(
            _("It is too late to give up the place yourself. Ask the office of the run.")
        )


def _has_lapsed(enrolment: Enrolment) -> bool:
    expires_at = enrolment.offer_expires_at
    return expires_at is not None and not offer_stands(expires_at, now())
