"""The start page."""

from datetime import timedelta

import pytest

from app.core.clock import now
from app.courses.states import EnrolmentState, StaffRole
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.courses import a_run, a_session, a_teacher_of, an_enrolment


def test_a_newcomer_is_shown_the_way_to_a_course(browse_as):
    page = browse_as(a_trainee()).get("/today")

    assert page.status_code == 200
    assert "You are not enrolled in anything yet." in page.text
    assert "Waiting for you" not in page.text


def test_a_trainee_sees_the_next_session_in_both_clocks_and_the_pass(browse_as):
    trainee, run = a_trainee(), a_run()
    an_enrolment(run, trainee.user_id)
    a_session(run, starts_at=now() + timedelta(minutes=10))

    page = browse_as(trainee).get("/today").text

    assert "Your check-in pass" in page
    assert "Session 1 of 1" in page
    assert ("Sarajevo" in page, "Shanghai" in page) == (True, True)


def test_an_offer_is_the_first_thing_to_do(browse_as):
    trainee, run = a_trainee(), a_run()
    an_enrolment(
        run,
        trainee.user_id,
        state=EnrolmentState.OFFERED,
        offer_expires_at=now() + timedelta(hours=5),
    )

    assert "Accept your place in" in browse_as(trainee).get("/today").text


def test_a_teacher_sees_the_runs_and_the_registers_to_close(browse_as):
    run = a_run()
    teacher = a_teacher_of(run, StaffRole.LEAD)
    a_session(run, starts_at=now() - timedelta(hours=5))

    page = browse_as(teacher).get("/today").text

    assert "1 register to close" in page


def test_the_office_sees_what_waits_at_its_own_institution_only(browse_as):
    run, foreign = a_run(), a_run()
    for place in (run, foreign):
        an_enrolment(place, state=EnrolmentState.APPLIED)
    registrar = an_actor("registrar", run.institution_id)

    page = browse_as(registrar).get("/today").text

    assert "Applications to decide</span><b>1</b>" in page


@pytest.mark.parametrize("number", [1, 3, 6])
def test_the_page_asks_the_database_as_often_for_six_places_as_for_one(
    browse_as, statements, number
):
    trainee = a_trainee()
    for _ in range(number):
        run = a_run()
        an_enrolment(run, trainee.user_id)
        a_session(run, starts_at=now() + timedelta(hours=number))
    browser = browse_as(trainee)
    statements.clear()

    browser.get("/today")

    assert len([s for s in statements if s.startswith("SELECT")]) == 9


def test_today_tells_the_place_in_line_and_not_the_number_drawn(browse_as):
    run, trainee = a_run(capacity=1), a_trainee()
    for number, state in enumerate((EnrolmentState.ACTIVE, EnrolmentState.WITHDRAWN), start=1):
        an_enrolment(run, state=state, queue_number=number)
    place = an_enrolment(
        run, trainee.user_id, state=EnrolmentState.WAITLISTED, queue_number=3, active_from=None
    )
    browser = browse_as(trainee)

    assert "Number 1 in the queue" in browser.get("/today").text
    assert "Number 1 in the queue" in browser.get(f"/places/{place.id}").text


def test_a_session_without_a_place_of_its_own_is_where_its_run_is(browse_as):
    run, trainee = a_run(venue="Aula 9", meeting_url="https://meet.example/9"), a_trainee()
    an_enrolment(run, trainee.user_id)
    a_session(run, starts_at=now() + timedelta(minutes=10))

    page = browse_as(trainee).get("/today").text

    assert "Aula 9" in page
    assert "https://meet.example/9" in page
