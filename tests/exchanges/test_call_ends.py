"""How calls end: nobody who still waits for something is left behind, and no page promises more."""

from datetime import timedelta

import pytest

from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, WrongState
from app.exchanges.models.calls import Call
from app.exchanges.queries import desk, review_lists
from app.exchanges.services import allocation, appeals, call_clock, calls, reviews
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import CallState
from app.reports.queries.exchanges import waiting_for
from tests.factories.exchanges_applications import a_document, an_application
from tests.factories.exchanges_calls import an_officer
from tests.factories.exchanges_reviews import a_chaired_call, a_reviewer, an_appeal, an_assignment
from tests.factories.institutions import an_institution

pytestmark = [pytest.mark.usefixtures("session"), pytest.mark.one_engine]

_S = ApplicationState


def released(days_ago, **values):
    return a_chaired_call(
        an_institution(), released_at=now() - timedelta(days=days_ago), places=2, **values
    )


def state_of(call):
    return db.session.get_one(Call, call.id, populate_existing=True).state


def test_an_appeal_upheld_on_the_last_day_is_judged_and_gets_a_place():
    call, chair = released(90, state=CallState.RELEASED, appeal_days=0)
    one = an_application(call, state=_S.UNDER_APPEAL)
    an_appeal(one)
    appeals.uphold(chair, one.id, "You are right")

    call_clock.advance(call.id)
    assert state_of(call) == CallState.RELEASED
    with atomic():
        one.state, one.score_milli = _S.RANKED, 90_000
    call_clock.advance(call.id)
    allocation.publish(chair, allocation.try_out(chair, call.id))

    assert db.session.get_one(type(one), one.id).state == _S.SELECTED
    call_clock.advance(call.id)
    assert state_of(call) == CallState.FINALISED


def test_an_appeal_after_the_call_has_ended_still_leads_to_a_place():
    call, chair = released(90, state=CallState.FINALISED)
    one = an_application(call, state=_S.RANKED, score_milli=90_000)

    allocation.publish(chair, allocation.try_out(chair, call.id))

    assert db.session.get_one(type(one), one.id).state == _S.SELECTED


def test_nobody_who_waits_is_put_away_with_the_call(browse_as):
    call, _chair = released(90, state=CallState.FINALISED)
    officer = an_officer(call.institution_id)
    waiting = an_application(call, state=_S.WAIT_LISTED, place=1)
    an_application(call, state=_S.CONFIRMED)
    an_application(call, state=_S.NOT_SELECTED)

    with pytest.raises(Conflict, match="2 applications"):
        calls.archive(officer, call.id)
    asked = browse_as(officer).get(f"/exchanges/calls/{call.id}/archive").text
    assert "2 applications are still open" in asked
    assert f"/exchanges/desk?call={call.id}" in asked

    assert state_of(call) == CallState.FINALISED
    assert db.session.get_one(type(waiting), waiting.id).state == _S.WAIT_LISTED


@pytest.mark.parametrize(("days_ago", "status"), [(4, 200), (6, 404)])
def test_the_public_notice_lasts_as_promised_whatever_appeals_do(browse_as, days_ago, status):
    call, _chair = released(days_ago, state=CallState.NOTICE, public_notice_days=5)
    an_application(call, state=_S.UNDER_APPEAL)

    notice = f"/exchanges/calls/{call.id}/results"
    assert browse_as(None).get(notice).status_code == status
    assert (notice in browse_as(None).get(f"/exchanges/calls/{call.id}").text) == (status == 200)


def test_a_cancelled_call_waits_for_nobody_at_the_desk():
    call, _chair = a_chaired_call(an_institution(), state=CallState.CANCELLED)
    officer, reviewer = an_officer(call.institution_id), a_reviewer()
    one = an_application(call, state=_S.SUBMITTED)
    an_assignment(one, reviewer)

    with pytest.raises(WrongState):
        reviews.assign(officer, [one.id], [a_reviewer().user_id], due_at=now() + timedelta(days=2))
    with pytest.raises(WrongState):
        reviews.send_to_review(officer, one.id)

    mine = review_lists.own(reviewer, review_lists.Wanted(group="open"))
    assert mine.items == []
    numbers = desk.counts(officer)
    assert (numbers["waiting"], numbers["all"]) == (0, 1)
    assert "desk" not in waiting_for(officer, now().date())
    shown = {view: len(desk.desk(officer, desk.Wanted(view)).items) for view in desk.VIEWS}
    assert {view for view, number in shown.items() if number} == {"all"}


def test_only_what_can_be_checked_is_said_to_be_checked():
    call, _chair = a_chaired_call(an_institution())
    sent, ranked = (an_application(call, state=state) for state in (_S.SUBMITTED, _S.RANKED))
    for one in (sent, ranked):
        a_document(one)

    assert desk.unchecked_of([sent.id, ranked.id]) == {sent.id: 1}
