"""Where people stand: what they have reached, what they still can, what they may still miss."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.attendance.yardstick import Yardstick
from app.completion import facts, policies, rules
from app.completion.models import PolicyVersion, RunPolicy
from app.completion.rules import ATTENDANCE, Share, Standing, Verdict, criteria_of
from app.core.actor import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.names import search_terms
from app.courses.models.enrolments import Enrolment


@dataclass(frozen=True, slots=True)
class Line:
    """One person of a run with where they stand."""

    enrolment: Enrolment
    standing: Standing


def standings(enrolment_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Return where each of these enrolments stands; three queries whatever their number.

    Enrolments that were never active have no standing.
    """
    return {
        case.enrolment_id: rules.standing(case.policy, case.facts)
        for case in facts.of_enrolments(enrolment_ids)
    }


def shares(enrolment_ids: Collection[UUID]) -> dict[UUID, Share]:
    """Return what these people attended, without the other criteria, for pages opened all day."""
    return {
        enrolment_id: rules.share(policy, tally)
        for enrolment_id, policy, tally in facts.attendance_of(enrolment_ids)
    }


def lines_of_run(run_id: UUID) -> list[Line]:
    """Return everyone who was ever active in the run with their standing, by name."""
    people = {
        one.id: one
        for one in db.session.scalars(
            select(Enrolment)
            .where(Enrolment.run_id == run_id, Enrolment.active_from.is_not(None))
            .options(joinedload(Enrolment.trainee))
        )
    }
    lines = [
        Line(people[case.enrolment_id], rules.standing(case.policy, case.facts))
        for case in facts.of_run(run_id)
        if case.enrolment_id in people
    ]
    return sorted(lines, key=lambda one: (one.enrolment.trainee.sort_name, one.enrolment.id))


_VERDICTS = (Verdict.MET, Verdict.PENDING, Verdict.NOT_MET)
SORTS: dict[str, Callable[[Line], Any]] = {
    "name": lambda one: one.enrolment.trainee.sort_name,
    "so_far": lambda one: one.standing.so_far_bp,
    "best": lambda one: one.standing.best_bp,
    "may_miss": lambda one: one.standing.may_miss,
    "outcome": lambda one: _VERDICTS.index(one.standing.outcome.verdict),
    "state": lambda one: str(one.enrolment.state),
}


def some_of(lines: Sequence[Line], text: str, sort: str) -> list[Line]:
    """Return the lines of people whose names have these words, in that order ("-" turns it).

    Lines that say nothing come last either way.
    """
    terms = search_terms(text)
    found = [one for one in lines if all(t in one.enrolment.trainee.search_text for t in terms)]
    value = SORTS.get(sort.removeprefix("-"), SORTS["name"])
    said = [one for one in found if value(one) is not None]
    said.sort(key=value, reverse=sort.startswith("-"))
    return [*said, *(one for one in found if value(one) is None)]


def enrolment_for(actor: Actor, enrolment_id: UUID) -> Enrolment:
    """Return the enrolment with run and person; NotFound unless the actor may see its standing."""
    query = (
        select(Enrolment)
        .where(Enrolment.id == enrolment_id)
        .options(joinedload(Enrolment.run), joinedload(Enrolment.trainee))
    )
    enrolment = db.session.scalars(query).one_or_none()
    if enrolment is None or not policies.may_see_standing(actor, enrolment):
        raise NotFound(_("There is no such place."))
    return enrolment


def yardstick(run_id: UUID) -> Yardstick:
    """Return what the policy of a run asks of attendance; one query."""
    rule = db.session.scalar(
        select(PolicyVersion.rule)
        .join(RunPolicy, RunPolicy.version_id == PolicyVersion.id)
        .where(RunPolicy.run_id == run_id)
    )
    policy = facts.policy_in(rule or facts.DEFAULT_RULE)
    asked = [
        node["threshold_bp"]
        for _path, node in criteria_of(policy.rule)
        if node["criterion"] == ATTENDANCE
    ]
    return Yardstick(max(asked, default=None), policy.credits)
