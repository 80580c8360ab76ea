"""Naming who coordinates a stay, and so who signs its agreement, on either side."""

from uuid import UUID

from app.accounts.models import User
from app.accounts.queries import actor_for
from app.accounts.queries.sign_ins import user_by_address
from app.audit import services as audit
from app.core.actor import Actor
from app.core.database import atomic
from app.core.errors import Forbidden, Invalid
from app.core.i18n import gettext as _
from app.exchanges.models.mobilities import Mobility
from app.exchanges.notices import learning_agreements as notices
from app.exchanges.policies import learning_agreements as policies
from app.exchanges.policies.parties import in_mobility
from app.exchanges.queries import learning_agreements as agreements
from app.exchanges.queries import mobilities
from app.exchanges.states.learning_agreements import LearningAgreementState, Signer
from app.exchanges.states.parties import Party

OFFICES = {Signer.HOME: Party.HOME_OFFICER, Signer.HOST: Party.HOST_OFFICER}
"""Which office names the coordinator of which side."""

_TURNS = {
    Signer.HOME: LearningAgreementState.SIGNED_STUDENT,
    Signer.HOST: LearningAgreementState.PROPOSED,
}


@atomic()
def name_coordinator(actor: Actor, mobility_id: UUID, side: Signer, *, email: str) -> None:
    """Let somebody of that side sign from now on; what was signed stays, no version is made.

    Whoever takes over is told when something waits for them. Raises NotFound, Forbidden,
    WrongState (the stay is closed), Invalid (nobody of that institution has this address).
    """
    stay = mobilities.locked_for(actor, mobility_id)
    if OFFICES.get(side) not in in_mobility(actor, stay):
        raise Forbidden(_("The exchange office of that side names its coordinator."))
    policies.require_open(stay)
    person = _found(email, stay, side)
    column = "home_coordinator_id" if side == Signer.HOME else "host_coordinator_id"
    before = getattr(stay, column)
    if before == person.id:
        return
    setattr(stay, column, person.id)
    audit.record(
        actor,
        "mobility.name_coordinator",
        stay.id,
        kind="mobility",
        institution_id=_institution(stay, side),
        changes={column: [before, person.id]},
    )
    agreement = agreements.of_stay(stay.id)
    if agreement is not None and agreement.state == _TURNS[side]:
        notices.to_sign(stay, agreement, person.id)


def _found(email: str, stay: Mobility, side: Signer) -> User:
    person = user_by_address(email)
    at = _institution(stay, side)
    if person is None or not _works_there(person, at) or person.id == stay.person_id:
        raise Invalid(_("Nobody of this institution has this address."), field="email")
    return person


def _works_there(person: User, institution_id: UUID) -> bool:
    return any(at == institution_id for _role, at in actor_for(person.id).roles)


def _institution(stay: Mobility, side: Signer) -> UUID:
    return stay.sending_institution_id if side == Signer.HOME else stay.receiving_institution_id
