"""Who lays down how results count, who certifies them, who recognises them."""

from uuid import UUID

from app.core.actor import Actor
from app.core.policy import permission

KEEPERS = ("registrar", "administrator")
"""Who keeps an institution's scales and rules."""


@permission("exchanges:scale:keep")
def may_keep_scales(actor: Actor, institution_id: UUID) -> bool:
    """Only the registrar or an administrator of the institution keeps its scales and rules."""
    return actor.is_any(*KEEPERS, at=institution_id)


def keeps_scales_somewhere(actor: Actor) -> bool:
    """Tell whether the actor keeps the scales of any institution (to show a menu)."""
    return actor.holds(*KEEPERS)
