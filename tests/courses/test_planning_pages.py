"""The pages on which courses, runs and sessions are planned."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.core.clock import now
from app.core.database import db
from app.core.jobs.embedded import do_all
from app.courses.models.catalogue import Course
from app.courses.models.runs import Run, RunStaff
from app.courses.models.timetable import Room, Session
from app.courses.states import CourseState, RunState, SessionState
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.courses import a_course, a_run, a_session, an_enrolment
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database

COURSE = {
    "code": "IP-210",
    "title-en": "Intellectual property",
    "title-sr_Cyrl": "Интелектуална својина",
    "track": "intellectual_property",
    "delivery": "online",
    "languages": ["en", "sr_Cyrl"],
    "hours": "50",
    "ects": "2.5",
    "tags": "patents, law",
}
RUN = {
    "code": "IP-210-2027",
    "title-en": "Intellectual property",
    "starts_on": "2027-03-01",
    "ends_on": "2027-05-30",
    "timezone": "Europe/Sarajevo",
    "enrol_opens": "2026-10-01T09:00",
    "enrol_closes": "2027-02-20T23:59",
    "capacity": "20",
    "offer_hours": "24",
    "mode": "open",
    "approval_steps": "1",
    "delivery": "online",
    "languages": ["en"],
}
WEEKLY = {
    "weekdays": ["6"],
    "start": "02:30",
    "minutes": "90",
    "weeks_between": "1",
    "first_on": "2027-03-21",
    "last_on": "2027-04-04",
    "counts": "y",
    "checkin_opens_minutes": "15",
    "late_after_minutes": "10",
    "absent_after_minutes": "45",
}


@pytest.fixture
def home(session):
    return an_institution()


@pytest.fixture
def planner(home):
    return an_actor("faculty", home.id)


@pytest.fixture
def administrator(home):
    return an_actor("administrator", home.id)


@pytest.fixture
def draft(home):
    return a_run(course=a_course(institution_id=home.id), state=RunState.DRAFT)


def the(model):
    db.session.rollback()
    return db.session.query(model).order_by(model.id.desc()).first()


def test_a_course_goes_from_draft_to_the_catalogue(browse_as, planner, administrator):
    writer, office = browse_as(planner), browse_as(administrator)

    answer = writer.post(
        "/teaching/courses/new", data=COURSE | {"institution": str(planner.institution_id)}
    )
    course = the(Course)
    assert answer.location == f"/courses/{course.id}/manage"
    assert writer.get(f"/courses/{course.id}/manage").status_code == 200
    assert writer.post(f"/courses/{course.id}/publish").status_code == 403
    assert writer.post(f"/courses/{course.id}/submit").status_code == 303
    assert office.post(f"/courses/{course.id}/publish").status_code == 303

    assert course.ects_centi == 250
    assert f"/courses/{course.id}" in browse_as(None).get("/catalogue?q=svojina").text
    assert "Version 1" in office.get(f"/courses/{course.id}/manage").text


def test_a_review_is_asked_for_and_sent_back_with_its_reason(
    browse_as, planner, administrator, home, mail
):
    course = a_course(institution_id=home.id, state=CourseState.DRAFT, title="Patents")
    browse_as(planner).post(f"/courses/{course.id}/submit")
    office = browse_as(administrator)

    today = office.get("/today").text
    assert "/teaching/courses?state=in_review" in today
    assert "Courses to review" in today
    office.post(f"/courses/{course.id}/send-back", data={"reason": "Say what it is for."})
    assert "Courses to review" not in office.get("/today").text

    do_all()
    assert sorted(one.subject for one in mail) == [
        "A course to review: Patents",
        "Sent back: Patents",
        "Sent back: Patents",
    ]
    assert sum("Say what it is for." in one.text for one in mail) == 2


def test_a_course_needs_a_title_and_a_code_of_its_own(browse_as, planner, session):
    taken = a_course(institution_id=planner.institution_id)
    browser = browse_as(planner)

    answer = browser.post(
        "/teaching/courses/new",
        data=COURSE | {"code": taken.code, "institution": str(planner.institution_id)},
    )
    assert (answer.status_code, "has this code" in answer.text) == (422, True)
    answer = browser.post(
        "/teaching/courses/new",
        data=COURSE | {"title-en": "", "institution": str(planner.institution_id)},
    )
    assert answer.status_code == 422


def test_a_stale_course_form_shows_both_texts(browse_as, planner, session):
    course = a_course(institution_id=planner.institution_id, state=CourseState.DRAFT)
    browser = browse_as(planner)
    assert browser.get(f"/courses/{course.id}/edit").status_code == 200
    first = COURSE | {"code": course.code, "title-en": "First", "version": "1"}
    assert browser.post(f"/courses/{course.id}/edit", data=first).status_code == 303

    answer = browser.post(f"/courses/{course.id}/edit", data=first | {"title-en": "Second"})

    assert answer.status_code == 409
    assert "<td>First</td><td>Second</td>" in answer.text
    assert the(Course).title["en"] == "First"


def test_a_run_is_planned_and_published(browse_as, planner, session):
    course = a_course(institution_id=planner.institution_id)
    browser = browse_as(planner)
    assert browser.get(f"/courses/{course.id}/runs/new").status_code == 200

    form = browser.get(f"/courses/{course.id}/runs/new").text
    version = form.partition('name="version_id"')[2].partition('value="')[2].partition('"')[0]
    answer = browser.post(f"/courses/{course.id}/runs/new", data=RUN | {"version_id": version})
    run = the(Run)

    assert answer.location == f"/runs/{run.id}/sessions"
    assert run.enrol_closes_at.isoformat() == "2027-02-20T22:59:00+00:00"
    assert browse_as(None).get(f"/runs/{run.id}").status_code == 404
    assert browser.post(f"/runs/{run.id}/publish").status_code == 303
    assert browse_as(None).get(f"/runs/{run.id}").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"ends_on": "2027-02-01"}, "before the first"),
        ({"enrol_closes": "2026-09-01T09:00"}, "after it opens"),
        ({"timezone": "Mars/Base"}, "Not a valid choice"),
        ({"enrol_opens": "2027-03-28T02:30", "enrol_closes": "2027-04-01T00:00"}, "does not exist"),
        ({"mode": "key"}, "Choose a key"),
        ({"starts_on": "0001-01-01"}, "Use a year"),
        ({"meeting_url": "javascript:alert(1)"}, "https://"),
        ({"capacity": "-1"}, "Use a number"),
    ],
)
def test_a_run_that_makes_no_sense_is_refused(browse_as, planner, draft, wrong, words):
    answer = browse_as(planner).post(f"/runs/{draft.id}/edit", data=RUN | {"version": "1"} | wrong)

    assert answer.status_code == 422
    assert words in answer.text


def test_a_stale_run_form_is_a_conflict(browse_as, planner, draft):
    browser = browse_as(planner)
    assert browser.post(f"/runs/{draft.id}/edit", data=RUN | {"version": "1"}).status_code == 303

    answer = browser.post(f"/runs/{draft.id}/edit", data=RUN | {"version": "1", "venue": "Room 5"})

    assert answer.status_code == 409
    assert "Room 5" in answer.text
    assert the(Run).venue == ""


def test_the_preview_settles_a_time_that_does_not_exist(browse_as, planner, draft):
    browser = browse_as(planner)
    address = f"/runs/{draft.id}/sessions/plan"
    assert browser.get(address).status_code == 200

    preview = browser.post(address, data=WEEKLY)
    assert preview.status_code == 200
    assert "02:30 does not exist" in preview.text
    assert 'name="moved-2027-03-28"' in preview.text
    assert "Night in Sarajevo" in preview.text
    refused = browser.post(address, data=WEEKLY | {"step": "confirm"})
    assert refused.status_code == 422
    settled = browser.post(address, data=WEEKLY | {"moved-2027-03-28": "03:30"})
    assert "A change of clocks: in Shanghai" in settled.text
    assert "Create 3 sessions" in settled.text
    assert db.session.query(Session).count() == 0

    done = browser.post(address, data=WEEKLY | {"moved-2027-03-28": "03:30", "step": "confirm"})

    assert done.location == f"/runs/{draft.id}/sessions"
    starts = [
        one.starts_at.isoformat() for one in db.session.query(Session).order_by(Session.number)
    ]
    assert starts == [
        "2027-03-21T01:30:00+00:00",
        "2027-03-28T01:30:00+00:00",
        "2027-04-04T00:30:00+00:00",
    ]


def test_the_preview_names_a_repeated_time_and_a_holiday(browse_as, planner, draft):
    wanted = WEEKLY | {"weekdays": ["6"], "first_on": "2027-10-31", "last_on": "2027-10-31"}
    browser = browse_as(planner)

    preview = browser.post(f"/runs/{draft.id}/sessions/plan", data=wanted)
    assert 'name="fold-2027-10-31"' in preview.text
    done = browser.post(
        f"/runs/{draft.id}/sessions/plan",
        data=wanted | {"fold-2027-10-31": "1", "step": "confirm"},
    )
    assert done.status_code == 303
    assert the(Session).starts_at.isoformat() == "2027-10-31T01:30:00+00:00"

    new_year = WEEKLY | {
        "weekdays": ["4"],
        "first_on": "2027-01-01",
        "last_on": "2027-01-01",
        "start": "10:00",
    }
    assert (
        "Public holiday in Sarajevo"
        in browser.post(f"/runs/{draft.id}/sessions/plan", data=new_year).text
    )


def test_the_preview_warns_of_a_taken_room(browse_as, planner, draft):
    room = Room(institution_id=planner.institution_id, name="Aula")
    db.session.add(room)
    db.session.commit()
    browser = browse_as(planner)
    wanted = WEEKLY | {"start": "10:00", "room_id": str(room.id)}
    assert (
        browser.post(
            f"/runs/{draft.id}/sessions/plan", data=wanted | {"step": "confirm"}
        ).status_code
        == 303
    )

    preview = browser.post(f"/runs/{draft.id}/sessions/plan", data=wanted).text

    assert "The room Aula is taken" in preview
    assert browser.get(f"/runs/{draft.id}/sessions").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"weekdays": []}, "This field is needed"),
        ({"last_on": ""}, "Say until when"),
        ({"first_on": "2027-04-05"}, "before the first"),
        ({"skipped": "soon"}, "is no date"),
        ({"minutes": "0"}, "Use a number"),
        ({"last_on": "2100-01-01", "weekdays": list("0123456")}, "too many"),
    ],
)
def test_a_pattern_that_makes_no_sense_is_refused(browse_as, planner, draft, wrong, words):
    answer = browse_as(planner).post(f"/runs/{draft.id}/sessions/plan", data=WEEKLY | wrong)

    assert answer.status_code == 422
    assert words in answer.text


def test_a_session_is_edited_cancelled_and_restored(browse_as, planner, draft):
    one = a_session(draft, starts_at=now() + timedelta(days=9))
    browser = browse_as(planner)
    assert browser.get(f"/sessions/{one.id}/edit").status_code == 200
    assert browser.get(f"/sessions/{one.id}/cancel").status_code == 200
    moved = WEEKLY | {"day": "2027-03-30", "start": "10:00", "title-en": "Moved", "version": "1"}

    assert browser.post(f"/sessions/{one.id}/edit", data=moved).status_code == 303
    stale = browser.post(f"/sessions/{one.id}/edit", data=moved | {"venue": "Aula"})
    assert (stale.status_code, "Aula" in stale.text) == (409, True)
    assert browser.post(f"/sessions/{one.id}/cancel", data={"reason": ""}).status_code == 422
    assert browser.post(f"/sessions/{one.id}/cancel", data={"reason": "ill"}).status_code == 303
    assert browser.post(f"/sessions/{one.id}/cancel", data={"reason": "ill"}).status_code == 409
    assert browser.post(f"/sessions/{one.id}/restore").status_code == 303

    stored = the(Session)
    assert (stored.state, stored.ical_sequence) == (SessionState.SCHEDULED, 3)


def test_the_life_of_a_run(browse_as, planner, administrator, draft):
    browser, office = browse_as(planner), browse_as(administrator)
    base = f"/runs/{draft.id}"
    for page in ("manage", "edit", "staff", "close", "archive", "cancel", "sessions/new"):
        assert browser.get(f"{base}/{page}").status_code == 200

    assert browser.post(f"{base}/close").status_code == 409
    assert browser.post(f"{base}/publish").status_code == 303
    assert browser.post(f"{base}/close").status_code == 303
    assert browser.get(f"{base}/reopen").status_code == 403
    assert office.get(f"{base}/reopen").status_code == 200
    assert office.post(f"{base}/reopen", data={"reason": " "}).status_code == 422
    assert office.post(f"{base}/reopen", data={"reason": "too early"}).status_code == 303
    assert browser.post(f"{base}/close").status_code == 303
    assert browser.post(f"{base}/archive").status_code == 303
    assert browser.post(f"{base}/cancel", data={"reason": "x"}).status_code == 409


def test_cancelling_names_the_consequences(browse_as, planner, home):
    run = a_run(course=a_course(institution_id=home.id))
    an_enrolment(run)
    a_session(run, starts_at=now() + timedelta(days=9))

    page = browse_as(planner).get(f"/runs/{run.id}/cancel").text

    assert "1 person with a place or in the queue is told" in page
    assert "1 session to come is cancelled" in page


def test_staff_come_and_go(browse_as, planner, draft):
    teacher = an_actor("faculty", planner.institution_id, name="Siniša Kovačević")
    browser = browse_as(planner)

    added = browser.post(
        f"/runs/{draft.id}/staff", data={"user_id": str(teacher.user_id), "role": "lead"}
    )
    assert added.status_code == 303
    assert "Siniša" in browser.get(f"/runs/{draft.id}/staff").text
    assert browser.post(f"/runs/{draft.id}/staff/{teacher.user_id}/remove").status_code == 303
    assert db.session.query(RunStaff).count() == 0
    assert browser.post(f"/runs/{draft.id}/staff/{teacher.user_id}/remove").status_code == 404


def test_rooms_are_kept_by_the_institution(browse_as, planner, session):
    browser = browse_as(planner)
    assert browser.get("/rooms").status_code == 200
    assert browser.post("/rooms", data={"name": "Aula", "seats": "30"}).status_code == 303
    assert browser.post("/rooms", data={"name": "Aula"}).status_code == 422
    room = the(Room)
    assert browser.post(f"/rooms/{room.id}/edit", data={"name": "Aula 1"}).status_code == 303
    stranger = browse_as(an_actor("faculty", an_institution().id))
    assert stranger.post(f"/rooms/{room.id}/remove").status_code == 404
    assert browse_as(a_trainee()).get("/rooms").status_code == 404
    assert browser.post(f"/rooms/{room.id}/remove").status_code == 303


def test_strangers_are_kept_out(browse_as, draft):
    run = a_run()
    one = a_session(run)
    stranger = browse_as(an_actor("faculty", an_institution().id))

    for page in ("manage", "edit", "staff", "sessions", "sessions/plan", "cancel"):
        assert stranger.get(f"/runs/{draft.id}/{page}").status_code == 404
        assert stranger.get(f"/runs/{run.id}/{page}").status_code == 403
    assert stranger.post(f"/runs/{draft.id}/publish").status_code == 404
    assert stranger.get(f"/sessions/{one.id}/edit").status_code == 403
    assert stranger.get("/sessions/00000000-0000-0000-0000-000000000000/edit").status_code == 404
    assert browse_as(None).get(f"/runs/{run.id}/manage").status_code == 303


@pytest.mark.parametrize("path", ["/teaching", "/teaching/courses"])
def test_lists_of_planners_ask_as_often_for_many_rows(browse_as, planner, statements, path):
    counts, total = set(), 0
    browser = browse_as(planner)
    for rows in (1, 3, 50):
        while total < rows:
            a_run(course=a_course(institution_id=planner.institution_id))
            total += 1
        statements.clear()
        assert browser.get(path).status_code == 200
        counts.add(len(statements))

    assert len(counts) == 1
    assert counts.pop() <= 12


def test_lists_of_planners_show_their_own_alone(browse_as, planner, draft):
    foreign = a_run()
    browser = browse_as(planner)

    page = browser.get("/teaching?q=technology&state=draft&sort=-title").text

    assert f"/runs/{draft.id}/manage" in page
    assert f"/runs/{foreign.id}/manage" not in page
    assert browse_as(a_trainee()).get("/teaching/courses").status_code == 404
    assert "no runs yet" in browse_as(a_trainee()).get("/teaching").text


def test_runs_go_out_as_a_table(browse_as, planner, draft):
    browser = browse_as(planner)

    sheet = load_workbook(BytesIO(browser.get("/teaching.xlsx").data)).active
    rows = list(sheet.iter_rows(values_only=True))
    text = browser.get("/teaching.csv?state=draft").data.decode("utf-8-sig")

    assert rows[0][0] == "Code"
    assert [row[0] for row in rows[1:]] == [draft.code]
    assert draft.code in text


def test_courses_go_out_as_a_table(browse_as, planner, draft):
    text = browse_as(planner).get("/teaching/courses.csv?state=published").data.decode("utf-8-sig")

    assert len(text.splitlines()) == 1 + 1
    assert "Technology transfer essentials" in text
    assert browse_as(a_trainee()).get("/teaching/courses.csv").status_code == 404
