"""Places: asking, offers, giving up, taking away, moving, and the queue that fills what is free."""

from datetime import timedelta

import pytest
import time_machine

from app.accounts.models import User
from app.accounts.states import AccountState
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Forbidden, Gone, Invalid, NotFound, TooMany, WrongState
from app.core.tokens import digest
from app.courses.models.enrolments import Enrolment, Invitation
from app.courses.models.runs import Run
from app.courses.services import applications, enrolments, queue, transfers
from app.courses.states import SEAT_HOLDING, EnrolmentMode, EnrolmentState, RunState
from tests.factories.accounts import a_trainee, a_user, an_actor
from tests.factories.courses import a_course, a_run, a_teacher_of
from tests.factories.institutions import an_institution

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session")]

S = EnrolmentState


def fresh(thing):
    db.session.expire_all()
    return db.session.get_one(type(thing), thing.id)


def state(enrolment: Enrolment) -> EnrolmentState:
    return fresh(enrolment).state


def office_of(run: Run) -> Actor:
    return an_actor("administrator", run.institution_id)


def seats_agree(run: Run) -> bool:
    held = (
        db.session.query(Enrolment)
        .filter(Enrolment.run_id == run.id, Enrolment.state.in_(SEAT_HOLDING))
        .count()
    )
    return fresh(run).seats_taken == held


def change_capacity(run: Run, capacity: int) -> None:
    with atomic():
        db.session.get_one(Run, run.id).capacity = capacity


def test_the_first_get_seats_and_the_next_a_number_in_the_queue():
    run = a_run(capacity=1)

    first = enrolments.enrol(a_trainee(), run.id)
    second = enrolments.enrol(a_trainee(), run.id)
    third = enrolments.enrol(a_trainee(), run.id)

    assert [first.state, second.state, third.state] == [S.ACTIVE, S.WAITLISTED, S.WAITLISTED]
    assert [first.queue_number, second.queue_number, third.queue_number] == [None, 1, 2]
    assert seats_agree(run)


def test_asking_twice_acts_once(mail):
    run, trainee = a_run(), a_trainee()

    first, second = enrolments.enrol(trainee, run.id), enrolments.enrol(trainee, run.id)

    assert first.id == second.id
    assert fresh(run).seats_taken == 1


def test_withdrawing_moves_the_queue_up():
    run, leaver = a_run(capacity=1), a_trainee()
    place = enrolments.enrol(leaver, run.id)
    waiting = [enrolments.enrol(a_trainee(), run.id) for _ in range(2)]

    enrolments.withdraw(leaver, place.id)

    assert [state(one) for one in waiting] == [S.ACTIVE, S.WAITLISTED]
    assert state(place) == S.WITHDRAWN
    assert fresh(place).active_to is not None
    assert seats_agree(run)


def test_a_freed_seat_is_offered_and_held_until_it_is_answered():
    run, leaver, next_one = a_run(capacity=1, offer_hours=48), a_trainee(), a_trainee()
    place = enrolments.enrol(leaver, run.id)
    waiting = enrolments.enrol(next_one, run.id)

    enrolments.withdraw(leaver, place.id)
    newcomer = enrolments.enrol(a_trainee(), run.id)

    assert state(waiting) == S.OFFERED
    assert newcomer.state == S.WAITLISTED
    assert seats_agree(run)
    enrolments.accept(next_one, waiting.id)
    assert state(waiting) == S.ACTIVE
    assert fresh(waiting).offer_expires_at is None


def test_a_refused_offer_goes_to_the_next():
    run, leaver, picky = a_run(capacity=1, offer_hours=48), a_trainee(), a_trainee()
    place = enrolments.enrol(leaver, run.id)
    first, second = enrolments.enrol(picky, run.id), enrolments.enrol(a_trainee(), run.id)
    enrolments.withdraw(leaver, place.id)

    enrolments.refuse(picky, first.id)

    assert [state(first), state(second)] == [S.EXPIRED, S.OFFERED]
    assert seats_agree(run)


def test_an_offer_that_lapses_passes_on_by_itself_and_can_no_longer_be_accepted():
    run, leaver, slow = a_run(capacity=1, offer_hours=2), a_trainee(), a_trainee()
    place = enrolments.enrol(leaver, run.id)
    first, second = enrolments.enrol(slow, run.id), enrolments.enrol(a_trainee(), run.id)
    enrolments.withdraw(leaver, place.id)

    with time_machine.travel(now() + timedelta(hours=2)):
        with pytest.raises(Gone):
            enrolments.accept(slow, first.id)
        assert queue.lapse_offers() == 1
        assert queue.lapse_offers() == 0
        with pytest.raises(Gone):
            enrolments.accept(slow, first.id)

    assert [state(first), state(second)] == [S.EXPIRED, S.OFFERED]
    assert seats_agree(run)


def test_joining_again_is_a_new_attempt_at_the_end_of_the_queue():
    run, trainee = a_run(capacity=1), a_trainee()
    place = enrolments.enrol(trainee, run.id)
    waiting = enrolments.enrol(a_trainee(), run.id)
    enrolments.withdraw(trainee, place.id)

    again = enrolments.enrol(trainee, run.id)

    assert (again.attempt, again.state, again.queue_number) == (2, S.WAITLISTED, 2)
    assert state(waiting) == S.ACTIVE


def test_more_seats_are_filled_in_the_order_of_the_queue_and_fewer_evict_nobody():
    run, admin = a_run(capacity=1), SYSTEM
    places = [enrolments.enrol(a_trainee(), run.id) for _ in range(4)]

    change_capacity(run, 3)
    queue.fill_places(admin, run.id)
    assert [state(one) for one in places] == [S.ACTIVE, S.ACTIVE, S.ACTIVE, S.WAITLISTED]

    change_capacity(run, 1)
    queue.fill_places(admin, run.id)
    assert [state(one) for one in places] == [S.ACTIVE, S.ACTIVE, S.ACTIVE, S.WAITLISTED]
    assert seats_agree(run)


def test_nobody_moves_up_while_more_are_in_than_seats():
    run, trainees = a_run(capacity=3), [a_trainee() for _ in range(3)]
    places = [enrolments.enrol(one, run.id) for one in trainees]
    waiting = enrolments.enrol(a_trainee(), run.id)
    change_capacity(run, 1)

    enrolments.withdraw(trainees[0], places[0].id)
    enrolments.withdraw(trainees[1], places[1].id)
    assert state(waiting) == S.WAITLISTED

    enrolments.withdraw(trainees[2], places[2].id)
    assert state(waiting) == S.ACTIVE


def test_a_suspended_person_is_passed_over_and_keeps_the_number():
    run, leaver, gone = a_run(capacity=1), a_trainee(), a_trainee()
    place = enrolments.enrol(leaver, run.id)
    first, second = enrolments.enrol(gone, run.id), enrolments.enrol(a_trainee(), run.id)
    with atomic():
        db.session.get_one(User, gone.user_id).state = AccountState.SUSPENDED

    enrolments.withdraw(leaver, place.id)

    assert [state(first), state(second)] == [S.WAITLISTED, S.ACTIVE]
    assert fresh(first).queue_number == 1


def test_higher_priority_goes_first():
    run, leaver = a_run(capacity=1), a_trainee()
    place = enrolments.enrol(leaver, run.id)
    plain, urgent = enrolments.enrol(a_trainee(), run.id), enrolments.enrol(a_trainee(), run.id)
    with atomic():
        db.session.get_one(Enrolment, urgent.id).priority = 1

    enrolments.withdraw(leaver, place.id)

    assert [state(plain), state(urgent)] == [S.WAITLISTED, S.ACTIVE]


def test_a_full_queue_takes_nobody():
    run = a_run(capacity=1, waitlist_capacity=1)
    for _ in range(2):
        enrolments.enrol(a_trainee(), run.id)

    with pytest.raises(Conflict):
        enrolments.enrol(a_trainee(), run.id)
    assert seats_agree(run)


def test_a_key_opens_the_run_and_guessing_it_is_limited():
    run = a_run(mode=EnrolmentMode.KEY, key_digest=digest("bridge"))
    guesser = a_trainee()

    for _ in range(10):
        with pytest.raises(Invalid):
            enrolments.enrol(guesser, run.id, key="tunnel")
    with pytest.raises(TooMany):
        enrolments.enrol(guesser, run.id, key="bridge")

    assert enrolments.enrol(a_trainee(), run.id, key=" bridge ").state == S.ACTIVE
    with pytest.raises(Invalid):
        enrolments.enrol(a_trainee(), run.id)


def test_only_the_invited_get_into_a_run_by_invitation():
    run, guest = a_run(mode=EnrolmentMode.INVITE), a_user()
    host = office_of(run)
    with atomic():
        db.session.add(
            Invitation(run_id=run.id, email_key=guest.email_key, invited_by=host.user_id)
        )
    invited = Actor(user_id=guest.id)

    assert enrolments.enrol(invited, run.id).state == S.ACTIVE
    with pytest.raises(WrongState):
        enrolments.enrol(a_trainee(), run.id)


@pytest.mark.parametrize(
    "values",
    [
        {"state": RunState.DRAFT},
        {"state": RunState.CLOSED},
        {"state": RunState.CANCELLED},
        {"enrol_opens_at": now() + timedelta(days=1)},
        {"enrol_closes_at": now() - timedelta(days=1)},
    ],
)
def test_a_run_that_is_not_open_takes_nobody(values):
    run = a_run(**values)

    with pytest.raises(WrongState):
        enrolments.enrol(a_trainee(), run.id)


def test_two_steps_of_approval_are_for_two_people():
    run = a_run(mode=EnrolmentMode.APPROVAL, approval_steps=2)
    teacher, office, trainee = a_teacher_of(run), office_of(run), a_trainee()
    application = enrolments.enrol(trainee, run.id, message="I would like to learn this.")
    assert (application.state, fresh(run).seats_taken) == (S.APPLIED, 0)

    applications.approve(office, application.id)
    assert state(application) == S.APPLIED
    with pytest.raises(Invalid):
        applications.approve(office, application.id)
    with pytest.raises(Forbidden):
        applications.approve(teacher, application.id)
    applications.approve(an_actor("registrar", run.institution_id), application.id)

    assert state(application) == S.ACTIVE
    assert seats_agree(run)


def test_an_approved_application_joins_the_queue_when_no_seat_is_left():
    run = a_run(mode=EnrolmentMode.APPROVAL, capacity=1)
    office = office_of(run)
    first, second = (enrolments.enrol(a_trainee(), run.id) for _ in range(2))

    applications.approve_all(office, run.id, [second.id, first.id])

    assert [state(first), state(second)] == [S.ACTIVE, S.WAITLISTED]


def test_nobody_decides_their_own_application():
    run = a_run(mode=EnrolmentMode.APPROVAL)
    office = office_of(run)
    application = enrolments.enrol(office, run.id)

    with pytest.raises(Forbidden):
        applications.approve(office, application.id)


def test_declining_needs_a_reason_and_frees_the_way_for_another_try():
    run, trainee = a_run(mode=EnrolmentMode.APPROVAL), a_trainee()
    office = office_of(run)
    application = enrolments.enrol(trainee, run.id)

    with pytest.raises(Invalid):
        applications.decline(office, application.id, reason="  ")
    applications.decline(office, application.id, reason="Prerequisites are missing.")
    with pytest.raises(WrongState):
        applications.approve(office, application.id)

    assert enrolments.enrol(trainee, run.id).attempt == 2


def test_a_trainee_cannot_leave_after_the_cut_off_but_the_office_can_let_them_go():
    run = a_run(withdraw_until=now() - timedelta(minutes=1))
    trainee, office = a_trainee(), office_of(run)
    place = enrolments.enrol(trainee, run.id)

    with pytest.raises(WrongState):
        enrolments.withdraw(trainee, place.id)
    with pytest.raises(Invalid):
        enrolments.withdraw(office, place.id)
    enrolments.withdraw(office, place.id, reason="Illness.")

    assert state(place) == S.WITHDRAWN


def test_removing_needs_a_reason_and_the_right():
    run = a_run()
    place, office = enrolments.enrol(a_trainee(), run.id), office_of(run)

    with pytest.raises(Forbidden):
        enrolments.remove(a_teacher_of(run), place.id, reason="No reason.")
    with pytest.raises(Invalid):
        enrolments.remove(office, place.id, reason="")
    enrolments.remove(office, place.id, reason="Left the university.")

    assert state(place) == S.REMOVED


def test_a_stranger_is_told_that_there_is_no_such_place():
    run = a_run()
    place = enrolments.enrol(a_trainee(), run.id)

    for act in (enrolments.withdraw, enrolments.accept, enrolments.refuse, applications.approve):
        with pytest.raises(NotFound):
            act(a_trainee(), place.id)
    assert state(place) == S.ACTIVE


def test_a_transfer_takes_the_seat_there_first_and_frees_the_one_here():
    course = a_course()
    here, there = a_run(course=course, capacity=1), a_run(course=course, capacity=1)
    office = office_of(here)
    place = enrolments.enrol(a_trainee(), here.id)
    waiting = enrolments.enrol(a_trainee(), here.id)

    moved = transfers.transfer(office, place.id, there.id, reason="Another week suits better.")

    assert [state(place), state(moved), state(waiting)] == [S.TRANSFERRED, S.ACTIVE, S.ACTIVE]
    assert fresh(place).transferred_to_id == moved.id
    assert seats_agree(here)
    assert seats_agree(there)


def test_a_transfer_into_a_full_run_changes_nothing():
    course = a_course()
    here, there = a_run(course=course), a_run(course=course, capacity=1)
    enrolments.enrol(a_trainee(), there.id)
    place = enrolments.enrol(a_trainee(), here.id)

    with pytest.raises(Conflict):
        transfers.transfer(office_of(here), place.id, there.id, reason="Asked for it.")

    assert state(place) == S.ACTIVE
    assert seats_agree(here)
    assert seats_agree(there)


def test_a_transfer_needs_the_right_on_both_sides():
    here, there = a_run(), a_run(course=a_course(institution_id=an_institution().id))
    place = enrolments.enrol(a_trainee(), here.id)

    for office in (office_of(here), office_of(there)):
        with pytest.raises((Forbidden, NotFound)):
            transfers.transfer(office, place.id, there.id, reason="Asked for it.")

    assert state(place) == S.ACTIVE


def test_removing_several_leaves_alone_those_without_a_place():
    run = a_run(capacity=2)
    places = [enrolments.enrol(a_trainee(), run.id) for _ in range(3)]
    elsewhere = enrolments.enrol(a_trainee(), a_run().id)

    number = enrolments.remove_all(
        office_of(run), run.id, [one.id for one in (*places, elsewhere)], reason="Cancelled."
    )

    assert number == 2
    assert [state(one) for one in places] == [S.REMOVED, S.REMOVED, S.ACTIVE]
    assert state(elsewhere) == S.ACTIVE
