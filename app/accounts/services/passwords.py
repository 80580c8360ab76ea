"""Choosing, changing and resetting passwords."""

from uuid import UUID

from app.accounts import jobs, notices, passwords
from app.accounts.directory import places
from app.accounts.models import User
from app.accounts.queries import people, sign_ins
from app.accounts.services import links
from app.accounts.services import sign_in as signing_in
from app.accounts.states import ACCOUNT, AccountState, LinkPurpose
from app.audit import services as audit
from app.core import throttle
from app.core.actor import Actor
from app.core.database import atomic, db
from app.core.errors import Gone, Invalid, TooMany
from app.core.i18n import gettext as _
from app.core.names import display_name
from app.core.tokens import digest

CHOOSING = (LinkPurpose.CONFIRM_EMAIL, LinkPurpose.INVITATION, LinkPurpose.RESET_PASSWORD)
"""The links behind which a password is chosen."""

MAILS_AN_HOUR = 5


def ask_reset(email: str, *, address: str) -> None:
    """Have a link mailed, if there is such an account; what happens here does not tell.

    Raises TooMany for a network address that asks again and again.
    """
    throttle.hit(f"reset-from:{address}", limit=30, seconds=3600)
    if may_be_mailed(email):
        with atomic():
            jobs.ANSWER_RESET.later(email)


@atomic()
def answer_reset(email: str, *, key: str) -> None:
    """Mail the link that was asked for to the person with that address, if there is one."""
    found = sign_ins.user_by_address(email)
    if found is not None and found.state == AccountState.ACTIVE:
        send_reset(people.locked(found.id), key=key)


@atomic()
def send_reset(user: User, *, key: str = "") -> None:
    """Mail a person a link to choose a new password."""
    notices.reset_password(user, links.issue(user.id, LinkPurpose.RESET_PASSWORD), key=key)


def choose(secret: str, password: str) -> tuple[UUID, str]:
    """Choose a password behind a link; return whose it is, and what the link carried.

    The address is thereby confirmed. Choosing after a reset ends all sign-ins. Raises Gone for
    a link that is over, Invalid for a password that cannot be chosen.
    """
    link = sign_ins.link_for(secret, *CHOOSING)
    refuse_weak(db.session.get_one(User, link.user_id), password)
    kept = passwords.hashed(password)
    with atomic():
        link = links.use(secret, *CHOOSING)
        user = people.locked(link.user_id)
        actor = Actor(user_id=user.id)
        _set(actor, user, kept)
        if user.state in {AccountState.UNCONFIRMED, AccountState.INVITED}:
            audit.move(
                actor,
                user,
                ACCOUNT,
                "confirm",
                kind="user",
                institution_id=user.institution_id,
            )
        elif user.state == AccountState.ACTIVE:
            notices.password_changed(user)
        else:
            raise Gone(_("This account is not in use."))
        return user.id, link.value


def change(actor: Actor, present: str, new: str) -> None:
    """Change one's own password; ends all other sign-ins and tells by mail.

    Raises Invalid naming the field.
    """
    signing_in.confirm_password(actor, present, field="present")
    refuse_weak(db.session.get_one(User, actor.user_id), new, field="new")
    kept = passwords.hashed(new)
    with atomic():
        user = people.locked(actor.user_id)
        _set(actor, user, kept)
        notices.password_changed(user)


def refuse_weak(user: User, password: str, *, field: str = "password") -> None:
    """Raise Invalid when this person cannot choose this password."""
    names = [display_name(n.given, n.family, n.order) for n in people.names_of(user.id)]
    place = places().get(user.institution_id) if user.institution_id else None
    institution = [*place.name.values()] if place else []
    if why := passwords.fault(password, [*names, user.email.partition("@")[0], *institution]):
        raise Invalid(why, field=field)


def may_be_mailed(email: str) -> bool:
    """Count a mail to an address that anybody may have typed; five an hour are sent."""
    try:
        throttle.hit(
            f"mail-to:{digest(email.strip().lower())[:32]}", limit=MAILS_AN_HOUR, seconds=3600
        )
    except TooMany:
        return False
    return True


def _set(actor: Actor, user: User, kept: str) -> None:
    user.password_hash = kept
    links.end(user.id, LinkPurpose.RESET_PASSWORD, LinkPurpose.CHANGE_EMAIL)
    signing_in.end_all(user.id, but=actor.session_id)
    audit.record(actor, "accounts.set_password", user.id, kind="user")
