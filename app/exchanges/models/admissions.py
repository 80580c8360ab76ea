"""Admission by the host: what the applicant hands in, and the conditions the host sets."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.clock import now
from app.core.database import CreatedAt, Key, Model, Text, Translated
from app.exchanges.models.mobilities import Mobility
from app.exchanges.states.mobilities import AdmissionState, ConditionState
from app.files.models import StoredFile


class HostAdmission(Model):
    """What the host decided about one stay, on what the applicant told it."""

    __tablename__ = "host_admission"
    __table_args__ = (
        CheckConstraint("state <> 'refused' or comment <> ''", name="refused_because"),
    )

    id: Mapped[Key]
    mobility_id: Mapped[UUID] = mapped_column(ForeignKey(Mobility.id), unique=True)
    state: Mapped[AdmissionState]
    details: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="passport_name, born_on, citizenship, address, message"
    )
    comment: Mapped[str] = mapped_column(LongText, default="", comment="of the host's decision")
    completed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]

    mobility: Mapped[Mobility] = relationship(lazy="raise_on_sql")


class AdmissionDocument(Model):
    """One file that the applicant handed in for the host."""

    __tablename__ = "admission_document"

    id: Mapped[Key]
    admission_id: Mapped[UUID] = mapped_column(ForeignKey(HostAdmission.id), index=True)
    title: Mapped[str] = mapped_column(String(200))
    file_id: Mapped[UUID] = mapped_column(ForeignKey(StoredFile.id))
    created_at: Mapped[CreatedAt]

    file: Mapped[StoredFile] = relationship(lazy="raise_on_sql")


class AdmissionCondition(Model):
    """One thing that must be met for a conditional admission to hold."""

    __tablename__ = "admission_condition"
    __table_args__ = (
        UniqueConstraint("admission_id", "position"),
        CheckConstraint("state <> 'waived' or note <> ''", name="waived_because"),
    )

    id: Mapped[Key]
    admission_id: Mapped[UUID] = mapped_column(ForeignKey(HostAdmission.id))
    position: Mapped[int]
    text: Mapped[Text] = mapped_column(Translated)
    due_at: Mapped[datetime]
    state: Mapped[ConditionState]
    note: Mapped[str] = mapped_column(LongText, default="", comment="of whoever settled it")
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]


class ConditionEvidence(Model):
    """One file by which the applicant shows that a condition is met; never changed."""

    __tablename__ = "condition_evidence"

    id: Mapped[Key]
    condition_id: Mapped[UUID] = mapped_column(ForeignKey(AdmissionCondition.id), index=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey(StoredFile.id))
    at: Mapped[datetime] = mapped_column(default=now)

    file: Mapped[StoredFile] = relationship(lazy="raise_on_sql")
