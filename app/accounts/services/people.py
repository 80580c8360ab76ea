"""What administrators do with accounts: suspend, restore, end sign-ins, start a reset."""

from uuid import UUID

from app.accounts import policies
from app.accounts.models import User
from app.accounts.queries import people
from app.accounts.services import passwords
from app.accounts.services import sign_in as signing_in
from app.accounts.states import ACCOUNT, AccountState
from app.audit import services as audit
from app.core.actor import Actor
from app.core.database import atomic
from app.core.errors import WrongState
from app.core.i18n import gettext as _


@atomic()
def suspend(actor: Actor, user_id: UUID, *, reason: str) -> None:
    """Keep a person from signing in, and end their sign-ins at once."""
    user = _managed(actor, user_id)
    audit.move(
        actor,
        user,
        ACCOUNT,
        "suspend",
        kind="user",
        institution_id=user.institution_id,
        reason=reason,
    )
    signing_in.end_all(user.id)


@atomic()
def restore(actor: Actor, user_id: UUID) -> None:
    """Let a suspended person sign in again."""
    user = _managed(actor, user_id)
    audit.move(actor, user, ACCOUNT, "restore", kind="user", institution_id=user.institution_id)


@atomic()
def end_sign_ins(actor: Actor, user_id: UUID) -> None:
    """End all sign-ins of a person."""
    user = _managed(actor, user_id)
    signing_in.end_all(user.id)
    _note(actor, "accounts.end_sign_ins", user)


@atomic()
def start_reset(actor: Actor, user_id: UUID) -> None:
    """Have a link to choose a new password mailed to the person; nobody chooses it for them."""
    user = _managed(actor, user_id)
    if user.state != AccountState.ACTIVE:
        raise WrongState(_("This account is not in use."))
    passwords.send_reset(user)
    _note(actor, "accounts.start_reset", user)


def _managed(actor: Actor, user_id: UUID) -> User:
    people.person_for(actor, user_id)
    user = people.locked(user_id)
    policies.may_manage.require(actor, people.managed(user))
    return user


def _note(actor: Actor, action: str, user: User) -> None:
    audit.record(actor, action, user.id, kind="user", institution_id=user.institution_id)
