"""The main job from the first look to the last seat: find, sign up, plan, enrol, queue."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.core.clock import now
from app.core.database import db
from app.courses.models.catalogue import Course
from app.courses.models.runs import Run
from app.courses.states import EnrolmentMode
from tests.factories.courses import a_run, a_session
from tests.journeys.conftest import PHONE, House, Visit, Visitor

pytestmark = pytest.mark.browser

LONG = "seven quiet mills"
"""A password that nobody else uses."""


def a_run_of(house: House, code: str, **values: object) -> Run:
    """Return a stored run of a course of the house, with a session next week."""
    with house.app.app_context():
        run = a_run(course=db.session.get_one(Course, house.courses[code]), **values)
        a_session(run, starts_at=now() + timedelta(days=8))
        db.session.expunge_all()
    return run


def test_a_visitor_finds_a_course_signs_up_and_gets_a_place(house: House, visit: Visit) -> None:
    run = a_run_of(house, "IP-210", capacity=5)
    ana = visit(**PHONE)

    ana.page.goto("/")
    ana.look()
    ana.page.goto("/catalogue")
    ana.page.get_by_label("Course or topic").fill("svojina")
    ana.page.get_by_label("Course or topic").press("Enter")
    results = ana.page.locator("#results")
    expect(results).to_contain_text("Intellectual property in biomedicine")
    expect(results).not_to_contain_text("Good clinical practice")
    ana.look()
    results.get_by_role("link", name=re.compile("Intellectual property in biomed")).first.click()
    ana.look()
    ana.page.goto(f"/runs/{run.id}")
    ana.look()
    ana.main.get_by_role("link", name="Enrol", exact=True).click()

    # Whoever is not signed in comes back here after signing up.
    ana.main.get_by_role("link", name="Create an account").click()
    ana.look()
    ana.page.get_by_role("textbox", name="Given name").fill("Ana")
    ana.page.get_by_role("textbox", name="Family name").fill("Đurić")
    ana.page.get_by_label("E-mail").fill("ana@example.org")
    ana.page.get_by_role("button", name="Send me the link").click()
    ana.page.goto(house.link_to("ana@example.org"))
    ana.look()
    ana.page.locator("input[name=password]").fill(LONG)
    ana.page.locator("input[name=again]").fill(LONG)
    ana.page.get_by_role("button", name="Save the password").click()

    ana.page.wait_for_url(f"**/runs/{run.id}/enrol")
    ana.look()
    ana.page.get_by_role("checkbox").check()
    ana.page.get_by_role("button", name="Ask for a place").click()
    ana.page.wait_for_url("**/places/*")
    expect(ana.main).to_contain_text(run.code)
    ana.look()
    assert run.code in house.mail_to("ana@example.org", run.code)

    ana.page.goto("/notices")
    expect(ana.main).to_contain_text("place", ignore_case=True)
    ana.look()
    ana.page.goto("/learning")
    expect(ana.main).to_contain_text("Intellectual property")
    ana.look()


def test_a_course_is_planned_reviewed_and_run_with_warnings(house: House, visit: Visit) -> None:
    teacher = visit("faculty@most.example")

    teacher.page.goto("/teaching/courses/new")
    teacher.look()
    teacher.page.get_by_label("Code").fill("HD-777")
    teacher.page.locator("input[name='title-en']").fill("Reading medical records")
    teacher.page.get_by_role("checkbox", name="English").check()
    teacher.page.get_by_role("button", name="Save the draft").click()
    teacher.page.wait_for_url("**/courses/*/manage")
    teacher.page.get_by_role("button", name="Submit for review").click()
    expect(teacher.main).to_contain_text("An administrator of the institution reviews")
    teacher.look()
    course = teacher.page.url
    administrator = visit("administrator@most.example")
    administrator.page.goto(course)
    administrator.main.get_by_role("button", name="Publish").click()
    expect(administrator.main).to_contain_text("Version 1")

    teacher.page.goto(course)
    teacher.main.get_by_role("link", name="Plan a run").click()
    teacher.look()
    run = _planned(teacher)
    teacher.page.goto(run)
    teacher.main.get_by_role("button", name="Publish").click()
    teacher.main.get_by_role("link", name="See the public page").click()
    expect(teacher.main).to_contain_text("1 left")
    expect(teacher.main).to_contain_text("Shanghai")


def test_the_last_seat_is_given_once_and_the_queue_moves_up(house: House, visit: Visit) -> None:
    run = a_run_of(house, "HD-230", capacity=1, offer_hours=48)
    first, second = visit("trainee@most.example"), visit("trainee.shanghai@most.example", **PHONE)

    first.page.goto(f"/runs/{run.id}/enrol")
    first.page.get_by_role("checkbox").check()
    first.page.get_by_role("button", name="Ask for a place").click()
    first.page.wait_for_url("**/places/*")
    second.page.goto(f"/runs/{run.id}/enrol")
    second.page.get_by_role("checkbox").check()
    second.main.locator("form button[type=submit]").click()
    second.page.wait_for_url("**/places/*")
    expect(second.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    second.look()

    first.main.get_by_role("link", name="Give up the place").click()
    first.look()
    first.main.get_by_role("button", name="Give up the place").click()
    first.page.wait_for_url("**/places/*")
    second.page.reload()
    second.look()
    second.main.locator("form[action$='/accept'] button").click()

    expect(second.main.locator("form[action$='/accept']")).to_have_count(0)
    with house.app.app_context():
        assert db.session.get_one(Run, run.id).seats_taken == 1
    house.mail_to("trainee.shanghai@most.example", run.code)


def test_an_office_approves_enrols_a_list_moves_removes_and_cancels(
    house: House, visit: Visit
) -> None:
    run = a_run_of(house, "HD-230", capacity=5, mode=EnrolmentMode.APPROVAL)
    other = a_run_of(house, "HD-230", capacity=5)
    trainee, office = visit("trainee@most.example", **PHONE), visit("administrator@most.example")
    trainee.page.goto(f"/runs/{run.id}/enrol")
    trainee.page.get_by_label("Why you would like to join").fill("To read what others measure.")
    trainee.page.get_by_role("checkbox").check()
    trainee.page.get_by_role("button", name="Ask for a place").click()
    trainee.page.wait_for_url("**/places/*")
    place = trainee.page.url

    office.page.goto(f"/applications?run={run.id}")
    office.look()
    office.main.get_by_role("checkbox").check()
    office.main.get_by_role("button", name="Approve applications").click()
    expect(office.page.locator("body")).to_contain_text("1 application was approved.")

    office.page.goto(f"/runs/{run.id}/import")
    people = ["trainee.shanghai@most.example", "registrar@most.example"]
    _upload(office, [*people, "nobody at all"])
    expect(office.main).to_contain_text("This is no e-mail address.")
    office.look()
    office.main.get_by_role("link", name="Upload another file").click()
    _upload(office, people)
    office.main.get_by_role("button", name="Enrol 2 people").click()
    office.page.wait_for_url("**/people")

    office.main.get_by_role("row").filter(has_text=people[0]).get_by_role("link").click()
    office.main.get_by_role("link", name="Move to another run").click()
    office.look()
    office.page.get_by_label("Run to move to").select_option(str(other.id))
    office.page.get_by_label("Reason").fill("The days suit better.")
    office.main.get_by_role("button", name="Move to the other run").click()
    expect(office.main).to_contain_text("Moved to another run")
    office.page.goto(f"/runs/{run.id}/people")
    office.main.get_by_role("row").filter(has_text=people[1]).get_by_role("checkbox").check()
    office.main.get_by_role("button", name="Remove from the run").click()
    office.page.get_by_label("Reason").fill("Enrolled by mistake.")
    office.main.get_by_role("button", name="Remove from the run").click()

    office.page.goto(f"/runs/{run.id}/cancel")
    expect(office.main).to_contain_text("1 person with a place or in the queue is told")
    office.look()
    office.page.get_by_label("Reason").fill("The hall is flooded.")
    office.main.get_by_role("button", name="Cancel the run").click()
    trainee.page.goto(place)
    expect(trainee.main).to_contain_text("Run cancelled")
    expect(trainee.main).not_to_contain_text("Give up the place")
    house.mail_to("trainee@most.example", "The hall is flooded.")


def _upload(office: Visitor, addresses: list[str]) -> None:
    """Send a list of people from the page that asks for one."""
    sheet = "\n".join(["E-mail", *addresses]).encode()
    office.page.locator("input[type=file]").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": sheet}
    )
    office.main.get_by_role("button", name="Upload and check").click()
    office.page.wait_for_url("**/imports/*")


def _planned(teacher: Visitor) -> str:
    """Fill in the form of a new run and plan its sessions; return where it is managed."""
    year = now().year + 1
    teacher.page.get_by_label("Code").fill("HD-777-A")
    teacher.page.get_by_label("First day").fill(f"{year}-03-21")
    teacher.page.get_by_label("Last day").fill(f"{year}-05-30")
    teacher.page.get_by_label("Enrolment opens").fill("2026-01-01T08:00")
    teacher.page.get_by_label("Enrolment closes").fill(f"{year}-03-20T20:00")
    teacher.page.get_by_label("Seats").fill("1")
    teacher.main.locator("form button[type=submit]").last.click()
    teacher.page.wait_for_url("**/runs/*/sessions")
    run = teacher.page.url.replace("/sessions", "/manage")
    teacher.page.goto(run)
    expect(teacher.main).to_contain_text("Plan the sessions before you publish the run.")
    teacher.look()

    teacher.page.goto(run.replace("/manage", "/sessions/plan"))
    teacher.look()
    for day in ("Friday", "Saturday"):
        teacher.page.get_by_label(day).check()
    teacher.page.get_by_label("Start", exact=True).fill("18:00")
    teacher.page.get_by_label("Number of sessions").fill("12")
    teacher.page.get_by_role("button", name="Preview").click()
    expect(teacher.main).to_contain_text("A change of clocks: in Shanghai")
    expect(teacher.main).to_contain_text("Night in Shanghai")
    expect(teacher.main).to_contain_text("Public holiday in")
    teacher.look()
    teacher.page.get_by_role("button", name="Create 12 sessions").click()
    teacher.page.wait_for_url("**/sessions")
    expect(teacher.main).to_contain_text("Session 12")
    teacher.look()
    return run
