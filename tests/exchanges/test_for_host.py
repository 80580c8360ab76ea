"""Hosts without an account: the office at home writes what it hears from there, and says so."""

from collections.abc import Callable
from functools import partial

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import DomainError, Forbidden, Invalid
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.visits import Interruption
from app.exchanges.policies import parties
from app.exchanges.queries import admissions as admission_queries
from app.exchanges.queries import for_host, mobilities
from app.exchanges.queries import nominations as nomination_queries
from app.exchanges.queries import visits as visit_queries
from app.exchanges.rules.checklists import Item
from app.exchanges.services import admissions, nomination_answers, visits
from app.exchanges.states.mobilities import (
    ADMISSION,
    CONDITION,
    MOBILITY,
    AdmissionState,
    ConditionState,
    MobilityState,
)
from app.exchanges.states.parties import Party, Workflow
from app.institutions.models import Institution
from tests.exchanges.test_admissions_life import NEXT_YEAR, PAPERS, a_condition
from tests.factories.accounts import an_actor
from tests.factories.exchanges_mobilities import a_mobility, traveller
from tests.factories.institutions import an_institution

Browse = Callable[[Actor | None], FlaskClient]
SAID = "Letter of Ms Li, 3 March"


@pytest.fixture
def home(session: Session) -> Institution:
    """Who sends."""
    return an_institution()


@pytest.fixture
def host(session: Session) -> Institution:
    """A partner that works on paper."""
    return an_institution(name="Partner", country="CN", timezone="Asia/Shanghai")


def test_a_stay_comes_to_its_end_though_its_host_has_no_account(
    home: Institution, host: Institution, browse_as: Browse
) -> None:
    office, stay = an_actor("officer", home.id, name="Mira Katić"), a_mobility(home, host)
    nomination = nomination_queries.of_stay(stay.id)
    assert nomination is not None
    with pytest.raises(Forbidden):
        nomination_answers.approve(office, nomination.id, nomination.proposal_id, "Yes.")
    seen = nomination.proposal_id
    token = nomination_answers.ask_guest(office, nomination.id, name="Li", email="li@example.cn")
    nomination_answers.decide_as_guest(token, seen, "approve", "Welcome.")
    admissions.complete(traveller(stay), stay.id, PAPERS)
    page, client = f"/exchanges/stays/{stay.id}", browse_as(office)

    wordless = client.post(f"{page}/admit", data={"decision": "accept"})
    assert (wordless.status_code, "You act on behalf of" in wordless.text) == (422, True)
    said = {"decision": "accept", "evidence": SAID}
    assert client.post(f"{page}/admit", data=said).status_code == 303
    assert client.post(f"{page}/letter-of-host", data={"evidence": SAID}).status_code == 303
    assert Item.LETTER in visit_queries.checklist_of(mobilities.locked(stay.id)).done
    admissions.confirm_coming(traveller(stay), stay.id)
    arrived = {"arrived_at": f"{now().date()}T00:01", "evidence": SAID}
    assert client.post(f"{page}/visit/arrive", data=arrived).status_code == 303
    left = {"last_day": now().date().isoformat(), "evidence": SAID}
    assert client.post(f"{page}/visit/depart", data=left).status_code == 303

    assert [one.step for one in for_host.acts_of(stay.id)] == [
        "mobility.depart", "mobility.arrive", "host_admission.issue_letter", "host_admission.accept"
    ]  # fmt: skip
    shown = client.get(page).text
    assert "Done on behalf of Partner" in shown
    assert shown.count(SAID) == 4


def test_a_host_with_an_account_acts_for_itself(home: Institution, host: Institution) -> None:
    office, stay = an_actor("officer", home.id), a_mobility(home, host, state=MobilityState.READY)
    an_actor("officer", host.id)

    with pytest.raises(Forbidden):
        visits.arrive(office, stay.id, now(), evidence=SAID)


def test_nobody_acts_for_the_host_on_their_own_stay(home: Institution, host: Institution) -> None:
    me = an_actor("officer", home.id)
    stay = a_mobility(home, host, state=MobilityState.READY, person=me)

    with pytest.raises(Forbidden):
        visits.arrive(me, stay.id, now(), evidence=SAID)
    other = parties.in_mobility(an_actor("registrar", home.id), stay)
    assert other == {Party.REGISTRAR}


def _act(action: str, stay: Mobility) -> Callable[..., object] | None:
    wanted = [admissions.Wanted({"en": "A certificate."}, NEXT_YEAR)]
    day = now().date()
    return {
        "accept": partial(admissions.accept, mobility_id=stay.id),
        "accept_conditionally": partial(
            admissions.accept_conditionally, mobility_id=stay.id, conditions=wanted
        ),
        "refuse": partial(admissions.refuse, mobility_id=stay.id, comment="Full."),
        "issue_letter": partial(admissions.note_letter, mobility_id=stay.id),
        "arrive": partial(visits.arrive, mobility_id=stay.id, arrived_at=now()),
        "depart": partial(visits.depart, mobility_id=stay.id, last_day=day),
        "no_show": partial(visits.note_no_show, mobility_id=stay.id, reason="No sign."),
    }.get(action)


CASES = [
    *((ADMISSION, state) for state in AdmissionState),
    *((MOBILITY, state) for state in MobilityState),
]


@pytest.mark.parametrize(("workflow", "state"), CASES)
def test_what_is_done_for_a_host_is_as_its_table_says_and_needs_a_word_of_it(
    home: Institution, host: Institution, workflow: Workflow, state: str
) -> None:
    office = an_actor("officer", home.id)
    started = now().date().replace(day=1)

    def a_stay() -> Mobility:
        if workflow is ADMISSION:
            return a_mobility(home, host, admission=AdmissionState(state))
        began = started.replace(year=2025)
        made = a_mobility(home, host, state=MobilityState(state), planned_from=began)
        if state == MobilityState.INTERRUPTED:
            with atomic():
                db.session.add(Interruption(mobility_id=made.id, since=began, reason="Ill."))
        return made

    stay = a_stay()
    for action in workflow.who:
        act = _act(action, stay)
        if act is None or not workflow.allows({Party.FOR_HOST}, action):
            continue
        is_due = action in workflow.machine.actions(state)
        with pytest.raises(DomainError) as refusal:
            act(office, evidence=" ")
        assert (refusal.value.status, isinstance(refusal.value, Invalid)) == (
            (422, True) if is_due else (409, False)
        )
        assert for_host.acts_of(stay.id) == []
        if not is_due:
            continue
        act(office, evidence=SAID)
        thing = admission_queries.admission_of(stay.id) if workflow is ADMISSION else stay
        assert thing.state == workflow.machine.after(state, action)
        assert [one.evidence for one in for_host.acts_of(stay.id)] == [SAID]
        stay = a_stay()


@pytest.mark.parametrize("state", ConditionState)
def test_a_condition_is_settled_for_a_host_with_a_word_of_it(
    home: Institution, host: Institution, state: ConditionState
) -> None:
    office = an_actor("officer", home.id)
    for action, settle in (("meet", admissions.meet), ("waive", admissions.waive)):
        stay = a_mobility(home, host, admission=AdmissionState.CONDITIONAL)
        condition = a_condition(stay, state)
        is_due = action in CONDITION.machine.actions(state)
        with pytest.raises(DomainError) as refusal:
            settle(office, condition.id, "Seen.")
        assert refusal.value.status == (422 if is_due else 409)
        if is_due:
            settle(office, condition.id, "Seen.", evidence=SAID)
            assert condition.state == CONDITION.machine.after(state, action)
