"""Reading links of guests."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.exchanges.models.agreements import GuestLink


def by_digest(digest: str, purpose: str, *, lock: bool = False) -> GuestLink | None:
    """Return the link whose secret has this digest, on demand under a lock."""
    query = (
        select(GuestLink)
        .where(GuestLink.secret_digest == digest, GuestLink.purpose == purpose)
        .execution_options(populate_existing=True)
    )
    return db.session.scalar(query.with_for_update() if lock else query)


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


def of_subject(purpose: str, subject_id: UUID) -> Sequence[GuestLink]:
    """Return all links to a thing for a purpose, the newest first."""
    query = (
        select(GuestLink)
        .where(GuestLink.purpose == purpose, GuestLink.subject_id == subject_id)
        .order_by(GuestLink.created_at.desc(), GuestLink.id.desc())
    )
    return db.session.scalars(query).all()
