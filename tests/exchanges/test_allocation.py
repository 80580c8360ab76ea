"""Trying an allocation out, publishing it, taking it back."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.queries import actor_for
from app.audit.models import StateChange
from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, WrongState
from app.exchanges.models.agreements import Allocation, Quota
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call
from app.exchanges.models.reviews import AllocationRun, Draw
from app.exchanges.queries import allocation as queries
from app.exchanges.services import allocation as services
from app.exchanges.services import applications, call_clock, quotas
from app.exchanges.states.agreements import AllocationState
from app.exchanges.states.applications import AllocationRunState, ApplicationState
from app.exchanges.states.calls import CallState
from app.notifications.models import Notice
from tests.factories.exchanges_applications import an_application, destinations_of
from tests.factories.exchanges_calls import an_officer
from tests.factories.exchanges_reviews import a_chaired_call, ranked
from tests.factories.institutions import an_institution

_S = ApplicationState
pytestmark = pytest.mark.usefixtures("session")


def states_of(call):
    rows = db.session.scalars(
        select(Application).where(Application.call_id == call.id).order_by(Application.number)
    )
    return [one.state for one in rows]


def held(call):
    query = (
        select(func.count())
        .select_from(Allocation)
        .join(Application)
        .where(Application.call_id == call.id, Allocation.state == AllocationState.HELD)
    )
    return db.session.scalar(query)


def test_a_run_is_tried_without_moving_anybody_and_again_gives_the_same():
    home = an_institution()
    call, chair = a_chaired_call(home, places=2)
    ranked(call, [80, 90, 70])
    officer = an_officer(home.id)

    first = services.try_out(officer, call.id)
    second = services.try_out(chair, call.id)

    runs = [db.session.get_one(AllocationRun, one) for one in (first, second)]
    assert runs[0].result == runs[1].result
    assert runs[0].input_hash == runs[1].input_hash
    assert [row["verdict"] for row in runs[0].result] == ["select", "select", "wait_list"]
    assert [row["place"] for row in runs[0].result] == [1, 2, 3]
    assert states_of(call) == [_S.RANKED] * 3
    assert db.session.scalar(select(func.count()).select_from(Draw)) == 1
    assert queries.differences(runs[1], runs[0]) == {}


def test_publishing_takes_seats_and_keeps_results_from_everybody():
    call, chair = a_chaired_call(an_institution(), places=2)
    people = ranked(call, [80, 90, 70])

    services.publish(chair, services.try_out(chair, call.id))

    assert states_of(call) == [_S.SELECTED, _S.SELECTED, _S.WAIT_LISTED]
    assert [one.place for one in people] == [2, 1, 3]
    assert db.session.get_one(Call, call.id).state == CallState.EMBARGOED
    assert all(one.offer_expires_at is None for one in people)
    assert held(call) == 2
    assert db.session.scalars(select(Quota.used_persons).where(Quota.used_persons > 0)).all() == [2]


def test_a_minimum_and_a_short_list_leave_people_out_with_a_reason():
    call, chair = a_chaired_call(an_institution(), places=1)
    people = ranked(call, [90, 80, 70, 20])

    services.publish(chair, services.try_out(chair, call.id, minimum_milli=50_000, wait_limit=1))

    assert states_of(call) == [_S.SELECTED, _S.WAIT_LISTED, _S.NOT_SELECTED, _S.NOT_SELECTED]
    assert [one.reason for one in people] == ["", "", "list_full", "below_minimum"]


def test_of_two_who_publish_at_once_one_is_told_so():
    call, chair = a_chaired_call(an_institution())
    ranked(call, [80])
    run = services.try_out(chair, call.id)
    services.publish(chair, run)

    with pytest.raises(WrongState):
        services.publish(chair, run)


def test_a_run_that_rests_on_what_was_is_not_published():
    home = an_institution()
    call, chair = a_chaired_call(home, places=2)
    people = ranked(call, [80, 90])
    run = services.try_out(chair, call.id)
    quota = db.session.get_one(Quota, destinations_of(call)[0].quota_id)
    quotas.change_capacity(an_officer(home.id), quota.id, 1, "The partner wrote so.")

    with pytest.raises(Conflict, match="changed since"):
        services.publish(chair, run)

    db.session.expire_all()
    assert {one.state for one in people} == {_S.RANKED}
    assert db.session.get_one(AllocationRun, run).state == AllocationRunState.DRY_RUN


def test_nothing_is_published_while_somebody_is_still_judged():
    call, chair = a_chaired_call(an_institution())
    ranked(call, [80])
    an_application(call, state=_S.UNDER_REVIEW)
    run = services.try_out(chair, call.id)

    with pytest.raises(Conflict, match="not ranked yet"):
        services.publish(chair, run)


def test_a_call_with_nobody_left_is_decided_by_an_empty_allocation():
    call, chair = a_chaired_call(an_institution())
    waits = an_application(call, state=_S.SUBMITTED)
    with pytest.raises(WrongState, match="ranked"):
        services.try_out(chair, call.id)
    applications.withdraw(actor_for(waits.applicant_id), waits.id)

    services.publish(chair, services.try_out(chair, call.id))

    assert call.state == CallState.EMBARGOED
    assert states_of(call) == [_S.WITHDRAWN]


def test_who_decides():
    home, elsewhere = an_institution(), an_institution()
    call, chair = a_chaired_call(home)
    ranked(call, [80])
    officer, foreign = an_officer(home.id), an_officer(elsewhere.id)
    run = services.try_out(officer, call.id)

    with pytest.raises(Forbidden):
        services.publish(officer, run)
    with pytest.raises(NotFound):
        services.publish(foreign, run)
    with pytest.raises(NotFound):
        services.try_out(foreign, call.id)
    with pytest.raises(Forbidden):
        services.publish(SYSTEM, run)
    services.discard(officer, run)
    with pytest.raises(WrongState):
        services.publish(chair, run)


def test_results_under_embargo_can_be_taken_back_and_decided_anew():
    call, chair = a_chaired_call(an_institution(), places=1)
    ranked(call, [80, 90])
    first = services.try_out(chair, call.id)
    services.publish(chair, first)

    with pytest.raises(Invalid):
        services.reconsider(chair, call.id, reason=" ")
    services.reconsider(chair, call.id, reason="A score was typed wrongly.")

    assert states_of(call) == [_S.RANKED, _S.RANKED]
    assert held(call) == 0
    second = services.try_out(chair, call.id)
    assert (
        db.session.get_one(AllocationRun, second).result
        == db.session.get_one(AllocationRun, first).result
    )
    services.publish(chair, second)
    assert states_of(call) == [_S.WAIT_LISTED, _S.SELECTED]


def test_what_is_released_is_not_taken_back():
    call, chair = a_chaired_call(an_institution())
    ranked(call, [80])
    services.publish(chair, services.try_out(chair, call.id))
    db.session.get_one(Call, call.id).release_at = now() - timedelta(minutes=1)
    db.session.get_one(Call, call.id).closes_at = now() - timedelta(minutes=2)
    db.session.commit()

    with pytest.raises(WrongState):
        services.reconsider(chair, call.id, reason="Too late")


def test_after_an_appeal_another_run_moves_nobody_who_was_selected(mail):
    call, chair = a_chaired_call(an_institution(), places=1, state=CallState.RELEASED)
    selected = an_application(call, state=_S.SELECTED, score_milli=50_000)
    confirmed_seat = held(call)
    newcomer = ranked(call, [99])[0]

    services.publish(chair, services.try_out(chair, call.id))

    assert confirmed_seat == 1
    assert selected.state == _S.SELECTED
    assert newcomer.state == _S.WAIT_LISTED
    assert newcomer.place == 1


def test_results_are_told_once_when_they_are_released():
    call, chair = a_chaired_call(an_institution(), places=1)
    people = ranked(call, [90, 80])
    services.publish(chair, services.try_out(chair, call.id))
    call = db.session.get_one(Call, call.id)
    call.closes_at, call.release_at = now() - timedelta(minutes=2), now() - timedelta(minutes=1)
    db.session.commit()

    assert call_clock.turn_calls() == 1
    call_clock.turn_calls()

    told = db.session.execute(select(Notice.user_id, Notice.kind).order_by(Notice.kind)).all()
    assert [tuple(row) for row in told] == [
        (people[0].applicant_id, "exchanges/result-selected"),
        (people[1].applicant_id, "exchanges/result-wait-listed"),
    ]
    assert people[0].offer_expires_at > now() + timedelta(hours=119)


def test_replaying_the_trail_gives_the_state():
    call, chair = a_chaired_call(an_institution(), places=1)
    people = ranked(call, [90, 80])
    services.publish(chair, services.try_out(chair, call.id))

    for one in people:
        steps = db.session.scalars(
            select(StateChange)
            .where(StateChange.subject_id == one.id)
            .order_by(StateChange.at, StateChange.id)
        ).all()
        assert steps[-1].after == one.state
