"""What must be true of calls at all times."""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from app.audit.models import StateChange
from app.core.database import db
from app.core.errors import WrongState
from app.core.invariants import invariant
from app.exchanges.models.agreements import Quota
from app.exchanges.models.calls import Call, Criterion, Destination, FormVersion, RuleSet
from app.exchanges.rules import eligibility, forms
from app.exchanges.states.calls import CALL, CallState


@invariant("The steps noted of every call lead, by the machine, to the state it is in")
def replayed_calls() -> Iterator[str]:
    """Walk through the trail of each call."""
    steps: dict[UUID, list[StateChange]] = defaultdict(list)
    query = (
        select(StateChange)
        .where(StateChange.kind == CALL.kind)
        .order_by(StateChange.at, StateChange.id)
    )
    for change in db.session.scalars(query):
        steps[change.subject_id].append(change)
    for call_id, state in db.session.execute(select(Call.id, Call.state)):
        if _replayed(steps[call_id]) != state:
            yield f"call {call_id}: its steps do not lead to {state}"


@invariant("Every call has versions of its rules and of its form, numbered without a gap")
def call_versions() -> Iterator[str]:
    """Count the versions."""
    ids = list(db.session.scalars(select(Call.id)))
    for model in (RuleSet, FormVersion):
        numbers: dict[UUID, list[int]] = defaultdict(list)
        for call_id, number in db.session.execute(select(model.call_id, model.number)):
            numbers[call_id].append(number)
        for call_id in ids:
            if not numbers[call_id] or max(numbers[call_id]) != len(numbers[call_id]):
                yield f"call {call_id}: versions of {model.__tablename__} have a gap or are missing"


@invariant("Every version of rules and forms of calls can be read")
def readable_versions() -> Iterator[str]:
    """Read them all."""
    for rules in db.session.scalars(select(RuleSet)):
        if eligibility.problems(rules.rules):
            yield f"call {rules.call_id}: version {rules.number} of its rules cannot be read"
    for form in db.session.scalars(select(FormVersion)):
        if forms.problems(form.fields, max(len(form.steps), 1)):
            yield f"call {form.call_id}: version {form.number} of its form cannot be read"


@invariant("Destinations of a call are places for people of its institution, kind and year")
def offered_places() -> Iterator[str]:
    """Compare calls with the quotas they offer."""
    query = (
        select(Destination.id, Call, Quota)
        .join(Call, Call.id == Destination.call_id)
        .join(Quota, Quota.id == Destination.quota_id)
    )
    for key, call, quota in db.session.execute(query):
        offered = (quota.sending_institution_id, quota.kind, quota.academic_year)
        if offered != (call.institution_id, call.kind, call.academic_year):
            yield f"destination {key}: its places are not for people of this call"


@invariant("The tie-break of every call names lines of its own rubric")
def tie_breaks() -> Iterator[str]:
    """Compare the tie-break with the rubric."""
    known: dict[UUID, set[str]] = defaultdict(set)
    for call_id, key in db.session.execute(select(Criterion.call_id, Criterion.id)):
        known[call_id].add(str(key))
    for call in db.session.scalars(select(Call)):
        if not set(call.tie_break) <= known[call.id]:
            yield f"call {call.id}: its tie-break names what is no criterion of it"


def _replayed(steps: list[StateChange]) -> CallState | None:
    state: CallState | None = None
    for step in steps:
        if step.action == "start":
            state = CallState(step.after)
            continue
        try:
            state = CALL.machine.after(state, step.action) if state else None
        except WrongState:
            return None
    return state
