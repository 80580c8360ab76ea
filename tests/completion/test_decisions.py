"""Deciding completions: frozen policies, decisions, reviews, waivers."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.attendance import services as attendance
from app.attendance.states import StatusKind
from app.completion import invariants, queries, services
from app.completion.facts import DEFAULT_RULE
from app.completion.models import Decision, Policy, PolicyVersion, Review, RunPolicy
from app.completion.rules import Verdict
from app.completion.states import ReviewState
from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, WrongState
from app.core.events import announce
from app.courses.events import RunClosed, RunPublished
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.courses.models.timetable import Session
from app.courses.services import results
from app.courses.states import EnrolmentState, RunState, SessionState
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.courses import a_run, a_session, a_teacher_of, an_enrolment

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session")]


@pytest.fixture
def run():
    return a_run(capacity=None)


@pytest.fixture
def teacher(run):
    return a_teacher_of(run)


def held(run, number):
    return a_session(
        run, starts_at=now() - timedelta(days=40 - number), number=number, state=SessionState.HELD
    )


def state_of(place):
    return db.session.scalar(select(Enrolment.state).where(Enrolment.id == place.id))


def outcomes(place):
    query = select(Decision.outcome).where(Decision.enrolment_id == place.id)
    return list(db.session.scalars(query.order_by(Decision.number)))


def close(run):
    with atomic():
        db.session.get(Run, run.id).state = RunState.CLOSED
        db.session.flush()
        announce(RunClosed(run.id))


def taught(run, teacher, place, present, of=10):
    """Hold and close sessions of which the person attended some."""
    services.policies.freeze(run.id)
    sessions = [held(run, number) for number in range(1, of + 1)]
    for number, session in enumerate(sessions):
        status = StatusKind.PRESENT if number < present else StatusKind.ABSENT
        attendance.marking.mark(teacher, session.id, place.id, status, version=0)
        attendance.registers.lock(teacher, session.id)
    return sessions


def unlocked(run, session):
    registrar = an_actor("registrar", run.institution_id)
    attendance.registers.unlock(registrar, session.id, reason="The list on paper says otherwise")
    return registrar


@pytest.mark.parametrize(
    ("present", "state"), [(8, EnrolmentState.COMPLETED), (7, EnrolmentState.NOT_COMPLETED)]
)
def test_eight_of_ten_passes_80_per_cent(run, teacher, present, state):
    place = an_enrolment(run)
    taught(run, teacher, place, present)
    assert state_of(place) == EnrolmentState.ACTIVE

    close(run)

    assert state_of(place) == state
    for check in (
        invariants.decisions_follow_from_their_facts,
        invariants.decisions_have_no_gap,
        invariants.completions_were_decided,
    ):
        assert list(check()) == []


def test_the_same_facts_make_no_new_decision(run, teacher):
    place = an_enrolment(run)
    taught(run, teacher, place, 2, of=2)
    before = outcomes(place)

    assert services.decisions.decide_run(SYSTEM, run.id) == 0
    assert outcomes(place) == before


def test_nobody_is_decided_about_before_a_policy_is_frozen(run):
    place = an_enrolment(run)

    assert services.decisions.decide_run(SYSTEM, run.id) == 0
    assert outcomes(place) == []


def test_publishing_freezes_the_default_of_the_institution_once(run):
    registrar = an_actor("registrar", run.institution_id)
    policy = services.policies.create(
        registrar, run.institution_id, name={"en": "Strict"}, rule=_rule(9000)
    )
    with atomic():
        announce(RunPublished(run.id))
    services.policies.rewrite(registrar, policy.id, name={"en": "Strict"}, rule=_rule(9500))
    with atomic():
        announce(RunPublished(run.id))

    assert queries.policies.of_run(run.id).number == 1
    assert queries.standing.yardstick(run.id).threshold_bp == 9000


def test_without_any_policy_a_run_gets_80_per_cent(run):
    services.policies.freeze(run.id)

    assert queries.policies.of_run(run.id).rule == DEFAULT_RULE
    assert db.session.scalar(select(func.count(Policy.id))) == 1


def _rule(threshold_bp, *, early=False):
    return {
        "early": early,
        "credits": {},
        "rule": {"all": [{"criterion": "attendance", "threshold_bp": threshold_bp}]},
    }


def test_an_early_policy_completes_when_the_last_register_is_closed(run, teacher):
    registrar = an_actor("registrar", run.institution_id)
    services.policies.create(
        registrar, run.institution_id, name={"en": "Early"}, rule=_rule(8000, early=True)
    )
    place = an_enrolment(run)

    taught(run, teacher, place, 2, of=2)

    assert state_of(place) == EnrolmentState.COMPLETED


def test_cancelled_sessions_never_count(run, teacher):
    place = an_enrolment(run)
    taught(run, teacher, place, 4, of=5)
    for number in range(6, 9):
        a_session(run, number=number, state=SessionState.CANCELLED)

    close(run)

    assert state_of(place) == EnrolmentState.COMPLETED
    assert len(queries.decisions.history(place.id)[0].facts["attendance"]) == 5


def test_a_late_joiner_answers_only_for_sessions_since(run, teacher):
    first, late = an_enrolment(run), an_enrolment(run)
    with atomic():
        db.session.get(Enrolment, late.id).active_from = now() - timedelta(days=35, hours=1)
    services.policies.freeze(run.id)
    for number in range(1, 11):
        session = held(run, number)
        attendance.marking.mark(teacher, session.id, first.id, StatusKind.PRESENT, version=0)
        if number >= 5:
            attendance.marking.mark(teacher, session.id, late.id, StatusKind.PRESENT, version=0)
        attendance.registers.lock(teacher, session.id)

    close(run)

    assert state_of(late) == EnrolmentState.COMPLETED
    assert queries.standings([late.id])[late.id].tally.weight == 6 * 90


def test_unmarked_is_open_until_the_register_is_closed(run, teacher):
    place = an_enrolment(run)
    services.policies.freeze(run.id)
    for number in range(1, 3):
        held(run, number)

    found = queries.standings([place.id])[place.id]

    assert (found.so_far_bp, found.best_bp, found.outcome.verdict) == (
        None,
        10_000,
        Verdict.PENDING,
    )
    assert found.tally.unmarked == 2


def test_a_correction_after_completion_opens_a_review_and_changes_nothing_else(run, teacher, mail):
    place = an_enrolment(run)
    sessions = taught(run, teacher, place, 8)
    close(run)
    registrar = unlocked(run, sessions[0])

    attendance.marking.mark(teacher, sessions[0].id, place.id, StatusKind.ABSENT, version=1)
    attendance.registers.lock(teacher, sessions[0].id)

    review = db.session.scalars(select(Review)).one()
    assert (state_of(place), review.state) == (EnrolmentState.COMPLETED, ReviewState.OPEN)
    assert outcomes(place)[-1] == "not_met"
    before, against = queries.reviews.decisions_around(review)
    assert (before.outcome, against.outcome) == ("met", "not_met")
    assert [one.id for one in queries.reviews.desk(registrar, None).items] == [review.id]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("uphold", EnrolmentState.COMPLETED),
        ("reissue", EnrolmentState.COMPLETED),
        ("reverse", EnrolmentState.NOT_COMPLETED),
    ],
)
def test_only_a_review_takes_a_completion_back(run, teacher, outcome, state):
    place = an_enrolment(run)
    sessions = taught(run, teacher, place, 8)
    close(run)
    registrar = unlocked(run, sessions[0])
    attendance.marking.mark(teacher, sessions[0].id, place.id, StatusKind.ABSENT, version=1)
    attendance.registers.lock(teacher, sessions[0].id)
    review = db.session.scalars(select(Review)).one()

    with pytest.raises(NotFound):
        services.reviews.close(teacher, review.id, outcome, reason="Because")
    with pytest.raises(Invalid):
        services.reviews.close(registrar, review.id, outcome, reason=" ")
    services.reviews.close(registrar, review.id, outcome, reason="The paper list is right")

    assert state_of(place) == state
    with pytest.raises(WrongState):
        services.reviews.close(registrar, review.id, outcome, reason="Again")
    services.decisions.decide_run(SYSTEM, run.id)
    assert db.session.scalar(select(func.count(Review.id))) == 1


def test_who_failed_completes_by_a_later_correction(run, teacher):
    place = an_enrolment(run)
    sessions = taught(run, teacher, place, 7)
    close(run)
    assert state_of(place) == EnrolmentState.NOT_COMPLETED

    unlocked(run, sessions[9])
    attendance.marking.mark(teacher, sessions[9].id, place.id, StatusKind.PRESENT, version=1)
    attendance.registers.lock(teacher, sessions[9].id)

    assert state_of(place) == EnrolmentState.COMPLETED


def test_a_new_required_session_lowers_nobody_silently(run, teacher):
    place = an_enrolment(run)
    taught(run, teacher, place, 8)
    close(run)
    extra = a_session(run, starts_at=now() - timedelta(hours=3), number=11)
    attendance.registers.lock(teacher, extra.id)

    assert state_of(place) == EnrolmentState.COMPLETED
    assert db.session.scalar(select(func.count(Review.id))) == 1


def test_another_policy_shows_first_whom_it_would_change_and_then_decides_anew(run, teacher):
    good, middling = an_enrolment(run), an_enrolment(run)
    services.policies.freeze(run.id)
    for number in range(1, 11):
        session = held(run, number)
        attendance.marking.mark(teacher, session.id, good.id, StatusKind.PRESENT, version=0)
        status = StatusKind.PRESENT if number <= 8 else StatusKind.ABSENT
        attendance.marking.mark(teacher, session.id, middling.id, status, version=0)
        attendance.registers.lock(teacher, session.id)
    registrar = an_actor("registrar", run.institution_id)
    strict = services.policies.create(
        registrar, run.institution_id, name={"en": "Strict"}, rule=_rule(9000)
    )
    version = queries.policies.versions_of(strict.id)[0]
    frozen = queries.policies.of_run(run.id).id

    changes = services.policies.would_change(run.id, version)
    assert [(one.enrolment_id, one.before, one.after) for one in changes] == [
        (middling.id, Verdict.MET, Verdict.NOT_MET)
    ]
    with pytest.raises(Conflict):
        services.policies.apply_to_run(
            registrar, run.id, version.id, instead_of=None, reason="Agreed"
        )
    with pytest.raises(Forbidden):
        services.policies.apply_to_run(
            teacher, run.id, version.id, instead_of=frozen, reason="Agreed"
        )
    services.policies.apply_to_run(
        registrar, run.id, version.id, instead_of=frozen, reason="Agreed with the faculty"
    )

    assert outcomes(middling)[-2:] == ["met", "not_met"]
    assert db.session.get(RunPolicy, run.id).version_id == version.id


def test_a_policy_is_never_changed_only_versioned(run):
    registrar = an_actor("registrar", run.institution_id)
    policy = services.policies.create(
        registrar, run.institution_id, name={"en": "A"}, rule=_rule(7000)
    )
    services.policies.rewrite(registrar, policy.id, name={"en": "B"}, rule=_rule(7000))
    services.policies.rewrite(registrar, policy.id, name={"en": "B"}, rule=_rule(7500))

    rules = db.session.scalars(select(PolicyVersion.rule).order_by(PolicyVersion.number)).all()
    assert rules == [_rule(7000), _rule(7500)]
    with pytest.raises(Invalid):
        services.policies.rewrite(registrar, policy.id, name={"en": "B"}, rule=_rule(0))


@pytest.mark.parametrize("role", ["trainee", "faculty", "officer"])
def test_only_those_who_answer_for_completions_write_policies(run, role):
    with pytest.raises(Forbidden):
        services.policies.create(
            an_actor(role, run.institution_id),
            run.institution_id,
            name={"en": "A"},
            rule=_rule(7000),
        )


def test_a_waived_criterion_is_met_with_a_reason_and_a_decision(run, teacher):
    place = an_enrolment(run)
    taught(run, teacher, place, 5)
    registrar = an_actor("registrar", run.institution_id)

    with pytest.raises(Forbidden):
        services.decisions.waive(teacher, place.id, "rule.all.0", reason="Ill for long")
    with pytest.raises(NotFound):
        services.decisions.waive(registrar, place.id, "rule.all.9", reason="Ill for long")
    services.decisions.waive(registrar, place.id, "rule.all.0", reason="Ill for long")
    close(run)

    assert state_of(place) == EnrolmentState.COMPLETED
    assert list(invariants.decisions_follow_from_their_facts()) == []


def test_results_are_not_changed_against_their_machine(run):
    place = an_enrolment(run)

    with pytest.raises(WrongState):
        results.reverse(SYSTEM, place.id, reason="No")


def test_standing_is_not_for_others(run):
    place = an_enrolment(run)

    with pytest.raises(NotFound):
        queries.standing.enrolment_for(a_trainee(), place.id)
    assert db.session.scalar(select(func.count(Session.id))) == 0
