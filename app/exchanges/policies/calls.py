"""Who may keep calls."""

from uuid import UUID

from app.accounts.states import STAFF_ROLES, Role
from app.core.actor import Actor
from app.core.errors import Forbidden
from app.core.i18n import gettext as _
from app.exchanges.models.calls import Call
from app.exchanges.policies import parties
from app.exchanges.rules import audiences
from app.exchanges.states.calls import Audience
from app.exchanges.states.parties import Party


def audience_of(call: Call) -> Audience:
    """Return whom a call addresses."""
    return audiences.addressed(call.audience or {}, call.kind)


def is_meant_for(actor: Actor, call: Call) -> bool:
    """Tell whether a call addresses somebody who has signed in."""
    return audiences.is_meant(
        audience_of(call),
        is_staff=actor.holds(*STAFF_ROLES),
        is_student=actor.holds(Role.TRAINEE),
    )


def may_keep(actor: Actor, call: Call) -> bool:
    """Tell whether the actor works in the office whose call it is."""
    return Party.HOME_OFFICER in parties.in_call(actor, call)


def require_keeper(actor: Actor, call: Call) -> None:
    """Raise Forbidden unless the actor works in the office whose call it is."""
    if not may_keep(actor, call):
        raise Forbidden(_("Only the exchange office of the institution can change its calls."))


def require_office(actor: Actor, institution_id: UUID) -> None:
    """Raise Forbidden unless the actor works in this institution's exchange office."""
    if not parties.in_office(actor, institution_id):
        raise Forbidden(_("Only the exchange office of the institution can change its calls."))
