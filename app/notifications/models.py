"""Notices, their way to people, and what people want to be told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import CreatedAt, Key, Model
from app.notifications.states import DeliveryState


class Notice(Model):
    """One thing a person is told; its words are made from the kind and the values when read."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("user_id", "key"),
        Index("ix_notice_inbox", "user_id", "read_at", "id"),
    )

    id: Mapped[Key]
    user_id: Mapped[UUID | None] = mapped_column(comment="empty: an address without account")
    kind: Mapped[str] = mapped_column(String(80), comment="package/name of its templates")
    key: Mapped[str] = mapped_column(String(200), comment="the same event tells a person once")
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    path: Mapped[str] = mapped_column(String(500), default="", comment="where it leads")
    created_at: Mapped[CreatedAt]
    read_at: Mapped[datetime | None]


class Delivery(Model):
    """One notice on its way to one address."""

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("state <> 'sent' or sent_at is not null", name="sent_has_a_time"),
        UniqueConstraint("notice_id", "channel"),
    )

    id: Mapped[Key]
    notice_id: Mapped[UUID] = mapped_column(ForeignKey(Notice.id))
    channel: Mapped[str] = mapped_column(String(20), default="mail")
    address: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(12))
    timezone: Mapped[str] = mapped_column(String(64))
    calendar: Mapped[bytes | None] = mapped_column(LargeBinary)
    calendar_method: Mapped[str] = mapped_column(String(10), default="REQUEST")
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.QUEUED, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None]

    notice: Mapped[Notice] = relationship(lazy="raise_on_sql")


class Preference(Model):
    """Whether a person wants mail about one sort of thing; without a row: yes."""

    __tablename__ = "notification_preference"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(40), primary_key=True)
    mail: Mapped[bool] = mapped_column(default=True)


class Feed(Model):
    """The secret address of a person's calendar; a new one ends the old one."""

    __tablename__ = "calendar_feed"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    secret: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[CreatedAt]
