"""Nominating to a host: what is proposed, what the host answers, and what follows."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.queries import actor_for
from app.audit.models import AuditEntry
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Forbidden, Gone, Invalid, NotFound, WrongState
from app.exchanges.models.admissions import HostAdmission
from app.exchanges.models.agreements import AgreementVersion, Quota
from app.exchanges.models.applications import Application
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.nominations import Nomination, NominationDecision, NominationProposal
from app.exchanges.queries import agreements
from app.exchanges.queries import nominations as queries
from app.exchanges.services import nomination_answers as answers
from app.exchanges.services import nominations as services
from app.exchanges.services import quotas
from app.exchanges.states.agreements import AgreementState
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.mobilities import AdmissionState, MobilityState, NominationState
from app.institutions.models import Institution
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.exchanges_agreements import an_agreement_in_force, the_quota
from tests.factories.exchanges_applications import an_application
from tests.factories.exchanges_mobilities import a_call, a_mobility
from tests.factories.institutions import an_institution


@pytest.fixture
def home(session: Session) -> Institution:
    """Who sends."""
    return an_institution()


@pytest.fixture
def host(session: Session) -> Institution:
    """Who receives."""
    return an_institution(name="Shanghai University", timezone="Asia/Shanghai", country="CN")


def a_confirmed(home: Institution, host: Institution) -> Application:
    """Return an application whose applicant has confirmed a place at the host."""
    quota = the_quota(an_agreement_in_force(home, host))
    call = a_call(home, host, quota)
    return an_application(call, state=ApplicationState.CONFIRMED, name="Milijana Radić")


def the_nomination(mobility: Mobility) -> Nomination:
    """Return the nomination of a stay."""
    found = queries.of_stay(mobility.id)
    assert found is not None
    return found


def a_plan(mobility: Mobility, **changes: object) -> services.Plan:
    """Return the plan of a stay with some things changed."""
    values = {
        "planned_from": mobility.planned_from,
        "planned_until": mobility.planned_until,
        "term": mobility.term,
        "isced": mobility.isced,
        "eqf_level": mobility.eqf_level,
    }
    return services.Plan(**(values | changes))  # type: ignore[arg-type]  # of the right types


def used(mobility: Mobility) -> int:
    """Return how many places are taken of the quota of a stay."""
    query = select(Quota.used_persons).where(Quota.id == mobility.quota_id)
    return db.session.scalars(query).one()


def test_who_confirmed_is_nominated(session: Session, home: Institution, host: Institution) -> None:
    application, officer = a_confirmed(home, host), an_actor("officer", home.id)
    coordinator = an_actor("faculty", home.id, name="Mira Katić")

    nomination = services.nominate(officer, application.id, home_coordinator_id=coordinator.user_id)

    mobility = session.get_one(Mobility, nomination.mobility_id)
    assert session.get_one(Application, application.id).state == ApplicationState.NOMINATED
    assert (mobility.state, nomination.state) == (MobilityState.PLANNED, NominationState.PENDING)
    assert mobility.home_coordinator_id == coordinator.user_id
    assert mobility.number.startswith(f"{home.code}-M{mobility.academic_year}-000001-")
    assert queries.nomination_for(an_actor("officer", host.id), nomination.id).id == nomination.id
    with pytest.raises(WrongState):
        services.nominate(officer, application.id)


def test_only_the_home_office_nominates(home: Institution, host: Institution) -> None:
    application = a_confirmed(home, host)

    with pytest.raises(Forbidden):
        services.nominate(actor_for(application.applicant_id), application.id)
    for stranger in (an_actor("officer", host.id), a_trainee()):
        with pytest.raises(NotFound):
            services.nominate(stranger, application.id)


def test_an_agreement_that_has_ended_nominates_nobody(
    session: Session, home: Institution, host: Institution
) -> None:
    application = a_confirmed(home, host)
    with atomic():
        for version in session.scalars(select(AgreementVersion)):
            version.state = AgreementState.EXPIRED

    with pytest.raises(Conflict):
        services.nominate(an_actor("officer", home.id), application.id)
    assert session.scalar(select(func.count()).select_from(Mobility)) == 0


def test_an_approval_names_what_was_seen(
    session: Session, home: Institution, host: Institution
) -> None:
    mobility = a_mobility(home, host)
    nomination = the_nomination(mobility)
    seen, officer = nomination.proposal_id, an_actor("officer", host.id)
    later = mobility.planned_until + timedelta(days=30)
    changed = services.propose(
        an_actor("officer", home.id), nomination.id, a_plan(mobility, planned_until=later)
    )

    with pytest.raises(Conflict, match="changed since you opened it"):
        answers.approve(officer, nomination.id, seen, "Welcome.")
    assert changed
    assert the_nomination(mobility).state == NominationState.PENDING

    answers.approve(officer, nomination.id, the_nomination(mobility).proposal_id, "Welcome.")
    assert the_nomination(mobility).state == NominationState.APPROVED
    assert session.scalars(select(HostAdmission.state)).one() == AdmissionState.AWAITING_DOCUMENTS


def test_a_changed_plan_is_seen_anew_and_a_changed_name_is_not(
    session: Session, home: Institution, host: Institution
) -> None:
    mobility = a_mobility(home, host, nomination=NominationState.APPROVED)
    nomination, officer = the_nomination(mobility), an_actor("officer", home.id)
    before = nomination.proposal_id

    services.correct(officer, nomination.id, {"email": "new@example.org"})
    assert not services.propose(officer, nomination.id, a_plan(mobility))
    nomination = the_nomination(mobility)
    assert (nomination.proposal_id, nomination.state) == (before, NominationState.APPROVED)
    assert nomination.personal["email"] == "new@example.org"

    assert services.propose(officer, nomination.id, a_plan(mobility, isced="0913"))
    nomination = the_nomination(mobility)
    assert nomination.proposal_id != before
    assert nomination.state == NominationState.PENDING
    assert session.scalar(select(func.count()).select_from(NominationProposal)) == 2


def test_what_is_proposed_lies_in_an_agreement_in_force(
    session: Session, home: Institution, host: Institution
) -> None:
    mobility = a_mobility(home, host)
    nomination, officer = the_nomination(mobility), an_actor("officer", home.id)
    first, last = agreements.life_of(mobility.quota_id)

    for field, reason, days in (
        ("planned_from", "begins on", {"planned_from": first - timedelta(days=1)}),
        ("planned_until", "during the stay", {"planned_until": last + timedelta(days=1)}),
        (
            "planned_from",
            "before the stay",
            dict.fromkeys(("planned_from", "planned_until"), last + timedelta(days=9)),
        ),
    ):
        with pytest.raises(Invalid, match=reason) as refusal:
            services.propose(officer, nomination.id, a_plan(mobility, **days))
        assert refusal.value.field == field
    with atomic():
        for version in session.scalars(select(AgreementVersion)):
            version.state = AgreementState.TERMINATED
    with pytest.raises(Conflict, match="not in force"):
        services.propose(officer, nomination.id, a_plan(mobility, isced="0913"))

    assert the_nomination(mobility).proposal_id == nomination.proposal_id
    assert services.propose(officer, nomination.id, a_plan(mobility)) is False


def test_an_answer_needs_a_comment(home: Institution, host: Institution) -> None:
    nomination = the_nomination(a_mobility(home, host))

    for answer in (answers.approve, answers.reject):
        with pytest.raises(Invalid):
            answer(an_actor("officer", host.id), nomination.id, nomination.proposal_id, "  ")


def test_a_rejected_place_is_free_until_it_is_proposed_again(
    home: Institution, host: Institution
) -> None:
    mobility = a_mobility(home, host)
    nomination = the_nomination(mobility)

    answers.reject(an_actor("officer", host.id), nomination.id, nomination.proposal_id, "Full.")
    assert used(mobility) == 0

    services.propose(
        an_actor("officer", home.id), nomination.id, a_plan(mobility, comment="Once more.")
    )
    assert used(mobility) == 1


def test_a_rejected_place_that_somebody_else_took_cannot_be_proposed_again(
    session: Session, home: Institution, host: Institution
) -> None:
    quota = the_quota(an_agreement_in_force(home, host, places=1))
    mobility = a_mobility(home, host, quota=quota, nomination=NominationState.PENDING)
    nomination = the_nomination(mobility)
    answers.reject(an_actor("officer", host.id), nomination.id, nomination.proposal_id, "Full.")
    a_mobility(home, host, quota=quota)

    with pytest.raises(quotas.QuotaFull):
        services.propose(
            an_actor("officer", home.id), nomination.id, a_plan(mobility, comment="Once more.")
        )
    assert the_nomination(mobility).state == NominationState.REJECTED


def test_cancelling_gives_the_place_back(home: Institution, host: Institution) -> None:
    mobility = a_mobility(home, host, state=MobilityState.PRE_DEPARTURE)
    nomination = the_nomination(mobility)

    services.cancel(an_actor("officer", home.id), nomination.id, "She is ill.")

    assert the_nomination(mobility).state == NominationState.CANCELLED
    assert db.session.get_one(Mobility, mobility.id).state == MobilityState.CANCELLED
    assert used(mobility) == 0


def test_nobody_is_taken_back_from_abroad(home: Institution, host: Institution) -> None:
    nomination = the_nomination(a_mobility(home, host, state=MobilityState.IN_PROGRESS))

    with pytest.raises(WrongState):
        services.cancel(an_actor("officer", home.id), nomination.id, "She is ill.")


@pytest.mark.parametrize("answer", [NominationState.REJECTED, NominationState.APPROVED])
def test_a_stay_is_given_up_whatever_the_host_answered(
    home: Institution, host: Institution, answer: NominationState
) -> None:
    mobility = a_mobility(home, host, nomination=answer)

    with pytest.raises(Forbidden):
        services.give_up(an_actor("officer", host.id), mobility.id, "She is ill.")
    services.give_up(an_actor("officer", home.id), mobility.id, "She is ill.")

    assert db.session.get_one(Mobility, mobility.id).state == MobilityState.CANCELLED
    assert used(mobility) == 0


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a_guest_answers_once(
    session: Session, home: Institution, host: Institution, decision: str
) -> None:
    nomination = the_nomination(a_mobility(home, host))
    token = _asked(an_actor("officer", home.id), nomination)

    answers.decide_as_guest(token, nomination.proposal_id, decision, "Seen by the dean.")

    given = session.scalars(select(NominationDecision)).one()
    assert (given.decision, given.name) == (decision, "Wei Chen")
    assert given.link_id is not None
    assert session.scalar(
        select(AuditEntry.id).where(
            AuditEntry.action == f"nomination.{decision}", AuditEntry.actor_id == given.link_id
        )
    )
    with pytest.raises(Gone):
        answers.decide_as_guest(token, nomination.proposal_id, decision, "Again.")


def test_a_stale_answer_does_not_use_a_guests_link_up(home: Institution, host: Institution) -> None:
    mobility = a_mobility(home, host)
    nomination, officer = the_nomination(mobility), an_actor("officer", home.id)
    token, seen = _asked(officer, nomination), nomination.proposal_id
    services.propose(officer, nomination.id, a_plan(mobility, isced="0913"))

    with pytest.raises(Conflict):
        answers.decide_as_guest(token, seen, "approve", "Welcome.")
    answers.decide_as_guest(token, the_nomination(mobility).proposal_id, "approve", "Welcome.")

    assert the_nomination(mobility).state == NominationState.APPROVED


def test_a_link_does_not_outlive_its_nomination(home: Institution, host: Institution) -> None:
    nomination, officer = the_nomination(a_mobility(home, host)), an_actor("officer", home.id)
    token = _asked(officer, nomination)
    services.cancel(officer, nomination.id, "She is ill.")

    with pytest.raises(Gone):
        answers.decide_as_guest(token, nomination.proposal_id, "approve", "Welcome.")
    with pytest.raises(NotFound):
        answers.decide_as_guest(token + "x", nomination.proposal_id, "approve", "Welcome.")


def test_nobody_answers_by_a_link_for_an_office_with_an_account(
    home: Institution, host: Institution
) -> None:
    nomination, officer = the_nomination(a_mobility(home, host)), an_actor("officer", home.id)
    token = _asked(officer, nomination)
    an_actor("officer", host.id)

    with pytest.raises(Conflict):
        _asked(officer, nomination)
    with pytest.raises(Gone, match="has an account"):
        answers.decide_as_guest(token, nomination.proposal_id, "approve", "Welcome.")


def _asked(officer: Actor, nomination: Nomination) -> str:
    assert nomination.proposed_at <= now()
    return answers.ask_guest(officer, nomination.id, name="Wei Chen", email="wei@example.cn")


def test_of_two_who_answer_at_once_one_is_told_that_it_is_too_late(world: Flask) -> None:
    home, host = an_institution(), an_institution()
    nomination = the_nomination(a_mobility(home, host))
    nomination_id, seen = nomination.id, nomination.proposal_id
    officers = [an_actor("officer", host.id) for _ in range(2)]
    db.session.remove()
    together, outcomes = Barrier(2), list[str]()

    def work(officer: Actor, answer: Callable[..., None]) -> None:
        with world.app_context():
            together.wait()
            try:
                answer(officer, nomination_id, seen, "Seen by the board.")
                outcomes.append("done")
            except WrongState:
                outcomes.append("too late")
            finally:
                db.session.remove()

    ways = (answers.approve, answers.reject)
    threads = [Thread(target=work, args=pair) for pair in zip(officers, ways, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", "too late"]
    assert len(queries.decisions_of(nomination_id)) == 1
