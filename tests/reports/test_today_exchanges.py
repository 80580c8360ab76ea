"""What waits in exchanges, on the start page of those it waits for."""

from datetime import date, timedelta

import pytest

from app.accounts.queries import actor_for
from app.core.clock import now
from app.core.database import atomic, db
from app.exchanges.models.visits import ClockStep
from app.exchanges.states.agreements import ExchangeKind
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import CallState
from app.exchanges.states.mobilities import AdmissionState, MobilityState, NominationState
from tests.exchanges.stays import a_cast
from tests.factories.accounts import an_actor
from tests.factories.exchanges_applications import an_application
from tests.factories.exchanges_calls import a_call
from tests.factories.exchanges_mobilities import a_mobility, traveller
from tests.factories.exchanges_reviews import a_reviewer, an_assignment
from tests.factories.institutions import an_institution


def test_the_office_is_told_what_was_sent_to_it_and_no_other_office(browse_as):
    call = a_call(an_institution())
    an_application(call, state=ApplicationState.SUBMITTED)
    officer = an_actor("officer", call.institution_id)
    elsewhere = an_actor("officer", an_institution().id)

    assert _tells(browse_as(officer), "Exchange applications to handle", 1)
    assert "Exchange applications" not in browse_as(elsewhere).get("/today").text


def test_a_reviewer_is_told_of_reviews_to_write(browse_as):
    reviewer = a_reviewer()
    call = a_call(an_institution())
    an_assignment(an_application(call, state=ApplicationState.UNDER_REVIEW), reviewer)
    an_assignment(an_application(call, state=ApplicationState.WITHDRAWN), reviewer)

    assert _tells(browse_as(actor_for(reviewer.user_id)), "Reviews to write", 1)


@pytest.mark.parametrize(
    ("state", "is_told"), [(CallState.EMBARGOED, False), (CallState.RELEASED, True)]
)
def test_an_offer_waits_only_once_results_are_known(browse_as, state, is_told):
    call = a_call(an_institution(), state=state)
    application = an_application(call, state=ApplicationState.SELECTED)
    page = browse_as(actor_for(application.applicant_id)).get("/today").text

    assert ("Places to accept" in page) == is_told


def test_each_side_of_a_stay_is_told_of_its_own_step(browse_as):
    cast = a_cast()
    a_mobility(cast.home, cast.host)

    assert _tells(browse_as(an_actor("officer", cast.host.id)), "Nominations to answer", 1)
    assert "to answer" not in browse_as(an_actor("officer", cast.home.id)).get("/today").text

    awaited = a_mobility(cast.home, cast.host, admission=AdmissionState.AWAITING_DOCUMENTS)
    a_mobility(cast.home, cast.host, state=MobilityState.RECORDS_RECEIVED)

    assert _tells(browse_as(traveller(awaited)), "Papers to hand in for a stay", 1)
    assert _tells(browse_as(an_actor("registrar", cast.home.id)), "Credits to recognise", 1)
    assert "Credits" not in browse_as(an_actor("registrar", cast.host.id)).get("/today").text


def test_the_office_at_home_is_told_of_stays_that_the_host_refused(browse_as):
    cast = a_cast()
    a_mobility(cast.home, cast.host, nomination=NominationState.REJECTED)
    a_mobility(cast.home, cast.host, admission=AdmissionState.REFUSED)
    a_mobility(cast.home, cast.host, admission=AdmissionState.ACCEPTED)

    assert _tells(browse_as(an_actor("officer", cast.home.id)), "Stays that the host refused", 2)
    assert "refused" not in browse_as(an_actor("officer", cast.host.id)).get("/today").text


def test_the_office_at_home_is_told_what_to_write_for_a_host_without_an_account(browse_as):
    home, host = an_institution(), an_institution()
    a_mobility(home, host, admission=AdmissionState.COMPLETE)
    a_mobility(home, host, state=MobilityState.READY, planned_from=date(2025, 1, 1))
    a_mobility(home, host, state=MobilityState.READY)
    office, label = an_actor("officer", home.id), "Stays to write for, whose host has no account"

    assert _tells(browse_as(office), label, 2)
    an_actor("officer", host.id)
    assert label not in browse_as(office).get("/today").text


def test_staff_cost_one_more_question_whatever_waits(browse_as, statements):
    cast = a_cast()
    officer = browse_as(an_actor("officer", cast.host.id))
    asked = []
    for _ in range(2):
        statements.clear()
        officer.get("/today")
        asked.append(len([s for s in statements if s.startswith("SELECT")]))
        a_mobility(cast.home, cast.host)

    assert asked[0] == asked[1]


def _tells(browser, label, number):
    return f"{label}</span><b>{number}</b>" in browser.get("/today").text


def test_the_office_of_the_host_is_told_of_transcripts_and_of_overdue_steps(browse_as):
    cast = a_cast()
    for state, kind in (
        (MobilityState.DEPARTED, ExchangeKind.STUDIES),
        (MobilityState.ENDED_EARLY, ExchangeKind.STUDIES),
        (MobilityState.DEPARTED, ExchangeKind.TEACHING),
    ):
        a_mobility(cast.home, cast.host, state=state, kind=kind)
    late, done, coming = (
        a_mobility(cast.home, cast.host, state=MobilityState.IN_PROGRESS) for _ in range(3)
    )
    day = timedelta(days=1)
    with atomic():
        for stay, due_at, done_on in (
            (late, now() - day, None),
            (done, now() - day, now().date()),
            (coming, now() + day, None),
        ):
            step = ClockStep(mobility_id=stay.id, clock="ba-police", due_at=due_at, done_on=done_on)
            db.session.add(step)
    browser = browse_as(an_actor("officer", cast.host.id))

    assert _tells(browser, "Transcripts to enter", 2)
    assert _tells(browser, "Stays with a step at an authority overdue", 1)
    listed = browser.get("/exchanges/stays?side=in&overdue=1").text
    assert late.number in listed
    assert done.number not in listed
    rows = browser.get("/exchanges/stays.csv?overdue=1").text.splitlines()
    assert len(rows) == 2
    assert rows[1].endswith('"Yes"')
