"""Acting on behalf of a host where nobody has an account: noted, with how one knows."""

from app.audit import services as audit
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.exchanges.models.mobilities import Mobility
from app.exchanges.policies.parties import Parties
from app.exchanges.queries.for_host import ACTED
from app.exchanges.states.mobilities import MOBILITY
from app.exchanges.states.parties import S, Workflow


def note(
    actor: Actor,
    mobility: Mobility,
    workflow: Workflow[S],
    action: str,
    *,
    found: Parties,
    evidence: str,
) -> None:
    """Note a step that is taken on behalf of the host; nothing for whoever takes it as a party.

    Raises Forbidden, and Invalid without a word of how the host said so.
    """
    workflow.require(found, action)
    if not workflow.is_for_host(found, action):
        return
    words = " ".join(evidence.split())[:1000]
    if not words:
        raise Invalid(
            _("Say how you know: which message or paper of the host, and its date."),
            field="evidence",
        )
    audit.record(
        actor,
        ACTED,
        mobility.id,
        kind=MOBILITY.kind,
        institution_id=mobility.sending_institution_id,
        changes={"step": [None, f"{workflow.kind}.{action}"]},
        reason=words,
    )
