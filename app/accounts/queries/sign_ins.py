"""Devices people are signed in on, and links that they were sent."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import AuthSession, Link, User
from app.accounts.rules import address_key
from app.accounts.states import LinkPurpose
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import Gone, NotFound
from app.core.i18n import gettext as _
from app.core.tokens import digest


def user_by_address(address: str) -> User | None:
    """Return the person with this address, however it is written."""
    return db.session.scalar(select(User).where(User.email_key == address_key(address)))


def devices(user_id: UUID) -> Sequence[AuthSession]:
    """Return a person's sign-ins that have not ended, the one used last first."""
    return db.session.scalars(
        select(AuthSession)
        .where(
            AuthSession.user_id == user_id,
            AuthSession.ended_at.is_(None),
            AuthSession.expires_at > now(),
        )
        .order_by(AuthSession.seen_at.desc(), AuthSession.id.desc())
    ).all()


def whose(secret: str) -> UUID | None:
    """Return whose sign-in this secret was, though it has ended; None when it is not known."""
    return db.session.scalar(
        select(AuthSession.user_id).where(AuthSession.token_digest == digest(secret))
    )


def own_device(actor: Actor, session_id: UUID) -> AuthSession:
    """Return one of the actor's own sign-ins; raises NotFound."""
    row = db.session.get(AuthSession, session_id)
    if row is None or row.user_id != actor.user_id:
        raise NotFound(_("There is no such device."))
    return row


def link_for(secret: str, *purposes: LinkPurpose) -> Link:
    """Return the link that this secret opens; raises Gone when it was used or is too old."""
    link = db.session.scalar(select(Link).where(Link.secret_digest == digest(secret)))
    if (
        link is None
        or link.used_at is not None
        or link.expires_at <= now()
        or (purposes and link.purpose not in purposes)
    ):
        raise Gone(_("This link was used before, or has become too old. Ask for a new one."))
    return link
