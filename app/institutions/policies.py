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
    """Administrators change their own institution; exchange offices change their partners."""
    return actor.is_any("administrator", "centre_administrator", at=institution.id) or (
        institution.is_partner and may_add_partner(actor, None)
    )


@permission("institutions:partner:create")
def may_add_partner(actor: Actor, _: None = None) -> bool:
    """Exchange offices add partners of exchanges."""
    return actor.holds("officer", "administrator", "centre_administrator")


@permission("institutions:contact:see")
def may_see_contacts(actor: Actor, _: None = None) -> bool:
    """Staff see whom to write to at each institution."""
    return actor.holds("officer", "administrator", "registrar", "faculty", "centre_administrator")


@permission("institutions:unit:keep")
def may_keep_units(actor: Actor, institution: Institution) -> bool:
    """Exchange offices keep the units and contacts of their institution and its partners."""
    return actor.is_a("officer", at=institution.id) or may_edit(actor, institution)


def knows_institutions(actor: Actor) -> bool:
    """Tell whether institutions are part of the actor's work (to show a menu)."""
    return actor.holds("registrar", "officer", "administrator", "centre_administrator")
