"""Stays abroad: the spine that nomination, learning agreement, visit and recognition share."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from app.accounts.models import User
from app.core.database import CreatedAt, Key, Model
from app.exchanges.models.agreements import Quota
from app.exchanges.models.applications import Application
from app.exchanges.models.offices import office_with_account
from app.exchanges.states.agreements import ExchangeKind
from app.exchanges.states.calls import AcademicTerm
from app.exchanges.states.mobilities import MobilityState
from app.institutions.models import Institution


class Mobility(Model):
    """One person's stay at one host; person and institutions never change: else it is another."""

    __tablename__ = "mobility"
    __table_args__ = (
        CheckConstraint("sending_institution_id <> receiving_institution_id", name="goes_abroad"),
        CheckConstraint("planned_until >= planned_from", name="plan_in_order"),
        CheckConstraint(
            "actual_until is null or actual_until >= actual_from", name="stay_in_order"
        ),
        CheckConstraint(
            "state not in ('arrived', 'in_progress', 'interrupted', 'departed',"
            " 'records_received', 'recognised') or actual_from is not null",
            name="arrived_on_a_day",
        ),
        Index("ix_mobility_sending", "sending_institution_id", "state", "id"),
        Index("ix_mobility_receiving", "receiving_institution_id", "state", "id"),
        Index("ix_mobility_person_id", "person_id"),
    )

    id: Mapped[Key]
    application_id: Mapped[UUID | None] = mapped_column(ForeignKey(Application.id), unique=True)
    quota_id: Mapped[UUID] = mapped_column(ForeignKey(Quota.id))
    number: Mapped[str] = mapped_column(String(40), unique=True, comment="for people to quote")
    person_id: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    kind: Mapped[ExchangeKind]
    sending_institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id))
    receiving_institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id))
    sending_unit_id: Mapped[UUID | None]
    receiving_unit_id: Mapped[UUID | None]
    academic_year: Mapped[int]
    term: Mapped[AcademicTerm]
    isced: Mapped[str] = mapped_column(String(4), default="")
    eqf_level: Mapped[int | None]
    planned_from: Mapped[date]
    planned_until: Mapped[date]
    actual_from: Mapped[date | None]
    actual_until: Mapped[date | None]
    home_coordinator_id: Mapped[UUID | None] = mapped_column(ForeignKey(User.id))
    host_coordinator_id: Mapped[UUID | None] = mapped_column(ForeignKey(User.id))
    host_has_office: Mapped[bool] = column_property(
        office_with_account(receiving_institution_id), raiseload=False
    )
    state: Mapped[MobilityState]
    search_text: Mapped[str] = mapped_column(String(1000), default="")
    created_at: Mapped[CreatedAt]

    person: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[person_id])
    sending_institution: Mapped[Institution] = relationship(
        lazy="raise_on_sql", foreign_keys=[sending_institution_id]
    )
    receiving_institution: Mapped[Institution] = relationship(
        lazy="raise_on_sql", foreign_keys=[receiving_institution_id]
    )
