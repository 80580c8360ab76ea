"""Policies, decisions and the reviews that later facts open."""

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

from app.completion.states import ReviewState
from app.core.clock import now
from app.core.database import CreatedAt, Key, Model, Translated
from app.core.database import Text as Words
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.institutions.models import Institution


class Policy(Model):
    """A named rule of an institution for completing a run; what it says stands in versions."""

    __tablename__ = "completion_policy"
    __table_args__ = (
        Index(
            "uq_completion_policy_default",
            "institution_id",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )

    id: Mapped[Key]
    institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id), index=True)
    name: Mapped[Words] = mapped_column(Translated)
    is_default: Mapped[bool] = mapped_column(
        default=False, comment="frozen for runs for which nobody chose another"
    )
    created_at: Mapped[CreatedAt]


class PolicyVersion(Model):
    """What a policy says; never changed once it is frozen for a run."""

    __tablename__ = "completion_policy_version"
    __table_args__ = (UniqueConstraint("policy_id", "number"),)

    id: Mapped[Key]
    policy_id: Mapped[UUID] = mapped_column(ForeignKey(Policy.id))
    number: Mapped[int]
    rule: Mapped[dict[str, Any]] = mapped_column(JSON, comment="tree of criteria and credits")
    created_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]

    policy: Mapped[Policy] = relationship(lazy="raise_on_sql")


class RunPolicy(Model):
    """The version that decides in a run."""

    __tablename__ = "run_policy"

    run_id: Mapped[UUID] = mapped_column(ForeignKey(Run.id), primary_key=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey(PolicyVersion.id))
    frozen_at: Mapped[datetime] = mapped_column(default=now)
    frozen_by: Mapped[UUID]

    version: Mapped[PolicyVersion] = relationship(lazy="raise_on_sql")


class Decision(Model):
    """What the policy said on the facts of a moment; never updated, never deleted."""

    __tablename__ = "completion_decision"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "number"),
        CheckConstraint("outcome in ('met', 'not_met', 'pending')", name="outcome_known"),
        Index("ix_completion_decision_enrolment_id", "enrolment_id", "id"),
    )

    id: Mapped[Key]
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey(Enrolment.id))
    number: Mapped[int] = mapped_column(comment="1 for the first")
    policy_version_id: Mapped[UUID] = mapped_column(ForeignKey(PolicyVersion.id))
    outcome: Mapped[str] = mapped_column(String(10))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    facts_digest: Mapped[str] = mapped_column(String(64))
    criteria: Mapped[list[Any]] = mapped_column(JSON, comment="value, threshold, evidence of each")
    decided_by: Mapped[UUID]
    decided_at: Mapped[datetime] = mapped_column(default=now)
    reason: Mapped[str] = mapped_column(Text, default="")


class Waiver(Model):
    """A criterion that somebody need not meet, and why."""

    __tablename__ = "completion_waiver"
    __table_args__ = (UniqueConstraint("enrolment_id", "path"),)

    id: Mapped[Key]
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey(Enrolment.id))
    path: Mapped[str] = mapped_column(String(200), comment="of the criterion in the policy")
    reason: Mapped[str] = mapped_column(String(500))
    granted_by: Mapped[UUID]
    granted_at: Mapped[datetime] = mapped_column(default=now)


class Review(Model):
    """An outcome that later facts contradict, waiting for a person to decide."""

    __tablename__ = "completion_review"
    __table_args__ = (
        Index(
            "uq_completion_review_open",
            "enrolment_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        CheckConstraint("(state = 'open') = (closed_at is null)", name="closed_says_when"),
    )

    id: Mapped[Key]
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey(Enrolment.id))
    decision_id: Mapped[UUID] = mapped_column(ForeignKey(Decision.id), comment="that contradicts")
    state: Mapped[ReviewState]
    opened_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(Text, default="")

    enrolment: Mapped[Enrolment] = relationship(lazy="raise_on_sql")
