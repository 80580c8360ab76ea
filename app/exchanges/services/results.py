"""Letting people know: results at their release, once, and the offers that run from then."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from app.core.clock import now
from app.core.database import atomic
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call
from app.exchanges.notices import selection as notices
from app.exchanges.queries import allocation as queries
from app.exchanges.queries import offers
from app.exchanges.states.applications import DECIDED, ApplicationState
from app.exchanges.states.calls import RESULTS_KNOWN, CallState

KNOWN = RESULTS_KNOWN - {CallState.ARCHIVED}


def is_over(call: Call) -> bool:
    """Tell whether the embargo is over by the clock, whether or not the job has run."""
    return call.state in RESULTS_KNOWN or (
        call.state == CallState.EMBARGOED and call.release_at <= now()
    )


@atomic()
def announce_all(call_id: UUID) -> None:
    """Tell everybody once what was decided in a call whose results have just been released."""
    call = queries.lock_family(call_id)
    announce(call, queries.locked_applications(call.id, DECIDED))


def announce(call: Call, decided: Iterable[Application]) -> None:
    """Tell these people what was decided; offers run from now."""
    hosts = queries.hosts_of(call.id)
    for application in decided:
        if application.state == ApplicationState.SELECTED:
            host = hosts.get(application.destination_id) if application.destination_id else None
            application.offer_expires_at = now() + timedelta(hours=call.offer_hours)
            notices.selected(application, call, dict(host.name) if host else {})
        elif application.state == ApplicationState.WAIT_LISTED:
            notices.wait_listed(application, call, offers.number_in_list(application))
        elif application.state == ApplicationState.NOT_SELECTED:
            notices.not_selected(application, call)
