"""A stay abroad from the call for it to recognised credits, told by everybody who has a part in it.

The chapters follow one person, in this order. The office at home and the one abroad are each in
their own language, and so is who goes; hence pages are found by their addresses and their fields.
"""

import io
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from app.core.clock import now
from app.exchanges.rules.academic_years import academic_year_of
from app.exchanges.states.mobilities import MobilityState
from tests.journeys.conftest import PHONE, House, Visit, until
from tests.journeys.exchange_story import SENT, Story, fill, follow, of, send

pytestmark = pytest.mark.browser

SHANGHAI = ZoneInfo("Asia/Shanghai")
CODE = "SEM-SH/1"


@pytest.fixture(scope="module")
def story(house: House) -> Story:
    """What all chapters are about."""
    return Story(house)


def test_the_office_writes_a_call_and_publishes_it(story: Story, visit: Visit) -> None:
    officer, today = visit("officer@most.example"), now().date()
    officer.page.goto("/exchanges/calls/kept")
    officer.look()
    follow(officer, "/exchanges/calls/new")
    officer.look()
    officer.main.get_by_label("Chair of the committee").select_option(label="Goran Stanković")
    send(
        officer,
        **{"code": CODE, "title-en": "A semester in Shanghai", "kind": "student_studies"},
        academic_year=str(academic_year_of(today)),
        term="spring",
        **{"summary-en": "Places at the partner, with a grant.", "timezone": "Europe/Sarajevo"},
        stay_from=f"{today + timedelta(days=80)}",
        stay_until=f"{today + timedelta(days=220)}",
        opens=f"{today - timedelta(days=2)}T08:00",
        closes=f"{today + timedelta(days=20)}T20:00",
        release=f"{today + timedelta(days=30)}T12:00",
        max_preferences="1",
    )
    story.call = officer.page.url.removesuffix("/manage")
    follow(officer, "/destinations")
    send(officer)
    expect(officer.main).to_contain_text("Shanghai University of Medicine")
    follow(officer, "/rules")
    follow(officer, "/rules/new/min_ects")
    send(officer, minimum="60")
    follow(officer, "/form")
    follow(officer, "/form/questions/new?step=1")
    send(officer, **{"type": "long_text", "label-en": "Why you want to go"})
    officer.look()
    follow(officer, "/documents")
    follow(officer, "/documents/new")
    send(officer, **{"title-en": "Transcript so far", "media_types": "application/pdf"})
    for title in ("Study results", "Motivation"):
        follow(officer, "/rubric")
        follow(officer, "/rubric/new")
        send(officer, **{"title-en": title})
    officer.look()
    follow(officer, "/manage")
    follow(officer, "/publish")
    send(officer)

    expect(officer.main).to_contain_text("The call is published.")
    officer.look()


def test_somebody_applies_on_a_phone(story: Story, visit: Visit) -> None:
    person = of(visit, story.applicant, **PHONE)
    person.page.locator("header details.menu summary").first.click()
    person.page.get_by_role("button", name="Српски", exact=True).click()
    expect(person.page.locator("html")).to_have_attribute("lang", "sr-Cyrl")

    person.page.goto("/exchanges/calls")
    person.look()
    follow(person, story.call.rpartition("/")[2])
    person.look()
    follow(person, "/apply")
    send(person)
    story.application = person.page.url.partition("/edit/")[0]
    person.look()
    known = {"language_1": "en", "level_1": "B2"}
    send(person, eqf_level="6", isced="0912", ects_done="42", **known)
    person.look()
    person.main.locator("select").first.select_option(index=1)
    person.main.locator("textarea").first.fill("Желим да научим како се ради у биобанци.")
    send(person)
    with person.page.expect_navigation():
        person.main.locator("a[href*='/documents/']").first.click()
    person.main.locator("input[type=file]").set_input_files(story.file("transcript.pdf"))
    send(person, language="sr")
    person.look()
    follow(person, "/declarations")
    for consent in ("declaration", "processing", "transfer"):
        person.main.locator(f"[name={consent}]").check()
    person.look()
    send(person)

    # A rule is not met: the page says so and offers no button; then it is.
    person.look()
    expect(person.main.locator(SENT)).to_have_count(0)
    follow(person, "/edit/about")
    send(person, ects_done="180")
    follow(person, "/review")
    send(person)
    person.look()
    expect(person.main).to_contain_text(f"{CODE}-0001")
    story.house.mail_to(story.applicant.email, f"{CODE}-0001")


def test_two_review_and_the_chair_selects(story: Story, visit: Visit) -> None:
    officer, chair = visit("officer@most.example"), visit("administrator@most.example")
    officer.page.goto(f"{story.call}/manage")
    follow(officer, "/close")
    send(officer)
    send(officer, "form[action$='/begin-selection'] button")
    officer.page.goto("/exchanges/desk")
    officer.look()
    officer.page.get_by_role("link", name="Jovana Petrović").click()
    officer.page.wait_for_url("**/exchanges/desk/*")
    story.desk = officer.page.url
    officer.look()
    send(officer, "form[action$='/accept'] button")
    follow(officer, f"/desk/assign?ids={story.application.rpartition('/')[2]}")
    officer.look()
    for reviewer in story.reviewers:
        officer.main.locator(f"[name=reviewers][value='{reviewer.id}']").check()
    send(officer, due_at=f"{now().date() + timedelta(days=5)}T12:00")
    officer.page.goto(story.desk)
    send(officer, "form[action$='/desk/send'] button")

    for points, member in zip(("9", "8"), story.reviewers, strict=True):
        reviewer = of(visit, member)
        reviewer.page.goto("/exchanges/reviews")
        reviewer.look()
        reviewer.page.get_by_role("link", name="Jovana Petrović").click()
        reviewer.look()
        for field in reviewer.main.locator("[name^='points-']").all():
            field.fill(points)
        send(reviewer)
        send(reviewer)
        expect(reviewer.main).to_contain_text("Your scores are locked.")

    chair.page.goto("/exchanges/reviews")
    follow(chair, "/selection")
    chair.look()
    send(chair)
    expect(chair.main).to_contain_text("Jovana Petrović")
    chair.look()
    follow(chair, "/publish")
    send(chair)
    chair.look()

    person = of(visit, story.applicant, **PHONE)
    person.page.goto(story.application)
    expect(person.main.locator("form[action$='/offer/confirm']")).to_have_count(0)
    story.release()
    person.page.reload()
    person.look()
    send(person, "form[action$='/offer/confirm'] button")
    expect(person.main.locator("form[action$='/offer/confirm']")).to_have_count(0)


def test_the_host_admits_whom_the_office_nominates(story: Story, visit: Visit) -> None:
    officer, host = visit("officer@most.example"), visit("officer.shanghai@most.example")
    officer.page.goto(story.desk)
    follow(officer, "/nominate")
    officer.look()
    send(officer, coordinator=f"{story.coordinator.id}")
    officer.look()
    nomination = officer.page.url

    expect(host.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    host.page.goto("/exchanges/nominations")
    host.look()
    follow(host, nomination.rpartition("/")[2])
    follow(host, "/answer")
    host.look()
    named = f"{story.house.staff['faculty_shanghai']}"
    send(host, decision="approve", comment="欢迎。", coordinator=named)

    person = of(visit, story.applicant, **PHONE)
    person.page.goto("/exchanges/my-stays")
    person.look()
    with person.page.expect_navigation():
        person.main.locator("a[href*='/exchanges/stays/']").first.click()
    story.stay = person.page.url
    person.look()
    follow(person, "/papers")
    fill(person, title="Пасош")
    person.main.locator("input[type=file]").set_input_files(story.file("passport.pdf"))
    send(person, "form[action$='/papers/add'] button")
    person.look()
    send(person, passport_name="PETROVIC JOVANA", born_on="2003-04-17", citizenship="BA")

    coordinator = visit("faculty.shanghai@most.example")
    coordinator.page.goto("/exchanges/stays")
    coordinator.look()
    follow(coordinator, story.stay.rpartition("/")[2])
    coordinator.look()
    follow(coordinator, "/admit")
    coordinator.look()
    send(coordinator, decision="accept")
    assert story.state == MobilityState.PRE_DEPARTURE


def test_a_letter_is_printed_that_a_stranger_verifies(story: Story, visit: Visit) -> None:
    host, person = visit("officer.shanghai@most.example"), of(visit, story.applicant, **PHONE)
    host.page.goto(story.stay)
    follow(host, "/letters/new")
    host.look()
    languages = {"first_language": "zh_Hans_CN", "second_language": "sr_Cyrl"}
    send(host, kind="acceptance", **languages)

    def printed() -> int:
        host.page.reload()
        return host.main.locator("a[href$='.pdf']").count()

    until(printed)
    host.look()
    person.page.goto(story.stay)
    with person.page.expect_navigation():
        person.main.locator("a[href*='/letters/']").first.click()
    person.look()
    with person.page.expect_download() as download:
        person.main.locator("a[href$='.pdf']").click()
    pdf = Path(download.value.path())
    words = PdfReader(io.BytesIO(pdf.read_bytes())).pages[0].extract_text().replace("\n", " ")
    assert "Jovana Petrović" in words
    found = re.search(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b", person.main.inner_text())
    assert found

    stranger = visit(**PHONE)
    stranger.page.goto("/verify")
    stranger.page.get_by_label(re.compile("code", re.IGNORECASE)).fill(found.group().lower())
    stranger.page.get_by_role("button", name="Check").first.click()
    expect(stranger.main).to_contain_text("SUMHS-L")
    stranger.look()
    stranger.page.goto("/verify")
    stranger.page.locator("input[type=file]").set_input_files(pdf)
    stranger.page.get_by_role("button", name="Compare").click()
    expect(stranger.main).to_contain_text("byte for byte")


def test_three_sign_the_learning_agreement(story: Story, visit: Visit) -> None:
    person, agreement = of(visit, story.applicant, **PHONE), f"{story.stay}/learning-agreement"
    person.page.goto(story.stay)
    follow(person, "/learning-agreement")
    send(person, "form[action$='/begin'] button")
    person.look()
    send(
        person,
        global_id="urn:schac:personalUniqueCode:int:esi:most.example:4711",
        birth_date="2003-04-17",
        citizenship="BA",
        gender="2",
        home_unit="Медицински факултет",
        host_unit="School of Clinical Medicine",
        language="en",
        cefr="B2",
    )
    for table, title, code, amount in (
        ("studied", "Clinical reasoning", "MED-401", "12"),
        ("studied", "Medical ethics", "MED-417", "6"),
        ("recognised", "Клиничка медицина", "KM-8", "18"),
    ):
        follow(person, f"/tables/{table}/new")
        send(person, title=title, code=code, amount=amount, term="2/2")
    person.look()
    follow(person, "/learning-agreement/sign")
    person.look()
    send(person)

    for signer in (of(visit, story.coordinator), visit("faculty.shanghai@most.example")):
        signer.page.goto(agreement)
        signer.look()
        follow(signer, "/learning-agreement/sign")
        send(signer, position="Coordinator")
    signer.look()
    person.page.reload()
    expect(person.main.locator("a[href$='/learning-agreement/sign']")).to_have_count(0)


def test_the_stay_is_prepared_and_lived(story: Story, visit: Visit) -> None:
    person, host = of(visit, story.applicant, **PHONE), visit("officer.shanghai@most.example")
    today = now().date()
    person.page.goto(story.stay)
    follow(person, "/visit")
    person.look()
    follow(person, "/visit/details")
    send(person, address="上海市浦东新区周祝公路279号")
    follow(person, "/visit/contacts/new")
    send(person, name="Мирјана Петровић", relation="мајка", phone="+387 51 000 000")
    follow(person, "/visit/insurances/new")
    days = {"valid_from": f"{today}", "valid_until": f"{today + timedelta(days=300)}"}
    send(person, company="Travel Mutual", policy_number="TM-4711", **days)
    for item in ("travel_documents", "accommodation", "briefing"):
        send(person, f"form[action$='/checklist/{item}'] button")
    person.look()
    assert story.state == MobilityState.READY

    story.let_days_pass(planned_from=today - timedelta(days=1))
    host.page.goto("/exchanges/stays?side=in")
    follow(host, story.stay.rpartition("/")[2])
    follow(host, "/visit")
    host.look()
    follow(host, "/visit/arrive")
    arrived = datetime.now(SHANGHAI) - timedelta(hours=3)
    send(host, arrived_at=f"{arrived:%Y-%m-%dT%H:%M}")
    host.look()
    story.begin()
    person.page.reload()
    person.look()

    begun = today - timedelta(days=100)
    story.let_days_pass(planned_from=begun, actual_from=begun)
    host.page.reload()
    follow(host, "/visit/depart")
    send(host, last_day=f"{today}")
    assert story.state == MobilityState.DEPARTED


def test_what_was_studied_is_recognised(story: Story, visit: Visit) -> None:
    host, registrar = visit("officer.shanghai@most.example"), visit("registrar@most.example")
    host.page.goto(story.stay)
    follow(host, "/recognition")
    follow(host, "/transcript")
    host.look()
    for number, (code, title, amount, grade) in enumerate(
        (("MED-401", "临床推理", "12", "优秀"), ("MED-417", "医学伦理", "6", "良好"))
    ):
        line = {"code": code, "title": title, "credits": amount, "grade": grade}
        fill(host, **{f"lines-{number}-{name}": value for name, value in line.items()})
    fill(host, credit_scheme="ects")
    with host.page.expect_navigation():
        host.main.locator("form .btn-primary").first.click()
    host.look()
    follow(host, "/transcript/release")
    send(host)

    registrar.page.goto("/exchanges/stays")
    follow(registrar, story.stay.rpartition("/")[2])
    follow(registrar, "/recognition")
    registrar.look()
    send(registrar, "form[action$='/recognition/prepare'] button")
    registrar.look()
    send(registrar)
    follow(registrar, "/recognition/decide")
    registrar.look()
    send(registrar, reference="19/3.412")
    registrar.look()
    assert story.state == MobilityState.RECOGNISED

    person = of(visit, story.applicant, **PHONE)
    person.page.goto("/exchanges/my-stays")
    follow(person, story.stay.rpartition("/")[2])
    follow(person, "/recognition")
    for words in ("19/3.412", "Клиничка медицина", "临床推理", "优秀"):
        expect(person.main).to_contain_text(words)
    person.look()
    story.house.mail_to(story.applicant.email, "/recognition")
