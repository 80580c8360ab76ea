"""Telling people, and sending what they are told."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.audit import services as audit
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import atomic, db, insert_new
from app.core.ids import new_id
from app.notifications import channels
from app.notifications.jobs import DELIVER
from app.notifications.models import Delivery, Notice, Preference
from app.notifications.recipients import Recipient
from app.notifications.states import DELIVERY, DeliveryState

ALWAYS = "accounts"
"""Mail about a person's own account cannot be switched off."""


@atomic()
def tell(
    recipient: Recipient,
    kind: str,
    values: Mapping[str, Any],
    *,
    path: str = "",
    key: str = "",
    calendar: bytes | None = None,
    calendar_method: str = "REQUEST",
) -> None:
    """Store a notice in the surrounding transaction and have it mailed after it.

    `kind` is the package and name of its templates, such as `courses/place-confirmed`; values are
    what JSON can hold. With a key, the same person is told the same thing once.
    """
    notice_id = new_id()
    new = insert_new(
        Notice,
        id=notice_id,
        user_id=recipient.user_id,
        kind=kind,
        key=key or str(notice_id),
        values=dict(values),
        path=path,
        read_at=None,
    )
    if not new or not _wants_mail(recipient, kind):
        return
    delivery = Delivery(
        notice_id=notice_id,
        address=recipient.address,
        name=recipient.name,
        language=recipient.language,
        timezone=recipient.timezone,
        calendar=calendar,
        calendar_method=calendar_method,
    )
    db.session.add(delivery)
    audit.begin(SYSTEM, delivery, DELIVERY, kind="delivery")
    DELIVER.put(delivery.id, key=f"deliver:{delivery.id}")


def deliver(delivery_id: UUID) -> None:
    """Send one stored message and note that it is sent; one that was sent stays sent.

    The message is handed over before the note is written: when the process dies between the
    two it is handed over again under the same id, which the folder and mail servers recognise.
    A failure is noted with the message and raised, so that the job is tried again later.
    """
    delivery = db.session.get(Delivery, delivery_id)
    if delivery is None or delivery.state != DeliveryState.QUEUED:
        db.session.rollback()
        return
    notice = db.session.get_one(Notice, delivery.notice_id)
    try:
        message = channels.as_mail(notice, delivery)
        db.session.rollback()
        channels.mailer().send(message)
    except Exception as error:
        db.session.rollback()
        _note_failure(delivery_id, f"{type(error).__name__}: {error}")
        raise
    _note_sent(delivery_id)


@atomic()
def queue_again(actor: Actor, delivery_id: UUID) -> None:
    """Let a message that could not be sent be tried again."""
    delivery = _locked(delivery_id)
    if delivery is not None and delivery.state == DeliveryState.FAILED:
        delivery.attempts = 0
        audit.move(actor, delivery, DELIVERY, "retry", kind="delivery")


@atomic()
def _note_sent(delivery_id: UUID) -> None:
    delivery = _locked(delivery_id)
    if delivery is not None and delivery.state == DeliveryState.QUEUED:
        delivery.sent_at = now()
        delivery.calendar = None
        delivery.error = None
        audit.move(SYSTEM, delivery, DELIVERY, "send", kind="delivery")


@atomic()
def _note_failure(delivery_id: UUID, error: str) -> None:
    delivery = _locked(delivery_id)
    if delivery is None or delivery.state != DeliveryState.QUEUED:
        return
    delivery.attempts += 1
    delivery.error = error[:2000]
    if delivery.attempts >= DELIVER.attempts:
        audit.move(SYSTEM, delivery, DELIVERY, "fail", kind="delivery", reason=error[:200])


def _locked(delivery_id: UUID) -> Delivery | None:
    query = select(Delivery).where(Delivery.id == delivery_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _wants_mail(recipient: Recipient, kind: str) -> bool:
    topic = kind.partition("/")[0]
    if topic == ALWAYS or recipient.user_id is None:
        return True
    wish = db.session.get(Preference, (recipient.user_id, topic))
    return wish is None or wish.mail
