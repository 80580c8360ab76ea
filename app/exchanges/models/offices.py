"""Whether an exchange office has an account to act by, as part of a statement."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select

from app.accounts.models import RoleAssignment, User
from app.accounts.states import AccountState, Role
from app.core.clock import now

OFFICE = (Role.OFFICER, Role.ADMINISTRATOR)


def office_with_account(institution_id: Any) -> ColumnElement[bool]:
    """Return whether somebody works in an institution's office at the moment of the statement."""
    moment = bindparam("moment_of_office", callable_=now, type_=RoleAssignment.valid_from.type)
    return (
        select(RoleAssignment.id)
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            RoleAssignment.institution_id == institution_id,
            RoleAssignment.role.in_(OFFICE),
            RoleAssignment.valid_from <= moment,
            or_(RoleAssignment.valid_until.is_(None), RoleAssignment.valid_until > moment),
            User.state == AccountState.ACTIVE,
        )
        .correlate_except(RoleAssignment, User)
        .exists()
    )
