"""Who may see an application, and what somebody may do to it."""

from uuid import UUID

from app.core.actor import Actor
from app.core.policy import permission
from app.exchanges.models.applications import Application
from app.exchanges.policies.parties import Parties, in_application
from app.exchanges.states.applications import APPLICATION, ApplicationState
from app.exchanges.states.parties import Party


def parties_of(actor: Actor, application: Application) -> Parties:
    """Return what the actor is to an application whose call is loaded; without reviewers."""
    return in_application(actor, application, application.call)


@permission("exchanges:application:see")
def may_see(actor: Actor, application: Application) -> bool:
    """Only applicant, home office, chair and assigned reviewers see an application."""
    if application.applicant_id == actor.user_id:
        return True
    seeing = {Party.SYSTEM, Party.HOME_OFFICER, Party.CHAIR}
    return not seeing.isdisjoint(parties_of(actor, application))


@permission("exchanges:application:write")
def may_write(actor: Actor, application: Application) -> bool:
    """Nobody but the applicant fills in an application."""
    return application.applicant_id == actor.user_id


def is_writable(application: Application) -> bool:
    """Tell whether an application is in its applicant's hands."""
    return application.state in {ApplicationState.DRAFT, ApplicationState.RETURNED}


def actions_of(actor: Actor, application: Application) -> frozenset[str]:
    """Return what the actor may do to the application now, for buttons."""
    return APPLICATION.open_to(parties_of(actor, application), application.state)


def is_applicant(actor: Actor, applicant_id: UUID) -> bool:
    """Tell whether an application is one's own."""
    return actor.user_id == applicant_id
