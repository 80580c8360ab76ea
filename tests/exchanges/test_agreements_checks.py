"""`most check` finds what nobody may do to agreements and places by hand."""

import pytest
from sqlalchemy import delete, update

from app.core.database import db
from app.exchanges.invariants import agreements as checks
from app.exchanges.models.agreements import (
    AgreementSignature,
    AgreementVersion,
    Allocation,
    CapacityChange,
    Condition,
    Quota,
)
from app.exchanges.services import quotas
from app.exchanges.states.agreements import AgreementState, AllocationState
from tests.factories.exchanges_agreements import an_agreement_in_force, the_quota
from tests.factories.exchanges_applications import an_application
from tests.factories.exchanges_calls import a_call
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database

ALL = (
    checks.held_places,
    checks.capacities,
    checks.texts,
    checks.promised_places,
    checks.histories,
)
FAULTS = [
    (update(Quota).values(used_persons=2), checks.held_places),
    (update(Quota).values(used_months=2), checks.held_places),
    (update(Quota).values(capacity_persons=9), checks.capacities),
    (delete(CapacityChange), checks.capacities),
    (update(AgreementVersion).values(terms={"conditions": []}), checks.texts),
    (update(Condition).values(places_per_year=9), checks.texts),
    (update(AgreementSignature).values(terms_hash="0" * 64), checks.texts),
    (delete(AgreementSignature), checks.texts),
    (update(Quota).values(academic_year=Quota.academic_year + 50), checks.promised_places),
    (update(AgreementVersion).values(state=AgreementState.EXPIRED), checks.histories),
    (update(Allocation).values(state=AllocationState.RELEASED), checks.histories),
]


@pytest.fixture
def quota(session):
    home = an_institution()
    quota = the_quota(an_agreement_in_force(home, an_institution(), places=3))
    quotas.take(an_application(a_call(home)).id, quota.id)
    return quota


def test_nothing_is_wrong_with_what_services_do(quota):
    assert [line for check in ALL for line in check()] == []


@pytest.mark.parametrize(("fault", "check"), FAULTS)
def test_a_planted_fault_is_found(quota, fault, check):
    db.session.execute(fault.execution_options(synchronize_session=False))
    db.session.expire_all()

    assert list(check()) != []
