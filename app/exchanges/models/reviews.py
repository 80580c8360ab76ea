"""Reviews of applications, the draw, allocation runs and appeals."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.database import CreatedAt, Key, Model
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call, Criterion
from app.exchanges.states.applications import AllocationRunState, Conflict


class ReviewAssignment(Model):
    """One reviewer's task to judge one application; one that is taken back keeps its row."""

    __tablename__ = "exchange_review_assignment"
    __table_args__ = (
        Index(
            "uq_exchange_review_assignment_standing",
            "application_id",
            "reviewer_id",
            unique=True,
            sqlite_where=text("removed_at is null"),
            postgresql_where=text("removed_at is null"),
        ),
        Index("ix_exchange_review_assignment_reviewer_id", "reviewer_id", "locked_at"),
        CheckConstraint(
            "locked_at is null or conflict = 'none'", name="who_has_a_conflict_does_not_judge"
        ),
    )

    id: Mapped[Key]
    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id))
    reviewer_id: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    is_mandatory: Mapped[bool] = mapped_column(default=True)
    due_at: Mapped[datetime]
    conflict: Mapped[Conflict] = mapped_column(default=Conflict.NONE)
    conflict_reason: Mapped[str] = mapped_column(Text, default="")
    comment: Mapped[str] = mapped_column(Text, default="", comment="on the whole application")
    assigned_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]
    saved_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None] = mapped_column(comment="nothing changes after that")
    removed_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(lazy="raise_on_sql")
    reviewer: Mapped[User] = relationship(lazy="raise_on_sql")


class Score(Model):
    """The points of one reviewer for one criterion."""

    __tablename__ = "exchange_score"
    __table_args__ = (CheckConstraint("points >= 0", name="points_not_negative"),)

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey(ReviewAssignment.id), primary_key=True)
    criterion_id: Mapped[UUID] = mapped_column(ForeignKey(Criterion.id), primary_key=True)
    points: Mapped[int]
    comment: Mapped[str] = mapped_column(Text, default="")


class Draw(Model):
    """The seed from which the lots of a call follow; drawn once, never again."""

    __tablename__ = "exchange_draw"

    id: Mapped[Key]
    call_id: Mapped[UUID] = mapped_column(ForeignKey(Call.id), unique=True)
    seed: Mapped[str] = mapped_column(String(64))
    drawn_by: Mapped[UUID]
    drawn_at: Mapped[CreatedAt]


class AllocationRun(Model):
    """One allocation of a call's places: tried first, then published or discarded."""

    __tablename__ = "exchange_allocation_run"
    __table_args__ = (
        UniqueConstraint("call_id", "number"),
        CheckConstraint(
            "(state = 'published') = (published_at is not null)", name="published_at_some_time"
        ),
        CheckConstraint("wait_limit is null or wait_limit >= 0", name="wait_limit_not_negative"),
    )

    id: Mapped[Key]
    call_id: Mapped[UUID] = mapped_column(ForeignKey(Call.id))
    number: Mapped[int]
    state: Mapped[AllocationRunState]
    seed: Mapped[str] = mapped_column(String(64))
    input_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of all it rests on")
    minimum_milli: Mapped[int | None] = mapped_column(comment="thousandths of a point")
    wait_limit: Mapped[int | None]
    result: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, comment="application, number, place, total, verdict, destination, choice, reason"
    )
    made_by: Mapped[UUID]
    made_at: Mapped[CreatedAt]
    published_by: Mapped[UUID | None]
    published_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship(lazy="raise_on_sql")


class Appeal(Model):
    """An applicant's objection, and what the chair said to it."""

    __tablename__ = "exchange_appeal"
    __table_args__ = (
        Index(
            "uq_exchange_appeal_open",
            "application_id",
            unique=True,
            sqlite_where=text("decided_at is null"),
            postgresql_where=text("decided_at is null"),
        ),
        CheckConstraint(
            "(decided_at is null) = (is_upheld is null)", name="decided_one_way_or_the_other"
        ),
    )

    id: Mapped[Key]
    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id), index=True)
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[CreatedAt]
    is_upheld: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
