"""People to test with."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import count
from uuid import UUID

from app.accounts import passwords
from app.accounts.models import AuthSession, PersonName, RoleAssignment, User
from app.accounts.queries import actor_for
from app.accounts.states import AccountState, NameOrder, Role, Script
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.tokens import digest, new_secret

_numbers = count(1)

NOT_A_HASH = "!"
"""No password: signing in with one is tested where it belongs."""


def a_user(
    *roles: tuple[Role, UUID | None], name: str = "Ana Anić", institution_id: UUID | None = None
) -> User:
    """Return a stored person with these roles."""
    number = next(_numbers)
    with atomic():
        user = User(
            email=f"person{number}@example.org",
            email_key=f"person{number}@example.org",
            password_hash=NOT_A_HASH,
            state=AccountState.ACTIVE,
            display_name=name,
            sort_name=name.lower(),
            search_text=name.lower(),
            institution_id=institution_id,
        )
        db.session.add(user)
        db.session.flush()
        given, _, family = name.partition(" ")
        db.session.add(
            PersonName(
                user_id=user.id,
                script=Script.LATIN,
                given=given,
                family=family,
                order=NameOrder.GIVEN_FIRST,
                confirmed_at=now(),
            )
        )
        for role, at in roles:
            db.session.add(
                RoleAssignment(
                    user_id=user.id,
                    role=role,
                    institution_id=at,
                    valid_from=now() - timedelta(days=1),
                    granted_by=SYSTEM.user_id,
                )
            )
    return user


def an_actor(role: Role | str, at: UUID | None = None, *, name: str = "Ana Anić") -> Actor:
    """Return a stored person in one role, as an actor."""
    return actor_for(a_user((Role(role), at), name=name, institution_id=at).id)


def a_trainee(name: str = "Ana Anić") -> Actor:
    """Return a stored person without any role, which is enough to enrol."""
    return actor_for(a_user(name=name).id)


def a_centre_administrator() -> Actor:
    """Return a stored person who may do what an administrator may, everywhere."""
    return an_actor(Role.CENTRE_ADMINISTRATOR)


def sign_in_secret(user_id: UUID) -> str:
    """Store a sign-in of the person and return the secret its cookie holds."""
    secret = new_secret()
    moment = now()
    with atomic():
        db.session.add(
            AuthSession(
                user_id=user_id,
                token_digest=digest(secret),
                seen_at=moment,
                expires_at=moment + timedelta(hours=12),
                idle_minutes=120,
            )
        )
    return secret


PASSWORD = "seven green lanterns"
"""A password that may be chosen."""


@dataclass(frozen=True)
class Member:
    """Whom to sign in as; outlives sessions of the database."""

    id: UUID
    email: str


def a_member(*roles: tuple[Role, UUID | None], name: str = "Ana Anić") -> Member:
    """Return a stored person who signs in with `PASSWORD`."""
    user_id = a_user(*roles, name=name).id
    with atomic():
        user = db.session.get_one(User, user_id)
        user.password_hash = _hash_of_password()
        return Member(user_id, user.email)


@cache
def _hash_of_password() -> str:
    return passwords.hashed(PASSWORD)
