"""Planning runs and sessions, and telling people what changes."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from icalendar import Calendar

from app.audit.models import AuditEntry
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, Forbidden, Invalid, WrongState
from app.core.jobs import embedded
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.courses.models.timetable import Session
from app.courses.services import enrolments, runs, staff
from app.courses.services.runs import RunPlan
from app.courses.states import (
    CourseState,
    Delivery,
    EnrolmentMode,
    EnrolmentState,
    RunState,
    SessionState,
    StaffRole,
)
from app.notifications.models import Notice
from tests.factories.accounts import a_trainee, a_user, an_actor
from tests.factories.courses import a_course, a_run, a_session, a_teacher_of, an_enrolment
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database

local = datetime.fromisoformat
"""A time on the run's own clock."""

PLAN = RunPlan(
    code="IP-1",
    title={"en": "Intellectual property", "zh_Hans_CN": "知识产权"},
    starts_on=date(2027, 3, 1),
    ends_on=date(2027, 5, 30),
    timezone="Europe/Sarajevo",
    enrol_opens=local("2026-01-01T09:00"),
    enrol_closes=local("2027-02-20T23:59"),
    languages=["en"],
    delivery=Delivery.ONLINE,
    capacity=10,
)


@pytest.fixture
def home(session):
    return an_institution()


@pytest.fixture
def planner(home):
    return an_actor("faculty", home.id)


@pytest.fixture
def course(home):
    return a_course(institution_id=home.id)


def plan_of(run: Run, **values) -> RunPlan:
    return replace(PLAN, code=run.code, **values)


def tell_all(language: str, zone: str, *people) -> None:
    for person in people:
        person.locale, person.timezone = language, zone
    db.session.commit()


def test_a_run_is_planned_from_the_newest_version(planner, course):
    run_id = runs.create_run(planner, course.id, PLAN)

    run = db.session.get_one(Run, run_id)
    assert (run.state, run.capacity, run.timezone) == (RunState.DRAFT, 10, "Europe/Sarajevo")
    assert run.enrol_closes_at.isoformat() == "2027-02-20T22:59:00+00:00"


def test_only_a_published_course_is_run(planner, home):
    draft = a_course(institution_id=home.id, state=CourseState.DRAFT)

    with pytest.raises(WrongState):
        runs.create_run(planner, draft.id, PLAN)


def test_who_plans_elsewhere_may_not_plan_here(course):
    with pytest.raises(Forbidden):
        runs.create_run(an_actor("administrator", an_institution().id), course.id, PLAN)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ends_on": date(2027, 2, 1)}, "ends_on"),
        ({"timezone": "Nowhere/City"}, "timezone"),
        ({"enrol_closes": local("2025-01-01T00:00")}, "enrol_closes"),
        ({"languages": ["tlh"]}, "languages"),
        ({"capacity": -1}, "capacity"),
        ({"mode": EnrolmentMode.KEY}, "key"),
        ({"title": {}}, "title"),
        ({"enrol_closes": local("2027-03-28T02:30")}, "enrol_closes"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(planner, course, values, field):
    with pytest.raises(Invalid) as refusal:
        runs.create_run(planner, course.id, replace(PLAN, **values))

    assert refusal.value.field == field


def test_a_key_is_kept_as_a_digest_and_stays_out_of_the_trail(planner, course):
    run_id = runs.create_run(planner, course.id, replace(PLAN, mode=EnrolmentMode.KEY, key="Most"))
    run = db.session.get_one(Run, run_id)
    before = run.key_digest

    runs.edit_run(planner, run_id, replace(PLAN, mode=EnrolmentMode.KEY, key="Drugi"))

    entry = db.session.query(AuditEntry).filter_by(action="courses.edit_run").one()
    assert run.key_digest != before
    assert entry.changes == {"key": [None, "changed"]}


def test_more_seats_go_to_the_queue_and_fewer_put_nobody_out(planner, course):
    run = a_run(course=course, capacity=1)
    first, second = a_trainee(), a_trainee()
    enrolments.enrol(first, run.id)
    enrolments.enrol(second, run.id)

    runs.edit_run(planner, run.id, plan_of(run, capacity=2, offer_hours=0))
    assert db.session.get_one(Run, run.id).seats_taken == 2

    runs.edit_run(planner, run.id, plan_of(run, capacity=0, offer_hours=0))
    states = db.session.scalars(db.select(Enrolment.state)).all()
    assert states == [EnrolmentState.ACTIVE, EnrolmentState.ACTIVE]


def test_a_stale_edit_changes_nothing(planner, course):
    run = a_run(course=course)
    runs.edit_run(planner, run.id, plan_of(run, venue="Aula"), version=1)

    with pytest.raises(Conflict):
        runs.edit_run(planner, run.id, plan_of(run, venue="Lab"), version=1)

    assert db.session.get_one(Run, run.id).venue == "Aula"


def test_the_zone_of_planned_sessions_stays(planner, course):
    run = a_run(course=course)
    a_session(run)

    with pytest.raises(Invalid):
        runs.edit_run(planner, run.id, plan_of(run, timezone="Asia/Shanghai"))


def test_cancelling_a_run_cancels_its_sessions_and_tells_everyone(planner, course, mail):
    run = a_run(course=course, capacity=1)
    wang = a_user(name="王晓明")
    tell_all("zh_Hans_CN", "Asia/Shanghai", wang)
    an_enrolment(run, wang.id)
    enrolments.enrol(a_trainee(), run.id)
    lead = a_teacher_of(run)
    to_come = a_session(run, starts_at=now() + timedelta(days=9))
    last_id = a_session(run, starts_at=now() + timedelta(days=16), number=3).id
    held = a_session(run, state=SessionState.HELD, number=2)

    run_id, to_come_id, held_id = run.id, to_come.id, held.id
    runs.cancel_run(planner, run_id, reason="No room.")
    embedded.do_all()

    assert db.session.get_one(Run, run_id).state == RunState.CANCELLED
    assert db.session.get_one(Session, to_come_id).state == SessionState.CANCELLED
    assert db.session.get_one(Session, to_come_id).ical_sequence == 1
    assert db.session.get_one(Session, held_id).state == SessionState.HELD
    told = [message for message in mail if "No room." in message.text]
    assert len(told) == 3
    assert {message.language for message in told} >= {"zh-Hans", "en"}
    assert lead.email in {message.to for message in told}
    (to_wang,) = [message for message in told if message.language == "zh-Hans"]
    calendars = [
        Calendar.from_ical(part.get_payload(decode=True))
        for part in to_wang.as_email("most@example.org", "example.org").walk()
        if part.get_content_type() == "text/calendar" and part.get_param("method") == "CANCEL"
    ]
    events = [event for one in calendars for event in one.walk("VEVENT")]
    assert [one["METHOD"] for one in calendars] == ["CANCEL", "CANCEL"]  # one message a session
    assert [event["UID"].partition("@")[0] for event in events] == [str(to_come_id), str(last_id)]
    assert {(event["STATUS"], event["SEQUENCE"]) for event in events} == {("CANCELLED", 1)}


def test_cancelling_a_draft_tells_nobody(planner, course, mail):
    run = a_run(course=course, state=RunState.DRAFT)
    a_teacher_of(run)

    runs.cancel_run(planner, run.id, reason="Never mind.")
    embedded.do_all()

    assert mail == []


def test_a_run_cancelled_as_a_draft_is_seen_by_those_who_plan_it_only(planner, course, browse_as):
    draft = a_run(course=course, state=RunState.DRAFT)
    public = a_run(course=course)
    for run in (draft, public):
        runs.cancel_run(planner, run.id, reason="Never mind.")

    for stranger in (None, a_trainee(), an_actor("faculty", an_institution().id)):
        browser = browse_as(stranger)
        assert browser.get(f"/runs/{draft.id}").status_code == 404
        assert browser.get(f"/runs/{public.id}").status_code == 200
    assert browse_as(planner).get(f"/runs/{draft.id}").status_code == 200


def test_a_closed_run_is_reopened_by_a_registrar_with_a_reason(planner, course, home):
    run = a_run(course=course)
    runs.close_run(planner, run.id)

    with pytest.raises(Forbidden):
        runs.reopen_run(planner, run.id, reason="Again.")
    with pytest.raises(Invalid):
        runs.reopen_run(an_actor("registrar", home.id), run.id, reason=" ")
    runs.reopen_run(an_actor("registrar", home.id), run.id, reason="Too early.")

    assert db.session.get_one(Run, run.id).state == RunState.PUBLISHED


def test_an_archived_run_stays_archived(planner, course, home):
    run = a_run(course=course)
    runs.close_run(planner, run.id)
    runs.archive_run(planner, run.id)

    with pytest.raises(WrongState):
        runs.reopen_run(an_actor("registrar", home.id), run.id, reason="Again.")


def test_joining_the_staff_is_told(planner, course, mail):
    run = a_run(course=course)
    teacher = a_trainee("Siniša Kovačević")

    staff.add_staff(planner, run.id, teacher.user_id, StaffRole.LEAD)
    staff.add_staff(planner, run.id, teacher.user_id, StaffRole.LEAD)
    embedded.do_all()

    assert [message.to for message in mail] == [teacher.email]


@pytest.mark.parametrize("ends", ["closed", "cancelled"])
def test_the_queue_ends_with_the_run(planner, course, mail, ends):
    run = a_run(course=course, capacity=1, offer_hours=48)
    first, second, third = a_trainee(), a_trainee(), a_trainee()
    gone, offered, waiting = [enrolments.enrol(one, run.id) for one in (first, second, third)]
    applied = an_enrolment(run, state=EnrolmentState.APPLIED, active_from=None)
    enrolments.withdraw(first, gone.id)
    run_id = run.id
    before = {one.id for one in db.session.query(Notice)}

    if ends == "closed":
        runs.close_run(planner, run_id)
    else:
        runs.cancel_run(planner, run_id, reason="Ill.")

    assert [one.state for one in (offered, waiting, applied)] == [
        EnrolmentState.EXPIRED,
        EnrolmentState.WITHDRAWN,
        EnrolmentState.WITHDRAWN,
    ]
    assert run.seats_taken == 0
    told = [one.user_id for one in db.session.query(Notice) if one.id not in before]
    assert sorted(told) == sorted(one.trainee_id for one in (offered, waiting, applied))


def test_a_new_place_of_a_run_goes_to_its_people_once_with_the_sessions_that_follow(
    planner, course, mail
):
    run = a_run(course=course, venue="Old hall")
    an_enrolment(run)
    follows = a_session(run, starts_at=now() + timedelta(days=9), venue="Old hall")
    stays = a_session(run, starts_at=now() + timedelta(days=10), number=2, venue="Museum")
    over = a_session(run, state=SessionState.HELD, number=3)

    runs.edit_run(planner, run.id, replace(PLAN, venue="New hall"))
    assert [one.ical_sequence for one in (follows, stays, over)] == [1, 0, 0]
    assert follows.changed_at > follows.created_at
    embedded.do_all()

    (message,) = mail
    assert "New hall" in message.text
    event = Calendar.from_ical(message.calendar).walk("VEVENT")[0]
    assert (event["LOCATION"], event["SEQUENCE"]) == ("New hall", 1)


def test_sessions_left_outside_the_run_are_said_when_it_is_saved(browse_as, planner, course):
    run = a_run(course=course, state=RunState.DRAFT)
    a_session(run, starts_at=now() + timedelta(days=400))
    browser = browse_as(planner)
    with_form = {
        "code": "R-1",
        "title-en": "Patents",
        "starts_on": f"{run.starts_on}",
        "ends_on": f"{run.ends_on}",
        "timezone": run.timezone,
        "enrol_opens": "2026-01-01T09:00",
        "enrol_closes": "2027-02-20T23:59",
        "languages": "en",
        "delivery": "online",
        "offer_hours": "48",
        "mode": "open",
        "approval_steps": "1",
        "version": f"{run.version}",
    }

    saved = browser.post(f"/runs/{run.id}/edit", data=with_form)

    assert (saved.status_code, saved.location) == (303, f"/runs/{run.id}/sessions")
    shown = browser.get(saved.location).text
    assert "1 session is outside the dates of the run." in shown
    assert "This is outside the dates of the run." in shown
