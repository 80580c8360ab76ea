"""Sessions and the rooms they are in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.database import CreatedAt, Key, Model, Text, Translated
from app.courses.models.runs import Run
from app.courses.states import SessionState
from app.institutions.models import Institution


class Room(Model):
    """A room of an institution."""

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("institution_id", "name"),)

    id: Mapped[Key]
    institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id))
    name: Mapped[str] = mapped_column(String(100))
    seats: Mapped[int | None]


class Session(Model):
    """A timetabled meeting: local wall time and zone are the truth, UTC follows from them."""

    __tablename__ = "course_session"
    __table_args__ = (
        CheckConstraint("duration_minutes > 0", name="lasts"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint(
            "(state = 'locked') = (locked_at is not null)", name="locked_says_since_when"
        ),
        Index("ix_course_session_run_id_starts_at", "run_id", "starts_at"),
        Index("ix_course_session_room_id_starts_at", "room_id", "starts_at"),
        Index("ix_course_session_teacher_id_starts_at", "teacher_id", "starts_at"),
        Index("ix_course_session_starts_at", "starts_at"),
    )

    id: Mapped[Key]
    run_id: Mapped[UUID] = mapped_column(ForeignKey(Run.id))
    number: Mapped[int] = mapped_column(comment="1 for the first when planned")
    title: Mapped[Text] = mapped_column(Translated)
    local_start: Mapped[datetime] = mapped_column(DateTime(timezone=False), comment="wall time")
    fold: Mapped[int] = mapped_column(default=0, comment="1: the second of a repeated time")
    timezone: Mapped[str] = mapped_column(String(64))
    duration_minutes: Mapped[int]
    starts_at: Mapped[datetime] = mapped_column(comment="derived")
    ends_at: Mapped[datetime] = mapped_column(comment="derived")
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey(Room.id))
    venue: Mapped[str] = mapped_column(String(200), default="")
    meeting_url: Mapped[str] = mapped_column(String(500), default="")
    teacher_id: Mapped[UUID | None] = mapped_column(ForeignKey(User.id))
    required: Mapped[bool] = mapped_column(default=True)
    weight_minutes: Mapped[int] = mapped_column(comment="weight in attendance; default: duration")
    checkin_opens_minutes: Mapped[int] = mapped_column(default=15, comment="before the start")
    late_after_minutes: Mapped[int] = mapped_column(default=10)
    absent_after_minutes: Mapped[int] = mapped_column(
        default=45, comment="from the start; who comes later is marked absent"
    )
    checkin_secret: Mapped[str] = mapped_column(String(64))
    ical_sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None] = mapped_column(comment="when the sequence last grew")
    state: Mapped[SessionState]
    locked_at: Mapped[datetime | None]
    locked_by: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]
    version: Mapped[int] = mapped_column(default=1, comment="of what people edit")

    run: Mapped[Run] = relationship(lazy="raise_on_sql")
    room: Mapped[Room | None] = relationship(lazy="raise_on_sql")
    teacher: Mapped[User | None] = relationship(lazy="raise_on_sql")
