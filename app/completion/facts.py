"""The facts that decide about completions, read in a fixed number of queries."""

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.sql.elements import ColumnElement

from app.attendance import rules as attendance
from app.attendance.models import Record
from app.attendance.queries.board import meeting_of
from app.attendance.rules import Mark, Meeting
from app.completion.models import PolicyVersion, RunPolicy, Waiver
from app.completion.rules import Policy, facts_of, read_policy
from app.core.database import db
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.courses.models.timetable import Session
from app.courses.states import EnrolmentState, RunState, SessionState

DEFAULT_RULE: dict[str, Any] = {
    "early": False,
    "credits": {},
    "rule": {"all": [{"criterion": "attendance", "threshold_bp": 8000}]},
}
"""What a run asks for when its institution has written no policy: 80 % of the sessions."""

_OVER = frozenset({RunState.CLOSED, RunState.ARCHIVED})


@dataclass(frozen=True, slots=True)
class Case:
    """One enrolment with the policy of its run and its facts; no version before it is frozen."""

    enrolment_id: UUID
    run_id: UUID
    trainee_id: UUID
    state: EnrolmentState
    version_id: UUID | None
    policy: Policy
    facts: dict[str, Any]


def of_enrolments(enrolment_ids: Collection[UUID]) -> list[Case]:
    """Return the cases of these enrolments, in the order of their ids; four queries."""
    return _read(Enrolment.id.in_(list(enrolment_ids))) if enrolment_ids else []


def of_run(run_id: UUID) -> list[Case]:
    """Return the cases of everyone who was ever active in the run; four queries."""
    return _read(Enrolment.run_id == run_id)


def policy_in(rule: dict[str, Any]) -> Policy:
    """Return the checked policy of a stored rule."""
    return _policy(json.dumps(rule, sort_keys=True))


@lru_cache(maxsize=256)
def _policy(rule: str) -> Policy:
    return read_policy(json.loads(rule))


def _read(condition: ColumnElement[bool]) -> list[Case]:
    people = db.session.execute(
        select(
            Enrolment.id,
            Enrolment.run_id,
            Enrolment.trainee_id,
            Enrolment.state,
            Enrolment.active_from,
            Enrolment.active_to,
            Run.state.label("run_state"),
            RunPolicy.version_id,
            PolicyVersion.rule,
        )
        .join(Run, Run.id == Enrolment.run_id)
        .outerjoin(RunPolicy, RunPolicy.run_id == Enrolment.run_id)
        .outerjoin(PolicyVersion, PolicyVersion.id == RunPolicy.version_id)
        .where(condition, Enrolment.active_from.is_not(None))
        .order_by(Enrolment.id)
    ).all()
    meetings = _meetings({one.run_id for one in people})
    chosen = select(Enrolment.id).where(condition)
    marks = _marks(chosen)
    waived = _waived(chosen)
    cases = []
    for one in people:
        counted = attendance.applicable(meetings[one.run_id], one.active_from, one.active_to)
        further = {"waived": waived[one.id]} if waived.get(one.id) else None
        facts = facts_of(counted, marks[one.id], run_closed=one.run_state in _OVER, further=further)
        policy = policy_in(one.rule or DEFAULT_RULE)
        cases.append(
            Case(one.id, one.run_id, one.trainee_id, one.state, one.version_id, policy, facts)
        )
    return cases


def _meetings(run_ids: Collection[UUID]) -> defaultdict[UUID, list[Meeting]]:
    query = select(
        Session.id,
        Session.run_id,
        Session.starts_at,
        Session.duration_minutes,
        Session.weight_minutes,
        Session.state,
        Session.required,
    ).where(Session.run_id.in_(run_ids), Session.state != SessionState.CANCELLED)
    found: defaultdict[UUID, list[Meeting]] = defaultdict(list)
    for row in db.session.execute(query.order_by(Session.starts_at, Session.id)):
        found[row.run_id].append(meeting_of(row))
    return found


def _marks(chosen: Any) -> defaultdict[UUID, dict[str, Mark]]:
    query = select(
        Record.enrolment_id,
        Record.session_id,
        Record.status,
        Record.minutes_present,
        Record.minutes_late,
    ).where(Record.enrolment_id.in_(chosen), Record.status.is_not(None))
    found: defaultdict[UUID, dict[str, Mark]] = defaultdict(dict)
    for enrolment_id, session_id, status, present, late in db.session.execute(query):
        if status is not None:
            found[enrolment_id][session_id.hex] = Mark(status, present, late)
    return found


def _waived(chosen: Any) -> defaultdict[UUID, list[str]]:
    query = select(Waiver.enrolment_id, Waiver.path).where(Waiver.enrolment_id.in_(chosen))
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    for enrolment_id, path in db.session.execute(query.order_by(Waiver.path)):
        found[enrolment_id].append(path)
    return found
