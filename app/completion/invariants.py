"""What must be true of completions at all times."""

from collections.abc import Iterable

from sqlalchemy import func, select

from app.completion.facts import policy_in
from app.completion.models import Decision, PolicyVersion
from app.completion.rules import evaluate, facts_hash
from app.core.database import db
from app.core.invariants import invariant
from app.courses.models.enrolments import Enrolment
from app.courses.states import EnrolmentState


@invariant("Every decision is what its policy says of the facts stored with it.")
def decisions_follow_from_their_facts() -> Iterable[str]:
    query = (
        select(
            Decision.id,
            Decision.outcome,
            Decision.facts,
            Decision.facts_digest,
            Decision.criteria,
            PolicyVersion.rule,
        )
        .join(PolicyVersion, PolicyVersion.id == Decision.policy_version_id)
        .execution_options(yield_per=500)
    )
    for decision_id, outcome, facts, digest, criteria, rule in db.session.execute(query):
        again = evaluate(policy_in(rule), facts)
        if facts_hash(facts) != digest:
            yield f"decision {decision_id}: its facts are not those it was made on"
        elif (again.verdict.value, again.criteria_as_json()) != (outcome, criteria):
            yield f"decision {decision_id}: the policy says {again.verdict.value}, not {outcome}"


@invariant("Decisions about an enrolment are numbered without a gap.")
def decisions_have_no_gap() -> Iterable[str]:
    query = (
        select(Decision.enrolment_id, func.count(), func.max(Decision.number))
        .group_by(Decision.enrolment_id)
        .having(func.count() != func.max(Decision.number))
    )
    for enrolment_id, number, last in db.session.execute(query):
        yield f"enrolment {enrolment_id} has {number} decisions, the last of number {last}"


@invariant("Who has completed a run has a decision that says so.")
def completions_were_decided() -> Iterable[str]:
    met = select(Decision.enrolment_id).where(Decision.outcome == "met")
    query = select(Enrolment.id).where(
        Enrolment.state == EnrolmentState.COMPLETED, Enrolment.id.not_in(met)
    )
    for enrolment_id in db.session.scalars(query):
        yield f"enrolment {enrolment_id} is completed without a decision"
