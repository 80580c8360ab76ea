"""Decisions that courses of a host stand for courses at home."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.database import CreatedAt, Key, Model
from app.exchanges.models.mobilities import Mobility
from app.institutions.models import Institution


class EquivalenceDecision(Model):
    """One group of the host's courses that replaces one group at home, until a day or for good."""

    __tablename__ = "equivalence_decision"
    __table_args__ = (
        CheckConstraint("home_institution_id <> host_institution_id", name="between_two"),
        Index("ix_equivalence_decision_pair", "home_institution_id", "host_institution_id"),
    )

    id: Mapped[Key]
    home_institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id))
    host_institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id))
    host_courses: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    home_courses: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    mobility_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(Mobility.id), comment="the stay for which it was decided"
    )
    note: Mapped[str] = mapped_column(Text, default="")
    valid_until: Mapped[date | None]
    decided_by: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None]
    search_text: Mapped[str] = mapped_column(String(2000), default="")
    created_at: Mapped[CreatedAt]

    decider: Mapped[User] = relationship(lazy="raise_on_sql")
    host_institution: Mapped[Institution] = relationship(
        lazy="raise_on_sql", foreign_keys=[host_institution_id]
    )
    home_institution: Mapped[Institution] = relationship(
        lazy="raise_on_sql", foreign_keys=[home_institution_id]
    )
