"""Appeals: made by the applicant within the days of the call, decided by the chair."""

from uuid import UUID

from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Forbidden, Invalid, WrongState
from app.core.i18n import gettext as _
from app.exchanges.models.reviews import Appeal
from app.exchanges.notices import selection as notices
from app.exchanges.policies.applications import parties_of
from app.exchanges.queries import chairs
from app.exchanges.queries import offers as queries
from app.exchanges.services.steps import take
from app.exchanges.states.applications import APPLICATION, ApplicationState
from app.exchanges.states.calls import RESULTS_KNOWN

MOST_CHARACTERS = 5000


@atomic()
def appeal(actor: Actor, application_id: UUID, text: str) -> None:
    """Object to a refusal. Raises NotFound, Forbidden, WrongState (too late), Invalid."""
    call, application = queries.locked_for(actor, application_id)
    parties = parties_of(actor, application)
    APPLICATION.require(parties, "appeal")
    if call.state not in RESULTS_KNOWN and application.state != ApplicationState.INELIGIBLE:
        raise WrongState(_("The results of this call are not released yet."))
    until = queries.appeal_ends(call, application)
    if "appeal" in APPLICATION.machine.actions(application.state) and (
        until is None or until <= now()
    ):
        raise WrongState(_("The time for an appeal is over."))
    take(
        actor,
        application,
        APPLICATION,
        "appeal",
        parties=parties,
        institution_id=call.institution_id,
    )
    if not text.strip() or len(text) > MOST_CHARACTERS:
        raise Invalid(_("Write what you object to, in at most 5,000 characters."), field="text")
    db.session.add(Appeal(application_id=application.id, text=text.strip()))
    notices.appeal_received(application, call)


@atomic()
def uphold(actor: Actor, application_id: UUID, answer: str) -> None:
    """Agree with an appeal: the application is judged once more.

    Raises NotFound, Forbidden (also for a chair tied to the applicant), WrongState, Invalid.
    """
    _decide(actor, application_id, answer, is_upheld=True)


@atomic()
def dismiss(actor: Actor, application_id: UUID, answer: str) -> None:
    """Turn an appeal down, for good. Raises NotFound, Forbidden, WrongState, Invalid."""
    _decide(actor, application_id, answer, is_upheld=False)


def _decide(actor: Actor, application_id: UUID, answer: str, *, is_upheld: bool) -> None:
    call, application = queries.locked_for(actor, application_id)
    take(
        actor,
        application,
        APPLICATION,
        "uphold" if is_upheld else "dismiss",
        parties=parties_of(actor, application),
        institution_id=call.institution_id,
        reason=answer,
    )
    if chairs.tie_of(actor, application) in chairs.BARRING:
        raise Forbidden(
            _(
                "You are tied to this applicant: somebody else has to decide. The office can name"
                " another chair in the basics of the call."
            )
        )
    if not answer.strip():
        raise Invalid(_("Write the reasons: the applicant reads them."), field="answer")
    found = queries.open_appeal(application.id)
    if found is not None:
        found.is_upheld, found.answer = is_upheld, answer.strip()
        found.decided_by, found.decided_at = actor.user_id, now()
    application.decided_at = now()
    if is_upheld:
        application.score_milli = application.place = None
        application.reason = ""
    notices.appeal_decided(application, call, is_upheld=is_upheld, answer=answer.strip())
