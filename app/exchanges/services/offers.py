"""Offers: confirmed or declined by their person, lapsed by the clock, passed on in order."""

from datetime import timedelta
from uuid import UUID

from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import atomic
from app.core.errors import Gone, WrongState
from app.core.i18n import gettext as _
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call
from app.exchanges.notices import selection as notices
from app.exchanges.policies.applications import parties_of
from app.exchanges.policies.parties import in_call
from app.exchanges.queries import allocation
from app.exchanges.queries import offers as queries
from app.exchanges.rules.allocation import promotions
from app.exchanges.services import call_clock, quotas
from app.exchanges.services.steps import take
from app.exchanges.states.applications import (
    APPLICATION,
    SEAT_HOLDING,
    ApplicationState,
)
from app.exchanges.states.calls import RESULTS_KNOWN


@atomic()
def confirm(actor: Actor, application_id: UUID) -> None:
    """Take the place that is offered. Raises NotFound, Forbidden, WrongState, Gone."""
    call, application = _for_answer(actor, application_id, "confirm")
    expires_at = application.offer_expires_at
    if (
        application.state == ApplicationState.SELECTED
        and expires_at is not None
        and expires_at <= now()
    ):
        raise Gone(_("This offer has lapsed, and the place was passed on."))
    _move(actor, call, application, "confirm")
    application.offer_expires_at = None
    notices.confirmed(application, call)


@atomic()
def decline(actor: Actor, application_id: UUID) -> None:
    """Leave the place that is offered to the next in line.

    Raises NotFound, Forbidden, WrongState.
    """
    call, application = _for_answer(actor, application_id, "decline")
    _move(actor, call, application, "decline")
    application.offer_expires_at = None
    quotas.release(application.id)
    fill_kin(call)


@atomic()
def give_back(application_id: UUID) -> None:
    """Free the place of an application that is over, and pass it on; joins the transaction.

    To be called by whatever ends an application or a stay that holds a place.
    """
    call, application = queries.locked_for(SYSTEM, application_id)
    if application.state in SEAT_HOLDING - {ApplicationState.NOMINATED}:
        raise ValueError("an application that still holds its place gives nothing back")
    quotas.release(application_id)
    fill_kin(call)


@atomic()
def pass_on(call_id: UUID) -> int:
    """Take back what lapsed in a call and fill its free seats; return how many moved."""
    call = allocation.lock_family(call_id)
    if call.state not in RESULTS_KNOWN:
        return fill(call)
    moment = now()
    lapsed = queries.lapsed_in(call.id, moment)
    for application in lapsed:
        expire(call, application)
    return len(lapsed) + fill_kin(call)


def expire(call: Call, application: Application) -> None:
    """Take back an offer of a locked call that nobody answered in time."""
    _move(SYSTEM, call, application, "expire")
    application.offer_expires_at = None
    quotas.release(application.id)
    notices.offer_lapsed(application, call)


def fill_kin(call: Call) -> int:
    """Fill the free seats of a locked call and of those that share a quota with it."""
    return sum(fill(one) for one in allocation.family_of(call.id))


def fill(call: Call) -> int:
    """Give free seats of a locked call to those who wait, in strict order; return how many."""
    if call.state not in queries.FILLING:
        return 0
    waiting = queries.waiting_in(call.id)
    if not waiting:
        return 0
    by_id = {one.id: one for one in waiting}
    contenders = queries.as_contenders(call.id, waiting)
    moved = promotions(contenders, allocation.free_seats(call, locked=True))
    hosts = allocation.hosts_of(call.id) if moved else {}
    for application_id, destination_id in moved:
        application, host = by_id[application_id], hosts[destination_id]
        quotas.take(application.id, host.quota_id, call.months)
        application.destination_id, application.decided_at = destination_id, now()
        _move(SYSTEM, call, application, "select")
        if call.state in RESULTS_KNOWN:
            application.offer_expires_at = now() + timedelta(hours=call.offer_hours)
            notices.moved_up(application, call, dict(host.name))
    return len(moved)


def end_wait_list(actor: Actor, call: Call, reason: str) -> int:
    """End the waiting of everybody in a locked call; return how many there were."""
    waiting = queries.waiting_in(call.id)
    for application in waiting:
        _move(actor, call, application, "not_select", reason)
        application.decided_at, application.reason = now(), "list_closed"
        notices.not_selected(application, call)
    return len(waiting)


def settle_offers() -> int:
    """Pass on every offer that lapsed and every seat that somebody waits for.

    Each call is a change of its own, so that one in trouble does not hold up the others.
    """
    moved = sum(pass_on(call_id) for call_id in queries.calls_to_settle(now()))
    for call_id in queries.calls_begun(now()):
        _end_begun(call_id)
    return moved


@atomic()
def _end_begun(call_id: UUID) -> None:
    call = allocation.lock_family(call_id)
    if call.state in RESULTS_KNOWN:
        end_wait_list(SYSTEM, call, _("The stay has begun."))


def _for_answer(actor: Actor, application_id: UUID, action: str) -> tuple[Call, Application]:
    call, application = queries.locked_for(actor, application_id)
    APPLICATION.require(parties_of(actor, application), action)
    call_clock.catch_up(call)
    if call.state not in RESULTS_KNOWN:
        raise WrongState(_("The results of this call are not released yet."))
    return call, application


def _move(
    actor: Actor, call: Call, application: Application, action: str, reason: str = ""
) -> None:
    parties = in_call(actor, call)
    if application.applicant_id == actor.user_id:
        parties |= parties_of(actor, application)
    take(
        actor,
        application,
        APPLICATION,
        action,
        parties=parties,
        institution_id=call.institution_id,
        reason=reason,
    )
