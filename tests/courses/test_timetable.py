"""Planning sessions of a run, moving and cancelling them, and telling people."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from icalendar import Calendar

from app.core.clock import now
from app.core.database import db
from app.core.errors import Invalid, NotFound, WrongState
from app.core.jobs import embedded
from app.courses import calendars, invariants, policies
from app.courses.models.timetable import Session
from app.courses.rules.recurrence import WeeklyPattern
from app.courses.services import rooms, staff, timetable
from app.courses.services.timetable import Details, When
from app.courses.states import (
    RunState,
    SessionState,
)
from tests.factories.accounts import a_user, an_actor
from tests.factories.courses import a_course, a_run, a_session, an_enrolment
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database

local = datetime.fromisoformat
"""A time on the run's own clock."""

SUNDAYS = WeeklyPattern(
    first_on=date(2027, 3, 21),
    last_on=date(2027, 4, 4),
    weekdays=frozenset({6}),
    start=time(2, 30),
    minutes=90,
    zone="Europe/Sarajevo",
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


def tell_all(language: str, zone: str, *people) -> None:
    for person in people:
        person.locale, person.timezone = language, zone
    db.session.commit()


def test_weekly_sessions_keep_their_local_time_over_the_change_of_clocks(planner, course):
    run = a_run(course=course, state=RunState.DRAFT)
    evenings = replace(SUNDAYS, start=time(18))

    ids = timetable.plan_sessions(planner, run.id, evenings, Details())

    planned = [db.session.get_one(Session, key) for key in ids]
    assert [one.starts_at.isoformat() for one in planned] == [
        "2027-03-21T17:00:00+00:00",
        "2027-03-28T16:00:00+00:00",
        "2027-04-04T16:00:00+00:00",
    ]
    assert [one.number for one in planned] == [1, 2, 3]
    assert planned[2].title["en"] == "Session 3"


def test_a_time_that_does_not_exist_is_not_planned(planner, course):
    run = a_run(course=course, state=RunState.DRAFT)

    with pytest.raises(Invalid):
        timetable.plan_sessions(planner, run.id, SUNDAYS, Details())
    assert db.session.query(Session).count() == 0

    settled = replace(SUNDAYS, moved={date(2027, 3, 28): time(3, 30)})
    assert len(timetable.plan_sessions(planner, run.id, settled, Details())) == 3


def test_a_single_session_may_not_start_while_the_clocks_go_forward(planner, course):
    run = a_run(course=course)

    with pytest.raises(Invalid) as gap:
        timetable.add_session(
            planner, run.id, When(local_start=local("2027-03-28T02:30"), minutes=60), Details()
        )
    with pytest.raises(Invalid) as twice:
        timetable.add_session(
            planner, run.id, When(local_start=local("2027-10-31T02:30"), minutes=60), Details()
        )

    assert (gap.value.field, twice.value.field) == ("start", "fold")


def test_moving_a_session_tells_people_on_both_clocks(planner, course, mail):
    run = a_run(course=course)
    wang = a_user(name="王晓明")
    tell_all("en", "Asia/Shanghai", wang)
    an_enrolment(run, wang.id)
    one = a_session(run, starts_at=now() + timedelta(days=9))
    when = When(local_start=local("2027-04-06T10:00"), minutes=90)

    moved = timetable.edit_session(planner, one.id, when, Details(title=dict(one.title)))
    embedded.do_all()

    assert moved
    (message,) = mail
    assert "16:00–17:30 (Shanghai)" in message.text
    assert "10:00–11:30 (Sarajevo)" in message.text
    event = Calendar.from_ical(message.calendar).walk("VEVENT")[0]
    assert (event["SEQUENCE"], message.calendar_method) == (1, "REQUEST")


def test_a_new_title_grows_the_sequence_and_bothers_nobody(planner, course, mail):
    run = a_run(course=course)
    an_enrolment(run)
    one = a_session(run, starts_at=now().replace(second=0) + timedelta(days=9))
    when, session_id = When(local_start=one.local_start, minutes=90), one.id

    moved = timetable.edit_session(planner, session_id, when, Details(title={"en": "Patents"}))
    embedded.do_all()

    assert not moved
    assert mail == []
    assert db.session.get_one(Session, session_id).ical_sequence == 1


def test_a_session_that_was_held_is_not_moved(planner, course):
    run = a_run(course=course)
    held = a_session(run, state=SessionState.HELD)
    locked = a_session(run, state=SessionState.LOCKED, number=2)
    when = When(local_start=local("2027-04-06T10:00"), minutes=90)

    with pytest.raises(Invalid):
        timetable.edit_session(planner, held.id, when, Details())
    with pytest.raises(WrongState):
        timetable.edit_session(planner, locked.id, when, Details())


def test_cancelling_and_restoring_a_session_tells_people_once_each(planner, course, mail):
    run = a_run(course=course)
    an_enrolment(run)
    one = a_session(run, starts_at=now() + timedelta(days=9))

    timetable.cancel_session(planner, one.id, reason="Ill.")
    timetable.restore_session(planner, one.id)
    timetable.cancel_session(planner, one.id, reason="Ill again.")
    embedded.do_all()

    methods = [message.calendar_method for message in mail]
    assert methods == ["CANCEL", "REQUEST", "CANCEL"]
    sequences = [
        Calendar.from_ical(message.calendar).walk("VEVENT")[0]["SEQUENCE"] for message in mail
    ]
    assert sequences == [1, 2, 3]


def test_a_foreign_session_is_out_of_reach(course):
    run = a_run(course=course, state=RunState.DRAFT)
    one = a_session(run)
    stranger = an_actor("faculty", an_institution().id)

    with pytest.raises(NotFound):
        timetable.cancel_session(stranger, one.id, reason="Mischief.")


def test_a_room_of_another_institution_is_refused(planner, course):
    elsewhere = an_institution()
    room_id = rooms.add_room(an_actor("faculty", elsewhere.id), elsewhere.id, "Aula", 10)
    run = a_run(course=course)

    with pytest.raises(Invalid):
        timetable.add_session(
            planner,
            run.id,
            When(local_start=local("2027-04-06T10:00"), minutes=60),
            Details(room_id=room_id),
        )


def test_sessions_follow_new_rules_of_their_zone(planner, course):
    run = a_run(course=course)
    one = a_session(run, starts_at=now() + timedelta(days=9))
    right = one.starts_at
    db.session.query(Session).update(
        {"starts_at": right + timedelta(hours=1), "ends_at": right + timedelta(hours=3)}
    )
    db.session.commit()

    assert timetable.rederive_sessions() == 1
    assert db.session.get_one(Session, one.id).starts_at == right
    assert timetable.rederive_sessions() == 0


def test_a_session_at_another_moment_than_its_local_time_is_noticed(planner, course):
    run = a_run(course=course)
    one = a_session(run, starts_at=now() + timedelta(days=9))
    assert list(invariants.moments()) == []

    db.session.query(Session).update({"ends_at": one.ends_at + timedelta(hours=1)})

    assert list(invariants.moments()) == [
        f"session {one.id}: starts at another moment than its local time says"
    ]


def test_a_session_to_come_of_a_cancelled_run_is_noticed(planner, course):
    run = a_run(course=course, state=RunState.CANCELLED)
    one = a_session(run)

    assert list(invariants.published()) == [
        f"session {one.id}: is planned in a run that is cancelled"
    ]


def places_in(mail) -> set[str]:
    """Where the calendar entries of these messages say that people meet."""
    events = [event for one in mail for event in Calendar.from_ical(one.calendar).walk("VEVENT")]
    return {str(event["LOCATION"]) for event in events}


def test_a_new_room_is_the_place_in_mails_and_calendars(planner, home, course, mail):
    run = a_run(course=course, venue="Vojvode Stepe 1")
    trainee_id = an_enrolment(run).trainee_id
    one = a_session(run, starts_at=now() + timedelta(days=9))
    room_id = rooms.add_room(planner, home.id, "Aula 7", 40)
    when = When(local_start=one.local_start, minutes=90)
    assert calendars.events_of(trainee_id)[0].place == "Vojvode Stepe 1"

    timetable.edit_session(planner, one.id, when, Details(title=dict(one.title), room_id=room_id))
    embedded.do_all()

    assert "Place: Aula 7" in mail[0].text
    assert places_in(mail) == {"Aula 7"}


def test_sessions_added_to_a_public_run_are_told_of_once(planner, course, mail):
    draft, public = a_run(course=course, state=RunState.DRAFT), a_run(course=course)
    for run in (draft, public):
        an_enrolment(run)
        timetable.plan_sessions(planner, run.id, replace(SUNDAYS, start=time(18)), Details())
    embedded.do_all()

    (message,) = mail
    assert message.subject.startswith("3 new sessions")
    assert len(message.calendar.split(b"BEGIN:VEVENT")) == 1 + 3


def test_the_teacher_of_a_session_is_staff_of_its_run(planner, course, mail):
    run = a_run(course=course, state=RunState.DRAFT)
    teacher = an_actor("faculty", an_institution().id)
    when = When(local_start=local("2027-04-06T10:00"), minutes=90)

    timetable.add_session(planner, run.id, when, Details(teacher_id=teacher.user_id))

    assert policies.may_teach_run(teacher, run)
    run_id = run.id
    embedded.do_all()
    assert [one.subject.startswith("You are on the staff") for one in mail] == [True]
    with pytest.raises(WrongState):
        staff.remove_staff(planner, run_id, teacher.user_id)
