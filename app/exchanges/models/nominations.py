"""Nominations: what the home institution proposes, and what the host answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.clock import now
from app.core.database import CreatedAt, Key, Model
from app.exchanges.models.agreements import GuestLink
from app.exchanges.models.mobilities import Mobility
from app.exchanges.states.mobilities import NominationState


class Nomination(Model):
    """The nomination of one stay; a decision names the proposal that it is about."""

    __tablename__ = "nomination"
    __table_args__ = (
        CheckConstraint("state <> 'rejected' or decision_comment <> ''", name="rejected_because"),
        Index("ix_nomination_proposed_at", "proposed_at", "id"),
    )

    id: Mapped[Key]
    mobility_id: Mapped[UUID] = mapped_column(ForeignKey(Mobility.id), unique=True)
    state: Mapped[NominationState]
    proposal_id: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the content")
    content: Mapped[dict[str, Any]] = mapped_column(JSON, comment="what the host decides about")
    personal: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="names and contacts; a change of these decides nothing anew"
    )
    proposed_at: Mapped[datetime]
    decision_comment: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    mobility: Mapped[Mobility] = relationship(lazy="raise_on_sql")


class NominationProposal(Model):
    """One content that was proposed; never changed, so that it can be seen what changed."""

    __tablename__ = "nomination_proposal"
    __table_args__ = (UniqueConstraint("nomination_id", "number"),)

    id: Mapped[Key]
    nomination_id: Mapped[UUID] = mapped_column(ForeignKey(Nomination.id))
    number: Mapped[int]
    proposal_id: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    by: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)


class NominationDecision(Model):
    """One answer of the host, by an account or by a guest's link; never changed."""

    __tablename__ = "nomination_decision"
    __table_args__ = (
        CheckConstraint("decision in ('approve', 'reject')", name="decision_known"),
        CheckConstraint("comment <> ''", name="says_why"),
    )

    id: Mapped[Key]
    nomination_id: Mapped[UUID] = mapped_column(ForeignKey(Nomination.id), index=True)
    proposal_id: Mapped[str] = mapped_column(String(64))
    decision: Mapped[str] = mapped_column(String(10))
    comment: Mapped[str] = mapped_column(Text)
    by: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(250), default="")
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey(GuestLink.id))
    at: Mapped[datetime] = mapped_column(default=now)
