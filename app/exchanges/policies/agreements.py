"""Who sees and keeps agreements."""

from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.policy import permission
from app.exchanges.models.agreements import Agreement, AgreementVersion
from app.exchanges.policies.parties import in_agreement, in_office
from app.exchanges.states.agreements import AgreementState
from app.exchanges.states.parties import Party

OF_OURS_ALONE = frozenset({AgreementState.DRAFT, AgreementState.DELETED})
"""The partner knows nothing of what was not shared."""


def sees(actor: Actor, agreement: Agreement) -> bool:
    """Tell whether the actor is of one of the two institutions' offices."""
    return bool(in_agreement(actor, agreement))


def sees_version(actor: Actor, agreement: Agreement, version: AgreementVersion) -> bool:
    """Tell whether the actor may read a version; drafts are the writer's alone."""
    parties = in_agreement(actor, agreement)
    if version.state in OF_OURS_ALONE:
        return bool(parties - {Party.HOST_OFFICER})
    return bool(parties)


@permission("exchanges:agreement:keep")
def may_keep(actor: Actor, agreement: Agreement) -> bool:
    """Exchange offices keep the agreements that their institution wrote."""
    return in_office(actor, agreement.institution_id)


def require_at_home(actor: Actor, agreement: Agreement) -> None:
    """Raise NotFound when the actor has no part in it, Forbidden when it is the partner."""
    if not sees(actor, agreement):
        raise NotFound(_("There is no such agreement."))
    may_keep.require(actor, agreement)
