"""Signing up oneself: the address is confirmed by choosing a password behind a mailed link."""

from dataclasses import asdict, dataclass
from typing import Any

from app.accounts import jobs, notices, rules
from app.accounts.models import User
from app.accounts.queries import people, sign_ins
from app.accounts.services import links, names, passwords
from app.accounts.states import ACCOUNT, AccountState, LinkPurpose, NameOrder, Script
from app.audit import services as audit
from app.core import throttle
from app.core.actor import Actor
from app.core.database import atomic, db
from app.core.errors import Invalid
from app.core.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody says who signs up; `path` is where they want to go afterwards."""

    email: str
    given: str
    family: str
    order: NameOrder = NameOrder.GIVEN_FIRST
    locale: str = "en"
    timezone: str = "Europe/Sarajevo"
    path: str = ""


def ask(newcomer: Newcomer, *, address: str) -> None:
    """Have a confirmation mailed; what happens here does not tell whether the address is known.

    Raises Invalid naming the field, and TooMany.
    """
    if not rules.is_address(newcomer.email):
        raise Invalid(_("Write an e-mail address, such as name@example.org."), field="email")
    names.checked(Script.LATIN, newcomer.given, newcomer.family)
    throttle.hit(f"sign-up-from:{address}", limit=60, seconds=3600)
    if passwords.may_be_mailed(newcomer.email):
        with atomic():
            jobs.ANSWER_SIGN_UP.later(asdict(newcomer))


@atomic()
def answer(said: dict[str, Any], *, key: str) -> None:
    """Make the account of a newcomer and mail the link, or remind those who have one."""
    newcomer = Newcomer(**said)
    user = sign_ins.user_by_address(newcomer.email)
    user = people.locked(user.id) if user else create(newcomer, AccountState.UNCONFIRMED)
    if user.state == AccountState.ACTIVE:
        notices.already_registered(
            user.email, user.display_name, user.locale, user.timezone, key=key
        )
    elif user.state in {AccountState.UNCONFIRMED, AccountState.INVITED}:
        if user.state == AccountState.UNCONFIRMED:
            given, family = names.checked(Script.LATIN, newcomer.given, newcomer.family)
            names.set_name(user, Script.LATIN, given, family, NameOrder(newcomer.order))
        link_id = links.issue(user.id, LinkPurpose.CONFIRM_EMAIL, value=newcomer.path[:300])
        notices.confirm_address(user, link_id, key=key)


def create(newcomer: Newcomer, state: AccountState, *, by: Actor | None = None) -> User:
    """Store a person without a password, in the surrounding transaction.

    The name may be in any of our scripts; its holder adds the Latin one later.
    """
    script = names.script_by_letters(newcomer.given, newcomer.family)
    given, family = names.checked(script, newcomer.given, newcomer.family)
    user = User(
        email=newcomer.email.strip(),
        email_key=rules.address_key(newcomer.email),
        state=state,
        display_name="",
        locale=newcomer.locale,
        timezone=newcomer.timezone,
    )
    audit.begin(by or Actor(user_id=user.id), user, ACCOUNT, state, kind="user")
    db.session.add(user)
    db.session.flush()
    order = None if script == Script.HAN else NameOrder(newcomer.order)
    names.set_name(user, script, given, family, order)
    return user
