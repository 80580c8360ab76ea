"""What must be true of transcripts and of what was recognised at all times."""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from app.core.database import db
from app.core.invariants import invariant
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.recognition import (
    GradeScale,
    RecognisedGroup,
    RecognisedResult,
    Recognition,
    Transcript,
    TranscriptLine,
)
from app.exchanges.rules.grades import scale_of
from app.exchanges.states.mobilities import MobilityState
from app.exchanges.states.recognition import (
    GroupOutcome,
    LineOutcome,
    RecognitionState,
    TranscriptState,
)

_M = MobilityState
_AFTER_DECISION = (_M.RECOGNISED, _M.CLOSED)
_UNDECIDED = RecognitionState.DRAFT


@invariant("A stay is recognised by one decision in force, on the transcript that is released")
def decisions_in_force() -> Iterator[str]:
    """Look for stays and decisions of which the other is missing."""
    released: dict[UUID, list[UUID]] = defaultdict(list)
    decided: dict[UUID, list[UUID]] = defaultdict(list)
    in_force = select(Transcript.mobility_id, Transcript.id).where(
        Transcript.state == TranscriptState.RELEASED
    )
    for mobility_id, transcript_id in db.session.execute(in_force):
        released[mobility_id].append(transcript_id)
    rested = select(Recognition.mobility_id, Recognition.transcript_id).where(
        Recognition.state == RecognitionState.DECIDED
    )
    for mobility_id, transcript_id in db.session.execute(rested):
        decided[mobility_id].append(transcript_id)
    for mobility_id, number, state in db.session.execute(
        select(Mobility.id, Mobility.number, Mobility.state)
    ):
        transcripts, decisions = released[mobility_id], decided[mobility_id]
        if state in (_M.RECORDS_RECEIVED, _M.RECOGNISED) and len(transcripts) != 1:
            yield f"{number}: is {state} with {len(transcripts)} released transcripts"
        if state == _M.RECOGNISED and len(decisions) != 1:
            yield f"{number}: is recognised by {len(decisions)} decisions in force"
        if decisions and state not in _AFTER_DECISION:
            yield f"{number}: is {state}, yet a decision is in force"
        if set(decisions) - set(transcripts):
            yield f"{number}: the decision in force rests on another transcript"


@invariant("What counts at home is what was passed, course by course, under one heading each")
def recognised_courses() -> Iterator[str]:
    """Compare each decision with the transcript it rests on."""
    passed: dict[UUID, set[UUID]] = defaultdict(set)
    lines = select(TranscriptLine.transcript_id, TranscriptLine.id).where(
        TranscriptLine.outcome == LineOutcome.PASSED
    )
    for transcript_id, line_id in db.session.execute(lines):
        passed[transcript_id].add(line_id)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    results = select(RecognisedResult, RecognisedGroup).outerjoin(
        RecognisedGroup, RecognisedGroup.id == RecognisedResult.group_id
    )
    decided = set(db.session.scalars(select(Recognition.id).where(Recognition.state != _UNDECIDED)))
    for result, group in db.session.execute(results):
        found[result.recognition_id].add(result.line_id)
        if group is None or group.recognition_id != result.recognition_id:
            yield f"result {result.id}: stands in a group of another decision"
        elif (
            result.recognition_id in decided
            and group.outcome != GroupOutcome.REFUSED
            and (not result.grade or result.credits_centi is None)
        ):
            yield f"result {result.id}: counts at home without a grade or credits"
    for decision in db.session.scalars(select(Recognition)):
        if found[decision.id] != passed[decision.transcript_id]:
            yield f"recognition {decision.id}: is not about what its transcript says was passed"


@invariant("Every course of a transcript has a grade of the transcript's scale, as it was taken")
def graded_courses() -> Iterator[str]:
    """Read each line with the version of the scale that its transcript names."""
    query = select(Transcript).where(Transcript.state != TranscriptState.DRAFT)
    lines: dict[UUID, list[TranscriptLine]] = defaultdict(list)
    for line in db.session.scalars(select(TranscriptLine)):
        lines[line.transcript_id].append(line)
    scales = {one.id: one for one in db.session.scalars(select(GradeScale))}
    hosts = dict(db.session.execute(select(Mobility.id, Mobility.receiving_institution_id)).all())
    for transcript in db.session.scalars(query):
        kept = scales[transcript.scale_id]
        if kept.institution_id != hosts[transcript.mobility_id]:
            yield f"transcript {transcript.id}: its scale is not one of the host"
        scale = scale_of(kept.grades)
        for line in lines[transcript.id]:
            grade = scale.grade(line.grade)
            taken = line.outcome != LineOutcome.NOT_TAKEN
            if taken and (grade is None or grade.passes != (line.outcome == LineOutcome.PASSED)):
                yield f"transcript line {line.id}: {line.outcome} with the grade {line.grade!r}"
        if not lines[transcript.id]:
            yield f"transcript {transcript.id}: was released without a course"
