"""What nobody sends by accident: the pages refuse it, and nothing changes."""

import base64
import json

import pytest

from app.core.database import db
from app.courses.models.catalogue import Course
from app.courses.models.timetable import Room
from tests.courses.test_planning_pages import COURSE, RUN, WEEKLY
from tests.factories.accounts import an_actor
from tests.factories.courses import a_course, a_run, a_session
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database

WORDS = ["a\x00b", "\x00", "\u202egnp.exe", "x" * 10_000, "<script>alert(1)</script>"]
CURSORS = [
    ["n", 5, 5],
    ["n", "x", "y"],
    ["p", None, None],
    ["n", {"t": "2026-01-01"}, {"u": "no"}],
    ["n", "\x00", {"u": "0" * 32}],
    ["n", {"t": "0001-01-01T00:00:00"}, {"u": "0" * 32}],
    ["n", 2**62, {"u": "0" * 32}],
    ["n", [], {}],
    {},
]


@pytest.fixture
def planner(session):
    return an_actor("faculty", an_institution().id)


@pytest.mark.parametrize("word", WORDS)
def test_hostile_words_do_not_break_a_form(browse_as, planner, word):
    browser = browse_as(planner)
    home = {"institution": str(planner.institution_id)}
    run = a_run(course=a_course(institution_id=planner.institution_id))
    one = a_session(run)
    before = db.session.query(Course).count()

    answers = [
        browser.post("/teaching/courses/new", data=COURSE | home | {name: word})
        for name in ("code", "title-en", "summary-bs", "tags", "hours", "level", "track")
    ]
    answers += [
        browser.post(f"/runs/{run.id}/edit", data=RUN | {"version": "1", name: word})
        for name in ("code", "title-en", "venue", "meeting_url", "key", "timezone", "starts_on")
    ]
    answers += [
        browser.post(f"/sessions/{one.id}/edit", data=WEEKLY | {"day": "2027-03-30"} | {name: word})
        for name in ("venue", "title-en", "start", "day", "room_id", "fold", "version")
    ]
    answers += [
        browser.post(f"/runs/{run.id}/sessions/plan", data=WEEKLY | {name: word})
        for name in ("skipped", "moved-2027-03-28", "fold-2027-03-28", "count", "weekdays")
    ]
    answers.append(browser.post("/rooms", data={"name": word}))
    answers.append(browser.post(f"/runs/{run.id}/cancel", data={"reason": word}))

    assert {answer.status_code for answer in answers} <= {200, 303, 400, 409, 422}
    assert all("<script>alert" not in answer.text for answer in answers)
    if "\x00" in word:
        assert {answer.status_code for answer in answers} == {400}
    assert db.session.query(Course).count() >= before
    assert all("\x00" not in room.name for room in db.session.query(Room))


@pytest.mark.parametrize("cursor", CURSORS)
@pytest.mark.parametrize("path", ["/catalogue", "/teaching", "/teaching/courses"])
@pytest.mark.parametrize("sort", ["start", "title", "newest"])
def test_a_forged_cursor_shows_a_page(browse_as, planner, path, cursor, sort):
    text = base64.urlsafe_b64encode(json.dumps(cursor).encode()).decode()

    answer = browse_as(planner).get(path, query_string={"cursor": text, "sort": sort})

    assert answer.status_code == 200
