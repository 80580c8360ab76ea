"""Transcripts of records: written or read from a list, released once, corrected by a new one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select

from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Invalid
from app.core.i18n import gettext as _
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.recognition import Transcript, TranscriptLine
from app.exchanges.notices import recognition as notices
from app.exchanges.policies import parties
from app.exchanges.queries import mobilities, scales, transcripts
from app.exchanges.rules.grades import Scale, scale_of
from app.exchanges.services import record_letters, steps
from app.exchanges.states.letters import LetterKind
from app.exchanges.states.mobilities import MOBILITY, MobilityState
from app.exchanges.states.recognition import TRANSCRIPT, LineOutcome, TranscriptState
from app.exchanges.words.recognition import SCHEMES

MOST_LINES = 200
_OVER = (MobilityState.DEPARTED, MobilityState.ENDED_EARLY)
_STARTED = (
    *_OVER,
    MobilityState.ARRIVED,
    MobilityState.IN_PROGRESS,
    MobilityState.INTERRUPTED,
    MobilityState.RECORDS_RECEIVED,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One course as the host writes it; credits in hundredths of the transcript's scheme."""

    title: str
    credits_centi: int
    grade: str
    outcome: LineOutcome
    code: str = ""


@atomic()
def write(
    actor: Actor,
    mobility_id: UUID,
    *,
    scale_id: UUID,
    credit_scheme: str,
    lines: Sequence[Line],
    remarks: str | None = None,
    version: int | None = None,
) -> UUID:
    """Keep the draft of a stay's transcript in place of what it held; return its id.

    `version` is the one that was seen, 0 where there was no draft; without remarks those that
    stand are kept. Raises NotFound, Forbidden, WrongState, Conflict (somebody else saved first),
    and Invalid naming the first wrong row.
    """
    mobility = _writable(actor, mobility_id)
    scale = scales.scale(scale_id)
    if scale.institution_id != mobility.receiving_institution_id:
        raise Invalid(_("Choose a scale of the host."), field="scale")
    if credit_scheme not in SCHEMES:
        raise Invalid(_("Choose a credit scheme."), field="credit_scheme")
    _check(lines, scale_of(scale.grades))
    kept = transcripts.in_state(mobility_id, TranscriptState.DRAFT)
    _require_seen(kept, version)
    draft = kept or _begin(actor, mobility)
    draft.version = draft.version + 1 if kept is not None else 1
    draft.scale_id, draft.credit_scheme = scale_id, credit_scheme
    if remarks is not None:
        draft.remarks = remarks
    db.session.add(draft)
    db.session.flush()
    db.session.execute(delete(TranscriptLine).where(TranscriptLine.transcript_id == draft.id))
    for position, line in enumerate(lines, start=1):
        db.session.add(
            TranscriptLine(
                transcript_id=draft.id,
                position=position,
                code=line.code,
                title=line.title,
                credits_centi=line.credits_centi,
                grade=line.grade,
                outcome=line.outcome,
            )
        )
    audit.record(
        actor,
        "transcript.write",
        draft.id,
        institution_id=mobility.receiving_institution_id,
        changes={"lines": [None, len(lines)]},
    )
    return draft.id


@atomic()
def release(actor: Actor, mobility_id: UUID, *, version: int | None = None) -> UUID:
    """Freeze the draft: it is what the host certifies; an earlier one is replaced. Return its id.

    `version` is the one that was seen. Raises NotFound, Forbidden, WrongState, Conflict, Invalid
    (no lines).
    """
    mobility = _writable(actor, mobility_id, released=True)
    draft = transcripts.in_state(mobility_id, TranscriptState.DRAFT)
    if draft is None or not transcripts.lines_of(draft.id):
        raise Invalid(_("Write at least one course before you release the transcript."))
    _require_seen(draft, version)
    host, who = mobility.receiving_institution_id, parties.in_mobility(actor, mobility)
    TRANSCRIPT.require(who, "release")
    earlier = transcripts.in_state(mobility_id, TranscriptState.RELEASED)
    if earlier is not None:
        steps.take(actor, earlier, TRANSCRIPT, "replace", parties=who, institution_id=host)
        db.session.flush()
        record_letters.withdraw_of(actor, mobility, LetterKind.TRANSCRIPT, earlier.id)
    draft.released_at, draft.released_by = now(), actor.user_id
    steps.take(actor, draft, TRANSCRIPT, "release", parties=who, institution_id=host)
    if mobility.state != MobilityState.RECORDS_RECEIVED:
        steps.take(actor, mobility, MOBILITY, "receive_records", parties=who, institution_id=host)
    notices.transcript_released(mobility)
    return draft.id


def require_writer(actor: Actor, mobility: Mobility) -> None:
    """Raise Forbidden unless the actor may write the stay's transcript."""
    TRANSCRIPT.require(parties.in_mobility(actor, mobility), "release")


def _require_seen(draft: Transcript | None, version: int | None) -> None:
    """Raise Conflict when the draft is not the one that was seen; None is not asked."""
    if version is not None and version != (draft.version if draft is not None else 0):
        raise Conflict(_("Somebody else saved this transcript in the meantime. Look at it again."))


def _writable(actor: Actor, mobility_id: UUID, *, released: bool = False) -> Mobility:
    mobility = mobilities.locked_for(actor, mobility_id)
    require_writer(actor, mobility)
    allowed = (*_OVER, MobilityState.RECORDS_RECEIVED) if released else _STARTED
    if mobility.state not in allowed:
        raise Invalid(
            _("A transcript can be released when the stay is over and not yet recognised.")
            if released
            else _("A transcript can be written from arrival until the stay is recognised.")
        )
    return mobility


def _begin(actor: Actor, mobility: Mobility) -> Transcript:
    last = db.session.scalar(
        select(func.max(Transcript.number)).where(Transcript.mobility_id == mobility.id)
    )
    draft = Transcript(mobility_id=mobility.id, number=(last or 0) + 1, created_by=actor.user_id)
    audit.begin(
        actor,
        draft,
        TRANSCRIPT.machine,
        kind=TRANSCRIPT.kind,
        institution_id=mobility.receiving_institution_id,
    )
    return draft


def _check(lines: Sequence[Line], scale: Scale) -> None:
    if len(lines) > MOST_LINES:
        raise Invalid(_("Use at most %(num)s courses.", num=MOST_LINES), field="lines")
    for row, line in enumerate(lines, start=1):
        problem = _problem(line, scale)
        if problem:
            raise Invalid(_("Row %(row)s: %(problem)s", row=row, problem=problem), field="lines")


def _problem(line: Line, scale: Scale) -> str:
    if not line.title.strip():
        return _("the course has no title.")
    if line.credits_centi < 0:
        return _("credits are not below zero.")
    if line.outcome == LineOutcome.NOT_TAKEN:
        return "" if not line.grade else _("a course that was not taken has no grade.")
    known = scale.grade(line.grade)
    if known is None:
        grades = ", ".join(one.code for one in scale.grades)
        return _(
            "%(grade)s is not a grade of this scale: %(grades)s.",
            grade=line.grade or "–",
            grades=grades,
        )
    if known.passes != (line.outcome == LineOutcome.PASSED):
        return _("the grade %(grade)s and the outcome contradict each other.", grade=line.grade)
    return ""
