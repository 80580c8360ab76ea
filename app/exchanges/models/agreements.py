"""Agreements between two institutions, what they promise, and the places that follow."""

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

from app.core.database import CreatedAt, Key, Model
from app.exchanges.states.agreements import AgreementState, AllocationState, ExchangeKind
from app.institutions.models import Institution

_STANDING = "state in ('in_force', 'terminating')"
_OPEN = "state in ('draft', 'shared', 'approved_by_us', 'approved_by_partner')"


class Agreement(Model):
    """An agreement of exactly two institutions; what it says stands in its versions."""

    __tablename__ = "exchange_agreement"
    __table_args__ = (
        CheckConstraint("institution_id <> partner_id", name="two_institutions"),
        UniqueConstraint("institution_id", "code"),
        Index("ix_exchange_agreement_partner_id", "partner_id"),
    )

    id: Mapped[Key]
    institution_id: Mapped[UUID] = mapped_column(
        ForeignKey(Institution.id), comment="ours: wrote it"
    )
    partner_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id))
    code: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    search_text: Mapped[str] = mapped_column(String(1000), default="")
    created_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]

    institution: Mapped[Institution] = relationship(
        lazy="raise_on_sql", foreign_keys=[institution_id]
    )
    partner: Mapped[Institution] = relationship(lazy="raise_on_sql", foreign_keys=[partner_id])


class AgreementVersion(Model):
    """One text of an agreement; once both have signed the same hash it is never edited."""

    __tablename__ = "exchange_agreement_version"
    __table_args__ = (
        UniqueConstraint("agreement_id", "number"),
        Index(
            "uq_exchange_agreement_version_standing",
            "agreement_id",
            unique=True,
            sqlite_where=text(_STANDING),
            postgresql_where=text(_STANDING),
        ),
        Index(
            "uq_exchange_agreement_version_open",
            "agreement_id",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index("ix_exchange_agreement_version_state", "state", "ends_on"),
        CheckConstraint("state <> 'terminating' or ends_on is not null", name="notice_has_an_end"),
    )

    id: Mapped[Key]
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey(Agreement.id))
    number: Mapped[int]
    state: Mapped[AgreementState]
    terms: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="what is shown and signed, once shared"
    )
    terms_hash: Mapped[str] = mapped_column(String(64), default="", comment="of the terms")
    remarks: Mapped[str] = mapped_column(Text, default="")
    in_force_at: Mapped[datetime | None]
    ends_on: Mapped[date | None] = mapped_column(comment="by notice; else by the last year")
    created_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]
    version: Mapped[int] = mapped_column(default=1, comment="of a draft that people edit")

    agreement: Mapped[Agreement] = relationship(lazy="raise_on_sql")


class Condition(Model):
    """One promise of a version: who sends whom where, how many a year, for how long."""

    __tablename__ = "exchange_condition"
    __table_args__ = (
        UniqueConstraint("version_id", "position"),
        UniqueConstraint("version_id", "line_id"),
        CheckConstraint("sending_institution_id <> receiving_institution_id", name="goes_abroad"),
        CheckConstraint("last_year >= first_year", name="years_in_order"),
        CheckConstraint("places_per_year >= 0", name="places_not_negative"),
        CheckConstraint(
            "months_per_year is null or months_per_year >= 0", name="months_not_negative"
        ),
    )

    id: Mapped[Key]
    version_id: Mapped[UUID] = mapped_column(ForeignKey(AgreementVersion.id))
    line_id: Mapped[UUID] = mapped_column(comment="the same promise in every version")
    position: Mapped[int] = mapped_column(comment="the order enters the hash")
    kind: Mapped[ExchangeKind]
    sending_institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id))
    receiving_institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id))
    sending_unit_id: Mapped[UUID | None]
    receiving_unit_id: Mapped[UUID | None]
    first_year: Mapped[int] = mapped_column(comment="academic year of the receiver: 2026 = 2026/27")
    last_year: Mapped[int]
    places_per_year: Mapped[int]
    months_per_year: Mapped[int | None] = mapped_column(comment="of all students together")
    days_per_person: Mapped[int | None] = mapped_column(comment="of staff")
    blended: Mapped[bool] = mapped_column(default=False)
    isced_codes: Mapped[list[str]] = mapped_column(JSON, default=list, comment="ISCED-F, 4 digits")
    eqf_levels: Mapped[list[int]] = mapped_column(JSON, default=list)
    languages: Mapped[list[dict[str, str]]] = mapped_column(
        JSON, default=list, comment="language, CEFR level, subject"
    )

    version: Mapped[AgreementVersion] = relationship(lazy="raise_on_sql")


class AgreementSignature(Model):
    """One side's signature under the hash of what it saw; a change of content voids it."""

    __tablename__ = "exchange_agreement_signature"
    __table_args__ = (
        Index(
            "uq_exchange_agreement_signature_valid",
            "version_id",
            "institution_id",
            unique=True,
            sqlite_where=text("voided_at is null"),
            postgresql_where=text("voided_at is null"),
        ),
    )

    id: Mapped[Key]
    version_id: Mapped[UUID] = mapped_column(ForeignKey(AgreementVersion.id))
    institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id))
    terms_hash: Mapped[str] = mapped_column(String(64))
    signer_name: Mapped[str] = mapped_column(String(200))
    signer_position: Mapped[str] = mapped_column(String(200))
    signer_email: Mapped[str] = mapped_column(String(254))
    user_id: Mapped[UUID | None] = mapped_column(comment="empty: signed through a guest link")
    link_id: Mapped[UUID | None]
    signed_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]


class Quota(Model):
    """The places of one promise in one academic year; counted by guarded updates alone."""

    __tablename__ = "exchange_quota"
    __table_args__ = (
        UniqueConstraint("line_id", "academic_year"),
        Index("ix_exchange_quota_sending", "sending_institution_id", "academic_year"),
        Index("ix_exchange_quota_receiving", "receiving_institution_id", "academic_year"),
        CheckConstraint(
            "used_persons >= 0 and used_persons <= capacity_persons", name="persons_within"
        ),
        CheckConstraint(
            "used_months >= 0 and (capacity_months is null or used_months <= capacity_months)",
            name="months_within",
        ),
        Index("ix_exchange_quota_agreement_id", "agreement_id", "academic_year"),
    )

    id: Mapped[Key]
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey(Agreement.id))
    line_id: Mapped[UUID]
    kind: Mapped[ExchangeKind]
    academic_year: Mapped[int]
    sending_institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id))
    receiving_institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id))
    capacity_persons: Mapped[int]
    used_persons: Mapped[int] = mapped_column(default=0)
    capacity_months: Mapped[int | None]
    used_months: Mapped[int] = mapped_column(default=0)


class Allocation(Model):
    """One place of a quota held for one application."""

    __tablename__ = "exchange_allocation"
    __table_args__ = (
        Index(
            "uq_exchange_allocation_held",
            "application_id",
            unique=True,
            sqlite_where=text("state = 'held'"),
            postgresql_where=text("state = 'held'"),
        ),
        Index("ix_exchange_allocation_quota_id", "quota_id", "state"),
        CheckConstraint("months >= 0", name="months_not_negative"),
    )

    id: Mapped[Key]
    quota_id: Mapped[UUID] = mapped_column(ForeignKey(Quota.id))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("exchange_application.id"))
    months: Mapped[int] = mapped_column(default=0)
    state: Mapped[AllocationState]
    taken_at: Mapped[datetime]
    released_at: Mapped[datetime | None]


class CapacityChange(Model):
    """Why a quota's capacity changed: a new version, or the recorded consent of the partner."""

    __tablename__ = "exchange_capacity_change"

    id: Mapped[Key]
    quota_id: Mapped[UUID] = mapped_column(ForeignKey(Quota.id), index=True)
    before: Mapped[int | None]
    after: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[UUID]
    at: Mapped[datetime]


class GuestLink(Model):
    """A link by which somebody without an account does one thing, once, for a while."""

    __tablename__ = "exchange_guest_link"

    id: Mapped[Key]
    purpose: Mapped[str] = mapped_column(String(40), comment="agreement, nomination ...")
    subject_id: Mapped[UUID] = mapped_column(index=True)
    institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(12), default="en")
    secret_digest: Mapped[str] = mapped_column(String(64), unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, comment="such as the hash")
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]
