"""Designs, certificates, their numbers and their history."""

from datetime import date, datetime
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
from app.certificates.states import CertificateState
from app.core.clock import now
from app.core.database import CreatedAt, Key, Model
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.files.models import StoredFile
from app.institutions.models import Institution


class Design(Model):
    """What an institution's certificates look like; what is printed stands in versions."""

    __tablename__ = "certificate_design"

    id: Mapped[Key]
    institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id), index=True)
    name: Mapped[str] = mapped_column(String(120))
    is_retired: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[CreatedAt]

    institution: Mapped[Institution] = relationship(lazy="raise_on_sql")


class DesignVersion(Model):
    """One state of a design; a published one is never changed."""

    __tablename__ = "certificate_design_version"
    __table_args__ = (UniqueConstraint("design_id", "number"),)

    id: Mapped[Key]
    design_id: Mapped[UUID] = mapped_column(ForeignKey(Design.id))
    number: Mapped[int]
    layout: Mapped[dict[str, Any]] = mapped_column(
        JSON, comment="languages, title, body, signatories, colours, art, validity"
    )
    published_at: Mapped[datetime | None]
    created_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]
    version: Mapped[int] = mapped_column(default=1, comment="of a draft that people edit")

    design: Mapped[Design] = relationship(lazy="raise_on_sql")


class NumberSeries(Model):
    """The last number an institution gave in a year; grows without gaps."""

    __tablename__ = "certificate_series"

    institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Certificate(Model):
    """One certificate: frozen when issued, with its number, its code and what was printed."""

    __tablename__ = "certificate"
    __table_args__ = (
        Index(
            "uq_certificate_live",
            "enrolment_id",
            "kind",
            unique=True,
            sqlite_where=text("state in ('pending', 'issued', 'suspended')"),
            postgresql_where=text("state in ('pending', 'issued', 'suspended')"),
        ),
        CheckConstraint(
            "state in ('pending', 'cancelled') or (file_id is not null and pdf_sha256 is not null"
            " and issued_at is not null)",
            name="issued_is_frozen",
        ),
        CheckConstraint("kind in ('attendance', 'completion', 'achievement')", name="kind_known"),
        Index("ix_certificate_holder_id", "holder_id", "id"),
        Index("ix_certificate_run_id", "run_id", "id"),
        Index("ix_certificate_institution_id", "institution_id", "id"),
        Index("ix_certificate_pdf_sha256", "pdf_sha256"),
    )

    id: Mapped[Key]
    institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id))
    holder_id: Mapped[UUID | None] = mapped_column(ForeignKey(User.id))
    enrolment_id: Mapped[UUID | None] = mapped_column(ForeignKey(Enrolment.id))
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey(Run.id))
    decision_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(20), default="completion")
    design_version_id: Mapped[UUID] = mapped_column(ForeignKey(DesignVersion.id))
    number: Mapped[str] = mapped_column(String(40), unique=True)
    code: Mapped[str] = mapped_column(String(20), unique=True, comment="normalised, no hyphens")
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON, comment="everything that is printed")
    snapshot_sha256: Mapped[str] = mapped_column(String(64))
    search_text: Mapped[str] = mapped_column(String(1000), default="")
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey(StoredFile.id))
    pdf_sha256: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[CertificateState]
    issued_at: Mapped[datetime | None]
    valid_until: Mapped[date | None]
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.id"))
    issued_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]


class CertificateEvent(Model):
    """One thing that happened to a certificate; never updated, never deleted."""

    __tablename__ = "certificate_event"
    __table_args__ = (Index("ix_certificate_event_certificate_id", "certificate_id", "id"),)

    id: Mapped[Key]
    certificate_id: Mapped[UUID] = mapped_column(ForeignKey(Certificate.id))
    action: Mapped[str] = mapped_column(String(40))
    actor_id: Mapped[UUID]
    category: Mapped[str] = mapped_column(String(40), default="", comment="of the reason, public")
    reason: Mapped[str] = mapped_column(Text, default="", comment="for the registrar's eyes")
    at: Mapped[datetime] = mapped_column(default=now)
