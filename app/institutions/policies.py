"""Who may add and change institutions."""

from app.core.actor import Actor
from app.core.policy import permission
from app.institutions.models import Institution


@permission("institutions:institution:create")
def may_create(actor: Actor, _: None = None) -> bool:
    """Centre administrators add institutions."""
    return actor.is_a("centre_administrator")


@permission("institutions:institution:edit")
def may_edit(actor: Actor, institution: Institution) -> bool:
    """Administrators change their own institution."""
    return actor.is_any("administrator", "centre_administrator", at=institution.id)
