"""What holds on every page: languages, appearance, keyboard, phone, and what comes by feed."""

import re
from datetime import timedelta

import icalendar
import pytest
from playwright.sync_api import expect

from app.core.clock import now
from app.core.database import db
from app.courses.models.catalogue import Course
from app.courses.states import EnrolmentState
from tests.factories.courses import a_run, a_session, an_enrolment
from tests.journeys.conftest import DESKTOP, PHONE, House, Visit

pytestmark = pytest.mark.browser

EVERYONE = ("/today", "/catalogue", "/learning", "/notices", "/certificates", "/profile", "/verify")
PAGES = {
    "trainee@most.example": (
        *EVERYONE,
        "/check-in",
        "/notices/preferences",
        "/exchanges/calls",
        "/exchanges/mine",
        "/exchanges/my-stays",
    ),
    "faculty.shanghai@most.example": (
        "/today",
        "/teaching",
        "/teaching/courses",
        "/rooms",
        "/exchanges/reviews",
    ),
    "officer@most.example": (
        "/today",
        "/profile/devices",
        "/exchanges/agreements",
        "/exchanges/agreements/new",
        "/exchanges/calls/new",
        "/exchanges/desk",
        "/exchanges/nominations",
        "/exchanges/stays",
        "/exchanges/numbers",
    ),
    "registrar@most.example": (
        "/today",
        "/certificates/register",
        "/completion-policies",
        "/completion-reviews",
        "/audit",
        "/exchanges/scales",
    ),
    "centre@most.example": ("/today", "/people", "/institutions", "/operations/jobs", "/mail"),
}
SIZES = {"desktop": DESKTOP, "dark phone": {**PHONE, "color_scheme": "dark"}}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("email", PAGES)
def test_the_pages_of_a_role_are_accessible_and_fit(email: str, size: str, visit: Visit) -> None:
    person = visit(email, **SIZES[size])

    for path in PAGES[email]:
        answer = person.page.goto(path)
        assert answer
        assert answer.status == 200, path
        expect(person.page.locator("h1")).to_have_count(1)
        person.look()


def test_the_language_is_chosen_once_and_kept(visit: Visit) -> None:
    person = visit("trainee@most.example")

    for language, tag, words in (
        ("简体中文", "zh-Hans", "学习"),
        ("Српски", "sr-Cyrl", "Моје"),
        ("Srpski", "sr-Latn", "Moj"),
        ("English", "en", "My learning"),
    ):
        person.page.goto("/learning")
        person.page.locator("header details.menu summary").first.click()
        person.page.get_by_role("button", name=language, exact=True).click()
        expect(person.page.locator("html")).to_have_attribute("lang", tag)
        person.page.goto("/learning")
        expect(person.page.locator("html")).to_have_attribute("lang", tag)
        expect(person.main).to_contain_text(words)
        person.look()


def test_a_visitor_may_choose_the_dark(visit: Visit) -> None:
    person = visit("trainee@most.example")
    person.page.goto("/today")
    light = person.page.evaluate("getComputedStyle(document.body).backgroundColor")

    person.page.locator("header details.menu summary").last.click()
    person.page.get_by_role("button", name="Dark").click()

    expect(person.page.locator("html")).to_have_attribute("data-theme", "dark")
    assert person.page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    person.look()


def test_somebody_without_a_mouse_signs_in_and_finds_a_course(visit: Visit) -> None:
    person = visit()
    press = person.page.keyboard.press

    person.page.goto("/sign-in")
    press("Tab")
    expect(person.page.locator(".skip")).to_be_focused()
    press("Enter")
    for _ in range(12):
        press("Tab")
        if person.page.evaluate("document.activeElement.name") == "email":
            break
    person.page.keyboard.type("trainee@most.example")
    press("Tab")
    person.page.keyboard.type("tea-house-by-the-river")
    press("Enter")
    person.page.wait_for_url(lambda url: "/sign-in" not in url)

    press("/")
    person.page.keyboard.type("zhishi chanquan")
    press("Enter")
    person.page.wait_for_url(re.compile("q=zhishi"))
    expect(person.page.locator("#results")).to_contain_text("Intellectual property in biomedicine")
    press("?")
    expect(person.page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    press("Escape")
    expect(person.page.get_by_role("dialog", name="Keyboard")).to_be_hidden()


def test_a_calendar_program_follows_the_sessions(house: House, visit: Visit) -> None:
    with house.app.app_context():
        run = a_run(course=db.session.get_one(Course, house.courses["EDU-205"]))
        session = a_session(run, starts_at=now() + timedelta(days=3))
        an_enrolment(run, house.staff["trainee"])
        session_id = session.id
    person, teacher = visit("trainee@most.example"), visit("faculty@most.example")
    person.page.goto("/notices/calendar")
    person.main.get_by_role("button", name="Make an address for my calendar").click()
    person.look()
    address = person.main.locator("code").inner_text()

    def event() -> icalendar.Event:
        feed = icalendar.Calendar.from_ical(visit().context.request.get(address).text())
        return next(one for one in feed.walk("VEVENT") if str(session_id) in str(one["UID"]))

    before = event()
    teacher.page.goto(f"/sessions/{session_id}/edit")
    teacher.look()
    teacher.page.get_by_label("Start", exact=True).fill("07:15")
    teacher.main.locator("form button[type=submit]").last.click()
    teacher.page.wait_for_url("**/sessions")
    teacher.look()

    after = event()
    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["DTSTART"].dt != before["DTSTART"].dt
    words = house.mail_to("trainee@most.example", run.code)
    assert "07:15" in words


def test_a_run_is_looked_after_on_a_phone(house: House, visit: Visit) -> None:
    with house.app.app_context():
        run = a_run(course=db.session.get_one(Course, house.courses["EDU-205"]), capacity=1)
        a_session(run, starts_at=now())
        an_enrolment(run, house.staff["trainee"])
        waits = an_enrolment(run, state=EnrolmentState.WAITLISTED, queue_number=1)
        run_id, waits_id = run.id, waits.id
    teacher = visit("faculty@most.example", **PHONE)

    for page in ("sessions", "people", "queue", "attendance", "completion", "staff"):
        assert teacher.page.goto(f"/runs/{run_id}/{page}")
        expect(teacher.page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=1)
        teacher.look()
    teacher.page.goto(f"/places/{waits_id}/priority")
    teacher.look()
    teacher.page.goto(f"/runs/{run_id}/attendance")
    teacher.main.get_by_role("checkbox").first.check()
    teacher.look()
    teacher.main.get_by_role("button", name="Write to them").click()
    teacher.look()
    teacher.page.get_by_label("Subject").fill("Room 12")
    teacher.page.get_by_label("Message").fill("Come to room 12.")
    teacher.main.get_by_role("button", name="Send").click()

    expect(teacher.page.get_by_text("1 person was told.")).to_be_visible()
    assert "Come to room 12." in house.mail_to("trainee@most.example", "Room 12")
    trainee = visit("trainee@most.example", **PHONE)
    trainee.page.goto("/notices")
    trainee.main.get_by_role("link", name="Room 12").click()
    expect(trainee.main).to_contain_text("Come to room 12.")
    trainee.look()
