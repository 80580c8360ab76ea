"""Places: taken and given back, counted exactly, and never beyond what was promised."""

import pytest
from sqlalchemy import select

from app.core.database import atomic, db
from app.core.errors import Conflict
from app.exchanges.models.agreements import Allocation
from app.exchanges.queries import agreements as queries
from app.exchanges.queries import quotas as places
from app.exchanges.services import quotas
from app.exchanges.states.agreements import AllocationState
from app.institutions.models import Institution
from tests.factories.exchanges_agreements import an_agreement_in_force, the_quota
from tests.factories.exchanges_applications import an_application
from tests.factories.exchanges_calls import a_call
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database


@pytest.fixture
def quota(session):
    """Two places and five months."""
    home = an_institution()
    return the_quota(an_agreement_in_force(home, an_institution(), places=2, months=5))


@pytest.fixture
def applications(session, quota):
    call = a_call(db.session.get_one(Institution, quota.sending_institution_id))
    return [an_application(call).id for _ in range(3)]


def test_an_agreement_in_force_gives_places_each_year_and_way(session):
    home, host = an_institution(), an_institution()

    agreement = an_agreement_in_force(home, host, first_year=2026, last_year=2027, places=3)

    found = places.of_agreement(agreement.id)
    assert [one.academic_year for one in found] == [2026, 2026, 2027, 2027]
    assert {one.capacity_persons for one in found} == {3}
    condition = queries.condition_of(the_quota(agreement, 2026).id)
    assert condition is not None
    assert condition.sending_institution_id == home.id


def test_places_are_taken_until_none_is_left(quota, applications):
    first, second, third = applications

    quotas.take(first, quota.id, 2)
    quotas.take(second, quota.id, 3)

    assert (quota.used_persons, quota.used_months) == (2, 5)
    with pytest.raises(quotas.QuotaFull):
        quotas.take(third, quota.id)
    assert places.places_left([quota.id]) == {quota.id: 0}


def test_months_are_counted_too(quota, applications):
    first, second, _third = applications
    quotas.take(first, quota.id, 4)

    with pytest.raises(quotas.QuotaFull):
        quotas.take(second, quota.id, 2)

    quotas.take(second, quota.id, 1)
    assert (quota.used_persons, quota.used_months) == (2, 5)


def test_an_application_holds_one_place_at_most(quota, applications):
    quotas.take(applications[0], quota.id)

    with pytest.raises(Conflict):
        quotas.take(applications[0], quota.id)

    assert quota.used_persons == 1


def test_giving_back_twice_gives_back_once(quota, applications):
    allocation = quotas.take(applications[0], quota.id, 3)

    quotas.release(applications[0])
    quotas.release(applications[0])

    assert (quota.used_persons, quota.used_months) == (0, 0)
    assert allocation.state == AllocationState.RELEASED
    quotas.take(applications[0], quota.id, 3)
    assert len(db.session.scalars(select(Allocation)).all()) == 2


def _take_and_fail(application_id, quota_id):
    quotas.take(application_id, quota_id)
    raise Conflict("somebody else was faster")


def test_what_fails_later_takes_no_place(quota, applications):
    with pytest.raises(Conflict), atomic():
        _take_and_fail(applications[0], quota.id)

    db.session.expire_all()
    assert quota.used_persons == 0
    assert places.held_by(applications[0]) is None
