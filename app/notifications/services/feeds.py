"""The secret address of a person's calendar."""

from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db, insert_new
from app.core.tokens import new_secret
from app.notifications.models import Feed


@atomic()
def renew(actor: Actor) -> None:
    """Make an address for the actor's calendar; one that there was stops working."""
    insert_new(Feed, user_id=actor.user_id, secret=new_secret(), created_at=now())
    feed = db.session.get_one(Feed, actor.user_id, with_for_update=True, populate_existing=True)
    feed.secret, feed.created_at = new_secret(), now()
    audit.record(actor, "notifications.renew_calendar", actor.user_id, kind="person")


@atomic()
def end(actor: Actor) -> None:
    """Take the address of the actor's calendar away."""
    feed = db.session.get(Feed, actor.user_id, with_for_update=True, populate_existing=True)
    if feed is not None:
        db.session.delete(feed)
        audit.record(actor, "notifications.end_calendar", actor.user_id, kind="person")
