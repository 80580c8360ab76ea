"""Drafts of applications: begun once, saved in steps, lost in no window, reminded of."""

from datetime import timedelta

import pytest

from app.core.clock import now
from app.core.database import db
from app.core.errors import Forbidden, WrongState
from app.core.jobs.embedded import do_all
from app.exchanges.models.applications import Application
from app.exchanges.queries import applications as queries
from app.exchanges.services import applications as services
from app.exchanges.states.agreements import ExchangeKind
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import CallState
from tests.factories.accounts import a_trainee, a_user, an_actor
from tests.factories.exchanges_applications import (
    an_application,
    destinations_of,
    owner,
)
from tests.factories.exchanges_calls import a_call, an_open_call
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.usefixtures("session")


def in_days(days):
    return now() + timedelta(days=days)


def subjects(mail):
    do_all()
    return [message.subject for message in mail]


def test_somebody_begins_once_however_often_they_press():
    call, person = an_open_call(), a_trainee()

    first = services.start(person, call.id)
    second = services.start(person, call.id)

    assert first.id == second.id
    assert first.state == ApplicationState.DRAFT


@pytest.mark.parametrize("state", [CallState.PUBLISHED, CallState.CLOSED, CallState.SELECTING])
def test_nobody_begins_when_the_call_does_not_take_applications(state):
    call = a_call(state=state)
    with pytest.raises(WrongState):
        services.start(a_trainee(), call.id)


def test_the_clock_counts_and_not_what_is_stored():
    call = an_open_call(closes_at=in_days(-1))
    with pytest.raises(WrongState):
        services.start(a_trainee(), call.id)


@pytest.mark.parametrize(
    ("kind", "audience", "student", "teacher"),
    [
        (ExchangeKind.STUDIES, {}, True, False),
        (ExchangeKind.TEACHING, {}, False, True),
        (ExchangeKind.SHORT_VISIT, {}, True, True),
        (ExchangeKind.TEACHING, {"people": "both"}, True, True),
    ],
)
def test_a_call_is_for_those_whom_it_addresses(browse_as, kind, audience, student, teacher):
    call = an_open_call(kind=kind, audience=audience)

    for actor, may in ((a_trainee(), student), (an_actor("faculty", an_institution().id), teacher)):
        page = browse_as(actor).get(f"/exchanges/calls/{call.id}").text
        assert (f"/exchanges/calls/{call.id}/apply" in page) == may
        assert ("This call is for" in page and "account has" not in page) == may
        if may:
            assert services.start(actor, call.id)
            continue
        with pytest.raises(Forbidden, match="your account has"):
            services.start(actor, call.id)


def test_a_step_keeps_what_makes_sense_and_says_what_does_not():
    application = an_application(an_open_call())
    typed = {"ects_done": "many", "eqf_level": 7, "isced": "9998", "passport_until": "2031-02-30"}

    saved = services.save_step(owner(application), application.id, "about", typed, revision=1)

    assert set(saved.faults) == {"ects_done", "isced", "passport_until"}
    assert application.facts["eqf_level"] == 7
    assert application.facts["ects_done"] == 180


def test_an_older_window_does_not_overwrite_what_a_newer_one_saved():
    application = an_application(an_open_call())
    person = owner(application)
    shown = application.revision
    services.save_step(person, application.id, "form-2", {"motivation": "First"}, revision=shown)

    with pytest.raises(services.StaleStep):
        services.save_step(person, application.id, "form-2", {"motivation": "Old"}, revision=shown)

    assert db.session.get_one(Application, application.id).answers == {"motivation": "First"}


def test_two_windows_on_different_steps_do_not_disturb_each_other():
    application = an_application(an_open_call())
    person = owner(application)
    shown = application.revision

    services.save_step(person, application.id, "about", {"ects_done": 100}, revision=shown)
    services.save_step(person, application.id, "form-2", {"motivation": "x"}, revision=shown)
    services.save_step(person, application.id, "form-2", {"motivation": "x"}, revision=shown)

    assert application.facts["ects_done"] == 100
    assert application.revision == shown + 2


def test_wishes_are_of_this_call_each_once_and_no_more_than_it_takes():
    call = an_open_call(destinations=3, max_preferences=2)
    foreign = destinations_of(an_open_call())[0]
    application = an_application(call, preferences=[])
    one, two, three = (str(place.id) for place in destinations_of(call))

    def wish(*ids):
        values = {"preferences": list(ids)}
        revision = application.revision
        found = services.save_step(
            owner(application), application.id, "form-1", values, revision=revision
        )
        return found.faults.get("preferences", "")

    assert wish(one, one) == "twice"
    assert wish(str(foreign.id)) == "no_choice"
    assert wish(one, two, three) == "too_many"
    assert wish(two, one) == ""
    assert [str(w.destination_id) for w in queries.preferences_of(application.id)] == [two, one]


def test_a_draft_that_was_withdrawn_can_be_begun_again():
    call = an_open_call()
    application = an_application(call)
    person = owner(application)

    services.withdraw(person, application.id)

    assert services.start(person, call.id).id != application.id


def test_a_draft_is_reminded_of_once_before_the_call_closes(mail):
    call = an_open_call(closes_at=in_days(2))
    an_application(call)
    an_application(call, state=ApplicationState.SUBMITTED)

    services.remind_of_drafts()
    services.remind_of_drafts()

    assert sum("has not been sent yet" in line for line in subjects(mail)) == 1


def test_a_supervisor_with_an_account_is_known_so_that_they_do_not_judge():
    application = an_application(an_open_call())
    mentor = a_user(name="Nenad Mentor")
    typed = {"supervisor_email": mentor.email.upper()}

    services.save_step(owner(application), application.id, "about", typed, revision=1)

    assert application.supervisor_id == mentor.id
