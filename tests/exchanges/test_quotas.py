"""Places: taken and given back, counted exactly, lowered never below what is used."""

import pytest

from app.exchanges.queries import agreements as queries
from app.exchanges.queries import quotas as places
from tests.factories.exchanges_agreements import an_agreement_in_force, the_quota
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database


def test_an_agreement_in_force_gives_places_each_year_and_way(session):
    home, host = an_institution(), an_institution()

    agreement = an_agreement_in_force(home, host, first_year=2026, last_year=2027, places=3)

    found = places.of_agreement(agreement.id)
    assert [(one.academic_year, one.capacity_persons) for one in found] == [
        (2026, 3), (2026, 3), (2027, 3), (2027, 3)
    ]  # fmt: skip
    condition = queries.condition_of(the_quota(agreement, 2026).id)
    assert condition is not None
    assert condition.sending_institution_id == home.id
