"""Inviting people, who accept by choosing a password."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.accounts import notices, policies, rules
from app.accounts.directory import places
from app.accounts.links import secret_of
from app.accounts.models import RoleAssignment, User
from app.accounts.queries import people, sign_ins
from app.accounts.services import links, roles, sign_up
from app.accounts.states import AccountState, LinkPurpose, Role
from app.audit import services as audit
from app.core import throttle
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Invalid, WrongState
from app.core.i18n import gettext as _

MOST_A_DAY = 2_000
"""People whom one person may invite by lists in a day."""


@atomic()
def invite(
    actor: Actor,
    newcomer: sign_up.Newcomer,
    role: Role,
    institution_id: UUID | None,
    *,
    valid_until: datetime | None = None,
) -> None:
    """Invite a person into a role by mail; one who has an account is given the role.

    What comes back is the same for both, so that nobody learns who has an account.
    """
    policies.may_invite.require(actor, policies.Grant(actor.user_id, role, institution_id))
    if not rules.is_address(newcomer.email):
        raise Invalid(_("Write an e-mail address, such as name@example.org."), field="email")
    user = sign_ins.user_by_address(newcomer.email)
    is_new = user is None
    if user is None:
        user = sign_up.create(newcomer, AccountState.INVITED, by=actor)
    else:
        user = people.locked(user.id)
    policies.may_grant.require(actor, policies.Grant(user.id, role, institution_id))
    is_waiting = user.state in {AccountState.INVITED, AccountState.UNCONFIRMED}
    if is_new or not _holds(user.id, role, institution_id):
        roles.give(actor, user, role, institution_id, valid_until=valid_until, tells=not is_waiting)
    if is_waiting:
        _mail(actor, user, role, institution_id)


@atomic()
def invite_to_take_part(actor: Actor, newcomer: sign_up.Newcomer) -> UUID:
    """Invite a person who is given a place, and into no role; return who that is.

    Whoever has an account already is left as they are. Whether the actor may give the place is
    for the caller to say. Raises Invalid, TooMany.
    """
    user = sign_ins.user_by_address(newcomer.email)
    if user is None:
        throttle.hit(f"invited-by:{actor.user_id}", limit=MOST_A_DAY, seconds=86_400)
        user = sign_up.create(newcomer, AccountState.INVITED, by=actor)
        _mail(actor, user, None, None)
    return user.id


@atomic()
def invite_again(actor: Actor, user_id: UUID) -> None:
    """Mail the invitation again; the former link ends."""
    people.person_for(actor, user_id)
    user = people.locked(user_id)
    policies.may_manage.require(actor, people.managed(user))
    if user.state != AccountState.INVITED:
        raise WrongState(_("This person has accepted already."))
    held = db.session.scalar(
        select(RoleAssignment).where(RoleAssignment.user_id == user.id).limit(1)
    )
    role = held.role if held else Role.TRAINEE
    _mail(actor, user, role, held.institution_id if held else user.institution_id)


@atomic()
def create_administrator(newcomer: sign_up.Newcomer) -> str:
    """Make a centre administrator; return the path of the one-time link to choose a password."""
    if not rules.is_address(newcomer.email):
        raise Invalid(_("Write an e-mail address, such as name@example.org."), field="email")
    user = sign_ins.user_by_address(newcomer.email)
    if user is None:
        user = sign_up.create(newcomer, AccountState.INVITED, by=SYSTEM)
    else:
        user = people.locked(user.id)
    if not _holds(user.id, Role.CENTRE_ADMINISTRATOR, None):
        roles.give(SYSTEM, user, Role.CENTRE_ADMINISTRATOR, None, tells=False)
    is_active = user.state == AccountState.ACTIVE
    purpose = LinkPurpose.RESET_PASSWORD if is_active else LinkPurpose.INVITATION
    return f"/link/{secret_of(links.issue(user.id, purpose))}"


def _mail(actor: Actor, user: User, role: Role | None, institution_id: UUID | None) -> None:
    links.end(user.id, LinkPurpose.INVITATION)
    place = places().get(institution_id) if institution_id else None
    notices.invitation(
        user,
        links.issue(user.id, LinkPurpose.INVITATION),
        by=actor.name,
        role=role,
        place=place.name.in_(user.locale) if place else "",
    )
    audit.record(actor, "accounts.invite", user.id, kind="user", institution_id=institution_id)


def _holds(user_id: UUID, role: Role, institution_id: UUID | None) -> bool:
    """Tell whether a person holds a role now or will; one that has ended does not count."""
    same = select(RoleAssignment.id).where(
        RoleAssignment.user_id == user_id,
        RoleAssignment.role == role,
        RoleAssignment.institution_id == institution_id,
        (RoleAssignment.valid_until.is_(None)) | (RoleAssignment.valid_until > now()),
    )
    return db.session.scalar(same.limit(1)) is not None
