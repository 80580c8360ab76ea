"""Who works in the exchange office of an institution."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import or_, select

from app.accounts.models import RoleAssignment, User
from app.accounts.states import AccountState, Role
from app.core.clock import now
from app.core.database import db
from app.notifications.recipients import Recipient

OFFICE = (Role.OFFICER, Role.ADMINISTRATOR)


def office_of(institution_id: UUID, roles: Collection[Role] = OFFICE) -> Sequence[Recipient]:
    """Return everybody who holds one of the roles there now, by name; each once."""
    moment = now()
    holds = (
        select(RoleAssignment.id)
        .where(
            RoleAssignment.user_id == User.id,
            RoleAssignment.institution_id == institution_id,
            RoleAssignment.role.in_(roles),
            RoleAssignment.valid_from <= moment,
            or_(RoleAssignment.valid_until.is_(None), RoleAssignment.valid_until > moment),
        )
        .exists()
    )
    query = (
        select(User.id, User.email, User.display_name, User.locale, User.timezone)
        .where(User.state == AccountState.ACTIVE, holds)
        .order_by(User.sort_name, User.id)
    )
    return [Recipient(*row) for row in db.session.execute(query)]
