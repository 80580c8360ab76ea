"""Offers: confirmed, declined, lapsed, and passed on in strict order."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import actor_for
from app.core.clock import now
from app.core.database import db
from app.core.errors import Forbidden, Gone, Invalid, NotFound, WrongState
from app.exchanges.models.agreements import Quota
from app.exchanges.models.calls import Call
from app.exchanges.queries import offers as queries
from app.exchanges.services import allocation, appeals, offers
from app.exchanges.services import applications as applications_services
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import CallState
from app.notifications.models import Notice
from tests.factories.exchanges_applications import an_application, destinations_of
from tests.factories.exchanges_calls import an_officer
from tests.factories.exchanges_reviews import a_chaired_call, an_appeal
from tests.factories.institutions import an_institution

_S = ApplicationState
pytestmark = pytest.mark.usefixtures("session")


def a_released_call(**values):
    values = {"state": CallState.RELEASED, "destinations": 1, "places": 1} | values
    return a_chaired_call(an_institution(), **values)


def person(application):
    return actor_for(application.applicant_id)


def used(call):
    return [db.session.get_one(Quota, one.quota_id).used_persons for one in destinations_of(call)]


def test_confirming_keeps_the_seat():
    call, _chair = a_released_call()
    application = an_application(call, state=_S.SELECTED)

    offers.confirm(person(application), application.id)

    assert application.state == _S.CONFIRMED
    assert application.offer_expires_at is None
    assert used(call) == [1]
    with pytest.raises(WrongState):
        offers.decline(person(application), application.id)


def test_nobody_answers_for_somebody_else():
    call, chair = a_released_call()
    application = an_application(call, state=_S.SELECTED)
    other = an_application(call, state=_S.WAIT_LISTED)

    with pytest.raises(NotFound):
        offers.confirm(person(other), application.id)
    with pytest.raises(Forbidden):
        offers.confirm(chair, application.id)


def test_a_declined_place_goes_to_the_first_on_the_list():
    call, _chair = a_released_call()
    selected = an_application(call, state=_S.SELECTED)
    second = an_application(call, state=_S.WAIT_LISTED, place=3)
    first = an_application(call, state=_S.WAIT_LISTED, place=2)

    offers.decline(person(selected), selected.id)

    assert [one.state for one in (selected, first, second)] == [
        _S.DECLINED,
        _S.SELECTED,
        _S.WAIT_LISTED,
    ]
    assert first.offer_expires_at > now()
    assert used(call) == [1]
    kinds = db.session.scalars(select(Notice.kind).where(Notice.user_id == first.applicant_id))
    assert kinds.all() == ["exchanges/offer-passed-on"]


def test_who_does_not_want_the_free_destination_is_passed_over_but_keeps_the_place():
    call, _chair = a_released_call(destinations=2)
    here, there = destinations_of(call)
    selected = an_application(call, state=_S.SELECTED, preferences=[here])
    first = an_application(call, state=_S.WAIT_LISTED, place=2, preferences=[there])
    an_application(call, state=_S.CONFIRMED, preferences=[there])
    second = an_application(call, state=_S.WAIT_LISTED, place=3, preferences=[there, here])

    offers.decline(person(selected), selected.id)

    assert (first.state, second.state) == (_S.WAIT_LISTED, _S.SELECTED)
    assert second.destination_id == here.id


def test_an_offer_that_lapsed_cannot_be_confirmed_and_is_passed_on_by_the_clock():
    call, _chair = a_released_call()
    late = an_application(call, state=_S.SELECTED, offer_expires_at=now() - timedelta(seconds=1))
    waiting = an_application(call, state=_S.WAIT_LISTED, place=2)

    with pytest.raises(Gone):
        offers.confirm(person(late), late.id)
    assert offers.settle_offers() == 2

    assert (late.state, waiting.state) == (_S.OFFER_EXPIRED, _S.SELECTED)
    assert used(call) == [1]
    assert offers.settle_offers() == 0


def test_withdrawing_passes_the_place_on_too():
    call, _chair = a_released_call()
    confirmed = an_application(call, state=_S.CONFIRMED)
    waiting = an_application(call, state=_S.WAIT_LISTED, place=2)

    applications_services.withdraw(person(confirmed), confirmed.id)

    assert waiting.state == _S.SELECTED
    assert used(call) == [1]


def test_a_free_place_reaches_the_wait_list_of_another_call_for_the_same_quota():
    call, _chair = a_released_call()
    quota = db.session.get_one(Quota, destinations_of(call)[0].quota_id)
    home = call.institution_id
    other, _ = a_chaired_call(
        db.session.get_one(type(an_institution()), home),
        state=CallState.RELEASED,
        destinations=[quota],
    )
    selected = an_application(call, state=_S.SELECTED)
    waiting = an_application(other, state=_S.WAIT_LISTED, place=1)

    offers.decline(person(selected), selected.id)

    assert waiting.state == _S.SELECTED


def test_more_places_reach_the_wait_list_by_the_clock():
    call, _chair = a_released_call()
    an_application(call, state=_S.CONFIRMED)
    waiting = an_application(call, state=_S.WAIT_LISTED, place=2)
    assert offers.settle_offers() == 0
    quota = db.session.get_one(Quota, destinations_of(call)[0].quota_id)
    quota.capacity_persons = 2
    db.session.commit()

    assert offers.settle_offers() == 1

    assert waiting.state == _S.SELECTED


def test_under_embargo_nobody_answers_and_a_free_place_is_passed_on_silently():
    call, _chair = a_released_call(state=CallState.EMBARGOED)
    selected = an_application(call, state=_S.SELECTED, offer_expires_at=None)
    waiting = an_application(call, state=_S.WAIT_LISTED, place=2)
    with pytest.raises(WrongState):
        offers.confirm(person(selected), selected.id)

    applications_services.withdraw(person(selected), selected.id)

    assert waiting.state == _S.SELECTED
    assert waiting.offer_expires_at is None
    query = select(Notice.kind).where(Notice.user_id == waiting.applicant_id)
    assert db.session.scalars(query).all() == []


def test_an_answer_counts_once_the_release_is_due_though_the_clock_has_not_run():
    call, _chair = a_released_call(state=CallState.EMBARGOED)
    application = an_application(call, state=_S.SELECTED, offer_expires_at=None)
    call = db.session.get_one(Call, call.id)
    call.closes_at, call.release_at = now() - timedelta(minutes=2), now() - timedelta(minutes=1)
    db.session.commit()

    offers.confirm(person(application), application.id)

    assert application.state == _S.CONFIRMED
    assert db.session.get_one(Call, call.id).state == CallState.RELEASED


def test_the_chair_closes_the_wait_list():
    call, chair = a_released_call()
    first = an_application(call, state=_S.WAIT_LISTED, place=1)
    officer = an_officer(call.institution_id)
    with pytest.raises(Forbidden):
        allocation.close_wait_list(officer, call.id, reason="The stay begins.")

    assert allocation.close_wait_list(chair, call.id, reason="The stay begins.") == 1

    assert (first.state, first.reason) == (_S.NOT_SELECTED, "list_closed")


def test_an_appeal_in_time_is_upheld_or_dismissed_by_the_chair():
    call, chair = a_released_call()
    upheld, dismissed = (an_application(call, state=_S.NOT_SELECTED) for _ in range(2))
    db.session.get_one(Call, call.id).released_at = now() - timedelta(days=1)
    db.session.commit()
    for one in (upheld, dismissed):
        appeals.appeal(person(one), one.id, "My points were not counted.")

    with pytest.raises(Invalid):
        appeals.uphold(chair, upheld.id, "  ")
    appeals.uphold(chair, upheld.id, "They were not.")
    appeals.dismiss(chair, dismissed.id, "They were.")

    assert (upheld.state, dismissed.state) == (_S.UNDER_REVIEW, _S.DISMISSED)
    found = queries.appeals_of(dismissed.id)[0]
    assert (found.is_upheld, found.answer, found.decided_by) == (
        False,
        "They were.",
        chair.user_id,
    )
    kinds = db.session.scalars(select(Notice.kind).where(Notice.user_id == chair.user_id))
    assert kinds.all() == ["exchanges/appeal-waits"] * 2


def test_an_appeal_that_is_late_is_refused():
    call, _chair = a_released_call(appeal_days=5)
    late = an_application(call, state=_S.NOT_SELECTED, decided_at=now() - timedelta(days=9))
    db.session.get_one(Call, call.id).released_at = now() - timedelta(days=6)
    db.session.commit()

    with pytest.raises(WrongState, match="over"):
        appeals.appeal(person(late), late.id, "Too late")


def test_the_chair_is_warned_of_their_own_student_and_does_not_decide_their_appeal(browse_as):
    call, chair = a_released_call()
    mail = db.session.get_one(User, chair.user_id).email.upper()
    own = an_application(call, state=_S.UNDER_APPEAL, facts={"supervisor_email": mail})
    other = an_application(call, state=_S.UNDER_APPEAL)
    for one in (own, other):
        an_appeal(one)
    browser = browse_as(chair)

    warned = browser.get(f"/exchanges/calls/{call.id}/selection").text
    assert warned.count("you supervise this applicant") == 1
    assert f"/exchanges/desk/{own.id}" in warned
    assert "another chair" in browser.get(f"/exchanges/desk/{own.id}").text
    assert (
        browser.post(f"/exchanges/desk/{own.id}/appeal/uphold", data={"answer": "Yes"}).status_code
        == 403
    )
    with pytest.raises(Forbidden, match="tied"):
        appeals.uphold(chair, own.id, "Yes.")
    appeals.uphold(chair, other.id, "Yes.")


def test_who_may_not_decide_an_appeal():
    call, _chair = a_released_call()
    one = an_application(call, state=_S.UNDER_APPEAL)
    an_appeal(one)

    with pytest.raises(Forbidden):
        appeals.dismiss(an_officer(call.institution_id), one.id, "No.")
    with pytest.raises(Forbidden):
        appeals.uphold(person(one), one.id, "Yes.")
