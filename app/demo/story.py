"""What happened in the runs so far: people got places, were marked, and runs ended."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import cycle
from random import Random
from uuid import UUID

from sqlalchemy import select

from app.accounts.queries import actor_for, recipient_for
from app.attendance.services import marking, registers
from app.attendance.services.marking import Details
from app.attendance.states import StatusKind
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import db
from app.courses.models.enrolments import Enrolment
from app.courses.models.timetable import Session
from app.courses.queries import runs as run_queries
from app.courses.services import additions, applications, enrolments, runs
from app.courses.states import EnrolmentMode, EnrolmentSource
from app.demo.plans import KEY, Phase
from app.demo.runs import Planned

MISSED = {
    ("GCP-120", "trainee"): {2, 3, 5},
    ("TT-110", "trainee"): set(),
    ("EDU-205", "trainee"): {4},
}
"""Sessions, by number, that somebody missed; whoever is named here missed no others."""

LEFT_OPEN = ("IP-210", "GCP-120", "TT-101")
"""Courses whose last register the teacher has yet to close."""

_PAST = (Phase.RUNNING, Phase.CLOSED, Phase.ARCHIVED)
_KINDS = (
    (5, StatusKind.ABSENT),
    (9, StatusKind.EXCUSED),
    (16, StatusKind.LATE),
    (100, StatusKind.PRESENT),
)
"""How marks are spread: the kind for a number out of a hundred below the limit."""

_REASON = "The partner hospital is being rebuilt; the course is offered again in autumn."


class Crowd:
    """Hands out people of an institution in turn, so that everyone takes part in a few runs."""

    def __init__(self, trainees: Mapping[str, Sequence[UUID]]) -> None:
        self._turns = {code: cycle(people) for code, people in trainees.items() if people}

    def some(self, audience: Sequence[str], number: int) -> Iterator[UUID]:
        """Yield this many people, of each institution in turn."""
        for _, code in zip(range(number), cycle(audience), strict=False):
            yield next(self._turns[code])


def give_places(planned: Planned, crowd: Crowd, staff: Mapping[str, UUID]) -> None:
    """Give everyone of a run their place, or their number in its queue."""
    idea = planned.idea
    named = [staff[key] for key in idea.with_trainees]
    if idea.phase in _PAST:
        people = [*named, *crowd.some(idea.audience, idea.people)]
        for number, person_id in enumerate(people):
            _seat_in_the_past(planned, person_id, number)
        return
    if idea.mode == EnrolmentMode.INVITE:
        people = list(crowd.some(idea.audience, idea.people))
        addresses = [recipient_for(person_id).address for person_id in people]
        additions.invite(planned.lead, planned.run_id, "\n".join(addresses))
        people = people[: len(people) // 2]
    else:
        crowded = list(crowd.some(idea.audience, idea.people + idea.waiting))
        # Named people of a run with a queue come late: they are the first who have to wait.
        at = idea.people if idea.waiting else 0
        people = [*crowded[:at], *named, *crowded[at:]]
        people = people[: idea.people + idea.waiting] if idea.waiting else people
    for person_id in people:
        _enrol(planned, actor_for(person_id))


def tell_stories(by_code: Mapping[str, Planned]) -> None:
    """Let somebody give up a place, agree to applications, and give up a run."""
    offering = by_code["HD-110-B"]
    enrolments.withdraw(*_first_of(offering))
    approving = by_code["EDU-220-B"]
    _applicant, enrolment_id = _first_of(approving)
    applications.approve(approving.lead, enrolment_id)
    given_up = by_code["CP-250-B"]
    runs.cancel_run(given_up.lead, given_up.run_id, reason=_REASON)


def _first_of(planned: Planned) -> tuple[Actor, UUID]:
    person_id, enrolment_id = next(iter(planned.enrolments.items()))
    return actor_for(person_id), enrolment_id


def _enrol(planned: Planned, actor: Actor) -> None:
    is_asked = planned.idea.mode == EnrolmentMode.APPROVAL
    made = enrolments.enrol(
        actor,
        planned.run_id,
        key=KEY if planned.idea.mode == EnrolmentMode.KEY else None,
        message="I would like to use this in my clinical work." if is_asked else "",
    )
    planned.enrolments[actor.user_id] = made.id


def _seat_in_the_past(planned: Planned, person_id: UUID, number: int) -> None:
    """Give a seat of a run that has begun, dated to when its enrolment was open.

    People cannot enrol into the past, so the seat is given as the service does it inside, and
    the dates are set by hand; the history says truly that it was written today.
    """
    run = run_queries.locked(planned.run_id)
    made = enrolments.seat(actor_for(person_id), run, person_id, source=EnrolmentSource.SELF)
    made.created_at = made.active_from = planned.opens_at + timedelta(hours=7 * number + 3)
    planned.enrolments[person_id] = made.id


def keep_registers(planned: Planned, staff: Mapping[str, UUID]) -> None:
    """Mark everyone in the sessions that were held, and close all registers but the last."""
    if planned.idea.phase not in _PAST:
        return
    moment = now()
    sessions = db.session.scalars(
        select(Session)
        .where(Session.run_id == planned.run_id, Session.starts_at <= moment)
        .order_by(Session.number)
    ).all()
    facts = [(one.id, one.number, one.ends_at) for one in sessions]
    keys = {user_id: key for key, user_id in staff.items()}
    for session_id, number, ends_at in facts:
        _mark(planned, session_id, number, keys, is_over=ends_at <= moment)
        is_last = number == facts[-1][1]
        is_left = planned.idea.phase == Phase.RUNNING and planned.idea.course in LEFT_OPEN
        if ends_at <= moment and not (is_last and is_left):
            registers.lock(planned.lead, session_id)


def _mark(
    planned: Planned, session_id: UUID, number: int, keys: Mapping[UUID, str], *, is_over: bool
) -> None:
    chance = Random(f"{planned.code} {number}")  # noqa: S311 -- the same demo every time
    present = []
    for person_id, enrolment_id in planned.enrolments.items():
        kind, late = _kind_for(chance, planned.idea.course, keys.get(person_id, ""), number)
        if kind == StatusKind.PRESENT:
            present.append(enrolment_id)
        elif is_over:
            details = Details(minutes_late=late if kind == StatusKind.LATE else None)
            marking.mark(planned.lead, session_id, enrolment_id, kind, version=0, details=details)
    arrived = present if is_over else present[: len(present) // 2]
    marking.mark_all_present(planned.lead, session_id, arrived)


def _kind_for(chance: Random, course: str, key: str, number: int) -> tuple[StatusKind, int]:
    drawn, late = chance.randrange(100), chance.randrange(11, 30)
    if (course, key) in MISSED:
        missed = number in MISSED[course, key]
        return (StatusKind.ABSENT if missed else StatusKind.PRESENT), late
    if key and drawn < _KINDS[1][0]:
        return StatusKind.LATE, late
    return next(kind for limit, kind in _KINDS if drawn < limit), late


def end(planned: Planned) -> None:
    """Close a run that is over, so that completions are decided."""
    if planned.idea.phase in (Phase.CLOSED, Phase.ARCHIVED):
        runs.close_run(planned.lead, planned.run_id)
    if planned.idea.phase == Phase.ARCHIVED:
        runs.archive_run(planned.lead, planned.run_id)


def completed_in(planned: Planned) -> list[tuple[UUID, UUID]]:
    """Return (person, enrolment) of those who completed a run, in the order they joined."""
    found = db.session.execute(
        select(Enrolment.trainee_id, Enrolment.id)
        .where(Enrolment.run_id == planned.run_id, Enrolment.state == "completed")
        .order_by(Enrolment.created_at, Enrolment.id)
    )
    return [(row.trainee_id, row.id) for row in found]
