"""Places against a plain model, and every action by every role from every state."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import update

from app.audit import services as audit
from app.audit.models import StateChange
from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import DomainError, Forbidden, Invalid, NotFound, WrongState
from app.core.invariants import INVARIANTS
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.courses.services import applications, enrolments, queue, transfers
from app.courses.states import ENROLMENT, SEAT_HOLDING, EnrolmentMode, EnrolmentState
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.courses import a_course, a_run, a_teacher_of

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session")]

S = EnrolmentState
HOURS = 24


class Places(RuleBasedStateMachine):
    """One run, eight people, and what they and the office do, in any order."""

    @initialize(capacity=st.integers(0, 2), offers=st.booleans(), cap=st.sampled_from([None, 3]))
    def begin(self, capacity, offers, cap):
        course = a_course()
        self.run_id = a_run(
            course=course,
            capacity=capacity,
            offer_hours=HOURS if offers else 0,
            waitlist_capacity=cap,
        ).id
        self.office = an_actor("administrator", course.institution_id)
        self.people = [a_trainee() for _ in range(8)]
        self.capacity, self.offers, self.cap = capacity, offers, cap
        self.state: dict[int, EnrolmentState] = {}
        self.place: dict[int, object] = {}
        self.attempt: dict[int, int] = {}
        self.line: list[int] = []
        for who in range(min(8, capacity + 3)):
            self.enrol_one(who)

    def held(self):
        return sum(state in SEAT_HOLDING for state in self.state.values())

    def fill(self):
        while self.line and self.held() < self.capacity:
            self.state[self.line.pop(0)] = S.OFFERED if self.offers else S.ACTIVE

    def those_in(self, *states):
        return sorted(one for one, state in self.state.items() if state in states)

    @rule(who=st.integers(0, 7))
    def enrol(self, who):
        self.enrol_one(who)

    def enrol_one(self, who):
        before = self.state.get(who)
        try:
            self.place[who] = enrolments.enrol(self.people[who], self.run_id).id
        except DomainError:
            assert before is None
            assert self.held() >= self.capacity
            assert len(self.line) == self.cap
            return
        if before is not None:
            return
        self.attempt[who] = self.attempt.get(who, 0) + 1
        if self.held() < self.capacity:
            self.state[who] = S.ACTIVE
        else:
            self.state[who] = S.WAITLISTED
            self.line.append(who)

    def leave(self, who):
        del self.state[who]
        if who in self.line:
            self.line.remove(who)
        self.fill()

    @precondition(lambda self: self.state)
    @rule(data=st.data())
    def withdraw(self, data):
        who = data.draw(st.sampled_from(self.those_in(*self.state.values())))
        enrolments.withdraw(self.people[who], self.place[who])
        self.leave(who)

    @precondition(lambda self: self.those_in(S.ACTIVE))
    @rule(data=st.data())
    def remove(self, data):
        who = data.draw(st.sampled_from(self.those_in(S.ACTIVE)))
        enrolments.remove(self.office, self.place[who], reason="Left.")
        self.leave(who)

    @precondition(lambda self: self.those_in(S.OFFERED))
    @rule(data=st.data(), answer=st.sampled_from(["accept", "refuse", "lapse"]))
    def answer(self, data, answer):
        who = data.draw(st.sampled_from(self.those_in(S.OFFERED)))
        if answer == "accept":
            enrolments.accept(self.people[who], self.place[who])
            self.state[who] = S.ACTIVE
            return
        if answer == "refuse":
            enrolments.refuse(self.people[who], self.place[who])
        else:
            with atomic():
                db.session.execute(
                    update(Enrolment)
                    .where(Enrolment.id == self.place[who])
                    .values(offer_expires_at=now() - timedelta(seconds=1))
                )
            queue.lapse_offers()
        self.leave(who)

    @rule(capacity=st.integers(0, 3))
    def change_capacity(self, capacity):
        with atomic():
            run = db.session.get_one(Run, self.run_id)
            audit.record(
                self.office,
                "courses.edit_run",
                run.id,
                changes={"capacity": [run.capacity, capacity]},
            )
            run.capacity = capacity
            db.session.flush()
            queue.fill_places(self.office, self.run_id)
        self.capacity = capacity
        self.fill()

    @rule()
    def fill_again(self):
        assert queue.fill_places(SYSTEM, self.run_id) == 0

    @invariant()
    def the_database_says_what_the_model_says(self):
        if not hasattr(self, "run_id"):
            return
        db.session.expire_all()
        stored = {who: db.session.get_one(Enrolment, self.place[who]) for who in self.state}
        assert {who: one.state for who, one in stored.items()} == self.state
        assert {who: one.attempt for who, one in stored.items()} == {
            who: self.attempt[who] for who in self.state
        }
        assert db.session.get_one(Run, self.run_id).seats_taken == self.held()
        numbers = [stored[who].queue_number for who in self.line]
        assert numbers == sorted(numbers)

    def teardown(self):
        if hasattr(self, "run_id"):
            ours = {str(self.run_id), *map(str, self.place.values())}
            broken = [line for one in INVARIANTS for line in one.broken()]
            assert [line for line in broken if any(name in line for name in ours)] == []


def test_whatever_people_do_in_whatever_order_follows_the_plain_model():
    run_state_machine_as_test(
        Places,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


STATES = tuple(EnrolmentState)
ROLES = ("owner", "stranger", "teacher", "office", "other office", "centre")
ACTIONS = {
    "accept": lambda actor, place, _: enrolments.accept(actor, place),
    "refuse": lambda actor, place, _: enrolments.refuse(actor, place),
    "withdraw": lambda actor, place, _: enrolments.withdraw(actor, place, reason="Asked."),
    "remove": lambda actor, place, _: enrolments.remove(actor, place, reason="Left."),
    "approve": lambda actor, place, _: applications.approve(actor, place),
    "decline": lambda actor, place, _: applications.decline(actor, place, reason="Full."),
    "transfer": lambda actor, place, to: transfers.transfer(actor, place, to, reason="Asked."),
}
MAY = {
    "accept": {"owner"},
    "refuse": {"owner"},
    "withdraw": {"owner", "office", "centre"},
    "remove": {"office", "centre"},
    "approve": {"office", "centre"},
    "decline": {"office", "centre"},
    "transfer": {"office", "centre"},
}
DONE_BEFORE = {
    ("accept", S.ACTIVE),
    ("refuse", S.EXPIRED),
    ("withdraw", S.WITHDRAWN),
    ("remove", S.REMOVED),
    ("decline", S.DECLINED),
}
"""Asking again for what was done already changes nothing and refuses nothing."""


def a_place(run: Run, owner, state: EnrolmentState) -> Enrolment:
    """Store a place in this state as the services would have left it."""
    with atomic():
        moment = now()
        place = Enrolment(
            run_id=run.id,
            trainee_id=owner.user_id,
            state=state,
            queue_number=1 if state in (S.WAITLISTED, S.OFFERED) else None,
            offer_expires_at=moment + timedelta(hours=1) if state == S.OFFERED else None,
            active_from=moment if state in SEAT_HOLDING - {S.OFFERED} else None,
        )
        db.session.add(place)
        stored = db.session.get_one(Run, run.id)
        stored.queue_counter = 1
        stored.capacity = 1
        stored.seats_taken = int(state in SEAT_HOLDING)
        if state == S.WAITLISTED:
            stored.capacity = 0
    return place


@pytest.mark.one_engine
@pytest.mark.parametrize("action", ACTIONS)
def test_every_role_and_state_allows_exactly_what_the_table_says(action):
    course = a_course()
    target = a_run(course=course).id
    office = an_actor("administrator", course.institution_id)
    other = an_actor("administrator", a_course().institution_id)
    centre, stranger = an_actor("centre_administrator"), a_trainee()
    wrong = []
    for state, role in product(STATES, ROLES):
        run = a_run(course=course, mode=EnrolmentMode.APPROVAL)
        owner, run_id = a_trainee(), run.id
        teacher = a_teacher_of(run)
        place = a_place(run, owner, state).id
        people = dict(zip(ROLES, (owner, stranger, teacher, office, other, centre), strict=True))

        try:
            ACTIONS[action](people[role], place, target)
            outcome = "done"
        except DomainError as refusal:
            outcome = type(refusal).__name__

        after = db.session.get_one(Enrolment, place, populate_existing=True).state
        expected = _expected(action, role, state)
        seats = db.session.get_one(Run, run_id, populate_existing=True).seats_taken
        steps = db.session.query(StateChange).filter_by(subject_id=place).count()
        is_right = (
            outcome in expected
            and (after != state) == (outcome == "done" and (action, state) not in DONE_BEFORE)
            and seats == int(after in SEAT_HOLDING)
            and steps == int(after != state)
        )
        if not is_right:
            wrong.append((state, role, outcome, expected, after, seats, steps))
    assert wrong == []


def _expected(action: str, role: str, state: EnrolmentState) -> set[str]:
    if role in ("stranger", "other office"):
        return {NotFound.__name__}
    if role not in MAY[action]:
        return {Forbidden.__name__}
    if (action, state) in DONE_BEFORE or action in ENROLMENT.actions(state):
        return {"done"}
    return {WrongState.__name__, Invalid.__name__, "Gone"}
