"""Who may add and change institutions."""

from uuid import UUID

from app.core.actor import Actor
from app.core.policy import permission
from app.institutions import directory
from app.institutions.models import Institution

OFFICE = ("officer", "administrator")
"""Roles that keep the partners of their institution."""


@permission("institutions:institution:create")
def may_create(actor: Actor, _: None = None) -> bool:
    """Centre administrators add institutions."""
    return actor.is_a("centre_administrator")


@permission("institutions:institution:edit")
def may_edit(actor: Actor, institution: Institution) -> bool:
    """Administrators change their own institution; offices change partners that are theirs.

    A partner is theirs who added it, and theirs who have had an agreement with it in force.
    """
    if actor.is_any("administrator", "centre_administrator", at=institution.id):
        return True
    return institution.is_partner and _is_partner_of(actor, institution)


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


def _is_partner_of(actor: Actor, partner: Institution) -> bool:
    offices = actor.institutions(*OFFICE)
    if not offices:
        return False
    return partner.added_by_id in offices or bool(offices & directory.work_with(partner.id))


def office_of(actor: Actor) -> UUID | None:
    """Return for which institution an office acts; None for the centre."""
    offices = actor.institutions(*OFFICE) or frozenset()
    return actor.institution_id if actor.institution_id in offices else min(offices, default=None)


def knows_institutions(actor: Actor) -> bool:
    """Tell whether institutions are part of the actor's work (to show a menu)."""
    return actor.holds("registrar", "officer", "administrator", "centre_administrator")
