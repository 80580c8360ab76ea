"""What the people of the demo were told: what is long past is read, and not mailed."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import delete, or_, update

from app.core.clock import now
from app.core.database import atomic, db, insert_new
from app.notifications.models import Notice, Preference

TOPICS = ("attendance", "certificates", "completion", "courses", "exchanges")
"""What mail is about, but for people's own accounts."""

_PAST = ("courses/place-confirmed", "courses/joined-staff", "completion/not-completed")
"""Kinds of notices that a person who signs in has read by now, and all about exchanges."""


@atomic()
def silence(user_ids: Iterable[UUID]) -> None:
    """Keep the mail box of the demo small while its past is made up."""
    for user_id in user_ids:
        for topic in TOPICS:
            insert_new(Preference, user_id=user_id, topic=topic, mail=False)


@atomic()
def hear_again(user_ids: Collection[UUID]) -> None:
    """Mail to these people from now on."""
    db.session.flush()
    db.session.execute(delete(Preference).where(Preference.user_id.in_(list(user_ids))))


@atomic()
def read_past(user_ids: Iterable[UUID]) -> None:
    """Take what these people were told of the past as read."""
    db.session.flush()
    db.session.execute(
        update(Notice)
        .where(
            Notice.user_id.in_(list(user_ids)),
            or_(Notice.kind.in_(_PAST), Notice.kind.startswith("exchanges/")),
        )
        .values(read_at=now())
    )
