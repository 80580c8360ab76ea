"""Scales, tables and rules of an institution; transcripts and what was recognised of them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import CreatedAt, Key, Model, Text, Translated
from app.exchanges.models.mobilities import Mobility
from app.exchanges.rules.credits import Method, Rounding
from app.exchanges.rules.grades import Choice
from app.exchanges.states.recognition import (
    GroupOutcome,
    LineOutcome,
    RecognitionState,
    TranscriptState,
)
from app.institutions.models import Institution


class GradeScale(Model):
    """A version of an institution's grades; results keep the version they were given on."""

    __tablename__ = "exchange_grade_scale"
    __table_args__ = (UniqueConstraint("institution_id", "code", "number"),)

    id: Mapped[Key]
    institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id))
    code: Mapped[str] = mapped_column(String(30))
    number: Mapped[int] = mapped_column(comment="version")
    name: Mapped[Text] = mapped_column(Translated)
    grades: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, comment="best first: code, value, passes, from, to"
    )
    source: Mapped[str] = mapped_column(String(300), comment="the rule book it comes from")
    created_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]


class GradeTable(Model):
    """How often the passing grades of a scale were given in a reference group."""

    __tablename__ = "exchange_grade_table"
    __table_args__ = (
        UniqueConstraint("scale_id", "isced", "eqf_level", "number"),
        CheckConstraint("length(isced) in (0, 2, 3, 4)", name="a_level_of_isced"),
    )

    id: Mapped[Key]
    scale_id: Mapped[UUID] = mapped_column(ForeignKey(GradeScale.id))
    isced: Mapped[str] = mapped_column(String(4), comment="field; empty: the whole cycle")
    eqf_level: Mapped[int]
    number: Mapped[int] = mapped_column(comment="version")
    years: Mapped[str] = mapped_column(String(40), comment="such as 2023-2025")
    counts: Mapped[dict[str, int]] = mapped_column(JSON, comment="passing grade: how many")
    source: Mapped[str] = mapped_column(String(300))
    created_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]


class CreditRule(Model):
    """A version of how credits of one scheme count in the institution's own."""

    __tablename__ = "exchange_credit_rule"
    __table_args__ = (UniqueConstraint("institution_id", "from_scheme", "to_scheme", "number"),)

    id: Mapped[Key]
    institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id))
    number: Mapped[int] = mapped_column(comment="version")
    from_scheme: Mapped[str] = mapped_column(String(30), comment="ects, cn, ...")
    to_scheme: Mapped[str] = mapped_column(String(30))
    method: Mapped[Method]
    parameters: Mapped[dict[str, str]] = mapped_column(JSON, comment="numbers as text, exact")
    rounding: Mapped[Rounding]
    valid_from: Mapped[date]
    source: Mapped[str] = mapped_column(String(300))
    created_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]


class RecognitionRule(Model):
    """A version of how an institution converts grades, decided before anybody's result is seen."""

    __tablename__ = "exchange_recognition_rule"
    __table_args__ = (
        UniqueConstraint("institution_id", "number"),
        CheckConstraint("least_results >= 1", name="a_group_has_results"),
    )

    id: Mapped[Key]
    institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id))
    number: Mapped[int] = mapped_column(comment="version")
    scale_code: Mapped[str] = mapped_column(
        String(30), comment="grades are converted to its newest"
    )
    credit_scheme: Mapped[str] = mapped_column(String(30), comment="credits are converted to this")
    choice: Mapped[Choice]
    least_results: Mapped[int] = mapped_column(comment="smaller groups give way to larger ones")
    allows_formula: Mapped[bool] = mapped_column(comment="where no distribution is known")
    valid_from: Mapped[date]
    source: Mapped[str] = mapped_column(String(300))
    created_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]


class Transcript(Model):
    """A transcript of records of one stay; released, it is frozen."""

    __tablename__ = "exchange_transcript"
    __table_args__ = (
        UniqueConstraint("mobility_id", "number"),
        CheckConstraint("state = 'draft' or released_at is not null", name="released_on_a_day"),
        Index(
            "uq_exchange_transcript_released",
            "mobility_id",
            unique=True,
            sqlite_where=text("state = 'released'"),
            postgresql_where=text("state = 'released'"),
        ),
        Index(
            "uq_exchange_transcript_draft",
            "mobility_id",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
    )

    id: Mapped[Key]
    mobility_id: Mapped[UUID] = mapped_column(ForeignKey(Mobility.id))
    number: Mapped[int]
    state: Mapped[TranscriptState]
    scale_id: Mapped[UUID] = mapped_column(ForeignKey(GradeScale.id))
    credit_scheme: Mapped[str] = mapped_column(String(30))
    remarks: Mapped[str] = mapped_column(LongText, default="")
    released_at: Mapped[datetime | None]
    released_by: Mapped[UUID | None]
    created_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]
    version: Mapped[int] = mapped_column(default=1)

    mobility: Mapped[Mobility] = relationship(lazy="raise_on_sql")
    scale: Mapped[GradeScale] = relationship(lazy="raise_on_sql")


class TranscriptLine(Model):
    """One course of a transcript, as the host writes it: its credits and its grade."""

    __tablename__ = "exchange_transcript_line"
    __table_args__ = (
        UniqueConstraint("transcript_id", "position"),
        CheckConstraint("credits_centi >= 0", name="credits_not_negative"),
        CheckConstraint("outcome <> 'passed' or grade <> ''", name="passed_with_a_grade"),
    )

    id: Mapped[Key]
    transcript_id: Mapped[UUID] = mapped_column(ForeignKey(Transcript.id))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[str] = mapped_column(String(300), comment="as the host writes it")
    credits_centi: Mapped[int] = mapped_column(comment="hundredths, of the transcript's scheme")
    grade: Mapped[str] = mapped_column(String(20), default="", comment="of the transcript's scale")
    outcome: Mapped[LineOutcome]


class Recognition(Model):
    """A decision on what a stay counts at home; decided, it is frozen."""

    __tablename__ = "exchange_recognition"
    __table_args__ = (
        UniqueConstraint("mobility_id", "number"),
        CheckConstraint(
            "state = 'draft' or (decided_at is not null and reference <> '')",
            name="decided_with_a_reference",
        ),
        Index(
            "uq_exchange_recognition_decided",
            "mobility_id",
            unique=True,
            sqlite_where=text("state = 'decided'"),
            postgresql_where=text("state = 'decided'"),
        ),
    )

    id: Mapped[Key]
    mobility_id: Mapped[UUID] = mapped_column(ForeignKey(Mobility.id))
    transcript_id: Mapped[UUID] = mapped_column(ForeignKey(Transcript.id))
    number: Mapped[int]
    state: Mapped[RecognitionState]
    reference: Mapped[str] = mapped_column(String(60), default="", comment="of the decision")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    created_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]
    version: Mapped[int] = mapped_column(default=1)


class RecognisedGroup(Model):
    """Courses at the host that together stand for courses at home, and the answer."""

    __tablename__ = "exchange_recognised_group"
    __table_args__ = (
        UniqueConstraint("recognition_id", "position"),
        CheckConstraint("outcome = 'as_agreed' or reason <> ''", name="differing_has_a_reason"),
    )

    id: Mapped[Key]
    recognition_id: Mapped[UUID] = mapped_column(ForeignKey(Recognition.id))
    position: Mapped[int]
    home_title: Mapped[str] = mapped_column(String(300))
    home_credits_centi: Mapped[int] = mapped_column(default=0, comment="as agreed before")
    outcome: Mapped[GroupOutcome]
    reason: Mapped[str] = mapped_column(LongText, default="")


class RecognisedResult(Model):
    """One course of the transcript as it counts at home, with how that was found."""

    __tablename__ = "exchange_recognised_result"
    __table_args__ = (UniqueConstraint("recognition_id", "line_id"),)

    id: Mapped[Key]
    recognition_id: Mapped[UUID] = mapped_column(ForeignKey(Recognition.id))
    group_id: Mapped[UUID] = mapped_column(ForeignKey(RecognisedGroup.id))
    line_id: Mapped[UUID] = mapped_column(ForeignKey(TranscriptLine.id))
    credits_centi: Mapped[int | None] = mapped_column(comment="none until a person writes them")
    grade: Mapped[str] = mapped_column(String(20), default="")
    suggested_grade: Mapped[str] = mapped_column(String(20), default="")
    provenance: Mapped[dict[str, Any]] = mapped_column(
        JSON, comment="method, rule versions, tables, field used, comparable grades"
    )
