"""Calls: what is offered, to whom, by which rules, with which form."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.database import CreatedAt, Key, Model, Text, Translated
from app.exchanges.models.agreements import Quota
from app.exchanges.states.agreements import ExchangeKind
from app.exchanges.states.calls import AcademicTerm, CallState
from app.institutions.models import Institution


class Call(Model):
    """One invitation to apply: its dates, destinations, rules, form and rubric."""

    __tablename__ = "exchange_call"
    __table_args__ = (
        UniqueConstraint("institution_id", "code"),
        CheckConstraint("closes_at > opens_at", name="closes_after_it_opens"),
        CheckConstraint("stay_until >= stay_from", name="stay_in_order"),
        CheckConstraint("release_at >= closes_at", name="released_after_closing"),
        CheckConstraint(
            "max_preferences >= 1 and offer_hours >= 1 and appeal_days >= 0"
            " and public_notice_days >= 0",
            name="counts_make_sense",
        ),
        Index("ix_exchange_call_state_closes_at", "state", "closes_at", "id"),
    )

    id: Mapped[Key]
    institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id), comment="home office")
    code: Mapped[str] = mapped_column(String(30))
    title: Mapped[Text] = mapped_column(Translated)
    summary: Mapped[Text] = mapped_column(Translated)
    description: Mapped[Text] = mapped_column(Translated)
    kind: Mapped[ExchangeKind]
    audience: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="eqf_levels, isced_codes, people; empty: as usual for the kind"
    )
    academic_year: Mapped[int] = mapped_column(comment="2026 = 2026/27")
    term: Mapped[AcademicTerm]
    stay_from: Mapped[date]
    stay_until: Mapped[date]
    months: Mapped[int] = mapped_column(default=0, comment="taken from a quota by one person")
    timezone: Mapped[str] = mapped_column(String(64))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    release_at: Mapped[datetime]
    public_notice_days: Mapped[int] = mapped_column(default=0)
    appeal_days: Mapped[int] = mapped_column(default=5)
    offer_hours: Mapped[int] = mapped_column(default=120)
    max_preferences: Mapped[int] = mapped_column(default=3)
    chair_id: Mapped[UUID | None] = mapped_column(ForeignKey(User.id), comment="of the committee")
    tie_break: Mapped[list[str]] = mapped_column(
        JSON, default=list, comment="criterion ids in order; then the draw"
    )
    state: Mapped[CallState]
    published_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    search_text: Mapped[str] = mapped_column(String(4000), default="")
    sort_keys: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, comment="by language")
    isced_index: Mapped[str] = mapped_column(
        String(1000), default="", comment="codes of the audience as |0912|0913|; empty: any field"
    )
    created_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]
    version: Mapped[int] = mapped_column(default=1)

    institution: Mapped[Institution] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}


class Extension(Model):
    """A later closing than was published: everyone sees it on the call's page."""

    __tablename__ = "exchange_call_extension"
    __table_args__ = (CheckConstraint("after > before", name="later"),)

    id: Mapped[Key]
    call_id: Mapped[UUID] = mapped_column(ForeignKey(Call.id), index=True)
    before: Mapped[datetime]
    after: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(1000))
    by: Mapped[UUID]
    at: Mapped[datetime]


class Destination(Model):
    """One place to go that a call offers: the places of a quota."""

    __tablename__ = "exchange_destination"
    __table_args__ = (
        UniqueConstraint("call_id", "quota_id"),
        UniqueConstraint("call_id", "position"),
    )

    id: Mapped[Key]
    call_id: Mapped[UUID] = mapped_column(ForeignKey(Call.id))
    quota_id: Mapped[UUID] = mapped_column(ForeignKey(Quota.id))
    institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id), comment="the host")
    position: Mapped[int]
    note: Mapped[Text] = mapped_column(Translated)

    institution: Mapped[Institution] = relationship(lazy="raise_on_sql")
    quota: Mapped[Quota] = relationship(lazy="raise_on_sql")


class RuleSet(Model):
    """A version of a call's eligibility rules; findings name the version they rest on."""

    __tablename__ = "exchange_rule_set"
    __table_args__ = (UniqueConstraint("call_id", "number"),)

    id: Mapped[Key]
    call_id: Mapped[UUID] = mapped_column(ForeignKey(Call.id))
    number: Mapped[int]
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSON, comment="id, type, parameters")
    created_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]


class FormVersion(Model):
    """A version of a call's form; answers name the version they were given to."""

    __tablename__ = "exchange_form_version"
    __table_args__ = (UniqueConstraint("call_id", "number"),)

    id: Mapped[Key]
    call_id: Mapped[UUID] = mapped_column(ForeignKey(Call.id))
    number: Mapped[int]
    fields: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, comment="id, type, step, label per language, hint, required, options, limits"
    )
    steps: Mapped[list[dict[str, str]]] = mapped_column(
        JSON, default=list, comment="the title of each step by language"
    )
    created_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]


class Requirement(Model):
    """A document that a call asks for."""

    __tablename__ = "exchange_requirement"
    __table_args__ = (UniqueConstraint("call_id", "position"),)

    id: Mapped[Key]
    call_id: Mapped[UUID] = mapped_column(ForeignKey(Call.id))
    position: Mapped[int]
    title: Mapped[Text] = mapped_column(Translated)
    note: Mapped[Text] = mapped_column(Translated)
    media_types: Mapped[list[str]] = mapped_column(JSON)
    max_bytes: Mapped[int] = mapped_column(default=5_000_000)
    is_required: Mapped[bool] = mapped_column(default=True)
    needs_expiry: Mapped[bool] = mapped_column(default=False)
    translation_language: Mapped[str] = mapped_column(
        String(12), default="", comment="a translation into this language is asked for too"
    )


class Criterion(Model):
    """One line of a call's rubric."""

    __tablename__ = "exchange_criterion"
    __table_args__ = (
        UniqueConstraint("call_id", "position"),
        CheckConstraint("max_points >= 1 and weight >= 1", name="counts_make_sense"),
    )

    id: Mapped[Key]
    call_id: Mapped[UUID] = mapped_column(ForeignKey(Call.id))
    position: Mapped[int]
    title: Mapped[Text] = mapped_column(Translated)
    note: Mapped[Text] = mapped_column(Translated)
    max_points: Mapped[int] = mapped_column(default=10)
    weight: Mapped[int] = mapped_column(default=1)
