"""Places in a run, and in its queue."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.database import CreatedAt, Key, Model
from app.courses.models.runs import Run
from app.courses.states import OPEN, EnrolmentSource, EnrolmentState

_OPEN = ", ".join(f"'{state.value}'" for state in sorted(OPEN))


class Enrolment(Model):
    """One attempt of one person at one run; joining again is a new row."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("run_id", "trainee_id", "attempt"),
        UniqueConstraint("run_id", "queue_number"),
        Index(
            "uq_enrolment_open",
            "run_id",
            "trainee_id",
            unique=True,
            sqlite_where=text(f"state in ({_OPEN})"),
            postgresql_where=text(f"state in ({_OPEN})"),
        ),
        CheckConstraint("attempt >= 1", name="attempt_counts_from_one"),
        CheckConstraint(
            "state <> 'waitlisted' or queue_number is not null", name="queue_has_a_number"
        ),
        CheckConstraint(
            "(state = 'offered') = (offer_expires_at is not null)", name="offer_expires"
        ),
        CheckConstraint(
            "state not in ('active', 'completed', 'not_completed') or active_from is not null",
            name="active_since",
        ),
        Index("ix_enrolment_trainee_id_state", "trainee_id", "state"),
        Index("ix_enrolment_run_id_state", "run_id", "state", "id"),
        Index("ix_enrolment_state_run_id", "state", "run_id"),
        Index("ix_enrolment_offer_expires_at", "offer_expires_at"),
    )

    id: Mapped[Key]
    run_id: Mapped[UUID] = mapped_column(ForeignKey(Run.id))
    trainee_id: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    attempt: Mapped[int] = mapped_column(default=1)
    state: Mapped[EnrolmentState]
    queue_number: Mapped[int | None] = mapped_column(comment="given once, never changed")
    priority: Mapped[int] = mapped_column(default=0, comment="higher goes first in the queue")
    source: Mapped[EnrolmentSource] = mapped_column(default=EnrolmentSource.SELF)
    message: Mapped[str] = mapped_column(String(1000), default="", comment="with an application")
    offer_expires_at: Mapped[datetime | None]
    active_from: Mapped[datetime | None]
    active_to: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="", comment="of the last decision")
    let_in_because: Mapped[str] = mapped_column(
        Text, default="", comment="though courses to have completed before are missing"
    )
    transferred_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrolment.id"))
    created_at: Mapped[CreatedAt]

    run: Mapped[Run] = relationship(lazy="raise_on_sql")
    trainee: Mapped[User] = relationship(lazy="raise_on_sql")


class Approval(Model):
    """One step of agreement to an application."""

    __tablename__ = "enrolment_approval"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey(Enrolment.id), primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    approved_by: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[CreatedAt]


class Invitation(Model):
    """Who may enrol in a run that is by invitation."""

    __tablename__ = "run_invitation"

    run_id: Mapped[UUID] = mapped_column(ForeignKey(Run.id), primary_key=True)
    email_key: Mapped[str] = mapped_column(String(254), primary_key=True)
    invited_by: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[CreatedAt]


class EnrolmentImport(Model):
    """A list of people to enrol: previewed first, applied whole or not at all, once."""

    __tablename__ = "enrolment_import"
    __table_args__ = (UniqueConstraint("run_id", "sha256"),)

    id: Mapped[Key]
    run_id: Mapped[UUID] = mapped_column(ForeignKey(Run.id))
    sha256: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200))
    rows: Mapped[str] = mapped_column(Text, comment="JSON: what was read and what is wrong")
    applied_at: Mapped[datetime | None]
    created_by: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[CreatedAt]
