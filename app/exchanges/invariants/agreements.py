"""What must be true of agreements, signatures and places at all times."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.audit.models import StateChange
from app.core.database import db
from app.core.errors import WrongState
from app.core.invariants import invariant
from app.exchanges.models.agreements import (
    AgreementSignature,
    AgreementVersion,
    Allocation,
    CapacityChange,
    Condition,
    Quota,
)
from app.exchanges.queries.agreements import line_of
from app.exchanges.rules.agreements import terms_hash
from app.exchanges.states.agreements import (
    AGREEMENT,
    ALLOCATION,
    STANDING,
    AgreementState,
    AllocationState,
)
from app.exchanges.states.parties import Workflow

BOTH = 2
"""Signatures of a version that came in force."""

_UNSIGNED = (AgreementState.DRAFT, AgreementState.DELETED)


@invariant("The places and months used of every quota are those that are held")
def held_places() -> Iterator[str]:
    """Add up what is held."""
    held = (
        select(
            Allocation.quota_id,
            func.count().label("persons"),
            func.sum(Allocation.months).label("months"),
        )
        .where(Allocation.state == AllocationState.HELD)
        .group_by(Allocation.quota_id)
        .subquery()
    )
    persons, months = func.coalesce(held.c.persons, 0), func.coalesce(held.c.months, 0)
    query = (
        select(Quota.id, Quota.used_persons, persons)
        .outerjoin(held, held.c.quota_id == Quota.id)
        .where((Quota.used_persons != persons) | (Quota.used_months != months))
    )
    for quota_id, used, found in db.session.execute(query):
        yield f"quota {quota_id}: counts {used}, but {found} are held, or their months differ"


@invariant("Every quota has the capacity that its last recorded change gave it")
def capacities() -> Iterator[str]:
    """Follow the recorded changes."""
    changes: dict[UUID, list[CapacityChange]] = defaultdict(list)
    for change in db.session.scalars(select(CapacityChange).order_by(CapacityChange.id)):
        changes[change.quota_id].append(change)
    for quota_id, capacity in db.session.execute(select(Quota.id, Quota.capacity_persons)):
        steps = changes[quota_id]
        follows = all(later.before == earlier.after for earlier, later in pairwise(steps))
        if not steps or steps[-1].after != capacity or not follows:
            yield f"quota {quota_id}: its capacity {capacity} does not follow from its changes"


@invariant("What was shared of an agreement still says what was signed")
def texts() -> Iterator[str]:
    """Compute hashes anew, and compare them with promises and signatures."""
    lines: dict[UUID, list[dict[str, object]]] = defaultdict(list)
    for one in db.session.scalars(select(Condition).order_by(Condition.position)):
        lines[one.version_id].append(line_of(one))
    signed: dict[UUID, list[str]] = defaultdict(list)
    valid = select(AgreementSignature.version_id, AgreementSignature.terms_hash).where(
        AgreementSignature.voided_at.is_(None)
    )
    for version_id, given in db.session.execute(valid):
        signed[version_id].append(given)
    for version in db.session.scalars(select(AgreementVersion)):
        for fault in _faults(version, lines[version.id], signed[version.id]):
            yield f"agreement version {version.id}: {fault}"


@invariant("Every promise of an agreement in force has its places in every year")
def promised_places() -> Iterator[str]:
    """Look for years without a quota."""
    known = {
        (line_id, year) for line_id, year in db.session.execute(
            select(Quota.line_id, Quota.academic_year)
        )
    }  # fmt: skip
    query = (
        select(Condition.line_id, Condition.first_year, Condition.last_year)
        .join(AgreementVersion, AgreementVersion.id == Condition.version_id)
        .where(AgreementVersion.state.in_(STANDING))
    )
    for line_id, first, last in db.session.execute(query):
        for year in range(first, last + 1):
            if (line_id, year) not in known:
                yield f"condition {line_id}: there is no quota for {year}"


@invariant("The state of every version of an agreement and place held follows from its history")
def histories() -> Iterator[str]:
    """Replay every history through its machine."""
    yield from _replayed(AGREEMENT, AgreementVersion)
    yield from _replayed(ALLOCATION, Allocation)


def _replayed(workflow: Workflow[Any], model: type[AgreementVersion | Allocation]) -> Iterator[str]:
    reached: dict[UUID, StrEnum | None] = {}
    query = (
        select(StateChange)
        .where(StateChange.kind == workflow.kind)
        .order_by(StateChange.at, StateChange.id)
    )
    for step in db.session.scalars(query):
        reached[step.subject_id] = _after(workflow, reached.get(step.subject_id), step)
    for thing_id, state in db.session.execute(select(model.id, model.state)):
        if reached.get(thing_id) != state:
            yield f"{workflow.kind} {thing_id}: is {state}, its history says otherwise"


def _faults(
    version: AgreementVersion, lines: Sequence[dict[str, object]], hashes: Sequence[str]
) -> Iterator[str]:
    if version.state in _UNSIGNED:
        if hashes:
            yield f"is {version.state}, yet signed"
        return
    if terms_hash(version.terms) != version.terms_hash:
        yield "its text has another hash"
    if [_promised(line) for line in version.terms["conditions"]] != lines:
        yield "its promises are not those of its text"
    if set(hashes) - {version.terms_hash}:
        yield "another text was signed"
    if version.in_force_at is not None and len(hashes) != BOTH:
        yield "came in force without both signatures"


def _after(workflow: Workflow[Any], before: StrEnum | None, step: StateChange) -> Any:
    if step.action == "start":
        return workflow.machine.start
    try:
        return None if before is None else workflow.machine.after(before, step.action)
    except WrongState:
        return None


def _promised(line: dict[str, object]) -> dict[str, object]:
    return {
        name: value
        for name, value in line.items()
        if name not in ("sending_unit", "receiving_unit")
    }
