"""Deciding who gets which place: tried out as often as wanted, then published by the chair."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Forbidden, Invalid, WrongState
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call
from app.exchanges.models.reviews import AllocationRun
from app.exchanges.policies.parties import in_call
from app.exchanges.queries import allocation as queries
from app.exchanges.rules.allocation import Outcome, Verdict, outcomes
from app.exchanges.services import offers, quotas, ranking, results
from app.exchanges.services.steps import take
from app.exchanges.states.applications import (
    ALLOCATION_RUN,
    APPLICATION,
    DECIDED,
    ApplicationState,
)
from app.exchanges.states.calls import CALL, CallState
from app.exchanges.states.parties import Party

DRAWING = frozenset(
    {CallState.SELECTING, CallState.RELEASED, CallState.NOTICE, CallState.FINALISED}
)
"""States of a call in which an allocation can be tried: the first one, and after an appeal."""


@atomic()
def try_out(
    actor: Actor, call_id: UUID, *, minimum_milli: int | None = None, wait_limit: int | None = None
) -> UUID:
    """Compute an allocation without moving anybody, and keep it; return its id.

    The same ranking, wishes, seats and limits give the same result. When nobody is left to decide
    about, the allocation is empty: publishing it ends the selection. Raises NotFound, Forbidden,
    WrongState, Invalid.
    """
    call = queries.locked_call(actor, call_id)
    if in_call(actor, call).isdisjoint({Party.HOME_OFFICER, Party.CHAIR}):
        raise Forbidden(_("The office and the chair of the call try out allocations."))
    if call.state not in DRAWING:
        raise WrongState(_("Places are allocated between the closing of a call and its results."))
    _require_sense(minimum_milli, wait_limit)
    seed = ranking.draw(actor, call)
    rests_on = queries.inputs(call, seed, locked=True)
    if not rests_on.contenders and (call.state != CallState.SELECTING or _undecided(call)):
        raise WrongState(_("No application is ranked yet."))
    found = _decide(rests_on, minimum_milli, wait_limit)
    run = AllocationRun(
        call_id=call.id,
        number=queries.next_run_number(call.id),
        seed=seed,
        input_hash=rests_on.hashed(minimum_milli, wait_limit),
        minimum_milli=minimum_milli,
        wait_limit=wait_limit,
        result=_as_rows(rests_on, found),
        made_by=actor.user_id,
    )
    audit.begin(
        actor,
        run,
        ALLOCATION_RUN.machine,
        kind=ALLOCATION_RUN.kind,
        institution_id=call.institution_id,
    )
    db.session.add(run)
    db.session.flush()
    return run.id


@atomic()
def publish(actor: Actor, run_id: UUID) -> None:
    """Let a run that was tried hold: seats are taken and results wait for their release.

    Raises NotFound, Forbidden, WrongState, and Conflict when anything the run rests on has
    changed since; of two who publish at once, one is told so.
    """
    call, run = queries.locked_run(actor, run_id)
    _move_run(actor, call, run, "publish")
    run.published_at, run.published_by = now(), actor.user_id
    is_first = call.state == CallState.SELECTING
    if is_first:
        _move_call(actor, call, "decide")
        _require_all_judged(call)
    elif call.state not in DRAWING:
        raise WrongState(_("Places are allocated between the closing of a call and its results."))
    rows = {one.id: one for one in queries.locked_applications(call.id, queries.CONTENDING)}
    rests_on = queries.inputs(call, run.seed, locked=True)
    if rests_on.hashed(run.minimum_milli, run.wait_limit) != run.input_hash:
        raise Conflict(
            _(
                "The ranking, the wishes or the places have changed since this allocation was"
                " tried. Try it again, look at the result, and publish that."
            )
        )
    ranking.give_places(call, run.seed)
    hosts = queries.hosts_of(call.id)
    decided = [
        application
        for outcome in _decide(rests_on, run.minimum_milli, run.wait_limit)
        if _apply(actor, call, application := rows[outcome.id], outcome, hosts)
    ]
    _discard_others(actor, call, run)
    offers.fill(call)
    if not is_first:
        results.announce(call, decided)


@atomic()
def discard(actor: Actor, run_id: UUID) -> None:
    """Put a run aside that was only tried. Raises NotFound, Forbidden, WrongState."""
    call, run = queries.locked_run(actor, run_id)
    _move_run(actor, call, run, "discard")


@atomic()
def reconsider(actor: Actor, call_id: UUID, *, reason: str) -> None:
    """Take results back that are still under embargo; seats are given back, nobody was told.

    Raises NotFound, Forbidden, WrongState, Invalid.
    """
    call = queries.locked_call(actor, call_id)
    CALL.require(in_call(actor, call), "reconsider")
    if results.is_over(call):
        raise WrongState(_("The results are released: they can be changed by an appeal only."))
    _move_call(actor, call, "reconsider", reason)
    if not reason.strip():
        raise Invalid(_("Write why the results are taken back."), field="reason")
    for application in queries.locked_applications(call.id, DECIDED):
        held = application.state == ApplicationState.SELECTED
        _move(actor, call, application, "unselect", reason)
        if held:
            quotas.release(application.id)
        application.destination_id = application.place = application.decided_at = None
        application.offer_expires_at, application.reason = None, ""
    offers.fill_kin(call)


@atomic()
def close_wait_list(actor: Actor, call_id: UUID, *, reason: str) -> int:
    """Tell everybody who still waits that no place came free; return how many there were.

    Raises NotFound, Forbidden, WrongState, Invalid.
    """
    call = queries.locked_call(actor, call_id)
    APPLICATION.require(in_call(actor, call), "not_select")
    if call.state not in results.KNOWN:
        raise WrongState(_("The waiting list can be closed once results are released."))
    if not reason.strip():
        raise Invalid(_("Write why nobody moves up any more."), field="reason")
    return offers.end_wait_list(actor, call, reason)


def _decide(rests_on: queries.Inputs, minimum: int | None, wait_limit: int | None) -> list[Outcome]:
    """Return what becomes of everybody; who waits already goes on waiting at least."""
    found = outcomes(rests_on.contenders, rests_on.seats, minimum=minimum, wait_limit=wait_limit)
    return [
        one
        if one.verdict != Verdict.NOT_SELECT or one.id not in rests_on.waiting
        else Outcome(one.id, Verdict.WAIT_LIST, None, 0, one.reason)
        for one in found
    ]


def _apply(
    actor: Actor,
    call: Call,
    application: Application,
    outcome: Outcome,
    hosts: Mapping[UUID, Any],
) -> bool:
    """Do what was decided about one application; tell whether it moved."""
    if application.state == ApplicationState.WAIT_LISTED and outcome.verdict != Verdict.SELECT:
        return False
    application.decided_at = now()
    application.reason = str(outcome.reason) if outcome.verdict == Verdict.NOT_SELECT else ""
    if outcome.verdict == Verdict.SELECT and outcome.destination is not None:
        application.destination_id = outcome.destination
        quotas.take(application.id, hosts[outcome.destination].quota_id, call.months)
    _move(actor, call, application, outcome.verdict.value)
    return True


def _as_rows(rests_on: queries.Inputs, found: list[Outcome]) -> list[dict[str, Any]]:
    contenders = {one.id: one for one in rests_on.contenders}
    numbers = queries.people_of(contenders)
    return [
        {
            "application": str(one.id),
            "number": numbers[one.id].number,
            "place": contenders[one.id].place,
            "total": contenders[one.id].total,
            "verdict": one.verdict.value,
            "destination": str(one.destination) if one.destination else None,
            "choice": one.choice,
            "reason": one.reason.value,
        }
        for one in found
    ]


def _require_sense(minimum_milli: int | None, wait_limit: int | None) -> None:
    if minimum_milli is not None and not 0 <= minimum_milli <= 100_000:  # noqa: PLR2004 -- points
        raise Invalid(_("Write a number of points from 0 to 100."), field="minimum")
    if wait_limit is not None and not 0 <= wait_limit <= 100_000:  # noqa: PLR2004 -- people
        raise Invalid(_("Write how many people may wait."), field="wait_limit")


def _undecided(call: Call) -> int:
    """Return how many applications somebody still has to decide about before places are given."""
    numbers = queries.numbers_in(call.id)
    return sum(numbers.get(state, 0) for state in queries.UNDECIDED)


def _require_all_judged(call: Call) -> None:
    if left := _undecided(call):
        raise Conflict(
            ngettext(
                "%(num)s application is not ranked yet. Decide it first.",
                "%(num)s applications are not ranked yet. Decide them first.",
                left,
            )
        )


def _discard_others(actor: Actor, call: Call, run: AllocationRun) -> None:
    for other in queries.open_runs(call.id):
        if other.id != run.id:
            _move_run(actor, call, other, "discard")


def _move(
    actor: Actor, call: Call, application: Application, action: str, reason: str = ""
) -> None:
    take(
        actor,
        application,
        APPLICATION,
        action,
        parties=in_call(actor, call),
        institution_id=call.institution_id,
        reason=reason,
    )


def _move_run(actor: Actor, call: Call, run: AllocationRun, action: str) -> None:
    take(
        actor,
        run,
        ALLOCATION_RUN,
        action,
        parties=in_call(actor, call),
        institution_id=call.institution_id,
    )


def _move_call(actor: Actor, call: Call, action: str, reason: str = "") -> None:
    take(
        actor,
        call,
        CALL,
        action,
        parties=in_call(actor, call),
        institution_id=call.institution_id,
        reason=reason,
    )
