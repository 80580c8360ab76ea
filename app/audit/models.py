"""The audit trail and the history of states; rows are added, never changed or deleted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.database import Key, Model


class AuditEntry(Model):
    """One thing that was done, by whom, to what; sealed into a chain a little later."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject_id", "id"),
        Index("ix_audit_entry_institution", "institution_id", "id"),
    )

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(default=now)
    actor_id: Mapped[UUID] = mapped_column(index=True)
    session_id: Mapped[UUID | None] = mapped_column(comment="the sign-in it was done from")
    action: Mapped[str] = mapped_column(String(80), comment="package.verb")
    kind: Mapped[str] = mapped_column(String(40), comment="what sort of thing")
    subject_id: Mapped[UUID]
    institution_id: Mapped[UUID | None]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, comment="field: [before, after]")
    reason: Mapped[str] = mapped_column(Text, default="")


class StateChange(Model):
    """One step in the life of a thing."""

    __tablename__ = "state_change"
    __table_args__ = (Index("ix_state_change_subject", "subject_id", "id"),)

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(default=now)
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    action: Mapped[str] = mapped_column(String(40), comment="start for the first state")
    before: Mapped[str | None] = mapped_column(String(40))
    after: Mapped[str] = mapped_column(String(40))
    actor_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(Text, default="")


class Seal(Model):
    """A signed link of the chain over the entries that were not sealed before it."""

    __tablename__ = "audit_seal"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(default=now)
    previous: Mapped[str] = mapped_column(String(64), comment="hash of the link before")
    entries: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 over previous and entries")
    key_id: Mapped[str] = mapped_column(String(64))
    signature: Mapped[bytes] = mapped_column(LargeBinary)


class SealedEntry(Model):
    """Which link of the chain holds an entry, at which place."""

    __tablename__ = "audit_sealed_entry"

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    seal_number: Mapped[int] = mapped_column(index=True)
    place: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the entry")
