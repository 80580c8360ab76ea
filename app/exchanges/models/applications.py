"""Applications, their answers, documents and consents."""

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
from app.core.database import CreatedAt, Key, Model
from app.exchanges.models.calls import Call, Destination, FormVersion, Requirement, RuleSet
from app.exchanges.states.applications import ACTIVE, ApplicationState, DocumentState
from app.files.models import StoredFile
from app.institutions.models import Institution

_ACTIVE = ", ".join(f"'{state.value}'" for state in sorted(ACTIVE))


class Application(Model):
    """One person's application to one call."""

    __tablename__ = "exchange_application"
    __table_args__ = (
        UniqueConstraint("call_id", "number"),
        Index(
            "uq_exchange_application_active",
            "call_id",
            "applicant_id",
            unique=True,
            sqlite_where=text(f"state in ({_ACTIVE})"),
            postgresql_where=text(f"state in ({_ACTIVE})"),
        ),
        CheckConstraint("state <> 'returned' or due_at is not null", name="returned_until"),
        CheckConstraint(
            "state not in ('selected', 'confirmed', 'nominated') or destination_id is not null",
            name="selected_for_somewhere",
        ),
        CheckConstraint(
            "state in ('draft', 'withdrawn') or number is not null", name="sent_has_a_number"
        ),
        Index(
            "ix_exchange_application_institution", "institution_id", "state", "submitted_at", "id"
        ),
        Index("ix_exchange_application_sent", "institution_id", "submitted_at", "id"),
        Index("ix_exchange_application_applicant_id", "applicant_id"),
    )

    id: Mapped[Key]
    call_id: Mapped[UUID] = mapped_column(ForeignKey(Call.id))
    applicant_id: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id), comment="home")
    unit_id: Mapped[UUID | None] = mapped_column(comment="home faculty or department")
    number: Mapped[int | None] = mapped_column(comment="within the call, given when first sent")
    state: Mapped[ApplicationState]
    form_version_id: Mapped[UUID] = mapped_column(ForeignKey(FormVersion.id))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, comment="by field id")
    facts: Mapped[dict[str, Any]] = mapped_column(
        JSON,
        default=dict,
        comment="what rules read: eqf_level, isced, ects_done, months_abroad, languages,"
        " passport_until, citizenship, supervisor_email",
    )
    revision: Mapped[int] = mapped_column(default=1, comment="counts what was saved of a draft")
    saved: Mapped[dict[str, int]] = mapped_column(
        JSON, default=dict, comment="step: revision it was last saved in; two windows conflict"
    )
    supervisor_id: Mapped[UUID | None] = mapped_column(comment="a person with an account")
    submitted_at: Mapped[datetime | None] = mapped_column(comment="last time it was sent")
    due_at: Mapped[datetime | None] = mapped_column(comment="for what was returned")
    score_milli: Mapped[int | None] = mapped_column(comment="thousandths of a point")
    place: Mapped[int | None] = mapped_column(comment="in the ranking, counted from 1")
    destination_id: Mapped[UUID | None] = mapped_column(ForeignKey(Destination.id))
    offer_expires_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="", comment="of the last refusal or return")
    search_text: Mapped[str] = mapped_column(String(1000), default="")
    created_at: Mapped[CreatedAt]

    call: Mapped[Call] = relationship(lazy="raise_on_sql")
    applicant: Mapped[User] = relationship(lazy="raise_on_sql")
    destination: Mapped[Destination | None] = relationship(lazy="raise_on_sql")


class Preference(Model):
    """One of the destinations an applicant wants, in their order."""

    __tablename__ = "exchange_preference"
    __table_args__ = (UniqueConstraint("application_id", "destination_id"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    destination_id: Mapped[UUID] = mapped_column(ForeignKey(Destination.id))


class Document(Model):
    """One file that was handed in for a requirement; replacing it keeps the old row."""

    __tablename__ = "exchange_document"
    __table_args__ = (
        Index("ix_exchange_document_application_id", "application_id", "requirement_id"),
        CheckConstraint("state <> 'refused' or reason <> ''", name="refused_with_a_reason"),
    )

    id: Mapped[Key]
    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id))
    requirement_id: Mapped[UUID] = mapped_column(ForeignKey(Requirement.id))
    file_id: Mapped[UUID] = mapped_column(ForeignKey(StoredFile.id))
    language: Mapped[str] = mapped_column(String(12), default="")
    translation_of: Mapped[UUID | None] = mapped_column(ForeignKey("exchange_document.id"))
    issued_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    state: Mapped[DocumentState]
    reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[CreatedAt]

    file: Mapped[StoredFile] = relationship(lazy="raise_on_sql")


class Consent(Model):
    """What somebody agreed to, in the words they saw; taken back, it keeps its row."""

    __tablename__ = "exchange_consent"
    __table_args__ = (
        Index("ix_exchange_consent_application_id", "application_id"),
        UniqueConstraint("application_id", "purpose", "given_at"),
    )

    id: Mapped[Key]
    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id))
    person_id: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    purpose: Mapped[str] = mapped_column(String(40), comment="declaration, processing, transfer")
    is_mandatory: Mapped[bool]
    text_version: Mapped[str] = mapped_column(String(20))
    text_sha256: Mapped[str] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(String(12))
    answer: Mapped[bool]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class ConsentText(Model):
    """The very words of a declaration in one language, under their hash; never changed."""

    __tablename__ = "exchange_consent_text"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]


class EligibilityFinding(Model):
    """What one rule of one version said about an application."""

    __tablename__ = "exchange_eligibility_finding"
    __table_args__ = (Index("ix_exchange_eligibility_finding_application_id", "application_id"),)

    id: Mapped[Key]
    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id))
    rule_set_id: Mapped[UUID] = mapped_column(ForeignKey(RuleSet.id))
    rule_id: Mapped[str] = mapped_column(String(60))
    outcome: Mapped[str] = mapped_column(String(20), comment="pass, fail, needs_human")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, comment="for the words")
    decided_by: Mapped[UUID | None] = mapped_column(comment="the officer, where a human was needed")
    at: Mapped[datetime]
