"""A plan that is changed, refused or proposed anew: what stands, and who holds the place."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.errors import WrongState
from app.exchanges.invariants import mobilities as checks
from app.exchanges.models.mobilities import Mobility
from app.exchanges.queries import admissions as admission_queries
from app.exchanges.services import admissions, nominations, quotas, visits
from app.exchanges.services import nomination_answers as answers
from app.exchanges.states.mobilities import AdmissionState, MobilityState, NominationState
from app.exchanges.states.parties import Party
from tests.exchanges.stays import Cast, a_cast
from tests.exchanges.test_admissions_life import PAPERS, a_condition
from tests.exchanges.test_nominations import a_plan, the_nomination, used
from tests.factories.exchanges_agreements import an_agreement_in_force, the_quota
from tests.factories.exchanges_mobilities import a_mobility, traveller

M, N, A = MobilityState, NominationState, AdmissionState


@pytest.fixture
def cast(session: Session) -> Cast:
    """Everybody, and one place in all."""
    made = a_cast()
    quota = the_quota(an_agreement_in_force(made.home, made.host, places=1))
    return Cast(made.home, made.host, quota, made.people)


def a_stay(cast: Cast, **values: object) -> Mobility:
    return a_mobility(cast.home, cast.host, **(cast.on_the_stay() | values))  # type: ignore[arg-type]  # of the right types


def change(cast: Cast, mobility: Mobility, **changes: object) -> str:
    """Propose something else as the home office; return the id of the proposal."""
    nomination = the_nomination(mobility)
    office = cast.people[Party.HOME_OFFICER]
    assert nominations.propose(office, nomination.id, a_plan(mobility, **changes))
    return the_nomination(mobility).proposal_id


def broken() -> list[str]:
    return [*checks.stays_hold_places(), *checks.stays_were_agreed_to(),
            *checks.proposals_are_named_by_content()]  # fmt: skip


def test_a_rejected_change_leaves_what_was_approved_with_its_place(
    cast: Cast, session: Session
) -> None:
    stay, host = a_stay(cast, state=M.READY), cast.people[Party.HOST_OFFICER]
    before, approved = stay.planned_until, the_nomination(stay).proposal_id
    seen = change(cast, stay, planned_until=before + timedelta(days=10))
    with pytest.raises(WrongState, match="answers the nomination first"):
        visits.arrive(host, stay.id, now())

    answers.reject(host, the_nomination(stay).id, seen, "The house is closed then.")

    kept = session.get_one(Mobility, stay.id, populate_existing=True)
    assert (kept.state, kept.planned_until) == (M.PRE_DEPARTURE, before)  # its checklist is empty
    nomination = the_nomination(stay)
    assert (nomination.state, nomination.proposal_id) == (N.APPROVED, approved)
    assert (used(stay), broken()) == (1, [])
    visits.arrive(host, stay.id, now())
    assert used(stay) == 1


def test_nothing_is_rejected_once_somebody_has_come(cast: Cast, session: Session) -> None:
    stay, host = a_stay(cast, state=M.IN_PROGRESS), cast.people[Party.HOST_OFFICER]
    nomination = the_nomination(stay)
    nomination.state = N.PENDING  # as a record of former years may be
    session.commit()

    with pytest.raises(WrongState, match="can no longer be rejected"):
        answers.reject(host, nomination.id, nomination.proposal_id, "No.")
    assert list(checks.stays_were_agreed_to()) != []


@pytest.mark.parametrize("state", [M.READY, M.IN_PROGRESS])
def test_a_stay_without_a_place_is_named(cast: Cast, session: Session, state: M) -> None:
    stay = a_stay(cast, state=state)
    quotas.release(stay.application_id)  # type: ignore[arg-type]  # it came of an application
    the_nomination(stay).state = N.REJECTED
    session.commit()

    assert [line for line in broken() if stay.number in line]


def test_a_person_who_is_not_admitted_gives_the_place_up_until_proposed_anew(cast: Cast) -> None:
    stay = a_stay(cast, admission=A.COMPLETE)
    judge, host = cast.people[Party.HOST_COORDINATOR], cast.people[Party.HOST_OFFICER]
    admissions.refuse(judge, stay.id, "The course is not held.")
    assert (used(stay), broken()) == (0, [])

    seen = change(cast, stay, isced="0913")
    assert (used(stay), broken()) == (1, [])
    answers.approve(host, the_nomination(stay).id, seen, "This we can do.")

    assert admission_queries.admission_of(stay.id).state == A.AWAITING_DOCUMENTS
    admissions.complete(traveller(stay), stay.id, PAPERS)
    admissions.accept(judge, stay.id)
    assert (stay.state, used(stay), broken()) == (M.PRE_DEPARTURE, 1, [])


def test_a_change_rejected_after_a_refusal_frees_the_place(cast: Cast) -> None:
    stay = a_stay(cast, admission=A.REFUSED)
    seen = change(cast, stay, isced="0913")

    answers.reject(
        cast.people[Party.HOST_OFFICER], the_nomination(stay).id, seen, "Not this either."
    )

    assert the_nomination(stay).state == N.REJECTED
    assert (used(stay), broken()) == (0, [])


def test_an_admission_that_lapsed_frees_the_place_and_begins_anew_without_its_conditions(
    cast: Cast,
) -> None:
    stay = a_stay(cast, admission=A.CONDITIONAL)
    a_condition(stay, days=-1)
    admissions.lapse_overdue()
    assert (used(stay), broken()) == (0, [])

    judge, host = cast.people[Party.HOST_COORDINATOR], cast.people[Party.HOST_OFFICER]
    seen = change(cast, stay, comment="She has the certificate now.")
    answers.approve(host, the_nomination(stay).id, seen, "Welcome.")
    admissions.complete(traveller(stay), stay.id, PAPERS)
    wanted = admissions.Wanted({"en": "A vaccination."}, (now() + timedelta(days=9)).date())
    admissions.accept_conditionally(judge, stay.id, [wanted])
    admission = admission_queries.admission_of(stay.id)
    admissions.meet(judge, admission_queries.conditions_of(admission.id)[-1].id)

    assert (stay.state, used(stay)) == (M.PRE_DEPARTURE, 1)
    assert list(checks.nobody_is_admitted_with_open_conditions()) == broken() == []


def test_nobody_is_admitted_or_refused_while_the_plan_waits_for_its_answer(cast: Cast) -> None:
    stay = a_stay(cast, admission=A.COMPLETE)
    change(cast, stay, comment="A week later.")

    for act in (admissions.accept, admissions.refuse):
        with pytest.raises(WrongState, match="Answer the nomination first"):
            act(cast.people[Party.HOST_COORDINATOR], stay.id, "Yes or no.")
