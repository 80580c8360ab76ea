"""What must be true of visits, and of the life of every stay, at all times."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.audit.models import StateChange
from app.core.database import db
from app.core.errors import WrongState
from app.core.invariants import invariant
from app.exchanges.models.admissions import AdmissionCondition, HostAdmission
from app.exchanges.models.learning_agreements import LearningAgreement
from app.exchanges.models.letters import IssuedDocument
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.nominations import Nomination
from app.exchanges.models.recognition import Recognition, Transcript
from app.exchanges.models.travellers import Traveller
from app.exchanges.models.visits import ClockStep, Insurance, Interruption, Visit
from app.exchanges.rules.legal_clocks import steps
from app.exchanges.services.legal_clocks import facts_of
from app.exchanges.states.learning_agreements import LEARNING_AGREEMENT
from app.exchanges.states.letters import LETTER
from app.exchanges.states.mobilities import (
    ABROAD,
    ADMISSION,
    BEFORE_ARRIVAL,
    CONDITION,
    MOBILITY,
    NOMINATION,
    MobilityState,
)
from app.exchanges.states.parties import Workflow
from app.exchanges.states.recognition import RECOGNITION, TRANSCRIPT

_M = MobilityState
LIVES: tuple[tuple[Workflow[Any], Any], ...] = (
    (MOBILITY, Mobility),
    (NOMINATION, Nomination),
    (ADMISSION, HostAdmission),
    (CONDITION, AdmissionCondition),
    (LEARNING_AGREEMENT, LearningAgreement),
    (LETTER, IssuedDocument),
    (TRANSCRIPT, Transcript),
    (RECOGNITION, Recognition),
)
"""The workflows of a stay, and what lives by them."""


@invariant("The state of every stay, and of all that belongs to it, follows from its history")
def histories() -> Iterator[str]:
    """Replay every history through its machine."""
    for workflow, model in LIVES:
        reached = _reached(workflow)
        for thing_id, state in db.session.execute(select(model.id, model.state)):
            if reached.get(thing_id) != state:
                yield f"{workflow.kind} {thing_id}: is {state}, its history says otherwise"


@invariant("A stay is interrupted while an interruption is open, and none begins within another")
def interruptions() -> Iterator[str]:
    """Compare interruptions with the days and the state of their stay."""
    found: dict[UUID, list[Interruption]] = defaultdict(list)
    for one in db.session.scalars(select(Interruption).order_by(Interruption.since)):
        found[one.mobility_id].append(one)
    query = select(Mobility).where(
        or_(Mobility.state == _M.INTERRUPTED, Mobility.id.in_(select(Interruption.mobility_id)))
    )
    for stay in db.session.scalars(query):
        known = sorted(found[stay.id], key=lambda one: (one.since, one.until is None, one.until))
        is_open = sum(one.until is None for one in known)
        if is_open != (stay.state == _M.INTERRUPTED):
            yield f"{stay.number}: is {stay.state} with {is_open} open interruptions"
        overlap = any(
            earlier.until is None or later.since < earlier.until
            for earlier, later in pairwise(known)
        )
        if overlap:
            yield f"{stay.number}: one interruption begins within another"
        if known and (stay.actual_from is None or known[0].since < stay.actual_from):
            yield f"{stay.number}: was interrupted before it began"


@invariant("The days of stays and policies are in order, and those who came have a day they came")
def days() -> Iterator[str]:
    """Compare days with one another and with the state."""
    over = {_M.DEPARTED, _M.ENDED_EARLY, _M.RECORDS_RECEIVED, _M.RECOGNISED, _M.CLOSED}
    for stay in db.session.scalars(select(Mobility)):
        came = stay.state not in BEFORE_ARRIVAL | {_M.CANCELLED, _M.NO_SHOW}
        if came != (stay.actual_from is not None):
            yield f"{stay.number}: is {stay.state}, first day {stay.actual_from}"
        if (stay.state in over) != (stay.actual_until is not None):
            yield f"{stay.number}: is {stay.state}, last day {stay.actual_until}"
        if stay.actual_from and stay.actual_until and stay.actual_until < stay.actual_from:
            yield f"{stay.number}: ended before it began"
    query = select(Insurance.id).where(Insurance.valid_until < Insurance.valid_from)
    for insurance_id in db.session.scalars(query):
        yield f"insurance {insurance_id}: ends before it begins"


@invariant("The clocks that run for somebody are those the rules set, due when they say")
def clocks() -> Iterator[str]:
    """Compute the clocks of every stay that goes on anew; those of others are a record."""
    kept: dict[UUID, dict[str, ClockStep]] = defaultdict(dict)
    for step in db.session.scalars(select(ClockStep).where(ClockStep.applies)):
        kept[step.mobility_id][step.clock] = step
    visits = {one.mobility_id: one for one in db.session.scalars(select(Visit))}
    citizenships = {one.user_id: one.citizenships for one in db.session.scalars(select(Traveller))}
    query = (
        select(Mobility)
        .where(
            Mobility.state.in_(ABROAD | BEFORE_ARRIVAL),
            Mobility.id.in_(select(ClockStep.mobility_id).union(select(Visit.mobility_id))),
        )
        .options(
            joinedload(Mobility.sending_institution), joinedload(Mobility.receiving_institution)
        )
    )
    for stay in db.session.scalars(query):
        visit = visits.get(stay.id) or Visit(mobility_id=stay.id)
        facts = facts_of(stay, visit, citizenships.get(stay.person_id, ()))
        wanted = {step.clock.id: step.due_at for step in steps(facts)}
        found = {clock: step.due_at for clock, step in kept[stay.id].items()}
        if wanted != found:
            names = sorted({clock for clock, _due in wanted.items() ^ found.items()})
            yield f"{stay.number}: not as computed: {', '.join(names)}"


def _reached(workflow: Workflow[Any]) -> Mapping[UUID, StrEnum | None]:
    reached: dict[UUID, StrEnum | None] = {}
    query = (
        select(StateChange.subject_id, StateChange.action)
        .where(StateChange.kind == workflow.kind)
        .order_by(StateChange.at, StateChange.id)
    )
    for subject_id, action in db.session.execute(query):
        reached[subject_id] = _after(workflow, reached.get(subject_id), action)
    return reached


def _after(workflow: Workflow[Any], before: StrEnum | None, action: str) -> StrEnum | None:
    start: StrEnum = workflow.machine.start
    if action == "start":
        return start
    try:
        return None if before is None else workflow.machine.after(before, action)
    except WrongState:
        return None
