"""Links by which somebody without an account does one thing, once, for a while."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.audit import services as audit
from app.core import tokens
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Invalid
from app.core.i18n import LOCALES
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.core.names import InvalidName, clean_name
from app.exchanges import guests
from app.exchanges.models.agreements import GuestLink
from app.exchanges.queries import guest_links as queries
from app.exchanges.queries.guest_links import open_link
from app.exchanges.queries.offices import require_no_office

__all__ = ["guest", "make", "open_link", "revoke", "use"]

LONGEST_DAYS = 90
_ADDRESS_PARTS = 2


@atomic()
def make(
    actor: Actor,
    purpose: str,
    subject_id: UUID,
    *,
    institution_id: UUID,
    name: str,
    email: str,
    content: Mapping[str, Any] | None = None,
    locale: str = "en",
    days: int = 30,
) -> str:
    """Make a link and return its token, which nobody can read from the database.

    Whoever calls has asked whether the actor may, and mails the link: a notice whose values name
    it as `link` finds its path by `guests.path_of`. Former unused links to the same thing for the
    same purpose stop working. Raises Invalid for a name or an address that is none, and
    Conflict when the office there has an account.
    """
    require_no_office(institution_id)
    for former in queries.open_links(purpose, subject_id):
        former.revoked_at = now()
    link_id = new_id()
    link = GuestLink(
        id=link_id,
        purpose=purpose,
        subject_id=subject_id,
        institution_id=institution_id,
        name=_name(name),
        email=_email(email),
        locale=locale if locale in LOCALES else "en",
        secret_digest=tokens.digest(guests.secret_of(link_id)),
        content=dict(content or {}),
        expires_at=now() + timedelta(days=min(max(days, 1), LONGEST_DAYS)),
        created_by=actor.user_id,
    )
    db.session.add(link)
    db.session.flush()
    _note(actor, "exchanges.invite_guest", link)
    return guests.token_of(link_id)


@atomic()
def use(token: str, purpose: str) -> GuestLink:
    """Use a link up, in the transaction of what is done through it; raises NotFound, Gone."""
    link = queries.open_link(token, purpose, lock=True)
    link.used_at = now()
    _note(guest(link), "exchanges.use_guest_link", link)
    return link


@atomic()
def revoke(actor: Actor, link_id: UUID) -> None:
    """Let a link work no more; whoever calls has asked whether the actor may."""
    link = queries.locked(link_id)
    if link.used_at is None and link.revoked_at is None:
        link.revoked_at = now()
        _note(actor, "exchanges.revoke_guest_link", link)


def guest(link: GuestLink) -> Actor:
    """Return whoever follows a link as an actor without any role, known by the link's id."""
    return Actor(user_id=link.id, name=link.name, email=link.email, locale=link.locale)


def _name(typed: str) -> str:
    try:
        return clean_name(typed, longest=200)
    except InvalidName as error:
        raise Invalid(error.message, field="name") from error


def _email(typed: str) -> str:
    address = typed.strip()
    parts = address.split("@")
    if len(parts) != _ADDRESS_PARTS or not all(parts) or len(address) > 254 or " " in address:  # noqa: PLR2004 -- RFC 5321
        raise Invalid(_("Write an e-mail address."), field="email")
    return address


def _note(actor: Actor, action: str, link: GuestLink) -> None:
    audit.record(
        actor,
        action,
        link.subject_id,
        kind=f"exchange_{link.purpose}",
        institution_id=link.institution_id,
        changes={"link": [None, str(link.id)], "guest": [None, f"{link.name} <{link.email}>"]},
    )
