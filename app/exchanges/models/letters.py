"""Printed documents of exchanges, their numbers and their history."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import User
from app.core.clock import now
from app.core.database import CreatedAt, Key, Model
from app.exchanges.models.mobilities import Mobility
from app.exchanges.states.letters import LetterKind, LetterState
from app.files.models import StoredFile
from app.institutions.models import Institution


class ExchangeSeries(Model):
    """The last number an institution gave in a year and series; grows without gaps."""

    __tablename__ = "exchange_series"

    institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id), primary_key=True)
    series: Mapped[str] = mapped_column(String(4), primary_key=True, comment="L letters, M stays")
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class IssuedDocument(Model):
    """One letter or transcript: frozen with its number, its code and what is printed."""

    __tablename__ = "exchange_letter"
    __table_args__ = (
        CheckConstraint(
            "state = 'pending' or (file_id is not null and pdf_sha256 is not null"
            " and issued_at is not null)",
            name="issued_is_frozen",
        ),
        CheckConstraint(
            "state not in ('superseded', 'revoked') or reason <> ''", name="withdrawn_because"
        ),
        Index("ix_exchange_letter_mobility_id", "mobility_id", "id"),
        Index("ix_exchange_letter_pdf_sha256", "pdf_sha256"),
    )

    id: Mapped[Key]
    institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id), comment="the issuer")
    mobility_id: Mapped[UUID] = mapped_column(ForeignKey(Mobility.id))
    holder_id: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    kind: Mapped[LetterKind]
    template: Mapped[int] = mapped_column(default=1, comment="version of the printed page")
    number: Mapped[str] = mapped_column(String(40), unique=True)
    code: Mapped[str] = mapped_column(String(20), unique=True, comment="normalised, no hyphens")
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON, comment="everything that is printed")
    snapshot_sha256: Mapped[str] = mapped_column(String(64))
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey(StoredFile.id))
    pdf_sha256: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[LetterState]
    reason: Mapped[str] = mapped_column(Text, default="", comment="why it lost its force")
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("exchange_letter.id"))
    issued_at: Mapped[datetime | None]
    issued_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]


class LetterEvent(Model):
    """One thing that happened to a letter; never updated, never deleted."""

    __tablename__ = "exchange_letter_event"

    id: Mapped[Key]
    letter_id: Mapped[UUID] = mapped_column(ForeignKey(IssuedDocument.id), index=True)
    action: Mapped[str] = mapped_column(String(40))
    by: Mapped[UUID]
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(default=now)
