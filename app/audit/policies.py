"""Who may read the trail."""

from app.core.actor import Actor
from app.core.policy import permission

READERS = ("registrar", "administrator", "centre_administrator")


@permission("audit:trail:read")
def may_read(actor: Actor, _: None = None) -> bool:
    """Everyone reads what they did themselves; registrars and administrators their institution."""
    return not actor.is_anonymous


def reads_others(actor: Actor) -> bool:
    """Tell whether a person reads more than their own trail."""
    return actor.holds(*READERS)
