"""Reading what a selection rests on: ranked applications, wishes, seats, runs and the draw."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import User
from app.core.actor import Actor
from app.core.database import db, read_rows
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.exchanges.models.agreements import Quota
from app.exchanges.models.applications import Application, Preference
from app.exchanges.models.calls import Call, Criterion, Destination
from app.exchanges.models.reviews import AllocationRun, Draw, ReviewAssignment, Score
from app.exchanges.policies.parties import in_call
from app.exchanges.rules.allocation import Contender, seats_of
from app.exchanges.rules.ranking import Candidate, Marks, Placed, ranking
from app.exchanges.states.applications import AllocationRunState, ApplicationState
from app.exchanges.states.parties import Party
from app.institutions.models import Institution

_S = ApplicationState
RANKED_ONCE = frozenset(
    {
        _S.RANKED,
        _S.SELECTED,
        _S.WAIT_LISTED,
        _S.NOT_SELECTED,
        _S.CONFIRMED,
        _S.NOMINATED,
        _S.DECLINED,
        _S.OFFER_EXPIRED,
    }
)
"""States whose applications stand in the ranking."""

CONTENDING = frozenset({_S.RANKED, _S.WAIT_LISTED})
"""States whose applications an allocation may give a place to."""

UNDECIDED = frozenset({_S.SUBMITTED, _S.RETURNED, _S.UNDER_REVIEW, _S.UNDER_APPEAL})
"""States that keep the first allocation of a call from being published."""

DECIDING = frozenset({Party.HOME_OFFICER, Party.CHAIR, Party.SYSTEM})


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything an allocation rests on; equal inputs have equal hashes."""

    contenders: list[Contender]
    seats: dict[UUID, int]
    waiting: frozenset[UUID]
    seed: str

    def hashed(self, minimum: int | None, wait_limit: int | None) -> str:
        """Return the SHA-256 of the inputs and the two limits."""
        said = {
            "contenders": [
                [str(one.id), one.place, one.total, [str(wish) for wish in one.preferences]]
                for one in self.contenders
            ],
            "seats": sorted([str(where), seats] for where, seats in self.seats.items()),
            "waiting": sorted(str(one) for one in self.waiting),
            "seed": self.seed,
            "limits": [minimum, wait_limit],
        }
        return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()


def call_for(actor: Actor, call_id: UUID) -> Call:
    """Return a call for those who decide in it; NotFound unless they are its office or chair."""
    query = select(Call).where(Call.id == call_id).options(joinedload(Call.institution))
    call = db.session.scalars(query).one_or_none()
    if call is None or DECIDING.isdisjoint(in_call(actor, call)):
        raise NotFound(_("There is no such call."))
    return call


def locked_call(actor: Actor, call_id: UUID) -> Call:
    """Return a call, locked with all calls that offer places of the same quotas.

    Raises NotFound, also when the actor does not decide in it. Calls are locked before their
    applications, and those before quotas.
    """
    call = lock_family(call_id)
    if DECIDING.isdisjoint(in_call(actor, call)):
        raise NotFound(_("There is no such call."))
    return call


def lock_family(call_id: UUID) -> Call:
    """Lock a call and those that share a quota with it, in the order of their ids."""
    calls = family_of(call_id)
    found = next((call for call in calls if call.id == call_id), None)
    if found is None:
        raise NotFound(_("There is no such call."))
    return found


def family_of(call_id: UUID) -> Sequence[Call]:
    """Return a call and those that share a quota with it, under locks, by id."""
    ours = select(Destination.quota_id).where(Destination.call_id == call_id)
    others = select(Destination.call_id).where(Destination.quota_id.in_(ours))
    query = (
        select(Call)
        .where((Call.id == call_id) | Call.id.in_(others))
        .order_by(Call.id)
        .with_for_update(of=Call)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


def locked_applications(
    call_id: UUID, states: Collection[ApplicationState]
) -> Sequence[Application]:
    """Return the applications of a locked call in these states, under locks, by id."""
    query = (
        select(Application)
        .where(Application.call_id == call_id, Application.state.in_(states))
        .order_by(Application.id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


def draw_of(call_id: UUID) -> Draw | None:
    """Return the draw of a call, when lots were drawn already."""
    return db.session.scalars(select(Draw).where(Draw.call_id == call_id)).one_or_none()


def criteria_of(call_id: UUID) -> Sequence[Criterion]:
    """Return the rubric of a call, in order."""
    query = select(Criterion).where(Criterion.call_id == call_id).order_by(Criterion.position)
    return db.session.scalars(query).all()


def candidates(call_id: UUID, states: Collection[ApplicationState]) -> list[Candidate]:
    """Return the applications of a call in these states with what reviewers gave; two queries."""
    given = (
        select(
            ReviewAssignment.application_id,
            Score.criterion_id,
            func.sum(Score.points),
            func.count(),
        )
        .join(ReviewAssignment, ReviewAssignment.id == Score.assignment_id)
        .join(Application, Application.id == ReviewAssignment.application_id)
        .where(
            Application.call_id == call_id,
            ReviewAssignment.locked_at.is_not(None),
            ReviewAssignment.removed_at.is_(None),
            ReviewAssignment.is_mandatory,
        )
        .group_by(ReviewAssignment.application_id, Score.criterion_id)
    )
    lines: dict[UUID, dict[str, int]] = defaultdict(dict)
    for application_id, criterion_id, points, number in read_rows(given):
        lines[application_id][str(criterion_id)] = (int(points) * 2000 + number) // (2 * number)
    rows = read_rows(
        select(Application.id, Application.score_milli).where(
            Application.call_id == call_id,
            Application.state.in_(states),
            Application.score_milli.is_not(None),
        )
    )
    return [Candidate(one, Marks(total or 0, lines[one])) for one, total in rows]


def ranked(call: Call, seed: str) -> list[Placed]:
    """Return everybody who was ranked in a call, in order."""
    return ranking(candidates(call.id, RANKED_ONCE), call.tie_break, seed)


def wishes_of(call_id: UUID) -> dict[UUID, tuple[UUID, ...]]:
    """Return the destinations that each application of a call names, in order; one query."""
    query = (
        select(Preference.application_id, Preference.destination_id)
        .join(Application, Application.id == Preference.application_id)
        .where(Application.call_id == call_id)
        .order_by(Preference.application_id, Preference.position)
    )
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for application_id, destination_id in read_rows(query):
        found[application_id].append(destination_id)
    return {one: tuple(wishes) for one, wishes in found.items()}


def free_seats(call: Call, *, locked: bool = False) -> dict[UUID, int]:
    """Return how many more people each destination of a call takes; on demand under locks."""
    query = (
        select(Destination.id, Quota)
        .join(Quota, Quota.id == Destination.quota_id)
        .where(Destination.call_id == call.id)
        .order_by(Quota.id)
        .execution_options(populate_existing=True)
    )
    if locked:
        query = query.with_for_update(of=Quota)
    return {
        where: seats_of(
            quota.capacity_persons,
            quota.used_persons,
            quota.capacity_months,
            quota.used_months,
            call.months,
        )
        for where, quota in db.session.execute(query)
    }


def inputs(call: Call, seed: str, *, locked: bool = False) -> Inputs:
    """Return what an allocation of a call would rest on now; on demand under locks."""
    states = dict(
        read_rows(
            select(Application.id, Application.state).where(
                Application.call_id == call.id, Application.state.in_(CONTENDING)
            )
        ).all()
    )
    wishes = wishes_of(call.id)
    contenders = [
        Contender(one.id, one.place, one.candidate.marks.total, wishes.get(one.id, ()))
        for one in ranked(call, seed)
        if one.id in states
    ]
    waiting = frozenset(one for one, state in states.items() if state == _S.WAIT_LISTED)
    return Inputs(contenders, free_seats(call, locked=locked), waiting, seed)


def numbers_in(call_id: UUID) -> dict[ApplicationState, int]:
    """Count the applications of a call that were sent, by state."""
    query = (
        select(Application.state, func.count())
        .where(Application.call_id == call_id, Application.number.is_not(None))
        .group_by(Application.state)
    )
    return {_S(state): number for state, number in read_rows(query)}


def runs_of(call_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the allocation runs of a call without their results, the newest first."""
    maker, publisher = aliased(User), aliased(User)
    query = (
        select(
            AllocationRun.id,
            AllocationRun.number,
            AllocationRun.state,
            AllocationRun.minimum_milli,
            AllocationRun.wait_limit,
            AllocationRun.made_at,
            AllocationRun.published_at,
            maker.display_name.label("made_by"),
            publisher.display_name.label("published_by"),
        )
        .outerjoin(maker, maker.id == AllocationRun.made_by)
        .outerjoin(publisher, publisher.id == AllocationRun.published_by)
        .where(AllocationRun.call_id == call_id)
        .order_by(AllocationRun.number.desc())
    )
    return db.session.execute(query).all()


def run_for(actor: Actor, run_id: UUID) -> AllocationRun:
    """Return an allocation run with its call; NotFound unless the actor decides in it."""
    query = (
        select(AllocationRun)
        .where(AllocationRun.id == run_id)
        .options(joinedload(AllocationRun.call).joinedload(Call.institution))
    )
    run = db.session.scalars(query).one_or_none()
    if run is None or DECIDING.isdisjoint(in_call(actor, run.call)):
        raise NotFound(_("There is no such allocation."))
    return run


def locked_run(actor: Actor, run_id: UUID) -> tuple[Call, AllocationRun]:
    """Return a run under a lock, after its call; raises NotFound."""
    call_id = db.session.scalar(select(AllocationRun.call_id).where(AllocationRun.id == run_id))
    if call_id is None:
        raise NotFound(_("There is no such allocation."))
    call = locked_call(actor, call_id)
    query = select(AllocationRun).where(AllocationRun.id == run_id).with_for_update()
    run = db.session.scalars(query.execution_options(populate_existing=True)).one()
    return call, run


def run_before(run: AllocationRun) -> AllocationRun | None:
    """Return the run of the same call that was tried before this one."""
    query = (
        select(AllocationRun)
        .where(AllocationRun.call_id == run.call_id, AllocationRun.number < run.number)
        .order_by(AllocationRun.number.desc())
        .limit(1)
    )
    return db.session.scalars(query).one_or_none()


def differences(
    run: AllocationRun, before: AllocationRun | None
) -> Mapping[str, dict[str, Any] | None]:
    """Return what the run before said of those for whom this one says something else."""
    if before is None:
        return {}
    old = {row["application"]: row for row in before.result}
    said = ("verdict", "destination")
    return {
        row["application"]: old.get(row["application"])
        for row in run.result
        if [row[name] for name in said]
        != [old.get(row["application"], {}).get(name) for name in said]
    }


def next_run_number(call_id: UUID) -> int:
    """Return the number of a locked call's next run."""
    last = db.session.scalar(
        select(func.max(AllocationRun.number)).where(AllocationRun.call_id == call_id)
    )
    return (last or 0) + 1


def open_runs(call_id: UUID) -> Sequence[AllocationRun]:
    """Return the runs of a locked call that are neither published nor discarded."""
    query = select(AllocationRun).where(
        AllocationRun.call_id == call_id, AllocationRun.state == AllocationRunState.DRY_RUN
    )
    return db.session.scalars(query.with_for_update()).all()


def people_of(ids: Iterable[UUID]) -> dict[UUID, Row[*tuple[Any, ...]]]:
    """Return number, state and name of the person of these applications."""
    query = (
        select(Application.id, Application.number, Application.state, User.display_name)
        .join(User, User.id == Application.applicant_id)
        .where(Application.id.in_(list(ids)))
    )
    return {row.id: row for row in read_rows(query)}


def hosts_of(call_id: UUID) -> dict[UUID, Row[*tuple[Any, ...]]]:
    """Return the destinations of a call by id: host, capacity and use of the quota."""
    query = (
        select(
            Destination.id,
            Destination.quota_id,
            Destination.position,
            Institution.name,
            Institution.code,
            Quota.capacity_persons,
            Quota.used_persons,
        )
        .join(Institution, Institution.id == Destination.institution_id)
        .join(Quota, Quota.id == Destination.quota_id)
        .where(Destination.call_id == call_id)
        .order_by(Destination.position)
    )
    return {row.id: row for row in db.session.execute(query)}
