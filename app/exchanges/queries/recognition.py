"""Reading what was recognised of stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.core.database import db
from app.exchanges.models.recognition import (
    RecognisedGroup,
    RecognisedResult,
    Recognition,
    TranscriptLine,
)
from app.exchanges.states.recognition import RecognitionState


@dataclass(frozen=True, slots=True)
class Result:
    """One course at the host beside what it counts at home."""

    line: TranscriptLine
    result: RecognisedResult


@dataclass(frozen=True, slots=True)
class Group:
    """A group of a decision, with its courses."""

    group: RecognisedGroup
    results: tuple[Result, ...]

    @property
    def credits_centi(self) -> int | None:
        """What its courses count at home, in hundredths; None as long as one is not known."""
        known = [one.result.credits_centi for one in self.results]
        return None if None in known else sum(one or 0 for one in known)


def of_stay(mobility_id: UUID) -> Sequence[Recognition]:
    """Return every decision about a stay, the newest first."""
    return db.session.scalars(
        select(Recognition)
        .where(Recognition.mobility_id == mobility_id)
        .order_by(Recognition.number.desc())
        .execution_options(populate_existing=True)
    ).all()


def in_state(mobility_id: UUID, state: RecognitionState) -> Recognition | None:
    """Return the stay's decision in that state; lock the stay before changing it."""
    return db.session.scalar(
        select(Recognition)
        .where(Recognition.mobility_id == mobility_id, Recognition.state == state)
        .order_by(Recognition.number.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def groups_of(recognition_id: UUID) -> list[Group]:
    """Return the groups of a decision in their order, each with its courses."""
    groups = db.session.scalars(
        select(RecognisedGroup)
        .where(RecognisedGroup.recognition_id == recognition_id)
        .order_by(RecognisedGroup.position)
        .execution_options(populate_existing=True)
    ).all()
    rows = db.session.execute(
        select(TranscriptLine, RecognisedResult)
        .join(RecognisedResult, RecognisedResult.line_id == TranscriptLine.id)
        .where(RecognisedResult.recognition_id == recognition_id)
        .order_by(TranscriptLine.position)
        .execution_options(populate_existing=True)
    ).all()
    return [
        Group(group, tuple(Result(line, one) for line, one in rows if one.group_id == group.id))
        for group in groups
    ]
