"""Correcting the days on which somebody came and left, as long as nothing is recognised by them."""

from datetime import date, datetime
from uuid import UUID

from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Invalid, WrongState
from app.core.i18n import gettext as _
from app.exchanges.models.mobilities import Mobility
from app.exchanges.notices import visits as notices
from app.exchanges.policies import parties
from app.exchanges.queries import mobilities
from app.exchanges.queries import visits as queries
from app.exchanges.services import for_host, legal_clocks
from app.exchanges.states.mobilities import ABROAD, MOBILITY, MobilityState

CORRECTABLE = ABROAD | {
    MobilityState.DEPARTED,
    MobilityState.ENDED_EARLY,
    MobilityState.RECORDS_RECEIVED,
}
"""States in which the days of a stay may still turn out to be wrong."""


@atomic()
def correct(
    actor: Actor,
    mobility_id: UUID,
    *,
    arrived_at: datetime,
    last_day: date | None,
    reason: str,
    evidence: str = "",
) -> None:
    """Correct as the host when somebody came, and when they left; the clocks follow.

    `last_day` counts once they have left. Raises NotFound, Forbidden, WrongState, Invalid.
    """
    mobility = mobilities.locked_for(actor, mobility_id)
    found = parties.in_mobility(actor, mobility)
    MOBILITY.require(found, "arrive")
    if mobility.state not in CORRECTABLE:
        raise WrongState(_("The days of this stay do not change any more."))
    if not reason.strip():
        raise Invalid(_("Say why the days are corrected."), field="reason")
    first = legal_clocks.day_at_host(mobility, arrived_at)
    last = last_day if mobility.actual_until is not None else None
    _check(mobility, arrived_at, first, last)
    for_host.note(actor, mobility, MOBILITY, "arrive", found=found, evidence=evidence)
    visit = queries.visit_of(mobility_id)
    before = (mobility.actual_from, mobility.actual_until)
    changes: dict[str, list[date | None]] = {
        "arrived_at": [visit.arrived_at, arrived_at],
        "actual_from": [mobility.actual_from, first],
    }
    visit.arrived_at, mobility.actual_from = arrived_at, first
    if last is not None:
        changes["actual_until"] = [mobility.actual_until, last]
        _end_with(mobility, last)
        mobility.actual_until = last
    db.session.add(visit)
    audit.record(
        actor,
        "visit.correct_days",
        mobility_id,
        kind=MOBILITY.kind,
        institution_id=mobility.sending_institution_id,
        changes={key: pair for key, pair in changes.items() if pair[0] != pair[1]},
        reason=reason,
    )
    db.session.flush()
    legal_clocks.refresh(mobility, visit)
    if before[0] != first:
        notices.arrived(mobility)
    if before[1] != mobility.actual_until:
        notices.departed(mobility)


def _check(mobility: Mobility, arrived_at: datetime, first: date, last: date | None) -> None:
    """Raise Invalid for days that are to come, or out of order with one another."""
    known = queries.interruptions_of(mobility.id)
    if arrived_at > now():
        raise Invalid(_("This moment is still to come."), field="arrived_at")
    if known and known[0].since < first:
        raise Invalid(_("An interruption begins before this day."), field="arrived_at")
    if mobility.actual_until is None:
        return
    if last is None:
        raise Invalid(_("This field is needed."), field="last_day")
    if last < first:
        raise Invalid(_("This day is before the arrival."), field="last_day")
    if last > legal_clocks.day_at_host(mobility, now()):
        raise Invalid(_("This day is still to come."), field="last_day")
    if known and known[-1].since > last:
        raise Invalid(_("An interruption begins after this day."), field="last_day")


def _end_with(mobility: Mobility, last: date) -> None:
    """End an interruption with which the stay ended on its new last day."""
    known = queries.interruptions_of(mobility.id)
    ended = known[-1].until if known else None
    if ended is not None and (ended == mobility.actual_until or ended > last):
        known[-1].until = last
