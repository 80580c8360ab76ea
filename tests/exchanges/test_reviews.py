"""Reviewers, conflicts of interest, sheets that are locked, and the ranking that follows."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.queries import actor_for
from app.core.clock import now
from app.core.database import Text, atomic, db
from app.core.errors import Conflict as Clash
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.exchanges.models.applications import EligibilityFinding
from app.exchanges.models.calls import RuleSet
from app.exchanges.models.reviews import ReviewAssignment, Score
from app.exchanges.queries import allocation
from app.exchanges.queries import review_lists as lists
from app.exchanges.queries import reviews as queries
from app.exchanges.rules.conflicts import Judge, Judged, Tie, ties
from app.exchanges.services import reviews as services
from app.exchanges.services.reviews import Mark
from app.exchanges.states.applications import ApplicationState, Conflict
from app.institutions.models import OrgUnit
from app.notifications.models import Notice
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.exchanges_applications import an_application
from tests.factories.exchanges_calls import an_officer
from tests.factories.exchanges_reviews import a_chaired_call, a_reviewer, an_assignment
from tests.factories.institutions import an_institution

_S = ApplicationState
pytestmark = pytest.mark.usefixtures("session")


def in_a_week():
    return now() + timedelta(days=7)


@pytest.fixture
def home(session):
    return an_institution()


@pytest.fixture
def call(home):
    return a_chaired_call(home, criteria=("Merit", {"title": {"en": "Plan"}, "weight": 3}))[0]


def sheet(call, *points):
    rubric = allocation.criteria_of(call.id)
    return {one.id: Mark(given) for one, given in zip(rubric, points, strict=True)}


def test_reviewers_are_assigned_in_bulk_and_told_when_the_review_begins(home, call):
    officer, reviewer = an_officer(home.id), a_reviewer()
    sent = [an_application(call, state=_S.SUBMITTED) for _ in range(2)]
    late = an_application(call, state=_S.RANKED)

    found = services.assign(
        officer,
        [one.id for one in (*sent, late)],
        [reviewer.user_id],
        due_at=in_a_week(),
    )
    services.send_to_review(officer, sent[0].id)

    assert (found.made, found.conflicts, found.passed_over) == (2, [], 1)
    assert sent[0].state == _S.UNDER_REVIEW
    told = db.session.scalars(select(Notice.kind).where(Notice.user_id == reviewer.user_id))
    assert told.all() == ["exchanges/review-assigned"]


def test_review_needs_reviewers_who_are_free_and_rules_that_are_met(home, call):
    officer = an_officer(home.id)
    application = an_application(call, state=_S.SUBMITTED)
    with pytest.raises(Clash, match="No reviewer"):
        services.send_to_review(officer, application.id)
    blocked = an_assignment(application, conflict=Conflict.DECLARED)
    with pytest.raises(Clash, match="conflict of interest"):
        services.send_to_review(officer, application.id)
    services.unassign(officer, blocked.id)
    an_assignment(application)
    db.session.add(
        EligibilityFinding(
            application_id=application.id,
            rule_set_id=db.session.scalar(
                select(RuleSet.id).where(RuleSet.call_id == application.call_id)
            ),
            rule_id="ects",
            outcome="needs_human",
            at=now(),
        )
    )
    db.session.commit()
    with pytest.raises(Clash, match="waits for the office"):
        services.send_to_review(officer, application.id)


def test_every_tie_between_two_people_is_seen(home):
    one, other = home.id, an_institution().id  # any ids
    judged = Judged(one, other, unit_id=one, supervisor_id=other, supervisor_email="M@x.org")

    assert ties(Judge(one), judged) == [Tie.OWN_APPLICATION]
    assert ties(Judge(other), judged) == [Tie.OWN_STUDENT]
    stranger = a_reviewer().user_id
    assert ties(Judge(stranger, email="m@x.org"), judged) == [Tie.OWN_STUDENT]
    assert ties(Judge(stranger, supervisor_ids={other}), judged) == [Tie.SAME_SUPERVISOR]
    assert ties(Judge(stranger, unit_ids={one}), judged) == [Tie.SAME_UNIT]
    assert ties(Judge(stranger, applied_to={other}), judged) == [Tie.COMPETITOR]
    assert ties(Judge(stranger, "a@x.org"), judged) == []


def test_ties_are_seen_by_what_reviewers_say_of_themselves(home, call, browse_as):
    with atomic():
        unit = OrgUnit(institution_id=home.id, code="MED", name=Text(en="Faculty of Medicine"))
        db.session.add(unit)
    officer, teacher = an_officer(home.id), an_actor("faculty", home.id)
    near = an_application(call, state=_S.SUBMITTED, unit_id=unit.id)
    taught = an_application(
        call, state=_S.SUBMITTED, facts={"supervisor_email": "Boss@Example.org"}
    )
    profile = {"locale": "en", "timezone": "UTC", "theme": "auto"}
    browser = browse_as(teacher)
    wrong = profile | {"unit": str(home.id), "supervisor_email": "x"}
    assert browser.post("/profile", data=wrong).status_code == 422
    right = profile | {"unit": str(unit.id), "supervisor_email": " boss@example.ORG"}
    assert browser.post("/profile", data=right).status_code == 303
    assert "Faculty of Medicine" in browser.get("/profile").text
    assert "supervisor" not in browse_as(a_trainee()).get("/profile").text

    found = services.assign(officer, [near.id, taught.id], [teacher.user_id], due_at=in_a_week())

    assert (found.made, {tie for _, _, tie in found.conflicts}) == (
        0,
        {Tie.SAME_UNIT, Tie.SAME_SUPERVISOR},
    )


def test_whoever_is_tied_is_not_assigned(home, call):
    officer, teacher = an_officer(home.id), a_reviewer()
    student = an_application(call, state=_S.SUBMITTED, supervisor_id=teacher.user_id)
    rival = actor_for(an_application(call, state=_S.SUBMITTED).applicant_id)

    found = services.assign(
        officer, [student.id], [teacher.user_id, rival.user_id], due_at=in_a_week()
    )

    assert found.made == 0
    assert {(one, tie) for _, one, tie in found.conflicts} == {
        (teacher.user_id, Tie.OWN_STUDENT),
        (rival.user_id, Tie.COMPETITOR),
    }


def test_a_conflict_that_is_declared_blocks_scoring_and_ranking(home, call):
    officer, reviewer = an_officer(home.id), a_reviewer()
    application = an_application(call, state=_S.UNDER_REVIEW)
    mine = an_assignment(application, reviewer, assigned_by=officer.user_id)
    other = an_assignment(application, a_reviewer())

    services.declare_conflict(reviewer, mine.id, reason="My cousin")
    with pytest.raises(WrongState, match="blocked"):
        services.save_sheet(reviewer, mine.id, sheet(call, 1, 1), lock=True)
    services.save_sheet(actor_for(other.reviewer_id), other.id, sheet(call, 8, 6), lock=True)
    assert application.state == _S.UNDER_REVIEW
    services.unassign(officer, mine.id, reason="Their cousin")

    assert application.state == _S.RANKED
    assert application.score_milli == 65_000  # (8 + 3 * 6) / 4 of 10
    told = db.session.scalars(select(Notice.kind).where(Notice.user_id == officer.user_id))
    assert told.all() == ["exchanges/review-conflict"]


def test_a_tie_that_appears_later_blocks_the_sheet(call):
    reviewer = a_reviewer()
    application = an_application(call, state=_S.UNDER_REVIEW)
    mine = an_assignment(application, reviewer)
    application.supervisor_id = reviewer.user_id
    db.session.commit()

    assert services.save_sheet(reviewer, mine.id, sheet(call, 1, 1)) is False

    assert (mine.conflict, mine.conflict_reason) == (Conflict.DETECTED, "own_student")
    assert db.session.scalar(select(func.count()).select_from(Score)) == 0


def test_locked_scores_are_never_changed(call):
    reviewer = a_reviewer()
    application = an_application(call, state=_S.UNDER_REVIEW)
    mine, _other = an_assignment(application, reviewer), an_assignment(application)
    services.save_sheet(reviewer, mine.id, sheet(call, 1, None))
    with pytest.raises(services.NoPoints, match="Missing: Merit, Plan"):
        services.save_sheet(reviewer, mine.id, {}, lock=True)
    with pytest.raises(services.NoPoints, match="Missing: Plan"):
        services.lock_sheet(reviewer, mine.id)
    with pytest.raises(Invalid, match="from 0 to 10"):
        services.save_sheet(reviewer, mine.id, sheet(call, 11, 1))
    services.save_sheet(reviewer, mine.id, sheet(call, 9, 7), comment="Good", lock=True)

    with pytest.raises(WrongState, match="locked"):
        services.save_sheet(reviewer, mine.id, sheet(call, 10, 10))
    with pytest.raises(WrongState, match="locked"):
        services.unassign(an_officer(application.institution_id), mine.id)
    with pytest.raises(WrongState, match="locked"):
        services.declare_conflict(reviewer, mine.id, reason="Oh")

    assert sorted(queries.points_of([mine.id])[mine.id].values()) == [7, 9]
    assert application.state == _S.UNDER_REVIEW


def test_the_last_locked_sheet_ranks_the_application(call):
    application = an_application(call, state=_S.UNDER_REVIEW)
    people = [a_reviewer(), a_reviewer()]
    tasks = [an_assignment(application, one) for one in people]

    services.save_sheet(people[0], tasks[0].id, sheet(call, 10, 5), lock=True)
    services.save_sheet(people[1], tasks[1].id, sheet(call, 5, 10), lock=True)

    assert application.state == _S.RANKED
    assert application.score_milli == 75_000
    found = allocation.candidates(call.id, {_S.RANKED})
    assert set(found[0].marks.lines.values()) == {7500}


def test_one_more_review_counts_too(home):
    call, chair = a_chaired_call(home)
    application = an_application(call, state=_S.UNDER_REVIEW)
    first, second = a_reviewer(), a_reviewer()
    task = an_assignment(application, first)
    services.save_sheet(first, task.id, sheet(call, 2), lock=True)
    assert application.score_milli == 20_000

    with pytest.raises(Forbidden):
        services.reopen_review(
            an_officer(home.id), application.id, second.user_id, due_at=in_a_week(), reason="x"
        )
    services.reopen_review(
        chair, application.id, second.user_id, due_at=in_a_week(), reason="Far apart"
    )
    assert (application.state, application.score_milli) == (_S.UNDER_REVIEW, None)
    added = next(
        one for one in queries.standing_of(application.id) if one.reviewer_id == second.user_id
    )
    services.save_sheet(second, added.id, sheet(call, 10), lock=True)

    assert (application.state, application.score_milli) == (_S.RANKED, 60_000)


def test_a_reviewer_sees_only_what_is_assigned(call):
    mine = an_assignment(an_application(call, state=_S.UNDER_REVIEW))
    stranger = a_reviewer()

    with pytest.raises(NotFound):
        services.save_sheet(stranger, mine.id, {})
    with pytest.raises(NotFound):
        queries.review_for(stranger, mine.id)
    with pytest.raises(NotFound):
        services.unassign(an_officer(an_institution().id), mine.id)
    assert lists.own(stranger, lists.Wanted()).items == []
    assert len(lists.own(actor_for(mine.reviewer_id), lists.Wanted()).items) == 1


def test_reminders_go_out_once_before_and_once_after_the_date(call):
    soon = an_assignment(
        an_application(call, state=_S.UNDER_REVIEW), due_at=now() + timedelta(days=1)
    )
    an_assignment(an_application(call, state=_S.UNDER_REVIEW))

    assert services.remind_all() == 1
    services.remind_all()
    query = select(func.count()).select_from(Notice)
    assert db.session.scalar(query) == 1
    db.session.get_one(ReviewAssignment, soon.id).due_at = now() - timedelta(hours=1)
    db.session.commit()
    services.remind_all()

    assert db.session.scalar(query) == 2
