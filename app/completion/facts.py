"""The facts that decide about completions, read in a fixed number of queries."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.sql.elements import ColumnElement

from app.attendance import rules as attendance
from app.attendance.models import Record
from app.attendance.rules import Mark, Meeting, Tally
from app.completion.models import PolicyVersion, RunPolicy, Waiver
from app.completion.rules import Policy, facts_of, read_policy
from app.core.database import HexOf, read_rows
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


class _Found(NamedTuple):
    """One enrolment as it was read: what counts for it, and its marks by session."""

    row: Row[*tuple[Any, ...]]
    policy: Policy
    meetings: list[Meeting]
    marks: dict[str, Mark]
    waived: list[str]


@dataclass(frozen=True, slots=True)
class _Reading:
    """The statements that read some enrolments; built once, as building costs more than asking."""

    people: Select[*tuple[Any, ...]]
    marks: Select[*tuple[Any, ...]]


def _reading(condition: ColumnElement[bool]) -> _Reading:
    chosen = select(Enrolment.id).where(condition)
    return _Reading(
        people=select(
            Enrolment.id,
            Enrolment.run_id,
            Enrolment.trainee_id,
            Enrolment.state,
            Enrolment.active_from,
            Enrolment.active_to,
            Run.state.label("run_state"),
            RunPolicy.version_id,
            PolicyVersion.rule,
            Waiver.path.label("waived"),
        )
        .join(Run, Run.id == Enrolment.run_id)
        .outerjoin(RunPolicy, RunPolicy.run_id == Enrolment.run_id)
        .outerjoin(PolicyVersion, PolicyVersion.id == RunPolicy.version_id)
        .outerjoin(Waiver, Waiver.enrolment_id == Enrolment.id)
        .where(condition, Enrolment.active_from.is_not(None))
        .order_by(Enrolment.id, Waiver.path),
        marks=select(
            Record.enrolment_id,
            HexOf(Record.session_id),
            Record.status,
            Record.minutes_present,
            Record.minutes_late,
        ).where(Record.enrolment_id.in_(chosen), Record.status.is_not(None)),
    )


_BY_IDS = _reading(Enrolment.id.in_(bindparam("enrolment_ids", expanding=True)))
_OF_RUN = _reading(Enrolment.run_id == bindparam("run_id"))
_MEETINGS = select(
    HexOf(Session.run_id),
    HexOf(Session.id),
    Session.starts_at,
    Session.duration_minutes,
    Session.weight_minutes,
    Session.state,
    Session.required,
).where(
    Session.run_id.in_(bindparam("run_ids", expanding=True)),
    Session.state != SessionState.CANCELLED,
)


def of_enrolments(enrolment_ids: Collection[UUID]) -> list[Case]:
    """Return the cases of these enrolments, in the order of their ids; three queries."""
    return list(map(_case, _read_by_ids(enrolment_ids)))


def of_run(run_id: UUID) -> list[Case]:
    """Return the cases of everyone who was ever active in the run; three queries."""
    return list(map(_case, _read(_OF_RUN, {"run_id": run_id})))


def attendance_of(enrolment_ids: Collection[UUID]) -> Iterator[tuple[UUID, Policy, Tally]]:
    """Return each enrolment with its policy and attendance alone; three queries."""
    for one in _read_by_ids(enrolment_ids):
        yield one.row.id, one.policy, attendance.tally(one.meetings, one.marks, one.policy.credits)


def policy_in(rule: dict[str, Any]) -> Policy:
    """Return the checked policy of a stored rule."""
    return _policy(json.dumps(rule, sort_keys=True))


def _case(found: _Found) -> Case:
    row = found.row
    facts = facts_of(
        found.meetings,
        found.marks,
        run_closed=row.run_state in _OVER,
        further={"waived": found.waived} if found.waived else None,
    )
    return Case(row.id, row.run_id, row.trainee_id, row.state, row.version_id, found.policy, facts)


@lru_cache(maxsize=256)
def _policy(rule: str) -> Policy:
    return read_policy(json.loads(rule))


def _read_by_ids(enrolment_ids: Collection[UUID]) -> list[_Found]:
    return _read(_BY_IDS, {"enrolment_ids": list(enrolment_ids)}) if enrolment_ids else []


def _read(reading: _Reading, values: Mapping[str, Any]) -> list[_Found]:
    people: dict[UUID, Row[*tuple[Any, ...]]] = {}
    waived: defaultdict[UUID, list[str]] = defaultdict(list)
    for row in read_rows(reading.people, values):  # one for each waiver, or a single one
        people[row.id] = row
        if row.waived is not None:
            waived[row.id].append(row.waived)
    meetings = _meetings({one.run_id for one in people.values()})
    marks = _marks(reading, values)
    return [
        _Found(
            one,
            policy_in(one.rule or DEFAULT_RULE),
            attendance.applicable(meetings[one.run_id.hex], one.active_from, one.active_to),
            marks[one.id],
            waived[one.id],
        )
        for one in people.values()
    ]


def _meetings(run_ids: Collection[UUID]) -> defaultdict[str, list[Meeting]]:
    found: defaultdict[str, list[Meeting]] = defaultdict(list)
    for run, *meeting in read_rows(_MEETINGS, {"run_ids": list(run_ids)}):
        found[run].append(Meeting(*meeting))
    return found


def _marks(reading: _Reading, values: Mapping[str, Any]) -> defaultdict[UUID, dict[str, Mark]]:
    found: defaultdict[UUID, dict[str, Mark]] = defaultdict(dict)
    for enrolment_id, session, status, present, late in read_rows(reading.marks, values):
        if status is not None:
            found[enrolment_id][session] = Mark(status, present, late)
    return found
