"""Every state, party and action of admissions and conditions, asked of their services."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import services as audit
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import Text, atomic, db
from app.core.errors import WrongState
from app.exchanges.models.admissions import AdmissionCondition, HostAdmission
from app.exchanges.models.mobilities import Mobility
from app.exchanges.queries import admissions as queries
from app.exchanges.services import admissions as services
from app.exchanges.services import letters
from app.exchanges.states.letters import LetterKind
from app.exchanges.states.mobilities import (
    ADMISSION,
    CONDITION,
    AdmissionState,
    ConditionState,
    MobilityState,
)
from app.exchanges.states.parties import Party
from tests.exchanges.lives import questions
from tests.exchanges.stays import Cast, a_cast, answered_like
from tests.factories.exchanges_mobilities import a_mobility

PERSONS = frozenset(Party) - {Party.SYSTEM, Party.FOR_HOST}
"""Who acts for a host without an account is asked in a file of its own."""

BY_THE_SYSTEM = {"fulfil", "lapse", "reopen"}
"""Steps that follow from conditions and the clock: no service takes them for a person."""

PAPERS = {"passport_name": "RADIC MILIJANA", "born_on": "2003-02-01", "citizenship": "BA"}
NEXT_YEAR = date(2099, 1, 31)


def a_condition(
    mobility: Mobility,
    state: ConditionState = ConditionState.OPEN,
    *,
    position: int = 1,
    days: int = 10,
) -> AdmissionCondition:
    """Return a stored condition of the admission of a stay; a negative due day is past."""
    admission = queries.admission_of(mobility.id)
    with atomic():
        condition = AdmissionCondition(
            admission_id=admission.id,
            position=position,
            text=Text(en="A certificate of English."),
            due_at=now() + timedelta(days=days),
            note="Seen." if state != ConditionState.OPEN else "",
        )
        audit.begin(SYSTEM, condition, CONDITION.machine, kind=CONDITION.kind)
        db.session.add(condition)
        way = {ConditionState.OPEN: (), ConditionState.MET: ("meet",)}.get(state, ("waive",))
        for action in way:
            audit.move(SYSTEM, condition, CONDITION.machine, action, kind=CONDITION.kind)
    return condition


def _admit(action: str, mobility_id: object) -> Callable[[Actor], object]:
    wanted = [services.Wanted({"en": "A certificate of English."}, NEXT_YEAR)]
    acceptance = (LetterKind.ACCEPTANCE, ["en"])
    ways: dict[str, Callable[..., object]] = {
        "complete": lambda who: services.complete(who, mobility_id, PAPERS),
        "accept": lambda who: services.accept(who, mobility_id),
        "accept_conditionally": lambda who: services.accept_conditionally(who, mobility_id, wanted),
        "refuse": lambda who: services.refuse(who, mobility_id, "Full."),
        "issue_letter": lambda who: letters.issue(who, mobility_id, *acceptance),
        "confirm_coming": lambda who: services.confirm_coming(who, mobility_id),
    }
    return ways[action]


@pytest.mark.parametrize("state", AdmissionState)
def test_an_admission_is_moved_only_as_its_table_says(
    session: Session, state: AdmissionState
) -> None:
    cast = a_cast()
    mobility: Mobility | None = None
    for asked, party, action, status in questions(ADMISSION):
        if asked != state or party not in PERSONS or action in BY_THE_SYSTEM:
            continue
        if status == 409 and action == "issue_letter" and state in _LETTER_AGAIN:
            continue  # a further letter of acceptance is no step of the admission
        if mobility is None:
            mobility = _in(cast, state)
        thing = queries.admission_of(mobility.id)
        act = partial(_admit(action, mobility.id), cast.actor(party, mobility))
        if answered_like(status, thing, act, (party, action)):
            mobility = None


_LETTER_AGAIN = {AdmissionState.LETTER_ISSUED, AdmissionState.CONFIRMED_COMING}


@pytest.mark.parametrize("state", ConditionState)
def test_a_condition_is_settled_only_as_its_table_says(
    session: Session, state: ConditionState
) -> None:
    cast = a_cast()
    condition: AdmissionCondition | None = None
    mobility: Mobility | None = None
    for asked, party, action, status in questions(CONDITION):
        if asked != state or party not in PERSONS:
            continue
        if condition is None or mobility is None:
            mobility = _in(cast, AdmissionState.CONDITIONAL)
            condition = a_condition(mobility, state)
        settle = {"meet": services.meet, "waive": services.waive}[action]
        act = partial(settle, cast.actor(party, mobility), condition.id, "Seen.")
        if answered_like(status, condition, act, (party, action)):
            condition = None


def test_the_last_condition_makes_the_admission_hold(session: Session) -> None:
    cast = a_cast()
    mobility = _in(cast, AdmissionState.CONDITIONAL)
    first, second = a_condition(mobility), a_condition(mobility, position=2)
    coordinator = cast.people[Party.HOST_COORDINATOR]

    services.meet(coordinator, first.id)
    assert _state(mobility) == AdmissionState.CONDITIONAL
    services.waive(coordinator, second.id, "She has studied in English.")

    assert _state(mobility) == AdmissionState.ACCEPTED
    assert session.get_one(Mobility, mobility.id).state == MobilityState.PRE_DEPARTURE


def test_an_overdue_condition_lapses_by_the_clock_and_before_it(session: Session) -> None:
    cast = a_cast()
    mobility = _in(cast, AdmissionState.CONDITIONAL)
    condition, other = a_condition(mobility, days=-1), _in(cast, AdmissionState.CONDITIONAL)
    a_condition(other)
    admission = queries.admission_of(mobility.id)
    conditions = queries.conditions_of(admission.id)

    assert queries.shown_state(admission, conditions, now()) == AdmissionState.LAPSED
    with pytest.raises(WrongState):
        services.meet(cast.people[Party.HOST_COORDINATOR], condition.id)
    services.lapse_overdue()
    services.lapse_overdue()

    assert (_state(mobility), _state(other)) == (
        AdmissionState.LAPSED,
        AdmissionState.CONDITIONAL,
    )


def _in(cast: Cast, state: AdmissionState) -> Mobility:
    return a_mobility(cast.home, cast.host, admission=state, **cast.on_the_stay())


def _state(mobility: Mobility) -> AdmissionState:
    query = select(HostAdmission.state).where(HostAdmission.mobility_id == mobility.id)
    return db.session.scalars(query).one()
