"""What must be true of stored accounts."""

from collections.abc import Iterator

from sqlalchemy import exists, select

from app.accounts.models import AuthSession, PersonName, User
from app.accounts.rules import address_key
from app.accounts.states import AccountState
from app.core.clock import now
from app.core.database import db
from app.core.invariants import invariant


@invariant("Nobody is signed in who may not sign in")
def signed_in_people_are_active() -> Iterator[str]:
    """Yield sign-ins that have not ended though their person is not active."""
    rows = db.session.execute(
        select(AuthSession.id, User.id)
        .join(User, User.id == AuthSession.user_id)
        .where(
            User.state != AccountState.ACTIVE,
            AuthSession.ended_at.is_(None),
            AuthSession.expires_at > now(),
        )
    )
    for session_id, user_id in rows:
        yield f"sign-in {session_id} of {user_id}"


@invariant("Everyone has a name and an address folded as it is compared")
def people_are_named() -> Iterator[str]:
    """Yield people without a name or with another key than their address gives."""
    named = exists().where(PersonName.user_id == User.id)
    for user_id in db.session.scalars(
        select(User.id).where(~named, User.state != AccountState.ERASED)
    ):
        yield f"{user_id} has no name"
    for user_id, email, key in db.session.execute(select(User.id, User.email, User.email_key)):
        if address_key(email) != key:
            yield f"{user_id} has an address that is not folded as it is compared"
