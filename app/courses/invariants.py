"""What must be true of courses, runs and places at all times."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app.audit.models import AuditEntry, StateChange
from app.core.clock import now
from app.core.database import db
from app.core.errors import WrongState
from app.core.invariants import invariant
from app.courses.models.catalogue import Course, CourseVersion
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.courses.models.timetable import Session
from app.courses.queries import enrolments as queries
from app.courses.rules.clocks import derived
from app.courses.states import (
    ENROLMENT,
    SEAT_HOLDING,
    CourseState,
    EnrolmentState,
    RunState,
    SessionState,
)

_MOVED_UP = ("offer", "admit")


@invariant("A run counts as many seats as places hold one, and never more than it has")
def seats() -> Iterator[str]:
    """Compare counters with places; more people than seats follow only from a lowered capacity."""
    for run_id in queries.runs_that_miscount():
        yield f"run {run_id}: seats_taken is not the number of places that hold a seat"
    held = (
        select(Enrolment.run_id, func.count().label("held"))
        .where(Enrolment.state.in_(SEAT_HOLDING))
        .group_by(Enrolment.run_id)
        .subquery()
    )
    query = select(Run.id).join(held, held.c.run_id == Run.id).where(held.c.held > Run.capacity)
    for run_id in db.session.scalars(query):
        if not _was_lowered(run_id):
            yield f"run {run_id}: more people than seats, though the capacity was never lowered"


def _latest(action: str) -> dict[UUID, datetime]:
    """Return when this was last done to each thing to which it was done."""
    query = select(AuditEntry.subject_id, func.max(AuditEntry.at)).where(
        AuditEntry.action == action
    )
    return {row[0]: row[1] for row in db.session.execute(query.group_by(AuditEntry.subject_id))}


@invariant("A queue keeps its order: nobody moves up past somebody who could have")
def queues() -> Iterator[str]:
    """Look for people who still wait behind somebody with a higher number who moved up."""
    waiting = db.session.execute(
        select(Enrolment.id, Enrolment.run_id, Enrolment.queue_number, Enrolment.priority).where(
            Enrolment.state == EnrolmentState.WAITLISTED
        )
    ).all()
    if not waiting:
        return
    moved = defaultdict(list)
    for row in db.session.execute(
        select(Enrolment.run_id, Enrolment.queue_number, Enrolment.priority, StateChange.at)
        .join(StateChange, StateChange.subject_id == Enrolment.id)
        .where(StateChange.kind == "enrolment", StateChange.action.in_(_MOVED_UP))
    ):
        moved[row.run_id].append((row.queue_number, row.priority, row.at))
    ranked = _latest("courses.set_priority")
    passed_over = _latest("courses.pass_over")
    for one in waiting:
        ahead = [
            number
            for number, priority, at in moved[one.run_id]
            if priority <= one.priority and number > one.queue_number
            if one.id not in ranked or at > ranked[one.id]
        ]
        if ahead and one.id not in passed_over:
            yield f"enrolment {one.id}: number {one.queue_number} waits, {ahead[0]} moved up"
    counters = select(Enrolment.id).join(Run).where(Enrolment.queue_number > Run.queue_counter)
    for enrolment_id in db.session.scalars(counters):
        yield f"enrolment {enrolment_id}: has a number that the queue never gave"


@invariant("The state of every place follows from its history, step by step")
def histories() -> Iterator[str]:
    """Replay every history through the machine."""
    steps: dict[UUID, list[StateChange]] = defaultdict(list)
    query = (
        select(StateChange)
        .where(StateChange.kind == "enrolment")
        .order_by(StateChange.at, StateChange.id)
    )
    for step in db.session.scalars(query):
        steps[step.subject_id].append(step)
    for row in db.session.execute(select(Enrolment.id, Enrolment.state)):
        fault = _fault(steps.get(row.id, []), row.state)
        if fault:
            yield f"enrolment {row.id}: {fault}"


@invariant("The moment of every session to come follows from its local time and zone")
def moments() -> Iterator[str]:
    """Derive them anew; the past keeps the rules that were in force."""
    query = select(
        Session.id,
        Session.local_start,
        Session.timezone,
        Session.fold,
        Session.duration_minutes,
        Session.starts_at,
        Session.ends_at,
    ).where(Session.starts_at > now(), Session.state == SessionState.SCHEDULED)
    for row in db.session.execute(query):
        try:
            times = derived(row.local_start, row.timezone, row.duration_minutes, row.fold)
        except ValueError:
            yield f"session {row.id}: there is no such local time in {row.timezone}"
            continue
        if (times.starts_at, times.ends_at) != (row.starts_at, row.ends_at):
            yield f"session {row.id}: starts at another moment than its local time says"


@invariant("What is published has a version, and what is given up has no sessions to come")
def published() -> Iterator[str]:
    """Look for courses in the catalogue without a version, and for sessions of cancelled runs."""
    bare = select(Course.id).where(
        Course.state == CourseState.PUBLISHED,
        ~select(CourseVersion.id).where(CourseVersion.course_id == Course.id).exists(),
    )
    for course_id in db.session.scalars(bare):
        yield f"course {course_id}: is published without a version"
    left = (
        select(Session.id)
        .join(Run, Run.id == Session.run_id)
        .where(Run.state == RunState.CANCELLED, Session.state == SessionState.SCHEDULED)
    )
    for session_id in db.session.scalars(left):
        yield f"session {session_id}: is planned in a run that is cancelled"


def _fault(steps: list[StateChange], state: EnrolmentState) -> str:
    reached: EnrolmentState | None = None
    for step in steps:
        after = EnrolmentState(step.after)
        if step.before != (None if reached is None else str(reached)):
            return f"{step.action} does not follow from {reached}"
        try:
            allowed = reached is None or ENROLMENT.after(reached, step.action) == after
        except WrongState:
            allowed = False
        if not allowed or (reached is None and after not in ENROLMENT.starts):
            return f"{step.action} does not lead from {reached} to {after}"
        reached = after
    return "" if reached == state else f"is {state}, its history says {reached}"


def _was_lowered(run_id: UUID) -> bool:
    query = select(AuditEntry.changes).where(AuditEntry.subject_id == run_id)
    return any("capacity" in (changes or {}) for changes in db.session.scalars(query))
