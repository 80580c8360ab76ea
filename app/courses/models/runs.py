"""Runs of a course and their staff."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.database import CreatedAt, Key, Model, Text, Translated
from app.courses.models.catalogue import Course, CourseVersion
from app.courses.states import Delivery, EnrolmentMode, RunState, StaffRole
from app.institutions.models import Institution


class Run(Model):
    """One holding of a course, from a first to a last session.

    `seats_taken` is only changed by guarded updates under the run's row lock and equals the
    number of enrolments that hold a seat.
    """

    __tablename__ = "course_run"
    __table_args__ = (
        UniqueConstraint("institution_id", "code"),
        CheckConstraint("capacity is null or capacity >= 0", name="capacity_not_negative"),
        CheckConstraint("seats_taken >= 0", name="seats_not_negative"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint("offer_hours >= 0", name="offer_hours_not_negative"),
        CheckConstraint("mode <> 'key' or key_digest is not null", name="key_mode_has_a_key"),
        Index("ix_course_run_state_starts_on", "state", "starts_on", "id"),
        Index("ix_course_run_course_id", "course_id", "state", "ends_on", "starts_on"),
    )

    id: Mapped[Key]
    course_id: Mapped[UUID] = mapped_column(ForeignKey(Course.id))
    course_version_id: Mapped[UUID] = mapped_column(ForeignKey(CourseVersion.id))
    institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id), index=True)
    code: Mapped[str] = mapped_column(String(30))
    title: Mapped[Text] = mapped_column(Translated, comment="copied from the course when planned")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    timezone: Mapped[str] = mapped_column(String(64))
    enrol_opens_at: Mapped[datetime]
    enrol_closes_at: Mapped[datetime]
    capacity: Mapped[int | None] = mapped_column(comment="seats; empty: no limit")
    seats_taken: Mapped[int] = mapped_column(default=0)
    waitlist_capacity: Mapped[int | None] = mapped_column(comment="empty: no limit; 0: no queue")
    queue_counter: Mapped[int] = mapped_column(default=0, comment="last number given in the queue")
    offer_hours: Mapped[int] = mapped_column(default=48, comment="0: moves up without asking")
    mode: Mapped[EnrolmentMode] = mapped_column(default=EnrolmentMode.OPEN)
    key_digest: Mapped[str | None] = mapped_column(String(64))
    approval_steps: Mapped[int] = mapped_column(default=1, comment="with mode approval: 1 or 2")
    withdraw_until: Mapped[datetime | None] = mapped_column(comment="cut-off for trainees")
    delivery: Mapped[Delivery]
    venue: Mapped[str] = mapped_column(String(200), default="")
    meeting_url: Mapped[str] = mapped_column(String(500), default="")
    languages: Mapped[list[str]] = mapped_column(JSON, comment="of instruction")
    certificate_design_id: Mapped[UUID | None] = mapped_column(comment="issued when completed")
    state: Mapped[RunState]
    created_by: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[CreatedAt]
    version: Mapped[int] = mapped_column(default=1, comment="of what people edit")

    course: Mapped[Course] = relationship(lazy="raise_on_sql")
    institution: Mapped[Institution] = relationship(lazy="raise_on_sql")


class RunStaff(Model):
    """Who teaches or helps in a run."""

    __tablename__ = "run_staff"

    run_id: Mapped[UUID] = mapped_column(ForeignKey(Run.id), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id), primary_key=True, index=True)
    role: Mapped[StaffRole]

    user: Mapped[User] = relationship(lazy="raise_on_sql")
