"""Links in mail: made, used once, ended."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, update

from app.accounts import links
from app.accounts.models import Link
from app.accounts.queries.sign_ins import link_for
from app.accounts.states import LinkPurpose
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Gone
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.core.tokens import digest


@atomic()
def issue(user_id: UUID, purpose: LinkPurpose, *, value: str = "") -> UUID:
    """Make a link for a person; the mail that carries it makes the secret from its id."""
    link_id = new_id()
    db.session.add(
        Link(
            id=link_id,
            user_id=user_id,
            purpose=purpose,
            secret_digest=digest(links.secret_of(link_id)),
            value=value,
            expires_at=now() + timedelta(hours=links.HOURS[purpose]),
        )
    )
    return link_id


@atomic()
def use(secret: str, *purposes: LinkPurpose) -> Link:
    """Use a link up, and its siblings with it; of two who use it at once, one is refused (Gone)."""
    link = link_for(secret, *purposes)
    moment = now()
    used = db.session.execute(
        update(Link)
        .where(Link.id == link.id, Link.used_at.is_(None), Link.expires_at > moment)
        .values(used_at=moment)
        .returning(Link.id)
        .execution_options(synchronize_session=False)
    ).first()
    if used is None:
        raise Gone(_("This link was used before, or has become too old. Ask for a new one."))
    end(link.user_id, link.purpose)
    return link


@atomic()
def end(user_id: UUID, *purposes: LinkPurpose) -> None:
    """End all links of a person that were sent for these purposes."""
    db.session.execute(
        update(Link)
        .where(Link.user_id == user_id, Link.purpose.in_(purposes), Link.used_at.is_(None))
        .values(used_at=now())
        .execution_options(synchronize_session=False)
    )


@atomic()
def forget_old() -> None:
    """Forget links that ran out a month ago."""
    db.session.execute(delete(Link).where(Link.expires_at < now() - timedelta(days=30)))
