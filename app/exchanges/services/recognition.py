"""Recognition: suggested from the transcript, corrected by the registrar, decided once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select

from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Invalid, NotFound, WrongState
from app.core.i18n import gettext as _
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.recognition import (
    RecognisedGroup,
    RecognisedResult,
    Recognition,
    Transcript,
)
from app.exchanges.notices import recognition as notices
from app.exchanges.policies import parties
from app.exchanges.queries import learning_agreements, mobilities, recognition, transcripts
from app.exchanges.rules import recognition as rules
from app.exchanges.rules.grades import scale_of
from app.exchanges.rules.learning_agreements import Component, Table
from app.exchanges.services import record_letters, steps, suggestions
from app.exchanges.services.suggestions import Suggested
from app.exchanges.states.letters import LetterKind
from app.exchanges.states.mobilities import MOBILITY, MobilityState
from app.exchanges.states.recognition import (
    RECOGNITION,
    GroupOutcome,
    LineOutcome,
    RecognitionState,
)


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """What the registrar says to one group; the results are (line id, credits, grade).

    Credits are None as long as nobody has said how many.
    """

    home_title: str
    home_credits_centi: int
    outcome: GroupOutcome
    reason: str
    results: tuple[tuple[UUID, int | None, str], ...]


@atomic()
def prepare(actor: Actor, mobility_id: UUID) -> UUID:
    """Begin a decision with what follows from the rules in use; return its id.

    What was passed replaces what the learning agreement says is recognised, as one group; without
    an agreement each course is a group of its own, to be put together by the registrar. A group
    of which less counts than was agreed is suggested in part, one without a passed course is
    refused. Where no rule leads to credits at home, none are suggested. A draft that stands
    already keeps what it says and gets the credits that were missing, unless the host has released
    another transcript since: then it begins anew from that one.

    Raises NotFound, Forbidden, WrongState, Invalid.
    """
    mobility = _decidable(actor, mobility_id)
    draft = recognition.in_state(mobility_id, RecognitionState.DRAFT)
    transcript = transcripts.released(mobility_id)
    kept = recognition.groups_of(draft.id) if draft is not None else []
    if draft is not None and draft.transcript_id == transcript.id and kept:
        if suggestions.fill_credits(mobility, transcript, kept):
            suggestions.answer_anew(kept)
            draft.version += 1
        return draft.id
    if draft is None:
        draft = _begin(actor, mobility, transcript.id)
    else:
        _empty(draft.id)
        draft.transcript_id = transcript.id
        draft.version += 1
    _suggest(mobility, transcript, draft.id)
    suggestions.answer_anew(recognition.groups_of(draft.id))
    return draft.id


@atomic()
def save(actor: Actor, mobility_id: UUID, groups: Sequence[GroupAnswer], *, version: int) -> None:
    """Keep what the registrar changed in the draft.

    Raises NotFound, Forbidden, WrongState, Conflict (somebody else saved first), and Invalid
    naming the group.
    """
    mobility = _decidable(actor, mobility_id)
    draft = _current_draft(mobility_id)
    if draft.version != version:
        raise Conflict(_("Somebody else saved this decision in the meantime. Look at it again."))
    home = suggestions.home_scale(mobility)
    known = {
        one.line.id: one.result
        for group in recognition.groups_of(draft.id)
        for one in group.results
    }
    _check(groups, set(known), {one.code for one in scale_of(home.grades).passing})
    kept = {line: (one.suggested_grade, dict(one.provenance)) for line, one in known.items()}
    _empty(draft.id)
    for position, answer in enumerate(groups, start=1):
        _keep_group(draft.id, position, answer, kept)
    draft.version += 1
    audit.record(
        actor,
        "recognition.save",
        draft.id,
        institution_id=mobility.sending_institution_id,
        changes={"groups": [None, len(groups)]},
    )


@atomic()
def decide(actor: Actor, mobility_id: UUID, *, reference: str, version: int) -> None:
    """Freeze the draft as the decision; an earlier one is replaced, the person is told.

    Raises NotFound, Forbidden, WrongState, Conflict, Invalid.
    """
    mobility = _decidable(actor, mobility_id)
    draft = _current_draft(mobility_id)
    if draft.version != version:
        raise Conflict(_("Somebody else saved this decision in the meantime. Look at it again."))
    if not reference.strip():
        raise Invalid(_("Give the number of the decision."), field="reference")
    _check_complete(mobility, draft.id)
    who, home = parties.in_mobility(actor, mobility), mobility.sending_institution_id
    earlier = recognition.in_state(mobility_id, RecognitionState.DECIDED)
    if earlier is not None:
        steps.take(actor, earlier, RECOGNITION, "replace", parties=who, institution_id=home)
        db.session.flush()
        record_letters.withdraw_of(actor, mobility, LetterKind.RECOGNITION, earlier.id)
    draft.reference, draft.decided_at, draft.decided_by = reference, now(), actor.user_id
    steps.take(
        actor, draft, RECOGNITION, "decide", parties=who, institution_id=home, reason=reference
    )
    if mobility.state == MobilityState.RECORDS_RECEIVED:
        steps.take(actor, mobility, MOBILITY, "recognise", parties=who, institution_id=home)
    notices.decided(mobility)


def draft_for(actor: Actor, mobility: Mobility) -> Recognition:
    """Return the decision that is being prepared. Raises Forbidden, NotFound."""
    RECOGNITION.require(parties.in_mobility(actor, mobility), "decide")
    found = recognition.in_state(mobility.id, RecognitionState.DRAFT)
    if found is None:
        raise NotFound(_("There is no decision in preparation."))
    return found


def home_grades(mobility: Mobility) -> list[str]:
    """Return the passing grades at home, best first. Raises Invalid when no rule says which."""
    return [one.code for one in scale_of(suggestions.home_scale(mobility).grades).passing]


def _decidable(actor: Actor, mobility_id: UUID) -> Mobility:
    mobility = mobilities.locked_for(actor, mobility_id)
    RECOGNITION.require(parties.in_mobility(actor, mobility), "decide")
    if mobility.state not in (MobilityState.RECORDS_RECEIVED, MobilityState.RECOGNISED):
        raise WrongState(_("The host has not released a transcript of records yet."))
    if learning_agreements.has_pending_proposal(mobility_id):
        raise WrongState(_("A change of the learning agreement is still to be answered."))
    return mobility


def _begin(actor: Actor, mobility: Mobility, transcript_id: UUID) -> Recognition:
    last = select(func.max(Recognition.number)).where(Recognition.mobility_id == mobility.id)
    draft = Recognition(
        mobility_id=mobility.id,
        transcript_id=transcript_id,
        number=(db.session.scalar(last) or 0) + 1,
        created_by=actor.user_id,
    )
    audit.begin(
        actor,
        draft,
        RECOGNITION.machine,
        kind=RECOGNITION.kind,
        institution_id=mobility.sending_institution_id,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def _suggest(mobility: Mobility, transcript: Transcript, draft_id: UUID) -> None:
    """Begin the groups of a draft with the passed courses, or with what nobody passed."""
    lines = transcripts.lines_of(transcript.id)
    passed = [one for one in lines if one.outcome == LineOutcome.PASSED]
    made = suggestions.made_for(mobility, transcript, passed)
    agreed = _agreed(mobility)
    group: RecognisedGroup | None = None
    if agreed or not passed:
        title = "; ".join(one.title for one in agreed or lines)[:300]
        group = _begin_group(draft_id, 1, title, suggestions.agreed_credits(mobility, agreed))
    for position, (line, found) in enumerate(zip(passed, made, strict=True), start=1):
        if not agreed:
            group = _begin_group(draft_id, position, line.title, found.credits_centi or 0)
        assert group is not None  # noqa: S101 -- begun above
        db.session.add(_result(draft_id, group.id, line.id, found))
    db.session.flush()


def _agreed(mobility: Mobility) -> list[Component]:
    """Return what the learning agreement says is recognised at home."""
    return learning_agreements.agreed_tables(mobility.id).get(Table.RECOGNISED, [])


def _check_complete(mobility: Mobility, draft_id: UUID) -> None:
    groups = recognition.groups_of(draft_id)
    if not groups:
        raise Invalid(_("Nothing is answered yet: prepare the decision anew."))
    _check_agreed(mobility, groups)
    counted = [
        one
        for group in groups
        if group.group.outcome != GroupOutcome.REFUSED
        for one in group.results
    ]
    without = [one.line.title for one in counted if one.result.credits_centi is None]
    if without:
        raise Invalid(_("Write the credits at home for: %(courses)s.", courses="; ".join(without)))
    ungraded = [one.line.title for one in counted if not one.result.grade]
    if ungraded:
        raise Invalid(_("Choose a grade for: %(courses)s.", courses="; ".join(ungraded)))


def _check_agreed(mobility: Mobility, groups: Sequence[recognition.Group]) -> None:
    """Raise Invalid where less counts than was agreed and nobody says so."""
    for number, one in enumerate(groups, start=1):
        agreed = one.group.home_credits_centi
        found = rules.answer_to(agreed, one.credits_centi, courses=len(one.results))
        if one.group.outcome == GroupOutcome.AS_AGREED and found != GroupOutcome.AS_AGREED:
            problem = _("less counts than was agreed: recognise it in part or not at all.")
            raise Invalid(_("Group %(number)s: %(problem)s", number=number, problem=problem))
    agreed = suggestions.agreed_credits(mobility, _agreed(mobility))
    answered = sum(one.group.home_credits_centi for one in groups)
    if answered < agreed:
        raise Invalid(
            _(
                "The groups answer to %(answered)s of the %(agreed)s credits that were agreed: "
                "add a group for what is not recognised.",
                answered=f"{answered / 100:g}",
                agreed=f"{agreed / 100:g}",
            )
        )


def _empty(draft_id: UUID) -> None:
    for model in (RecognisedResult, RecognisedGroup):
        db.session.execute(delete(model).where(model.recognition_id == draft_id))


def _current_draft(mobility_id: UUID) -> Recognition:
    """Return the draft; Conflict when the host has released another transcript since it began."""
    found = recognition.in_state(mobility_id, RecognitionState.DRAFT)
    if found is None:
        raise WrongState(_("There is no decision in preparation."))
    if found.transcript_id != transcripts.released(mobility_id).id:
        raise Conflict(
            _("The host has released another transcript since. Prepare the decision anew.")
        )
    return found


def _result(
    recognition_id: UUID, group_id: UUID, line_id: UUID, found: Suggested
) -> RecognisedResult:
    return RecognisedResult(
        recognition_id=recognition_id,
        group_id=group_id,
        line_id=line_id,
        credits_centi=found.credits_centi,
        grade=found.grade,
        suggested_grade=found.grade,
        provenance=found.provenance,
    )


def _begin_group(recognition_id: UUID, position: int, title: str, centi: int) -> RecognisedGroup:
    group = RecognisedGroup(
        recognition_id=recognition_id,
        position=position,
        home_title=title,
        home_credits_centi=centi,
        outcome=GroupOutcome.AS_AGREED,
    )
    db.session.add(group)
    db.session.flush()
    return group


def _keep_group(
    recognition_id: UUID,
    position: int,
    answer: GroupAnswer,
    kept: Mapping[UUID, tuple[str, dict[str, Any]]],
) -> None:
    group = RecognisedGroup(
        recognition_id=recognition_id,
        position=position,
        home_title=answer.home_title,
        home_credits_centi=answer.home_credits_centi,
        outcome=answer.outcome,
        reason=answer.reason,
    )
    db.session.add(group)
    db.session.flush()
    for line_id, centi, grade in answer.results:
        suggested, provenance = kept[line_id]
        provenance.pop("changed_from", None)
        if grade != suggested:
            provenance["changed_from"] = suggested or "–"
        row = _result(recognition_id, group.id, line_id, Suggested(centi, grade, provenance))
        row.suggested_grade = suggested
        db.session.add(row)


def _check(groups: Sequence[GroupAnswer], lines: set[UUID], grades: set[str]) -> None:
    named = [line for group in groups for line, _centi, _grade in group.results]
    if sorted(named, key=str) != sorted(lines, key=str):
        raise Conflict(_("Each course stands in exactly one group. Look at the page again."))
    for position, group in enumerate(groups, start=1):
        problem = _problem(group, grades)
        if problem:
            raise Invalid(
                _("Group %(number)s: %(problem)s", number=position, problem=problem),
                field="groups",
            )


def _problem(group: GroupAnswer, grades: set[str]) -> str:
    if not group.home_title.strip():
        return _("say what it stands for at home.")
    if group.outcome != GroupOutcome.AS_AGREED and not group.reason.strip():
        return _("give the reason.")
    if not group.results and group.outcome != GroupOutcome.REFUSED:
        return _("no course stands in it: only what is not recognised has none.")
    if min([group.home_credits_centi, *(centi or 0 for _line, centi, _g in group.results)]) < 0:
        return _("credits are not below zero.")
    strange = [grade for _line, _c, grade in group.results if grade and grade not in grades]
    if strange:
        return _("%(grade)s is not a passing grade at home.", grade=strange[0])
    return ""
