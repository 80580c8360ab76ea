"""Taking a stay from its plan to its preparation, and naming who coordinates it."""

from uuid import UUID

from app.audit import services as audit
from app.core.actor import SYSTEM, Actor
from app.core.database import atomic
from app.core.errors import Forbidden, Invalid
from app.core.i18n import gettext as _
from app.core.names import search_text
from app.exchanges.models.mobilities import Mobility
from app.exchanges.notices import mobilities as notices
from app.exchanges.policies import parties
from app.exchanges.queries import admissions, nominations, visits
from app.exchanges.queries import mobilities as queries
from app.exchanges.services import legal_clocks
from app.exchanges.services.steps import take
from app.exchanges.states.mobilities import (
    ADMITTED,
    MOBILITY,
    MobilityState,
    NominationState,
)
from app.exchanges.states.parties import Party


@atomic()
def advance(mobility_id: UUID) -> None:
    """Begin the preparation of a stay once it is approved and admitted; else do nothing."""
    mobility = queries.locked(mobility_id)
    nomination, admission = nominations.of_stay(mobility_id), admissions.of_stay(mobility_id)
    if (
        mobility.state != MobilityState.PLANNED
        or nomination is None
        or nomination.state != NominationState.APPROVED
        or admission is None
        or admission.state not in ADMITTED
    ):
        return
    take(
        SYSTEM,
        mobility,
        MOBILITY,
        "prepare",
        parties=frozenset({Party.SYSTEM}),
        institution_id=mobility.sending_institution_id,
    )
    legal_clocks.refresh(mobility, visits.visit_of(mobility_id))
    notices.prepared(mobility)


@atomic()
def name_coordinator(actor: Actor, mobility_id: UUID, person_id: UUID | None) -> None:
    """Name who coordinates a stay on the side of the actor's office; nobody signs anew for that."""
    mobility = queries.locked_for(actor, mobility_id)
    found = parties.in_mobility(actor, mobility)
    if Party.HOME_OFFICER in found:
        column, where = "home_coordinator_id", mobility.sending_institution_id
    elif Party.HOST_OFFICER in found:
        column, where = "host_coordinator_id", mobility.receiving_institution_id
    else:
        raise Forbidden(_("Each office names its own coordinator."))
    set_coordinator(actor, mobility, column, where, person_id)


@atomic()
def index_institution(institution_id: UUID) -> None:
    """Find the stays from and to an institution by its new name."""
    for mobility in queries.at_institution(institution_id):
        mobility.search_text = words_of(mobility)


def words_of(mobility: Mobility) -> str:
    """Return by what a stay is found: its person, its number and both institutions."""
    home, host = mobility.sending_institution, mobility.receiving_institution
    words = (mobility.number, *home.name.values(), *host.name.values())
    return search_text(mobility.person.display_name, *words)[:1000]


def set_coordinator(
    actor: Actor, mobility: Mobility, column: str, where: UUID, person_id: UUID | None
) -> None:
    """Put somebody of an institution into a stay that is locked, and note it."""
    if person_id is not None and person_id not in dict(nominations.coordinators_at(where)):
        raise Invalid(_("Choose somebody of your institution."), field="coordinator")
    before = getattr(mobility, column)
    if before == person_id:
        return
    setattr(mobility, column, person_id)
    audit.record(
        actor,
        "exchanges.name_coordinator",
        mobility.id,
        kind=MOBILITY.kind,
        institution_id=where,
        changes={column.removesuffix("_id"): [before, person_id]},
    )
