"""What `most check` finds about visits, and lives of stays, that were tampered with."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.errors import Invalid
from app.exchanges.invariants import visits as checks
from app.exchanges.models.admissions import HostAdmission
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.nominations import Nomination
from app.exchanges.models.travellers import Traveller
from app.exchanges.models.visits import ClockStep, Interruption
from app.exchanges.queries import visits as queries
from app.exchanges.services import mobilities, nominations, travellers
from app.exchanges.services import visits as services
from app.exchanges.states.mobilities import AdmissionState, MobilityState, NominationState
from tests.exchanges.test_nominations import a_plan, the_nomination
from tests.factories.accounts import an_actor
from tests.factories.exchanges_learning_agreements import a_learning_agreement
from tests.factories.exchanges_mobilities import a_mobility
from tests.factories.institutions import an_institution

TODAY = now().date()
STARTED = TODAY - timedelta(days=40)


@pytest.fixture
def stay(session: Session) -> Mobility:
    """Return a stay that was interrupted once, goes on, and is interrupted again."""
    home, host = an_institution(), an_institution(country="CN", timezone="Asia/Shanghai")
    office = an_actor("officer", host.id)
    found = a_mobility(
        home,
        host,
        state=MobilityState.READY,
        planned_from=STARTED,
        planned_until=STARTED + timedelta(days=200),
    )
    a_learning_agreement(found)
    travellers.save_citizenships(office, found.id, ["BA"])
    services.arrive(office, found.id, datetime.combine(STARTED, time(9), UTC))
    for since, until in ((20, 15), (10, None)):
        services.interrupt(office, found.id, TODAY - timedelta(days=since), "Ill.")
        if until is not None:
            services.resume(office, found.id, TODAY - timedelta(days=until))
    return found


def broken() -> list[str]:
    """Return everything that any check finds."""
    found = (checks.histories, checks.interruptions, checks.days, checks.clocks)
    return [line for check in found for line in check()]


def test_what_people_do_on_a_visit_breaks_nothing(stay: Mobility) -> None:
    home, host = an_institution(), an_institution()
    for state in set(MobilityState) - {MobilityState.INTERRUPTED}:
        a_mobility(home, host, state=state)

    assert broken() == []


@pytest.mark.parametrize(
    ("check", "fault"),
    [
        (checks.histories, update(Mobility).values(state=MobilityState.DEPARTED)),
        (checks.histories, update(Nomination).values(state=NominationState.REJECTED)),
        (checks.histories, update(HostAdmission).values(state=AdmissionState.ACCEPTED)),
        (checks.interruptions, update(Mobility).values(state=MobilityState.IN_PROGRESS)),
        (checks.interruptions, update(Mobility).values(actual_from=TODAY - timedelta(days=15))),
        (
            checks.interruptions,
            update(Interruption).where(Interruption.until.is_not(None)).values(until=TODAY),
        ),
        (checks.days, update(Mobility).values(actual_until=TODAY)),
        (checks.days, update(Mobility).values(state=MobilityState.READY)),
        (checks.clocks, update(ClockStep).values(due_at=now())),
        (checks.clocks, update(ClockStep).values(applies=False)),
        (checks.clocks, update(Traveller).values(citizenships=["CN"])),
    ],
)
def test_what_was_tampered_with_is_found(
    stay: Mobility, session: Session, check: Callable[[], Iterator[str]], fault: object
) -> None:
    assert broken() == []

    session.execute(fault)  # type: ignore[call-overload]  # an update of any table

    assert list(check())


def test_clocks_run_from_the_preparation_on_and_follow_the_plan(session: Session) -> None:
    home, host = an_institution(), an_institution(country="CN", timezone="Asia/Shanghai")
    stay = a_mobility(home, host, admission=AdmissionState.ACCEPTED)
    travellers.save_citizenships(an_actor("officer", home.id), stay.id, ["BA"])
    mobilities.advance(stay.id)
    before = {step.clock: step.due_at for step in queries.steps_of(stay.id)}
    later = stay.planned_from + timedelta(days=20)
    plan = replace(a_plan(stay, planned_until=stay.planned_until), planned_from=later)
    nominations.propose(an_actor("officer", home.id), the_nomination(stay).id, plan)

    assert before.keys() >= {"cn-dq-form", "cn-police"}
    assert broken() == []
    after = {step.clock: step.due_at for step in queries.steps_of(stay.id)}
    assert after["cn-dq-form"] != before["cn-dq-form"]


def test_an_interruption_does_not_end_on_a_day_to_come(stay: Mobility) -> None:
    office = an_actor("officer", stay.receiving_institution_id)

    with pytest.raises(Invalid):
        services.resume(office, stay.id, TODAY + timedelta(days=2))
