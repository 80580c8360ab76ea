"""Writing what is true of a person on whatever stay they go, and what follows for each stay."""

from collections.abc import Sequence
from uuid import UUID

from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Forbidden, Invalid
from app.core.i18n import gettext as _
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.travellers import Traveller
from app.exchanges.policies import parties
from app.exchanges.queries import mobilities, travellers
from app.exchanges.services import legal_clocks
from app.exchanges.states.parties import Party

COUNTRY_LETTERS = 2
MOST = 4
_WRITERS = {Party.APPLICANT, Party.HOME_OFFICER, Party.HOST_OFFICER}


@atomic()
def save_citizenships(actor: Actor, mobility_id: UUID, codes: Sequence[str]) -> None:
    """Write of which countries the person of a stay is a citizen; it holds for all their stays.

    Raises NotFound, Forbidden, Invalid.
    """
    mobility = mobilities.locked_for(actor, mobility_id)
    require_writer(actor, mobility)
    if not codes:
        raise Invalid(_("Choose a country."), field="citizenship")
    remember(actor, mobility.person_id, codes, institution_id=mobility.sending_institution_id)


def require_writer(actor: Actor, mobility: Mobility) -> None:
    """Raise Forbidden unless the actor is the person of a stay or in one of its offices."""
    if not _WRITERS & parties.in_mobility(actor, mobility):
        raise Forbidden(_("This is for somebody else in this exchange to write."))


def remember(
    actor: Actor, user_id: UUID, codes: Sequence[str], *, institution_id: UUID | None = None
) -> None:
    """Keep what somebody has just said of their citizenships, inside the caller's transaction.

    Which they are stays out of the trail. The clocks of all stays that go on follow. Raises Invalid
    for what is no country.
    """
    wanted = list(dict.fromkeys(code.strip().upper() for code in codes))
    if not all(is_country(code) for code in wanted) or len(wanted) > MOST:
        raise Invalid(_("Choose a country."), field="citizenship")
    known = travellers.citizenships_of(user_id)
    if not wanted or tuple(wanted) == known:
        return
    kept = db.session.get(Traveller, user_id) or Traveller(user_id=user_id)
    kept.citizenships, kept.written_at, kept.written_by = wanted, now(), actor.user_id
    db.session.add(kept)
    db.session.flush()
    audit.record(
        actor,
        "exchanges.save_citizenships",
        user_id,
        kind="user",
        institution_id=institution_id,
    )
    for mobility_id in mobilities.going_on_of(user_id):
        legal_clocks.follow_plan(mobilities.locked(mobility_id))


def is_country(code: str) -> bool:
    """Tell whether a text looks like the code of a country."""
    return len(code) == COUNTRY_LETTERS and code.isascii() and code.isalpha()
