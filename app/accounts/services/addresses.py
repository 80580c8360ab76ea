"""Changing the address one signs in with."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.accounts import notices, rules
from app.accounts.models import User
from app.accounts.queries import people, sign_ins
from app.accounts.services import links, names, passwords
from app.accounts.services import sign_in as signing_in
from app.accounts.states import AccountState, LinkPurpose
from app.audit import services as audit
from app.core.actor import Actor
from app.core.database import atomic, db
from app.core.errors import Conflict, Gone, Invalid
from app.core.i18n import gettext as _


def ask_change(actor: Actor, password: str, address: str) -> None:
    """Have a link mailed to the new address; raises Invalid naming the field, and TooMany.

    An address that somebody else has gets a reminder of that instead; the answer is the same.
    """
    if not rules.is_address(address):
        raise Invalid(_("Write an e-mail address, such as name@example.org."), field="address")
    signing_in.confirm_password(actor, password)
    if not passwords.may_be_mailed(address):
        return
    with atomic():
        user = people.locked(actor.user_id)
        links.end(user.id, LinkPurpose.CHANGE_EMAIL)
        taken = sign_ins.user_by_address(address)
        if taken is not None and taken.id != user.id:
            notices.already_registered(
                taken.email, taken.display_name, taken.locale, taken.timezone, key=""
            )
            return
        link_id = links.issue(user.id, LinkPurpose.CHANGE_EMAIL, value=address.strip())
        notices.confirm_new_address(user, address.strip(), link_id)
        audit.record(actor, "accounts.ask_address", user.id, kind="user")


def confirm(secret: str) -> UUID:
    """Take the new address behind a link; the former one is told, with a link to undo it."""
    with atomic():
        link = links.use(secret, LinkPurpose.CHANGE_EMAIL)
        user = people.locked(link.user_id)
        if user.state != AccountState.ACTIVE:
            raise Gone(_("This account is not in use."))
        former = user.email
        _set(Actor(user_id=user.id), user, link.value)
        link_id = links.issue(user.id, LinkPurpose.UNDO_EMAIL, value=former)
        notices.address_changed(user, former, link_id)
        return user.id


def undo(secret: str) -> UUID:
    """Take a change of address back: the former one counts again, and all sign-ins end.

    A link to choose a new password goes there too: whoever changed the address may know it.
    """
    with atomic():
        link = links.use(secret, LinkPurpose.UNDO_EMAIL)
        user = people.locked(link.user_id)
        _set(Actor(user_id=user.id), user, link.value)
        signing_in.end_all(user.id)
        if user.state == AccountState.ACTIVE:
            passwords.send_reset(user)
        return user.id


def _set(actor: Actor, user: User, address: str) -> None:
    before = user.email
    user.email, user.email_key = address, rules.address_key(address)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(_("Somebody has this address in the meantime.")) from error
    names.derive(user.id)
    links.end(user.id, LinkPurpose.RESET_PASSWORD, LinkPurpose.CHANGE_EMAIL)
    audit.record(
        actor, "accounts.change_address", user.id, kind="user", changes={"email": [before, address]}
    )
