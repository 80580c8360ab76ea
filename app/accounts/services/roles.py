"""Giving and taking roles."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from app.accounts import notices, policies
from app.accounts.directory import places
from app.accounts.models import RoleAssignment, User
from app.accounts.queries import people
from app.accounts.services import sign_in as signing_in
from app.accounts.states import STAFF_ROLES, Role
from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _


@atomic()
def grant(
    actor: Actor,
    user_id: UUID,
    role: Role,
    institution_id: UUID | None,
    *,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> UUID:
    """Give a person a role at an institution for a time; raises Forbidden, Invalid, NotFound.

    A new role of staff ends the person's sign-ins: shorter ones begin with the next.
    """
    people.person_for(actor, user_id)
    user = people.locked(user_id)
    policies.may_grant.require(actor, policies.Grant(user_id, role, institution_id))
    return give(actor, user, role, institution_id, valid_from=valid_from, valid_until=valid_until)


@atomic()
def give(
    actor: Actor,
    user: User,
    role: Role,
    institution_id: UUID | None,
    *,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    tells: bool = True,
) -> UUID:
    """Store a role that was allowed: part of granting and inviting."""
    place = places().get(institution_id) if institution_id else None
    if institution_id is not None and place is None:
        raise Invalid(_("There is no such institution."), field="institution")
    since = valid_from or now()
    if valid_until is not None and valid_until <= max(since, now()):
        raise Invalid(_("The role has to end after it begins, and not in the past."), field="until")
    if _held(user.id, role, institution_id, since, valid_until):
        raise Invalid(_("This person holds this role already in that time."), field="role")
    row = RoleAssignment(
        user_id=user.id,
        role=role,
        institution_id=institution_id,
        valid_from=since,
        valid_until=valid_until,
        granted_by=actor.user_id,
    )
    db.session.add(row)
    if user.institution_id is None and institution_id is not None:
        user.institution_id = institution_id
    audit.record(
        actor,
        "accounts.grant_role",
        user.id,
        kind="user",
        institution_id=institution_id,
        changes={"role": [None, role], "valid_until": [None, valid_until]},
    )
    if role in STAFF_ROLES:
        signing_in.end_all(user.id)
    if tells:
        name = place.name.in_(user.locale) if place else ""
        notices.role_granted(user, by=actor.name, role=role, place=name)
    return row.id


@atomic()
def revoke(actor: Actor, user_id: UUID, assignment_id: UUID) -> None:
    """Take a role away from now on; the person's sign-ins end at once."""
    people.person_for(actor, user_id)
    people.locked(user_id)
    row = db.session.get(
        RoleAssignment, assignment_id, with_for_update=True, populate_existing=True
    )
    if row is None or row.user_id != user_id:
        raise NotFound(_("There is no such role."))
    policies.may_grant.require(actor, policies.Grant(user_id, row.role, row.institution_id))
    moment = now()
    if row.valid_until is not None and row.valid_until <= moment:
        raise Invalid(_("This role has ended already."))
    if row.valid_from >= moment:
        db.session.delete(row)
    else:
        row.valid_until = moment
    signing_in.end_all(user_id)
    audit.record(
        actor,
        "accounts.revoke_role",
        user_id,
        kind="user",
        institution_id=row.institution_id,
        changes={"role": [row.role, None]},
    )


def _held(
    user_id: UUID, role: Role, institution_id: UUID | None, since: datetime, until: datetime | None
) -> bool:
    same = select(RoleAssignment.id).where(
        RoleAssignment.user_id == user_id,
        RoleAssignment.role == role,
        RoleAssignment.institution_id == institution_id,
        or_(RoleAssignment.valid_until.is_(None), RoleAssignment.valid_until > since),
    )
    if until is not None:
        same = same.where(RoleAssignment.valid_from < until)
    return db.session.scalar(same.limit(1)) is not None
