"""Who works in the exchange office of an institution."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.sql.elements import ColumnElement

from app.accounts.models import RoleAssignment, User
from app.accounts.states import AccountState, Role
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict
from app.core.i18n import gettext as _
from app.exchanges.models.offices import OFFICE, office_with_account
from app.notifications.recipients import Recipient


def office_of(institution_id: UUID, roles: Collection[Role] = OFFICE) -> Sequence[Recipient]:
    """Return everybody who holds one of the roles there now, by name; each once."""
    query = (
        select(User.id, User.email, User.display_name, User.locale, User.timezone)
        .where(_works_at(institution_id, roles))
        .order_by(User.sort_name, User.id)
    )
    return [Recipient(*row) for row in db.session.execute(query)]


def has_office(institution_id: UUID) -> bool:
    """Tell whether an institution's office has an account: then nobody acts for it by a link."""
    return bool(db.session.scalar(select(office_with_account(institution_id))))


def require_no_office(institution_id: UUID) -> None:
    """Raise Conflict when an institution's office has an account: it acts by that, not by links."""
    if has_office(institution_id):
        raise Conflict(
            _(
                "The exchange office of this institution has an account here and acts by it:"
                " no link is sent."
            )
        )


def _works_at(institution_id: UUID, roles: Collection[Role]) -> ColumnElement[bool]:
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
    return and_(User.state == AccountState.ACTIVE, holds)
