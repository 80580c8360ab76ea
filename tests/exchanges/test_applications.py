"""Applications: sent once complete and in time, seen by few, withdrawn; what must hold of them."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from app.audit.models import AuditEntry, StateChange
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Gone, Invalid, NotFound
from app.core.jobs.embedded import do_all
from app.exchanges.invariants import applications as invariants
from app.exchanges.models.agreements import Allocation, Quota
from app.exchanges.models.applications import Consent
from app.exchanges.models.calls import Call
from app.exchanges.queries import applications as queries
from app.exchanges.queries import readiness
from app.exchanges.services import applications as services
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import CallState
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.exchanges_applications import (
    a_ready_draft,
    an_application,
    owner,
    turn,
)
from tests.factories.exchanges_calls import a_call, an_officer, an_open_call
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.usefixtures("session")


def in_days(days):
    return now() + timedelta(days=days)


def subjects(mail):
    do_all()
    return [message.subject for message in mail]


def trail():
    return db.session.scalar(select(func.count()).select_from(AuditEntry))


def test_a_complete_application_is_sent_numbered_checked_and_receipted(mail):
    call = an_open_call(rules=[{"id": "ects", "type": "min_ects", "parameters": {"minimum": 60}}])
    first, second = a_ready_draft(call), a_ready_draft(call)

    services.submit(owner(first), first.id)
    services.submit(owner(second), second.id)

    assert (first.number, second.number) == (1, 2)
    assert first.state == ApplicationState.SUBMITTED
    assert [one.outcome for one in queries.findings_of(first.id)] == ["pass"]
    assert f"Your application {call.code}-0001 has arrived" in subjects(mail)


@pytest.mark.parametrize(
    ("lack", "found"),
    [
        ({"facts": {"isced": None}}, "facts"),
        ({"answers": {"motivation": ""}}, "answers"),
        ({"preferences": []}, "wishes"),
    ],
)
def test_what_is_not_complete_is_not_sent(lack, found):
    application = a_ready_draft(an_open_call(), **lack)

    with pytest.raises(Invalid):
        services.submit(owner(application), application.id)

    assert getattr(readiness.readiness(application, now().date(), None), found)
    assert application.number is None


def test_a_rule_that_is_not_met_keeps_an_application_from_being_sent_and_leaves_no_trace():
    call = an_open_call(rules=[{"id": "e", "type": "min_ects", "parameters": {"minimum": 200}}])
    application = a_ready_draft(call)
    before = trail()

    with pytest.raises(Invalid):
        services.submit(owner(application), application.id)

    assert trail() == before
    assert not queries.findings_of(application.id)


def test_nothing_is_sent_after_the_close_even_before_the_clock_has_noted_it():
    call = an_open_call()
    application = a_ready_draft(call)
    turn(call, closes_at=in_days(-1))

    with pytest.raises(Gone):
        services.submit(owner(application), application.id)


def test_who_withdraws_gives_back_the_place():
    call = a_call(state=CallState.RELEASED)
    application = an_application(call, state=ApplicationState.SELECTED)
    held = select(Allocation).where(Allocation.application_id == application.id)
    quota_id = db.session.scalars(held).one().quota_id

    services.withdraw(owner(application), application.id)

    assert db.session.get_one(Quota, quota_id, populate_existing=True).used_persons == 0
    assert application.state == ApplicationState.WITHDRAWN


@pytest.mark.parametrize("state", ["selected", "wait_listed", "not_selected", "ranked"])
def test_nobody_learns_a_result_under_embargo(state):
    embargoed = a_call(state=CallState.EMBARGOED)
    application = an_application(embargoed, state=ApplicationState(state))
    person = owner(application)

    assert queries.shown_state(application, embargoed) == ApplicationState.UNDER_REVIEW
    steps = queries.steps_of(application, embargoed, to_applicant=True)
    assert [one.action for one in steps] == ["start", "submit", "review"]
    assert [row.id for row in queries.own(person, group="now").items] == [application.id]
    assert queries.own(person, group="over").items == []


def test_an_application_is_for_its_person_its_office_and_its_chair():
    chair = a_trainee("Chair Person")
    call = an_open_call(chair_id=chair.user_id)
    application = an_application(call)
    elsewhere = an_institution()

    for reader in (owner(application), an_officer(call.institution_id), chair):
        assert queries.application_for(reader, application.id)
    for stranger in (a_trainee(), an_officer(elsewhere.id), an_actor("centre_administrator")):
        with pytest.raises(NotFound):
            queries.application_for(stranger, application.id)


def test_every_state_is_what_the_history_leads_to():
    call = a_call(state=CallState.RELEASED, places=30)
    for state in ApplicationState:
        application = an_application(call, state=state)
        last = db.session.scalars(
            select(StateChange)
            .where(StateChange.subject_id == application.id)
            .order_by(StateChange.at.desc())
            .limit(1)
        ).one()
        assert last.after == application.state
    assert list(invariants.histories()) == []
    assert db.session.get_one(Call, call.id).state == CallState.RELEASED


def test_what_was_sent_is_held_against_its_hash_and_its_consents():
    application = a_ready_draft(an_open_call())
    services.submit(owner(application), application.id)
    checks = (invariants.sent_content, invariants.given_consents, invariants.histories)
    assert [fault for check in (*checks, invariants.own_call) for fault in check()] == []

    turn(application, answers={"motivation": "Something else than was sent."})
    with atomic():
        db.session.execute(delete(Consent))

    assert len(list(invariants.sent_content())) == 1
    assert len(list(invariants.given_consents())) == 1


def test_nothing_is_sent_to_a_call_that_was_cancelled():
    call = a_call(state=CallState.CANCELLED)
    application = an_application(call, state=ApplicationState.RETURNED)

    with pytest.raises(Gone):
        services.submit(owner(application), application.id)
