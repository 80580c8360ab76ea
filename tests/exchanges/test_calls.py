"""Calls: what may change when, what the clock does, and who is told."""

from datetime import datetime, timedelta

import pytest

from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Invalid, WrongState
from app.core.invariants import INVARIANTS
from app.exchanges.forms.calls import local
from app.exchanges.models.calls import Call
from app.exchanges.queries import calls as queries
from app.exchanges.rules.phases import accepts, standing
from app.exchanges.services import call_clock, call_copies, call_parts, call_questions
from app.exchanges.services import calls as services
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import CallState
from app.institutions import services as institutions
from app.notifications.models import Notice
from tests.factories.accounts import an_actor
from tests.factories.exchanges_applications import an_application
from tests.factories.exchanges_calls import RULES, a_call, a_quota, an_officer, an_open_call
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database


@pytest.fixture
def home(session):
    return an_institution()


@pytest.fixture
def officer(home):
    return an_officer(home.id)


def at(call: Call, **values: datetime) -> Call:
    """Return the call with other dates."""
    with atomic():
        stored = db.session.get_one(Call, call.id)
        for name, value in values.items():
            setattr(stored, name, value)
    return call


def state_of(call: Call) -> CallState:
    return db.session.get_one(Call, call.id, populate_existing=True).state


def later(call: Call, days: int) -> datetime:
    return local(now() + timedelta(days=days), call.timezone)


def test_an_open_call_accepts_and_counts_places(home):
    call = an_open_call(home, destinations=2, places=3, requirements=["Passport"])

    assert accepts(call, now())
    assert [place.left for place in queries.destinations(call.id)] == [3, 3]
    assert queries.current_form(call.id).number == queries.current_rules(call.id).number == 1
    assert [one.title["en"] for one in queries.requirements(call.id)] == ["Passport"]
    assert not accepts(a_call(home), now())


def test_the_servers_clock_decides_even_when_the_job_is_late(home):
    past, future = now() - timedelta(seconds=1), now() + timedelta(days=1)
    late = at(an_open_call(home), closes_at=past)
    early = at(a_call(home, state=CallState.PUBLISHED), opens_at=past, closes_at=future)

    assert (late.state, standing(late, now()), accepts(late, now())) == ("open", "closed", False)
    assert (early.state, accepts(early, now())) == ("published", True)


def test_the_clock_takes_a_call_through_its_life_and_does_nothing_twice(home):
    call = a_call(home, state=CallState.PUBLISHED)
    past = now() - timedelta(minutes=1)
    for dates, expected in (
        ({}, CallState.PUBLISHED),
        ({"opens_at": past}, CallState.OPEN),
        ({"closes_at": past + timedelta(seconds=1)}, CallState.CLOSED),
    ):
        at(call, **dates)
        call_clock.turn_calls()
        assert call_clock.turn_calls() == 0
        assert state_of(call) == expected


@pytest.mark.parametrize(("notice", "appeal"), [(0, 0), (7, 0), (0, 7)])
def test_results_are_released_noticed_and_finished_by_the_clock(home, notice, appeal):
    dates = {"public_notice_days": notice, "appeal_days": appeal}
    call = a_call(home, state=CallState.EMBARGOED, **dates)
    call_clock.turn_calls()
    assert state_of(call) == CallState.EMBARGOED

    at(call, release_at=now() - timedelta(seconds=1))
    call_clock.turn_calls()

    waits = CallState.NOTICE if notice else CallState.RELEASED
    assert state_of(call) == (waits if notice or appeal else CallState.FINALISED)
    at(call, released_at=now() - timedelta(days=8))
    call_clock.turn_calls()
    assert state_of(call) == CallState.FINALISED


def test_an_appeal_keeps_a_call_from_being_finished(home):
    call = a_call(home, state=CallState.RELEASED, appeal_days=0)
    an_application(call, state=ApplicationState.UNDER_APPEAL)

    call_clock.turn_calls()

    assert state_of(call) == CallState.RELEASED


def test_an_extension_is_seen_by_all_and_told_to_those_who_write(home, officer):
    call = an_open_call(home)
    writer, sender = an_actor("trainee", home.id), an_actor("trainee", home.id)
    an_application(call, applicant=writer)
    an_application(call, applicant=sender, state=ApplicationState.SUBMITTED)

    services.extend(officer, call.id, later(call, 40), reason="Snow")

    stored = db.session.get_one(Call, call.id, populate_existing=True)
    extension = queries.extensions(call.id)[0]
    assert (extension.reason, extension.after) == ("Snow", stored.closes_at)
    notices = db.session.query(Notice).filter_by(kind="exchanges/call-extended").all()
    assert [notice.user_id for notice in notices] == [writer.user_id]


def test_a_call_that_just_closed_opens_again_and_results_wait(home, officer):
    call = a_call(home, state=CallState.CLOSED)

    services.extend(officer, call.id, later(call, 45), reason="Too few")

    stored = db.session.get_one(Call, call.id, populate_existing=True)
    assert stored.state == CallState.OPEN
    assert stored.release_at >= stored.closes_at


@pytest.mark.parametrize(("days", "reason"), [(10, "Sooner"), (40, " ")])
def test_an_extension_is_later_and_says_why(home, officer, days, reason):
    call = an_open_call(home)

    with pytest.raises(Invalid):
        services.extend(officer, call.id, later(call, days), reason=reason)

    assert queries.extensions(call.id) == []


def test_closing_at_once_moves_the_closing(home, officer):
    call = an_open_call(home)

    services.close(officer, call.id)

    stored = db.session.get_one(Call, call.id, populate_existing=True)
    assert stored.state == CallState.CLOSED
    assert stored.closes_at <= now()


def test_a_cancelled_call_tells_all_who_applied_why(home, officer, mail):
    call = an_open_call(home)
    an_application(call)
    an_application(call, state=ApplicationState.SUBMITTED)

    services.cancel(officer, call.id, reason="No funds")

    assert queries.cancelled_because(call.id) == "No funds"
    assert db.session.query(Notice).filter_by(kind="exchanges/call-cancelled").count() == 2


def test_what_is_incomplete_cannot_be_published(home, officer):
    call = a_call(home, criteria=())

    with pytest.raises(Invalid):
        services.publish(officer, call.id)

    assert state_of(call) == CallState.DRAFT


def test_a_call_whose_time_has_come_opens_as_it_is_published(home, officer):
    call = a_call(home, chair_id=officer.user_id)
    at(call, opens_at=now() - timedelta(days=1))

    services.publish(officer, call.id)

    assert state_of(call) == CallState.OPEN


def test_after_opening_the_rubric_stands_and_after_closing_all_does(home, officer):
    opened, closed = an_open_call(home), a_call(home, state=CallState.CLOSED)

    with pytest.raises(WrongState):
        call_parts.set_tie_break(officer, opened.id, [])
    with pytest.raises(WrongState):
        call_questions.save_rules(officer, closed.id, RULES)
    call_questions.save_rules(officer, opened.id, RULES)


def test_rules_tell_the_search_whom_a_call_is_for(home, officer):
    call = a_call(home, audience={"people": "staff"})
    rule = {"codes": ["0913", "0912"]}

    call_questions.put_rule(officer, call.id, "field_isced", rule, strict=True)

    stored = db.session.get_one(Call, call.id, populate_existing=True)
    assert stored.isced_index == "|0912|0913"
    assert stored.audience["people"] == "staff"


def test_places_of_others_cannot_be_offered(home, officer):
    call = a_call(home)
    foreign = a_quota(an_institution(), an_institution())

    with pytest.raises(Invalid):
        call_parts.add_destination(officer, call.id, foreign.id, {})


def test_a_copy_for_the_next_year_has_all_but_the_places_of_this_year(home, officer):
    call = an_open_call(home, rules=RULES, requirements=["Passport"], criteria=["One", "Two"])
    ids = [str(one.id) for one in queries.criteria(call.id)]
    at(call, tie_break=ids[1:])

    new = call_copies.copy_call(officer, call.id, code="NEXT-1", next_year=True)

    copy = db.session.get_one(Call, new)
    assert (copy.state, copy.academic_year) == (CallState.DRAFT, call.academic_year + 1)
    assert queries.current_rules(new).rules == [dict(rule) for rule in RULES]
    assert queries.destinations(new)[0].quota.academic_year == copy.academic_year
    assert copy.tie_break == [str(queries.criteria(new)[1].id)]
    with pytest.raises(Invalid):
        call_copies.copy_call(officer, call.id, code="NEXT-1")


def test_a_call_is_found_by_the_new_name_of_its_host(home):
    host = an_institution()
    call = an_open_call(home, destinations=[host])
    details = institutions.Details(
        name={"en": "Kunming University"},
        city={"en": "Kunming"},
        country="CN",
        timezone="Asia/Shanghai",
    )

    institutions.edit(an_actor("centre_administrator"), host.id, details, version=1)

    assert "kunming" in db.session.get_one(Call, call.id, populate_existing=True).search_text


def test_what_must_be_true_of_calls_is(home, officer):
    for state in CallState:
        a_call(home, state=state)
    broken = [
        line
        for one in INVARIANTS
        if one.broken.__module__ == "app.exchanges.invariants.calls"
        for line in one.broken()
    ]

    assert broken == []


def test_a_call_that_cannot_be_turned_keeps_no_other_back(home, monkeypatch):
    stuck, fine = an_open_call(home), an_open_call(home)
    for call in (stuck, fine):
        at(call, closes_at=now() - timedelta(seconds=1))

    def fail(call: Call) -> None:
        if call.id == stuck.id:
            raise RuntimeError("no")

    monkeypatch.setattr(call_clock, "closed", fail)
    with pytest.raises(ExceptionGroup):
        call_clock.turn_calls()

    assert (state_of(stuck), state_of(fine)) == (CallState.OPEN, CallState.CLOSED)
