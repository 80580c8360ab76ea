"""What belongs to a stay while somebody prepares it and is abroad."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import CreatedAt, Key, Model
from app.exchanges.models.mobilities import Mobility


class Visit(Model):
    """Where somebody lives abroad, when they came, and until when their papers hold."""

    __tablename__ = "exchange_visit"
    __table_args__ = (
        CheckConstraint("left_early = false or early_reason <> ''", name="early_with_a_reason"),
    )

    mobility_id: Mapped[UUID] = mapped_column(ForeignKey(Mobility.id), primary_key=True)
    address: Mapped[str] = mapped_column(String(300), default="", comment="at the host")
    phone: Mapped[str] = mapped_column(String(40), default="", comment="while abroad")
    host_contact: Mapped[str] = mapped_column(String(300), default="")
    visa_until: Mapped[date | None]
    permit_until: Mapped[date | None]
    arrived_at: Mapped[datetime | None] = mapped_column(comment="as the host confirmed")
    left_early: Mapped[bool] = mapped_column(default=False)
    early_reason: Mapped[str] = mapped_column(LongText, default="")
    force_majeure: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)


class ChecklistTick(Model):
    """One thing of the checklist that is done, or does not apply."""

    __tablename__ = "exchange_checklist_tick"
    __table_args__ = (CheckConstraint("applies or note <> ''", name="left_out_with_a_reason"),)

    mobility_id: Mapped[UUID] = mapped_column(ForeignKey(Mobility.id), primary_key=True)
    item: Mapped[str] = mapped_column(String(40), primary_key=True)
    applies: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(String(300), default="")
    by: Mapped[UUID]
    at: Mapped[datetime]


class EmergencyContact(Model):
    """Whom to call when something happens."""

    __tablename__ = "exchange_emergency_contact"

    id: Mapped[Key]
    mobility_id: Mapped[UUID] = mapped_column(ForeignKey(Mobility.id), index=True)
    name: Mapped[str] = mapped_column(String(200))
    relation: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(40))
    email: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[CreatedAt]


class Insurance(Model):
    """One policy that covers a part of a stay."""

    __tablename__ = "exchange_insurance"
    __table_args__ = (CheckConstraint("valid_until >= valid_from", name="cover_in_order"),)

    id: Mapped[Key]
    mobility_id: Mapped[UUID] = mapped_column(ForeignKey(Mobility.id), index=True)
    company: Mapped[str] = mapped_column(String(200))
    policy_number: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(40), default="")
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    created_at: Mapped[CreatedAt]


class Interruption(Model):
    """A time in which a stay did not go on."""

    __tablename__ = "exchange_interruption"
    __table_args__ = (
        CheckConstraint("until is null or until >= since", name="interruption_in_order"),
        Index(
            "uq_exchange_interruption_open",
            "mobility_id",
            unique=True,
            sqlite_where=text("until is null"),
            postgresql_where=text("until is null"),
        ),
    )

    id: Mapped[Key]
    mobility_id: Mapped[UUID] = mapped_column(ForeignKey(Mobility.id))
    since: Mapped[date]
    until: Mapped[date | None]
    reason: Mapped[str] = mapped_column(LongText)
    created_at: Mapped[CreatedAt]


class ClockStep(Model):
    """A clock of the law that runs for somebody; computed anew when what it rests on changes."""

    __tablename__ = "exchange_clock_step"
    __table_args__ = (
        UniqueConstraint("mobility_id", "clock"),
        Index("ix_exchange_clock_step_due_at", "due_at"),
    )

    id: Mapped[Key]
    mobility_id: Mapped[UUID] = mapped_column(ForeignKey(Mobility.id))
    clock: Mapped[str] = mapped_column(String(60), comment="id of the rule")
    applies: Mapped[bool] = mapped_column(default=True, comment="no: what it rested on changed")
    due_at: Mapped[datetime | None]
    done_on: Mapped[date | None]
    evidence: Mapped[str] = mapped_column(String(300), default="")
    done_by: Mapped[UUID | None]
    reminded_at: Mapped[datetime | None]
