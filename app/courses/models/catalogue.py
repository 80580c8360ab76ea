"""Courses and their versions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.database import CreatedAt, Key, Model, Text, Translated
from app.courses.states import CourseState, Delivery, Track
from app.institutions.models import Institution


class Course(Model):
    """An entry of the catalogue; what a run teaches is fixed by a version of it."""

    __tablename__ = "course"
    __table_args__ = (
        UniqueConstraint("institution_id", "code"),
        CheckConstraint("ects_centi >= 0", name="ects_not_negative"),
        CheckConstraint("workload_minutes >= 0", name="workload_not_negative"),
        Index("ix_course_state_code", "state", "code", "id"),
    )

    id: Mapped[Key]
    institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id))
    code: Mapped[str] = mapped_column(String(20))
    title: Mapped[Text] = mapped_column(Translated)
    summary: Mapped[Text] = mapped_column(Translated)
    description: Mapped[Text] = mapped_column(Translated)
    track: Mapped[Track]
    languages: Mapped[list[str]] = mapped_column(JSON, comment="of instruction, our codes")
    delivery: Mapped[Delivery]
    level: Mapped[int | None] = mapped_column(comment="EQF level 1 to 8")
    workload_minutes: Mapped[int] = mapped_column(default=0)
    ects_centi: Mapped[int] = mapped_column(default=0, comment="hundredths of an ECTS credit")
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    state: Mapped[CourseState]
    search_text: Mapped[str] = mapped_column(default="", comment="folded words of all languages")
    sort_keys: Mapped[dict[str, str]] = mapped_column(
        JSON, default=dict, comment="by language: the title as it is sorted there"
    )
    created_by: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[CreatedAt]
    version: Mapped[int] = mapped_column(default=1)

    institution: Mapped[Institution] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}


class Prerequisite(Model):
    """A course that must have been completed before somebody enters another one."""

    __tablename__ = "course_prerequisite"
    __table_args__ = (CheckConstraint("course_id <> required_id", name="not_of_itself"),)

    course_id: Mapped[UUID] = mapped_column(ForeignKey(Course.id), primary_key=True)
    required_id: Mapped[UUID] = mapped_column(ForeignKey(Course.id), primary_key=True, index=True)


class CourseVersion(Model):
    """What a course was when a version of it was published; never changed after."""

    __tablename__ = "course_version"
    __table_args__ = (UniqueConstraint("course_id", "number"),)

    id: Mapped[Key]
    course_id: Mapped[UUID] = mapped_column(ForeignKey(Course.id))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(
        JSON, comment="title, summary, description, workload_minutes, ects_centi, outline"
    )
    published_at: Mapped[datetime]
    published_by: Mapped[UUID]

    course: Mapped[Course] = relationship(lazy="raise_on_sql")
