"""Who may see and manage people."""

from dataclasses import dataclass
from uuid import UUID

from app.accounts import rules
from app.accounts.states import Role
from app.core.actor import Actor
from app.core.policy import permission

READERS = (Role.REGISTRAR, Role.ADMINISTRATOR, Role.CENTRE_ADMINISTRATOR)
MANAGERS = (Role.ADMINISTRATOR, Role.CENTRE_ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody is to hold, or to lose."""

    user_id: UUID
    role: Role
    institution_id: UUID | None


@dataclass(frozen=True, slots=True)
class Managed:
    """A person whom somebody is to manage."""

    user_id: UUID
    institution_id: UUID | None
    is_centre_administrator: bool


@permission("accounts:people:list")
def may_list(actor: Actor, _: None = None) -> bool:
    """Registrars and administrators see the people of their institution."""
    return actor.holds(*READERS)


@permission("accounts:person:manage")
def may_manage(actor: Actor, person: Managed) -> bool:
    """Administrators manage the people whose home is their institution, but not themselves."""
    if person.user_id == actor.user_id:
        return False
    if person.is_centre_administrator:
        return actor.is_a(Role.CENTRE_ADMINISTRATOR)
    return actor.is_any(*MANAGERS, at=person.institution_id)


@permission("accounts:role:grant")
def may_grant(actor: Actor, grant: Grant) -> bool:
    """Administrators give and take roles at their institution; nobody changes their own."""
    if grant.user_id == actor.user_id:
        return False
    return rules.may_grant(actor.roles, grant.role, grant.institution_id)


@permission("accounts:person:invite")
def may_invite(actor: Actor, grant: Grant) -> bool:
    """Administrators invite people into roles at their institution."""
    return rules.may_grant(actor.roles, grant.role, grant.institution_id)
