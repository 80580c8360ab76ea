"""Handing out the seats of a run: guarded, strictly by the queue, passing on what lapses."""

import logging
from uuid import UUID

from sqlalchemy import case, or_, update
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.states import AccountState
from app.audit import services as audit
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Invalid, WrongState
from app.core.events import announce
from app.core.i18n import gettext as _
from app.core.i18n import in_language
from app.courses import policies
from app.courses.events import PlaceConfirmed, PlaceOffered
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.courses.notices import enrolments as notices
from app.courses.queries import enrolments as queries
from app.courses.queries import runs
from app.courses.queries.prerequisites import missing_of
from app.courses.rules.capacity import Waiting, free_seats, next_in_line, offer_ends
from app.courses.states import ENROLMENT, EnrolmentState, RunState

HIGHEST = 9
"""The highest priority; without one it is 0."""

_log = logging.getLogger("most.courses")


@atomic()
def fill_places(actor: Actor, run_id: UUID) -> int:
    """Pass on lapsed offers and free seats to the queue; return how many moved up.

    To be called by whatever frees a seat or makes one. Nobody moves while more seats are taken
    than there are; who may not have a seat now is passed over and keeps the number.
    """
    run = runs.locked(run_id)
    moved = settle(run)
    if moved:
        audit.record(
            actor,
            "courses.fill_places",
            run.id,
            kind="run",
            institution_id=run.institution_id,
            changes={"moved": [0, moved]},
        )
    return moved


def settle(run: Run) -> int:
    """Do what `fill_places` does to a run that is locked already.

    After this a seat that is still free belongs to nobody in the queue.
    """
    for lapsed in queries.lapsed_offers(run.id, now()):
        expire(run, lapsed)
    if run.state != RunState.PUBLISHED or free_seats(run.capacity, run.seats_taken) == 0:
        return 0
    queue = queries.waiting_in(run.id)
    accounts = {enrolment.id: state for enrolment, state in queue}
    waiting = [Waiting(one, one.queue_number or 0, one.priority) for one, _state in queue]
    bound = [one.trainee_id for one, _state in queue if not one.let_in_because]
    lacking = missing_of(run.course_id, bound)
    promotion = next_in_line(
        run.capacity,
        run.seats_taken,
        waiting,
        lambda one: _obstacle(accounts[one.id], one.trainee_id in lacking),
    )
    for enrolment, reason in promotion.skipped:
        _pass_over(run, enrolment, reason)
    for enrolment in promotion.moved:
        _move_up(run, enrolment)
    return len(promotion.moved)


@atomic()
def set_priority(actor: Actor, enrolment_id: UUID, priority: int, *, reason: str) -> None:
    """Let somebody who waits go before those with a lower priority, or behind them again.

    Raises NotFound, Forbidden, WrongState, Invalid.
    """
    run, enrolment = queries.locked_for(actor, enrolment_id)
    policies.may_rank.require(actor, enrolment)
    if enrolment.state != EnrolmentState.WAITLISTED:
        raise WrongState(_("Only somebody who waits in the queue has a priority."))
    if not 0 <= priority <= HIGHEST:
        raise Invalid(
            _("Use a number from %(low)s to %(high)s.", low=0, high=HIGHEST), field="priority"
        )
    if not reason.strip():
        raise Invalid(_("Say why."), field="reason")
    if priority == enrolment.priority:
        return
    before, enrolment.priority = enrolment.priority, priority
    audit.record(
        actor,
        "courses.set_priority",
        enrolment.id,
        kind="enrolment",
        institution_id=run.institution_id,
        changes={"priority": [before, priority]},
        reason=reason.strip(),
    )


def take_seat(run: Run) -> bool:
    """Take a seat of the run if one is free, in one guarded statement; tell whether it was."""
    statement = (
        update(Run)
        .where(Run.id == run.id, or_(Run.capacity.is_(None), Run.seats_taken < Run.capacity))
        .values(seats_taken=Run.seats_taken + 1)
        .returning(Run.seats_taken)
        .execution_options(synchronize_session=False)
    )
    taken = db.session.scalar(statement)
    if taken is not None:
        set_committed_value(run, "seats_taken", taken)
    return taken is not None


def give_back_seat(run: Run) -> None:
    """Free a seat that was held."""
    statement = (
        update(Run)
        .where(Run.id == run.id)
        .values(seats_taken=case((Run.seats_taken > 0, Run.seats_taken - 1), else_=0))
        .returning(Run.seats_taken)
        .execution_options(synchronize_session=False)
    )
    set_committed_value(run, "seats_taken", db.session.scalar(statement))


def next_number(run: Run) -> int:
    """Return the next number of the run's queue; none is ever given twice.

    Raises Conflict when the queue is full.
    """
    most = run.waitlist_capacity
    if most is not None and queries.queue_length(run.id) >= most:
        raise Conflict(_("The run is full, and so is its queue."))
    statement = (
        update(Run)
        .where(Run.id == run.id)
        .values(queue_counter=Run.queue_counter + 1)
        .returning(Run.queue_counter)
        .execution_options(synchronize_session=False)
    )
    number = db.session.scalar(statement)
    set_committed_value(run, "queue_counter", number)
    return int(number or 0)


def expire(run: Run, enrolment: Enrolment, *, tells: bool = True) -> None:
    """Take back an offer that nobody answered, and free its seat."""
    enrolment.offer_expires_at = None
    enrolment.decided_at = now()
    audit.move(
        SYSTEM,
        enrolment,
        ENROLMENT,
        "expire",
        kind="enrolment",
        institution_id=run.institution_id,
    )
    give_back_seat(run)
    if tells:
        notices.offer_lapsed(enrolment, run)


def dissolve(run: Run, *, tells: bool = True) -> None:
    """End what is open in a locked run that takes nobody any more.

    Offers lapse, and whoever waits or applied is taken out; `tells` is not set when they are told
    of the end of the run itself.
    """
    for enrolment, language in queries.undecided(run.id):
        if enrolment.state == EnrolmentState.OFFERED:
            expire(run, enrolment, tells=tells)
            continue
        with in_language(language):
            reason = _("The run ended before there was a place.")
        enrolment.decided_at, enrolment.reason = now(), reason
        audit.move(
            SYSTEM,
            enrolment,
            ENROLMENT,
            "withdraw",
            kind="enrolment",
            institution_id=run.institution_id,
            reason=reason,
        )
        if tells:
            notices.place_withdrawn(enrolment, run, by_office=True)


def confirm(run: Run, enrolment: Enrolment) -> None:
    """Announce and tell that a person has a place."""
    announce(PlaceConfirmed(enrolment.id, run.id, enrolment.trainee_id))
    notices.place_confirmed(enrolment, run)


def _move_up(run: Run, enrolment: Enrolment) -> None:
    if not take_seat(run):
        raise RuntimeError("a free seat of a locked run was taken by somebody else")
    moment = now()
    expires_at = offer_ends(moment, run.offer_hours)
    enrolment.decided_at = moment
    if expires_at is None:
        enrolment.active_from = moment
    else:
        enrolment.offer_expires_at = expires_at
    audit.move(
        SYSTEM,
        enrolment,
        ENROLMENT,
        "admit" if expires_at is None else "offer",
        kind="enrolment",
        institution_id=run.institution_id,
    )
    if expires_at is None:
        confirm(run, enrolment)
        return
    announce(PlaceOffered(enrolment.id, run.id, enrolment.trainee_id, expires_at))
    notices.place_offered(enrolment, run)


def _obstacle(account: AccountState, lacks_courses: bool) -> str:
    """Return why a person cannot take a seat now; empty when nothing stands in the way.

    A clash with another run of theirs is theirs to judge: they were warned when they asked.
    """
    if account in (AccountState.SUSPENDED, AccountState.ERASED):
        return "account is not active"
    return "courses to have completed before are missing" if lacks_courses else ""


def _pass_over(run: Run, enrolment: Enrolment, reason: str) -> None:
    audit.record(
        SYSTEM,
        "courses.pass_over",
        enrolment.id,
        kind="enrolment",
        institution_id=run.institution_id,
        reason=reason,
    )


def lapse_offers() -> int:
    """Pass on every offer that was not answered in time; return how many runs had one.

    Each run is a change of its own, so that one in trouble does not hold up the others.
    """
    overdue = list(queries.runs_with_lapsed_offers(now()))
    for run_id in overdue:
        fill_places(SYSTEM, run_id)
    return len(overdue)


def recount() -> int:
    """Compare the seats of every run with its places; return how many runs were wrong.

    None should ever be: each one found is set right, noted in the trail and logged as an error.
    Runs in which somebody waits are filled, so that whoever was passed over gets another chance.
    """
    wrong = 0
    for run_id in queries.runs_that_miscount():
        wrong += _set_right(run_id)
    for run_id in queries.runs_with_queues():
        fill_places(SYSTEM, run_id)
    return wrong


@atomic()
def _set_right(run_id: UUID) -> int:
    run = runs.locked(run_id)
    held = queries.seats_held(run.id)
    if held == run.seats_taken:
        return 0
    _log.error("run %s counted %s seats, but %s are held", run.id, run.seats_taken, held)
    audit.record(
        SYSTEM,
        "courses.recount",
        run.id,
        kind="run",
        institution_id=run.institution_id,
        changes={"seats_taken": [run.seats_taken, held]},
    )
    run.seats_taken = held
    return 1
