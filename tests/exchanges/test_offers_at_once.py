"""Many at once: places are passed on in order, none is given twice and none is left over."""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import func, select

from app.core.actor import Actor
from app.core.database import db
from app.core.errors import Conflict, DomainError, WrongState
from app.core.invariants import INVARIANTS
from app.exchanges.models.agreements import Allocation, Quota
from app.exchanges.models.applications import Application
from app.exchanges.services import allocation, applications, offers
from app.exchanges.states.agreements import AllocationState
from app.exchanges.states.applications import SEAT_HOLDING, ApplicationState
from app.exchanges.states.calls import CallState
from tests.factories.exchanges_applications import an_application, destinations_of
from tests.factories.exchanges_calls import a_quota
from tests.factories.exchanges_reviews import a_chaired_call, ranked
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database

_S = ApplicationState
OURS = "application"


def at_once(app, acts) -> list[object]:
    """Start every act at the same moment on a thread of its own; return what each answered."""
    ready = threading.Barrier(len(acts))

    def run(act):
        with app.app_context():
            try:
                ready.wait(60)
                return act()
            except DomainError as refusal:
                return refusal
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def assert_all_is_well(quota_ids) -> None:
    db.session.rollback()
    db.session.expire_all()
    for quota_id in quota_ids:
        held = db.session.scalar(
            select(func.count())
            .select_from(Allocation)
            .where(Allocation.quota_id == quota_id, Allocation.state == AllocationState.HELD)
        )
        quota = db.session.get_one(Quota, quota_id)
        assert held == quota.used_persons <= quota.capacity_persons
    broken = [line for one in INVARIANTS for line in one.broken() if line.startswith(OURS)]
    assert broken == []


def states(call_id) -> Counter[ApplicationState]:
    rows = db.session.scalars(select(Application.state).where(Application.call_id == call_id))
    return Counter(rows.all())


@pytest.mark.parametrize("part", range(2))
def test_answers_lapses_and_withdrawals_at_once(world, part):
    chance = random.Random(part)  # noqa: S311 -- not a secret
    home = an_institution()
    for _round in range(2):
        call, _chair = a_chaired_call(home, state=CallState.RELEASED, destinations=2, places=3)
        here, there = destinations_of(call)
        wishes = [[here], [there], [here, there], [there, here]]
        out = [
            an_application(call, state=_S.SELECTED, place=n + 1, preferences=[where])
            for n, where in enumerate([here, here, here, there, there, there])
        ]
        waiting = [
            an_application(
                call, state=_S.WAIT_LISTED, place=n + 10, preferences=chance.choice(wishes)
            )
            for n in range(6)
        ]
        acts = [
            partial(
                chance.choice((offers.confirm, offers.decline, applications.withdraw)),
                Actor(user_id=one.applicant_id),
                one.id,
            )
            for one in out
        ]
        acts += [
            partial(applications.withdraw, Actor(user_id=one.applicant_id), one.id)
            for one in chance.sample(waiting, 2)
        ]
        acts += [offers.settle_offers] * 2
        chance.shuffle(acts)
        call_id, quotas = call.id, [here.quota_id, there.quota_id]

        answers = at_once(world, acts)

        assert [one for one in answers if isinstance(one, DomainError)] == []
        assert_all_is_well(quotas)
        found = states(call_id)
        taken = sum(found[state] for state in SEAT_HOLDING)
        free = db.session.scalar(
            select(func.sum(Quota.capacity_persons - Quota.used_persons)).where(
                Quota.id.in_(quotas)
            )
        )
        assert taken + free == 6


def test_of_two_who_publish_the_same_allocation_one_wins(world):
    home = an_institution()
    for _round in range(2):
        call, chair = a_chaired_call(home, places=2)
        ranked(call, [90, 80, 70])
        run = allocation.try_out(chair, call.id)
        call_id, quota_id = call.id, destinations_of(call)[0].quota_id

        answers = at_once(world, [partial(allocation.publish, chair, run)] * 4)

        assert Counter(type(one) for one in answers) == {type(None): 1, WrongState: 3}
        assert_all_is_well([quota_id])
        assert states(call_id) == {_S.SELECTED: 2, _S.WAIT_LISTED: 1}


def test_two_calls_that_share_places_never_give_one_twice(world):
    home, host = an_institution(), an_institution()
    quota = a_quota(home, host, places=3)
    made = [a_chaired_call(home, destinations=[quota]) for _ in range(2)]
    for call, _chair in made:
        ranked(call, [90, 80, 70])
    runs = [(chair, allocation.try_out(chair, call.id)) for call, chair in made]
    quota_id = quota.id

    answers = at_once(world, [partial(allocation.publish, chair, run) for chair, run in runs])

    assert Counter(type(one) for one in answers) == {type(None): 1, Conflict: 1}
    assert_all_is_well([quota_id])
    assert db.session.get_one(Quota, quota_id).used_persons == 3
