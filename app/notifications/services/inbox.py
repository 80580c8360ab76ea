"""Reading notices, and saying what one wants to be mailed about."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import update

from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db, insert_new
from app.notifications import queries
from app.notifications.models import Notice, Preference
from app.notifications.words import TOPICS


@atomic()
def mark_read(actor: Actor, notice_id: UUID) -> None:
    """Mark a notice of one's own as read. Raises NotFound."""
    notice = queries.notice_for(actor, notice_id)
    if notice.read_at is None:
        notice.read_at = now()


@atomic()
def mark_all_read(actor: Actor) -> None:
    """Mark every notice of one's own as read."""
    mine = (Notice.user_id == actor.user_id) & Notice.read_at.is_(None)
    db.session.execute(update(Notice).where(mine).values(read_at=now()))


@atomic()
def choose_mail(actor: Actor, topics: Collection[str]) -> None:
    """Send mail about these topics only; notices in the product come in any case."""
    before = queries.wishes(actor.user_id)
    for topic in TOPICS:
        wanted = topic in topics
        insert_new(Preference, user_id=actor.user_id, topic=topic, mail=wanted)
        row = db.session.get_one(Preference, (actor.user_id, topic), populate_existing=True)
        row.mail = wanted
    audit.record(
        actor,
        "notifications.choose_mail",
        actor.user_id,
        kind="person",
        changes={
            topic: [before[topic], topic in topics]
            for topic in TOPICS
            if before[topic] != (topic in topics)
        },
    )
