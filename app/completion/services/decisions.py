"""Deciding who has completed a run, and waiving a criterion."""

from collections.abc import Collection
from uuid import UUID

from app.audit import services as audit
from app.completion import facts, notices, policies, queries
from app.completion.events import CourseCompleted, CourseNotCompleted, OutcomeFlipped
from app.completion.facts import Case
from app.completion.models import Decision, Review, Waiver
from app.completion.rules import Outcome, Verdict, criteria_of, evaluate, is_due
from app.completion.states import REVIEW
from app.core.actor import SYSTEM, Actor
from app.core.database import atomic, db
from app.core.errors import Invalid, NotFound
from app.core.events import announce
from app.core.i18n import gettext as _
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.courses.services import results
from app.courses.states import EnrolmentState

MOST_REASON = 500
_DECIDABLE = frozenset(
    {EnrolmentState.ACTIVE, EnrolmentState.COMPLETED, EnrolmentState.NOT_COMPLETED}
)


@atomic()
def decide_run(actor: Actor, run_id: UUID) -> int:
    """Decide anew about everyone in a run; return how many decisions are new.

    The same facts under the same policy make no new decision.
    """
    return decide(actor, queries.decisions.active_in(run_id))


@atomic()
def decide(actor: Actor, enrolment_ids: Collection[UUID]) -> int:
    """Decide anew about these enrolments, move those that are due, and question contradictions.

    Nothing happens in a run whose policy is not frozen. Return how many decisions are new.
    """
    if not enrolment_ids:
        return 0
    queries.decisions.lock(enrolment_ids)
    last = queries.decisions.latest(enrolment_ids)
    new = 0
    outcomes: list[tuple[Case, Outcome, Decision]] = []
    for case in facts.of_enrolments(enrolment_ids):
        if case.version_id is None or case.state not in _DECIDABLE:
            continue
        outcome = evaluate(case.policy, case.facts)
        known = last.get(case.enrolment_id)
        if known is not None and _is_same(known, case, outcome):
            outcomes.append((case, outcome, known))
            continue
        new += 1
        outcomes.append((case, outcome, _added(actor, case, outcome, known)))
    db.session.flush()
    for case, outcome, decision in outcomes:
        _apply(actor, case, outcome, decision)
    return new


@atomic()
def waive(actor: Actor, enrolment_id: UUID, path: str, *, reason: str) -> None:
    """Waive one criterion for one person, with a reason, and decide anew.

    Raises NotFound, Forbidden, Invalid.
    """
    enrolment = queries.standing.enrolment_for(actor, enrolment_id)
    policies.may_waive.require(actor, enrolment.run)
    reason = reason.strip()[:MOST_REASON]
    if not reason:
        raise Invalid(_("Say why the criterion is waived."), field="reason")
    found = facts.of_enrolments([enrolment_id])
    if not found or path not in {one for one, _node in criteria_of(found[0].policy.rule)}:
        raise NotFound(_("The policy has no such criterion."))
    if any(one.path == path for one in queries.decisions.waivers_of(enrolment_id)):
        return
    waiver = Waiver(enrolment_id=enrolment_id, path=path, reason=reason, granted_by=actor.user_id)
    db.session.add(waiver)
    audit.record(
        actor,
        "completion.waive",
        enrolment_id,
        kind="enrolment",
        institution_id=enrolment.run.institution_id,
        changes={"waived": [None, path]},
        reason=reason,
    )
    db.session.flush()
    decide(actor, [enrolment_id])


def _is_same(known: Decision, case: Case, outcome: Outcome) -> bool:
    return known.facts_digest == outcome.facts_hash and known.policy_version_id == case.version_id


def _added(actor: Actor, case: Case, outcome: Outcome, known: Decision | None) -> Decision:
    assert case.version_id is not None  # noqa: S101 -- asked for by the caller
    decision = Decision(
        enrolment_id=case.enrolment_id,
        number=known.number + 1 if known else 1,
        policy_version_id=case.version_id,
        outcome=outcome.verdict.value,
        facts=case.facts,
        facts_digest=outcome.facts_hash,
        criteria=outcome.criteria_as_json(),
        decided_by=actor.user_id,
    )
    db.session.add(decision)
    return decision


def _apply(actor: Actor, case: Case, outcome: Outcome, decision: Decision) -> None:
    """Move the enrolment if the decision is due; a completion is only ever questioned."""
    met = outcome.verdict == Verdict.MET
    if case.state == EnrolmentState.COMPLETED:
        if outcome.verdict == Verdict.NOT_MET:
            _question(case, decision)
        return
    if not is_due(case.policy, case.facts, outcome.verdict):
        return
    enrolment = db.session.get_one(Enrolment, case.enrolment_id)
    run = db.session.get_one(Run, case.run_id)
    if met:
        results.complete(actor, case.enrolment_id)
        announce(CourseCompleted(case.enrolment_id, decision.id))
        notices.completed(enrolment, run, decision.id)
    elif case.state == EnrolmentState.ACTIVE:
        results.fail(actor, case.enrolment_id)
        announce(CourseNotCompleted(case.enrolment_id, decision.id))
        notices.not_completed(enrolment, run, decision.id)


def _question(case: Case, decision: Decision) -> None:
    """Open a review, once for each contradicting decision and one at a time."""
    if queries.reviews.asked_about(case.enrolment_id, decision.id):
        return
    run = db.session.get_one(Run, case.run_id)
    review = Review(enrolment_id=case.enrolment_id, decision_id=decision.id)
    db.session.add(review)
    audit.begin(SYSTEM, review, REVIEW, kind="review", institution_id=run.institution_id)
    db.session.flush()
    announce(OutcomeFlipped(case.enrolment_id, decision.id, review.id))
    notices.review_opened(run, review)
