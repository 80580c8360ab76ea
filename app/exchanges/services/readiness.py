"""Whether everything is ready for a stay, looked at again when something of it changes."""

from app.core.actor import SYSTEM
from app.core.database import db
from app.exchanges.models.mobilities import Mobility
from app.exchanges.notices import visits as notices
from app.exchanges.policies import parties
from app.exchanges.queries import visits as queries
from app.exchanges.services.steps import take
from app.exchanges.states.mobilities import MOBILITY, MobilityState

_WAY = {MobilityState.PRE_DEPARTURE: "make_ready", MobilityState.READY: "make_unready"}


def look_again(mobility: Mobility) -> None:
    """Move a stay, held by the caller, to what its checklist says: ready, or not any more."""
    if mobility.state not in _WAY:
        return
    db.session.flush()
    is_ready = not queries.checklist_of(mobility).missing
    if is_ready == (mobility.state == MobilityState.READY):
        return
    take(
        SYSTEM,
        mobility,
        MOBILITY,
        _WAY[mobility.state],
        parties=parties.in_mobility(SYSTEM, mobility),
        institution_id=mobility.sending_institution_id,
    )
    if is_ready:
        notices.ready(mobility)
