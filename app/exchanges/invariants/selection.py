"""What must be true of reviews, selections and waiting lists at all times."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from app.audit.models import StateChange
from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.database import db
from app.core.errors import WrongState
from app.core.invariants import invariant
from app.exchanges.models.agreements import Allocation, CapacityChange, Quota
from app.exchanges.models.applications import Application, Preference
from app.exchanges.models.calls import Call, Criterion, Destination
from app.exchanges.models.reviews import AllocationRun, ReviewAssignment, Score
from app.exchanges.queries.offers import FILLING
from app.exchanges.rules.ranking import Line, marks_of
from app.exchanges.states.agreements import AllocationState
from app.exchanges.states.applications import (
    ALLOCATION_RUN,
    APPLICATION,
    SEAT_HOLDING,
    AllocationRunState,
    ApplicationState,
    Conflict,
)

_S = ApplicationState
PATIENCE = timedelta(minutes=10)
"""How long a place may be free until the clock has passed it on."""


@invariant("Whoever is selected or confirmed holds a place at their destination, and no one else")
def places_held() -> Iterator[str]:
    """Compare applications with the places that are held for them."""
    held = and_(
        Allocation.application_id == Application.id, Allocation.state == AllocationState.HELD
    )
    query = (
        select(Application.id, Application.state, Allocation.quota_id, Destination.quota_id)
        .outerjoin(Allocation, held)
        .outerjoin(Destination, Destination.id == Application.destination_id)
        .where(or_(Application.state.in_(SEAT_HOLDING), Allocation.id.is_not(None)))
    )
    for application_id, state, quota_id, wanted in db.session.execute(query):
        if state in SEAT_HOLDING - {_S.NOMINATED} and quota_id is None:
            yield f"application {application_id}: is {state} without a place"
        elif state not in SEAT_HOLDING:
            yield f"application {application_id}: is {state} and still holds a place"
        elif quota_id is not None and quota_id != wanted:
            yield f"application {application_id}: holds a place somewhere else"


@invariant("No place is free for long that somebody on a waiting list wants")
def nobody_waits_for_a_free_place() -> Iterator[str]:
    """Look for people who wait beside a free place; the clock passes it on within minutes."""
    released = (
        select(func.max(Allocation.released_at))
        .where(Allocation.quota_id == Quota.id)
        .correlate(Quota)
        .scalar_subquery()
    )
    changed = (
        select(func.max(CapacityChange.at))
        .where(CapacityChange.quota_id == Quota.id)
        .correlate(Quota)
        .scalar_subquery()
    )
    query = (
        select(Application.id, released, changed)
        .join(Call, Call.id == Application.call_id)
        .join(Preference, Preference.application_id == Application.id)
        .join(Destination, Destination.id == Preference.destination_id)
        .join(Quota, Quota.id == Destination.quota_id)
        .where(
            Application.state == _S.WAIT_LISTED,
            Call.state.in_(FILLING),
            Quota.used_persons < Quota.capacity_persons,
            or_(
                Quota.capacity_months.is_(None),
                Quota.used_months + Call.months <= Quota.capacity_months,
            ),
        )
    )
    since = now() - PATIENCE
    for application_id, *moments in db.session.execute(query):
        if not any(moment is not None and moment > since for moment in moments):
            yield f"application {application_id}: waits, though a place it wants is free"


@invariant("Waiting lists keep their order: nobody moves up past somebody who wants the same")
def waiting_order() -> Iterator[str]:
    """Compare who moved up with who was waiting for the same destination at that time."""
    began = select(StateChange.subject_id, func.max(StateChange.at)).where(
        StateChange.kind == APPLICATION.kind, StateChange.action == "wait_list"
    )
    since = dict(db.session.execute(began.group_by(StateChange.subject_id)).all())
    moved = defaultdict(list)
    promotions = (
        select(Application.destination_id, Application.place, StateChange.at)
        .join(StateChange, StateChange.subject_id == Application.id)
        .where(
            StateChange.kind == APPLICATION.kind,
            StateChange.action == "select",
            StateChange.actor_id == SYSTEM.user_id,
            Application.destination_id.is_not(None),
        )
    )
    for destination_id, place, at in db.session.execute(promotions):
        moved[destination_id].append((place or 0, at))
    waiting = (
        select(Application.id, Application.place, Preference.destination_id)
        .join(Preference, Preference.application_id == Application.id)
        .where(Application.state == _S.WAIT_LISTED)
    )
    for application_id, place, destination_id in db.session.execute(waiting):
        start = since.get(application_id)
        for other, at in moved[destination_id]:
            if start is not None and at > start and other > (place or 0):
                yield f"application {application_id}: waits, though place {other} moved up"


@invariant("Sheets that are locked are whole, within the rubric, and free of conflicts")
def locked_sheets() -> Iterator[str]:
    """Compare sheets with rubrics, and the scores of applications with their sheets."""
    rubrics: dict[UUID, dict[UUID, Line]] = defaultdict(dict)
    for one in db.session.scalars(select(Criterion)):
        rubrics[one.call_id][one.id] = Line(str(one.id), one.weight, one.max_points)
    points: dict[UUID, dict[str, int]] = defaultdict(dict)
    for score in db.session.scalars(select(Score)):
        points[score.assignment_id][str(score.criterion_id)] = score.points
    query = (
        select(ReviewAssignment, Application.call_id, Application.score_milli)
        .join(Application, Application.id == ReviewAssignment.application_id)
        .where(ReviewAssignment.locked_at.is_not(None), ReviewAssignment.removed_at.is_(None))
        .order_by(ReviewAssignment.application_id)
    )
    sheets: dict[UUID, list[dict[str, int]]] = defaultdict(list)
    given: dict[UUID, tuple[UUID, int | None]] = {}
    for sheet, call_id, score_milli in db.session.execute(query):
        lines, found = rubrics[call_id], points[sheet.id]
        wanted = {line.id: line.max_points for line in lines.values()}
        whole = found.keys() == wanted.keys() and all(
            found[key] <= most for key, most in wanted.items()
        )
        if not whole or sheet.conflict != Conflict.NONE:
            yield f"review {sheet.id}: is locked, and not whole or not free"
        elif sheet.is_mandatory:
            sheets[sheet.application_id].append(found)
            given[sheet.application_id] = (call_id, score_milli)
    for application_id, (call_id, score_milli) in given.items():
        total = marks_of(list(rubrics[call_id].values()), sheets[application_id]).total
        if score_milli is not None and score_milli != total:
            yield f"application {application_id}: has {score_milli}, its sheets give {total}"


@invariant("Nobody chairs or judges in a call to which they apply themselves")
def nobody_decides_beside_themselves() -> Iterator[str]:
    """Look for chairs, and for reviewers with locked scores, among those who have applied."""
    judged = aliased(Application)
    chairs = (
        select(Application.id)
        .join(Call, Call.id == Application.call_id)
        .where(Call.chair_id == Application.applicant_id)
    )
    judges = (
        select(Application.id)
        .join(judged, judged.call_id == Application.call_id)
        .join(ReviewAssignment, ReviewAssignment.application_id == judged.id)
        .where(
            ReviewAssignment.reviewer_id == Application.applicant_id,
            ReviewAssignment.locked_at.is_not(None),
        )
        .distinct()
    )
    for name, query in (("chairs", chairs), ("judges in", judges)):
        takes_part = Application.state != _S.WITHDRAWN
        for application_id in db.session.scalars(query.where(takes_part)):
            yield f"application {application_id}: its applicant {name} the call"


@invariant("The steps noted of every allocation run lead to the state it is in")
def replayed_runs() -> Iterator[str]:
    """Walk through the trail of each run."""
    steps: dict[UUID, list[StateChange]] = defaultdict(list)
    query = select(StateChange).where(StateChange.kind == ALLOCATION_RUN.kind)
    for step in db.session.scalars(query.order_by(StateChange.at, StateChange.id)):
        steps[step.subject_id].append(step)
    for run_id, state in db.session.execute(select(AllocationRun.id, AllocationRun.state)):
        if _replayed(steps[run_id]) != state:
            yield f"allocation run {run_id}: its steps do not lead to {state}"


def _replayed(steps: list[StateChange]) -> AllocationRunState | None:
    state: AllocationRunState | None = None
    for step in steps:
        if step.action == "start":
            state = AllocationRunState(step.after)
            continue
        try:
            state = ALLOCATION_RUN.machine.after(state, step.action) if state else None
        except WrongState:
            return None
    return state
