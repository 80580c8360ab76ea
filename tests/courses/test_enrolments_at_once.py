"""Many at once: never over, never under-filled, the queue in order, whatever the interleaving."""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from sqlalchemy import select

from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import DomainError, Gone
from app.core.invariants import INVARIANTS
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.courses.services import applications, enrolments, queue, transfers
from app.courses.states import EnrolmentMode, EnrolmentState
from tests.factories.accounts import a_trainee, a_user, an_actor
from tests.factories.courses import a_course, a_run

pytestmark = pytest.mark.database

S = EnrolmentState
PEOPLE = 64


def at_once(app, acts) -> list[object]:
    """Start every act at the same moment on a thread of its own; return what each answered."""
    ready = threading.Barrier(len(acts))

    def run(act):
        with app.app_context():
            try:
                ready.wait(60)
                return act()
            except DomainError as refusal:
                return refusal
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def places(run_id) -> list[Enrolment]:
    db.session.rollback()
    db.session.expire_all()
    query = select(Enrolment).where(Enrolment.run_id == run_id).order_by(Enrolment.queue_number)
    return list(db.session.scalars(query))


def assert_all_is_well() -> None:
    db.session.rollback()
    db.session.expire_all()
    broken = [
        line for one in INVARIANTS for line in one.broken() if "enrol" in line or "run" in line
    ]
    assert broken == []


@pytest.mark.parametrize("part", range(4))
def test_64_at_once_for_the_last_seats_fill_them_exactly(world, part):
    people = [Actor(user_id=a_user().id) for _ in range(PEOPLE)]
    course = a_course()
    chance = random.Random(part)  # noqa: S311 -- not a secret

    for number in range(25):
        seats = chance.choice((1, 1, 2, 3, 5, 8, 13))
        waitlist = None if number == 0 else chance.choice((0, 0, 0, 1, 3))
        run_id = a_run(course=course, capacity=seats, waitlist_capacity=waitlist).id

        answers = at_once(world, [partial(enrolments.enrol, one, run_id) for one in people])

        found = Counter(one.state for one in places(run_id))
        queued = PEOPLE - seats if waitlist is None else min(waitlist, PEOPLE - seats)
        assert found == +Counter({S.ACTIVE: seats, S.WAITLISTED: queued})
        assert Counter(one.state for one in answers if isinstance(one, Enrolment)) == found
        assert db.session.get_one(Run, run_id).seats_taken == seats
        numbers = [one.queue_number for one in places(run_id) if one.queue_number]
        assert numbers == list(range(1, queued + 1))
    assert_all_is_well()


def test_one_person_who_clicks_many_times_at_once_asks_once(world):
    run_id, person = a_run(capacity=3).id, a_trainee()

    answers = at_once(world, [partial(enrolments.enrol, person, run_id)] * 16)

    assert len({one.id for one in answers}) == 1
    assert len(places(run_id)) == 1


@pytest.mark.parametrize("offer_hours", [0, 24])
def test_the_queue_keeps_its_order_while_people_come_and_go_at_once(world, offer_hours):
    for _ in range(4):
        run_id = a_run(capacity=8, offer_hours=offer_hours).id
        first = [a_trainee() for _ in range(8)]
        held = [enrolments.enrol(one, run_id).id for one in first]
        waiting = [enrolments.enrol(a_trainee(), run_id).id for _ in range(8)]
        newcomers = [a_trainee() for _ in range(8)]

        at_once(
            world,
            [partial(enrolments.withdraw, *both) for both in zip(first, held, strict=True)]
            + [partial(enrolments.enrol, one, run_id) for one in newcomers],
        )

        risen = S.OFFERED if offer_hours else S.ACTIVE
        found = {one.id: one for one in places(run_id)}
        assert [found[one].state for one in waiting] == [risen] * 8
        later = [one for one in found.values() if one.queue_number and one.id not in waiting]
        assert {one.state for one in later} == {S.WAITLISTED}
        assert sorted(one.queue_number for one in later) == list(range(9, 17))
    assert_all_is_well()


def test_an_offer_is_either_accepted_or_passed_on(world):
    for _ in range(10):
        run_id = a_run(capacity=1, offer_hours=1).id
        leaver, chosen = a_trainee(), a_trainee()
        place = enrolments.enrol(leaver, run_id).id
        offered = enrolments.enrol(chosen, run_id).id
        after = enrolments.enrol(a_trainee(), run_id).id
        enrolments.withdraw(leaver, place)

        with time_machine.travel(now() + timedelta(minutes=60) - timedelta(milliseconds=15)):
            answers = at_once(
                world,
                [partial(enrolments.accept, chosen, offered)]
                + [partial(queue.fill_places, SYSTEM, run_id)] * 3
                + [partial(enrolments.refuse, chosen, offered)],
            )
            queue.lapse_offers()

        states = {one.id: one.state for one in places(run_id)}
        if isinstance(answers[0], Enrolment):
            assert (states[offered], states[after]) == (S.ACTIVE, S.WAITLISTED)
        else:
            assert isinstance(answers[0], Gone)
            assert (states[offered], states[after]) == (S.EXPIRED, S.OFFERED)
    assert_all_is_well()


def test_transfers_both_ways_at_once_neither_wait_for_each_other_nor_lose_a_seat(world):
    course = a_course()
    one, two = a_run(course=course, capacity=12), a_run(course=course, capacity=12)
    one_id, two_id = one.id, two.id
    office = an_actor("administrator", course.institution_id)
    here = [enrolments.enrol(a_trainee(), one_id).id for _ in range(8)]
    there = [enrolments.enrol(a_trainee(), two_id).id for _ in range(8)]

    answers = at_once(
        world,
        [partial(transfers.transfer, office, p, two_id, reason="Swap.") for p in here]
        + [partial(transfers.transfer, office, p, one_id, reason="Swap.") for p in there],
    )

    moved = sum(isinstance(answer, Enrolment) for answer in answers)
    assert moved >= 8
    for run_id in (one_id, two_id):
        held = sum(place.state == S.ACTIVE for place in places(run_id))
        assert held == db.session.get_one(Run, run_id).seats_taken <= 12
    assert_all_is_well()


def test_many_who_make_seats_at_once_fill_them_in_order(world):
    run_id = a_run(capacity=0).id
    waiting = [enrolments.enrol(a_trainee(), run_id).id for _ in range(20)]

    def one_more() -> None:
        with atomic():
            run = db.session.get_one(Run, run_id, with_for_update=True, populate_existing=True)
            run.capacity = (run.capacity or 0) + 1
            db.session.flush()
            queue.fill_places(SYSTEM, run_id)

    at_once(world, [one_more] * 12)

    states = {one.id: one.state for one in places(run_id)}
    assert [states[one] for one in waiting] == [S.ACTIVE] * 12 + [S.WAITLISTED] * 8


def test_approvals_at_once_never_seat_more_than_there_are_seats(world):
    run = a_run(mode=EnrolmentMode.APPROVAL, capacity=5)
    run_id = run.id
    offices = [an_actor("registrar", run.institution_id) for _ in range(2)]
    asked = [enrolments.enrol(a_trainee(), run_id).id for _ in range(12)]

    at_once(
        world,
        [partial(applications.approve, o, i) for o in offices for i in asked],
    )

    found = Counter(one.state for one in places(run_id))
    assert found == {S.ACTIVE: 5, S.WAITLISTED: 7}
