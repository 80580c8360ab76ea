"""Reading links of guests."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from app.accounts.queries.people import display_names
from app.core import tokens
from app.core.actor import ANONYMOUS, SYSTEM
from app.core.clock import now
from app.core.database import db
from app.core.errors import Gone, NotFound
from app.core.i18n import gettext as _
from app.exchanges import guests
from app.exchanges.models.agreements import GuestLink
from app.exchanges.queries.offices import has_office


def open_link(token: str, purpose: str = "", *, lock: bool = False) -> GuestLink:
    """Return the link of a token (for a purpose), on demand under a lock.

    Raises NotFound when it was not made here, Gone when it was used, withdrawn or is too old, and
    when the office it was sent to has got an account since.
    """
    secret = guests.secret_in(token)
    if secret is None:
        raise NotFound(_("This link is not complete. Copy it from the message as a whole."))
    query = (
        select(GuestLink)
        .where(GuestLink.secret_digest == tokens.digest(secret))
        .execution_options(populate_existing=True)
    )
    link = db.session.scalar(query.with_for_update() if lock else query)
    if link is None or purpose not in ("", link.purpose):
        raise NotFound(_("There is no such link."))
    if link.used_at is not None:
        raise Gone(_("This link was used already; it works once."))
    if link.revoked_at is not None:
        raise Gone(_("This link was withdrawn. Ask the exchange office for a new one."))
    if link.expires_at <= now():
        raise Gone(_("This link has expired. Ask the exchange office for a new one."))
    if has_office(link.institution_id):
        raise Gone(
            _(
                "This link works no more: your exchange office has an account here now."
                " Ask your colleagues there to sign in."
            )
        )
    return link


def locked(link_id: UUID) -> GuestLink:
    """Return a link under a lock; raises NotFound."""
    query = (
        select(GuestLink)
        .where(GuestLink.id == link_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(_("There is no such link."))
    return found


def open_links(purpose: str, subject_id: UUID) -> Sequence[GuestLink]:
    """Return the links to a thing that were neither used nor withdrawn, the newest first."""
    return [
        link for link in of_subject(purpose, subject_id) if not (link.used_at or link.revoked_at)
    ]


def people(ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Return what people are called; guests, known by their links, are asked for last."""
    found = dict(display_names(ids))
    rest = set(ids) - set(found) - {SYSTEM.user_id, ANONYMOUS.user_id}
    if rest:
        query = select(GuestLink.id, GuestLink.name).where(GuestLink.id.in_(rest))
        found |= {row.id: row.name for row in db.session.execute(query)}
    return found


def of_subject(purpose: str, subject_id: UUID) -> Sequence[GuestLink]:
    """Return all links to a thing for a purpose, the newest first."""
    query = (
        select(GuestLink)
        .where(GuestLink.purpose == purpose, GuestLink.subject_id == subject_id)
        .order_by(GuestLink.created_at.desc(), GuestLink.id.desc())
    )
    return db.session.scalars(query).all()
