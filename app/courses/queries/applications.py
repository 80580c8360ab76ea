"""Applications that wait for a decision, in all runs that somebody helps to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import User
from app.core.actor import Actor
from app.core.database import db
from app.core.names import search_terms
from app.core.paging import Page, paged
from app.courses.models.catalogue import Prerequisite
from app.courses.models.enrolments import Approval, Enrolment
from app.courses.models.runs import Run
from app.courses.queries.catalogue import MOST_TERMS, like
from app.courses.queries.enrolments import in_my_hands
from app.courses.states import EnrolmentState

MOST_EXPORTED = 20_000
MOST_RUNS = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which applications to show, and in which order."""

    text: str = ""
    run_id: UUID | None = None
    sort: str = "asked"


@dataclass(frozen=True, slots=True)
class Waits:
    """One application that waits for a decision."""

    enrolment: Enrolment
    approvals: int
    approved_by_me: bool
    lacks_courses: bool
    """Courses to have completed before are missing."""

    @property
    def is_last_step(self) -> bool:
        """Tell whether the next agreement gives the place."""
        return self.approvals + 1 >= self.enrolment.run.approval_steps


_SORTS: dict[str, Any] = {"name": User.sort_name, "run": Run.code}
_done, _done_in = aliased(Enrolment), aliased(Run)
_LACKS = (
    select(Prerequisite.required_id)
    .where(
        Prerequisite.course_id == Run.course_id,
        ~select(_done.id)
        .join(_done_in, _done_in.id == _done.run_id)
        .where(
            _done_in.course_id == Prerequisite.required_id,
            _done.trainee_id == Enrolment.trainee_id,
            _done.state == EnrolmentState.COMPLETED,
        )
        .correlate(Prerequisite, Enrolment)
        .exists(),
    )
    .correlate(Run, Enrolment)
    .exists()
)


def applications(actor: Actor, wanted: Wanted, *, cursor: str | None = None) -> Page[Waits]:
    """Return one page of what waits in the runs the actor helps to decide; one query."""
    name = wanted.sort.removeprefix("-")
    key = _SORTS.get(name, Enrolment.created_at)
    return paged(
        _read,
        _matching(actor, wanted),
        key,
        Enrolment.id,
        cursor=cursor,
        key_of=lambda one: (_key(one, name), one.enrolment.id),
        descending=wanted.sort.startswith("-"),
    )


def everything(actor: Actor, wanted: Wanted) -> Sequence[Waits]:
    """Return all that match, the oldest first, for an export."""
    query = _matching(actor, wanted).order_by(Enrolment.created_at, Enrolment.id)
    return _read(query.limit(MOST_EXPORTED))


def runs_with_some(actor: Actor) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the runs (id, code, title) in which something waits for the actor, by code."""
    query = (
        select(Run.id, Run.code, Run.title)
        .where(Run.id.in_(_open(actor).with_only_columns(Enrolment.run_id)))
        .order_by(Run.code, Run.id)
    )
    return db.session.execute(query.limit(MOST_RUNS)).all()


def _open(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(Enrolment)
        .join(Run, Run.id == Enrolment.run_id)
        .where(
            Enrolment.state == EnrolmentState.APPLIED,
            Enrolment.trainee_id != actor.user_id,
            in_my_hands(actor),
        )
    )


def _matching(actor: Actor, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    given = select(func.count()).where(Approval.enrolment_id == Enrolment.id).correlate(Enrolment)
    mine = given.where(Approval.approved_by == actor.user_id)
    query = (
        _open(actor)
        .add_columns(given.scalar_subquery(), mine.scalar_subquery(), _LACKS)
        .join(User, User.id == Enrolment.trainee_id)
        .options(joinedload(Enrolment.run), joinedload(Enrolment.trainee))
    )
    if wanted.run_id is not None:
        query = query.where(Enrolment.run_id == wanted.run_id)
    words = [
        or_(
            User.search_text.like(like(term), escape="\\"),
            User.email_key.like(like(term), escape="\\"),
            func.lower(Run.code).like(like(term), escape="\\"),
        )
        for term in search_terms(wanted.text)[:MOST_TERMS]
    ]
    return query.where(and_(*words)) if words else query


def _read(query: Select[*tuple[Any, ...]]) -> list[Waits]:
    return [Waits(row[0], row[1], row[2] > 0, row[3]) for row in db.session.execute(query)]


def _key(one: Waits, sort: str) -> Any:
    if sort == "name":
        return one.enrolment.trainee.sort_name
    return one.enrolment.run.code if sort == "run" else one.enrolment.created_at
