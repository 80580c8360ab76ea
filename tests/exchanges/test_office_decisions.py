"""What the office does with applications: returns them, decides findings, refuses."""

from datetime import timedelta

import pytest

from app.core.clock import now
from app.core.errors import Forbidden, Gone, Invalid
from app.core.jobs.embedded import do_all
from app.exchanges.queries import applications as queries
from app.exchanges.services import applications as services
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import CallState
from tests.factories.exchanges_applications import (
    MOTIVATION,
    a_ready_draft,
    an_application,
    owner,
    turn,
)
from tests.factories.exchanges_calls import a_call, an_officer, an_open_call

pytestmark = pytest.mark.usefixtures("session")


def in_days(days):
    return now() + timedelta(days=days)


def subjects(mail):
    do_all()
    return [message.subject for message in mail]


def test_what_a_rule_cannot_decide_is_sent_and_decided_by_the_office():
    rule = {"id": "e", "type": "min_ects", "parameters": {"minimum": 200}, "strict": False}
    call = an_open_call(rules=[rule])
    application = a_ready_draft(call)
    services.submit(owner(application), application.id)
    officer = an_officer(call.institution_id)
    (finding,) = queries.findings_of(application.id)
    assert finding.outcome == "needs_human"

    services.decide_needs_human(officer, finding.id, passes=True, reason="Exams are under way.")
    with pytest.raises(Forbidden):
        services.decide_needs_human(owner(application), finding.id, passes=True, reason="Yes.")

    (finding,) = queries.findings_of(application.id)
    assert (finding.outcome, finding.decided_by) == ("pass", officer.user_id)


def test_what_is_returned_is_corrected_and_sent_again_under_the_same_number(mail):
    call = an_open_call()
    application = a_ready_draft(call)
    person, officer = owner(application), an_officer(call.institution_id)
    services.submit(person, application.id)
    services.return_(officer, application.id, reason="Say more.", due_at=in_days(3))
    turn(call, closes_at=in_days(-1))  # the time to correct runs on after the call has closed

    values = {"motivation": f"{MOTIVATION} And more."}
    revision = application.revision
    services.save_step(person, application.id, "form-2", values, revision=revision)
    services.submit(person, application.id)

    assert (application.state, application.number) == (ApplicationState.SUBMITTED, 1)
    assert application.due_at is None
    assert f"Please correct your application {call.code}-0001" in subjects(mail)


@pytest.mark.parametrize("days", [-1, 61, 400])
def test_the_time_to_correct_lies_ahead_and_before_the_results(days):
    call = an_open_call()
    application = an_application(call, state=ApplicationState.SUBMITTED)
    with pytest.raises(Invalid):
        services.return_(
            an_officer(call.institution_id), application.id, reason="x", due_at=in_days(days)
        )


def test_what_is_not_sent_again_in_time_is_closed_by_the_clock_alone(mail):
    application = an_application(an_open_call(), state=ApplicationState.RETURNED)
    assert services.lapse_overdue() == 0
    turn(application, due_at=in_days(-1))

    with pytest.raises(Gone):
        services.submit(owner(application), application.id)
    assert services.lapse_overdue() == 1
    assert services.lapse_overdue() == 0

    assert application.state == ApplicationState.WITHDRAWN
    assert any("was closed" in line for line in subjects(mail))


def test_an_office_refuses_by_a_rule_of_the_call_and_the_person_reads_why(mail):
    call = an_open_call(rules=[{"id": "e", "type": "min_ects", "parameters": {"minimum": 60}}])
    application = an_application(call, state=ApplicationState.SUBMITTED)
    officer = an_officer(call.institution_id)

    for wrong in ({"message": " "}, {"message": "x", "rule_id": "other"}):
        with pytest.raises(Invalid):
            services.refuse_as_ineligible(officer, application.id, **wrong)
    services.refuse_as_ineligible(officer, application.id, message="50 credits.", rule_id="e")

    assert application.state == ApplicationState.INELIGIBLE
    (finding,) = queries.findings_of(application.id)
    assert (finding.rule_id, finding.outcome) == ("e", "fail")
    assert any("is not eligible" in line for line in subjects(mail))


def test_nobody_decides_about_their_own_application():
    call = an_open_call()
    officer = an_officer(call.institution_id)
    application = an_application(call, applicant=officer, state=ApplicationState.SUBMITTED)

    with pytest.raises(Forbidden):
        services.refuse_as_ineligible(officer, application.id, message="No.")


def test_what_was_given_back_is_reminded_of_once_before_it_is_due(mail):
    call = a_call(state=CallState.CLOSED)
    for days in (2, 20):
        an_application(call, state=ApplicationState.RETURNED, due_at=now() + timedelta(days=days))

    services.remind_of_drafts()
    services.remind_of_drafts()

    assert sum("has not been sent yet" in line for line in subjects(mail)) == 1
    assert sum("back to you" in message.text for message in mail) == 1
