"""Reviews, runs and appeals to test with."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from app.accounts.queries import actor_for
from app.audit import services as audit
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call
from app.exchanges.models.reviews import AllocationRun, Appeal, ReviewAssignment, Score
from app.exchanges.queries import allocation
from app.exchanges.states.applications import (
    ALLOCATION_RUN,
    AllocationRunState,
    ApplicationState,
    Conflict,
)
from app.exchanges.states.calls import CallState
from app.institutions.models import Institution
from tests.factories.accounts import a_user, an_actor
from tests.factories.exchanges_applications import an_application
from tests.factories.exchanges_calls import a_call


def a_chair(institution_id: UUID) -> Actor:
    """Return somebody who may chair a committee, without any office."""
    return an_actor("faculty", institution_id, name="Nenad Stojanović")


def a_reviewer(name: str = "Marko Đurić") -> Actor:
    """Return somebody whom an office may ask to review."""
    return actor_for(a_user(name=name).id)


def a_chaired_call(
    home: Institution, *, state: CallState = CallState.SELECTING, **values: Any
) -> tuple[Call, Actor]:
    """Return a call and the chair of its committee."""
    chair = a_chair(home.id)
    return a_call(home, state=state, chair_id=chair.user_id, **values), chair


def an_assignment(
    application: Application,
    reviewer: Actor | None = None,
    *,
    points: int | None = None,
    is_locked: bool = False,
    **values: Any,
) -> ReviewAssignment:
    """Return a stored review; with points it has them for every criterion."""
    reviewer = reviewer or a_reviewer()
    with atomic():
        assignment = ReviewAssignment(
            application_id=application.id,
            reviewer_id=reviewer.user_id,
            due_at=values.pop("due_at", now() + timedelta(days=7)),
            conflict=values.pop("conflict", Conflict.NONE),
            assigned_by=values.pop("assigned_by", SYSTEM.user_id),
            locked_at=now() if is_locked else None,
            saved_at=now() if points is not None else None,
            **values,
        )
        db.session.add(assignment)
        db.session.flush()
        if points is not None:
            for criterion in allocation.criteria_of(application.call_id):
                db.session.add(
                    Score(assignment_id=assignment.id, criterion_id=criterion.id, points=points)
                )
    return assignment


def ranked(call: Call, scores: Iterable[int], **values: Any) -> list[Application]:
    """Return ranked applications of a call with these scores, in whole points of 100."""
    return [
        an_application(
            call,
            state=ApplicationState.RANKED,
            name=f"Person {n:02}",
            score_milli=score * 1000,
            **values,
        )
        for n, score in enumerate(scores)
    ]


def a_run_of(call: Call, *, state: AllocationRunState = AllocationRunState.DRY_RUN) -> UUID:
    """Return a stored allocation run that rests on what is true now."""
    rests_on = allocation.inputs(call, "seed")
    with atomic():
        run = AllocationRun(
            call_id=call.id,
            number=allocation.next_run_number(call.id),
            seed="seed",
            input_hash=rests_on.hashed(None, None),
            result=[],
            made_by=SYSTEM.user_id,
        )
        where: dict[str, Any] = {
            "kind": ALLOCATION_RUN.kind,
            "institution_id": call.institution_id,
        }
        audit.begin(SYSTEM, run, ALLOCATION_RUN.machine, **where)
        if state != AllocationRunState.DRY_RUN:
            action = "publish" if state == AllocationRunState.PUBLISHED else "discard"
            audit.move(SYSTEM, run, ALLOCATION_RUN.machine, action, **where)
        if state == AllocationRunState.PUBLISHED:
            run.published_at, run.published_by = now(), uuid4()
        db.session.add(run)
        db.session.flush()
    return run.id


def an_appeal(application: Application, text: str = "My points were not counted.") -> Appeal:
    """Return a stored appeal that waits for the chair."""
    with atomic():
        found = Appeal(application_id=application.id, text=text)
        db.session.add(found)
    return found
