"""Beginning the admission anew of somebody whom the host did not admit to an earlier plan."""

from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.i18n import gettext as _
from app.exchanges.models.admissions import HostAdmission
from app.exchanges.models.mobilities import Mobility
from app.exchanges.queries import admissions as queries
from app.exchanges.services.steps import take
from app.exchanges.states.mobilities import ADMISSION, CONDITION, ConditionState
from app.exchanges.states.parties import Party

_CLOCK = frozenset({Party.SYSTEM})


def reopen(mobility: Mobility, admission: HostAdmission) -> None:
    """Await the papers anew; what was asked for before is dropped. Joins the transaction."""
    host, words = mobility.receiving_institution_id, _("The host decides about another proposal.")
    for one in queries.conditions_of(admission.id):
        if one.state != ConditionState.OPEN:
            continue
        one.note, one.settled_at, one.settled_by = words, now(), SYSTEM.user_id
        take(
            SYSTEM,
            one,
            CONDITION,
            "waive",
            parties=_CLOCK,
            institution_id=host,
            reason=words,
        )
    admission.comment, admission.completed_at = "", None
    admission.decided_at = admission.decided_by = None
    take(SYSTEM, admission, ADMISSION, "reopen", parties=_CLOCK, institution_id=host, reason=words)
