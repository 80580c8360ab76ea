"""Marks of the register and the history behind them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.attendance.states import RecordSource, StatusKind
from app.core.clock import now
from app.core.database import Key, Model
from app.courses.models.enrolments import Enrolment
from app.courses.models.timetable import Session


class Record(Model):
    """What the register says of one person in one session.

    Without a row, or with a row without a status (a mark that was taken back): unmarked.
    """

    __tablename__ = "attendance_record"
    __table_args__ = (
        UniqueConstraint("session_id", "enrolment_id"),
        CheckConstraint("minutes_late is null or minutes_late >= 0", name="late_not_negative"),
        CheckConstraint(
            "minutes_present is null or minutes_present >= 0", name="present_not_negative"
        ),
        Index("ix_attendance_record_enrolment_id", "enrolment_id"),
    )

    id: Mapped[Key]
    session_id: Mapped[UUID] = mapped_column(ForeignKey(Session.id))
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey(Enrolment.id))
    status: Mapped[StatusKind | None] = mapped_column(comment="empty: the mark was taken back")
    minutes_late: Mapped[int | None]
    minutes_present: Mapped[int | None] = mapped_column(comment="of a partial presence")
    arrived_at: Mapped[datetime | None]
    source: Mapped[RecordSource]
    note: Mapped[str] = mapped_column(String(500), default="")
    moved_away: Mapped[bool] = mapped_column(
        default=False, comment="the session was moved to another time after this mark"
    )
    version: Mapped[int] = mapped_column(default=1, comment="grows with every change")
    marked_by: Mapped[UUID]
    marked_at: Mapped[datetime] = mapped_column(default=now)

    session: Mapped[Session] = relationship(lazy="raise_on_sql")
    enrolment: Mapped[Enrolment] = relationship(lazy="raise_on_sql")


class RecordEvent(Model):
    """One change of a mark; never updated, never deleted."""

    __tablename__ = "attendance_event"
    __table_args__ = (UniqueConstraint("record_id", "number"),)

    id: Mapped[Key]
    record_id: Mapped[UUID] = mapped_column(ForeignKey(Record.id))
    number: Mapped[int] = mapped_column(comment="1 for the first; the record's version")
    before: Mapped[StatusKind | None]
    after: Mapped[StatusKind | None] = mapped_column(comment="empty: the mark was taken back")
    minutes_late: Mapped[int | None]
    source: Mapped[RecordSource]
    actor_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(String(500), default="")
    client_key: Mapped[str | None] = mapped_column(
        String(100), unique=True, comment="the same click or scan acts once"
    )
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    device_digest: Mapped[str] = mapped_column(String(64), default="")

    record: Mapped[Record] = relationship(lazy="raise_on_sql")


class PresenceClaim(Model):
    """A proven code that was used; one claim serves one person."""

    __tablename__ = "presence_claim"

    claim: Mapped[str] = mapped_column(String(64), primary_key=True, comment="its hash")
    session_id: Mapped[UUID] = mapped_column(ForeignKey(Session.id), index=True)
    user_id: Mapped[UUID]
    device_digest: Mapped[str] = mapped_column(String(64), default="", index=True)
    used_at: Mapped[datetime] = mapped_column(default=now)
