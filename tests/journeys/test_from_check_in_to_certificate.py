"""The main job from the door of the room to a certificate that a stranger verifies.

The chapters follow one run, in this order.
"""

import io
import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from sqlalchemy import select

from app.attendance.models import Record
from app.attendance.states import StatusKind
from app.certificates.models import Certificate
from app.core.clock import now
from app.core.database import atomic, db
from app.core.tokens import new_secret
from app.courses.models.catalogue import Course
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import RunStaff
from app.courses.models.timetable import Session
from app.courses.states import StaffRole
from tests.factories.accounts import a_user
from tests.factories.courses import a_run, a_session, an_enrolment
from tests.journeys.conftest import PHONE, House, Visit, until

pytestmark = pytest.mark.browser


class Held:
    """One run whose only session began a few minutes ago."""

    def __init__(self, house: House) -> None:
        self.house = house
        today = now().date()
        with house.app.app_context():
            course = db.session.get_one(Course, house.courses["TT-110"])
            run = a_run(course=course, starts_on=today, ends_on=today, capacity=None)
            session = a_session(run, starts_at=now() - timedelta(minutes=4))
            keys = ("trainee", "trainee_shanghai")
            self.places = {key: an_enrolment(run, house.staff[key]).id for key in keys}
            for name in ("Bojana Ilić", "Vuk Babić", "Živa Čaušević"):
                self.places[name] = an_enrolment(run, a_user(name=name).id).id
            with atomic():
                for key, role in (
                    ("faculty", StaffRole.LEAD),
                    ("teacher_banja_luka", StaffRole.ASSISTANT),
                ):
                    db.session.add(RunStaff(run_id=run.id, user_id=house.staff[key], role=role))
            self.run_id, self.session_id = run.id, session.id
            self.register = f"/sessions/{session.id}/register"

    def mark_of(self, who: str) -> StatusKind | None:
        """Return what the register says of somebody."""
        with self.house.app.app_context():
            return db.session.scalar(
                select(Record.status).where(Record.enrolment_id == self.places[who])
            )


@pytest.fixture(scope="module")
def held(house: House) -> Held:
    """The run that all chapters are about."""
    return Held(house)


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the certificate is downloaded to."""
    return tmp_path_factory.mktemp("download") / "certificate.pdf"


def test_a_code_from_the_wall_survives_a_slow_sign_in(
    held: Held, house: House, visit: Visit
) -> None:
    teacher, trainee = visit("faculty@most.example"), visit(**PHONE)
    teacher.page.goto(f"/sessions/{held.session_id}/check-in-screen")
    teacher.look()
    code = teacher.page.locator("#screen .typed").inner_text()
    trainee.page.goto("/check-in")
    trainee.look()
    trainee.page.get_by_label(re.compile("code", re.IGNORECASE)).fill(code.lower())
    trainee.main.get_by_role("button", name="Check in").click()
    expect(trainee.main).to_contain_text("The code is right")
    trainee.look()

    # While the trainee looks for the password, the code on the wall becomes another one.
    with house.app.app_context(), atomic():
        db.session.get_one(Session, held.session_id).checkin_secret = new_secret()[:43]
    trainee.main.get_by_role("link", name="Sign in and check in").click()
    trainee.page.get_by_label("E-mail").fill("trainee@most.example")
    trainee.page.get_by_label("Password", exact=True).fill("tea-house-by-the-river")
    trainee.main.get_by_role("button", name="Sign in").click()
    trainee.page.get_by_role("button", name="I am here").click()

    expect(trainee.main).to_contain_text("You checked in at")
    trainee.look()
    assert held.mark_of("trainee") == StatusKind.PRESENT
    trainee.page.goto("/pass")
    expect(trainee.main.locator("svg, img").first).to_be_visible()
    trainee.look()


def test_a_register_is_kept_by_keyboard_and_by_two_teachers(held: Held, visit: Visit) -> None:
    teacher, other = visit("faculty@most.example"), visit("administrator@most.example")
    for one in (teacher, other):
        one.page.goto(held.register)
    teacher.look()

    # Sorted by name: Vuk, Živa, Bojana, Milijana, Xiaoming in some order; the keys do not mind.
    rows = teacher.page.locator("[data-mark-url]")
    expect(rows).to_have_count(5)
    names = [rows.nth(number).get_attribute("aria-label") or "" for number in range(5)]
    at = {name.partition(":")[0]: number for number, name in enumerate(names)}
    wanted = {"Bojana Ilić": ("l", "Late"), "Vuk Babić": ("e", "Excused")}
    rows.first.focus()
    here = 0
    for name, (key, word) in sorted(wanted.items(), key=lambda pair: at[pair[0]]):
        while here < at[name]:
            teacher.page.keyboard.press("ArrowDown")
            here += 1
        teacher.page.keyboard.press(key)
        expect(rows.nth(here)).to_have_attribute("aria-label", re.compile(f"{name}: {word}"))
    teacher.page.keyboard.press("p")
    expect(rows.nth(here)).to_have_attribute("aria-label", re.compile("Present"))
    teacher.page.keyboard.press("a")
    expect(rows.nth(here)).to_have_attribute("aria-label", re.compile("Absent"))

    late = other.page.locator(f"[data-mark-url*='{held.places['Bojana Ilić']}']")
    late.get_by_role("button", name="Absent").click()
    expect(late).to_contain_text("Siniša Kovačević")
    other.look()
    assert held.mark_of("Bojana Ilić") == StatusKind.LATE

    teacher.page.get_by_role("button", name="Mark all unmarked as present").click()
    expect(teacher.page.locator("#counts")).to_contain_text(re.compile("Not marked\\s*0"))
    teacher.page.goto(f"/runs/{held.run_id}/attendance")
    teacher.look()
    teacher.page.goto(held.register)
    teacher.page.get_by_role("link", name="Close the register").click()
    teacher.look()
    teacher.page.get_by_role("button", name="Close the register").click()
    expect(teacher.main).to_contain_text("The register is closed.")
    assert held.mark_of("trainee_shanghai") == StatusKind.PRESENT


def test_the_end_of_a_run_decides_who_completed_it(held: Held, house: House, visit: Visit) -> None:
    teacher, trainee = visit("faculty@most.example"), visit("trainee@most.example", **PHONE)
    trainee.page.goto(f"/enrolments/{held.places['trainee']}/standing")
    expect(trainee.main).to_contain_text("100")
    trainee.look()

    teacher.page.goto(f"/runs/{held.run_id}/close")
    teacher.look()
    teacher.main.locator("form .btn-danger, form .btn-primary").click()
    teacher.page.wait_for_url("**/manage")
    teacher.page.goto(f"/runs/{held.run_id}/completion")
    expect(teacher.main).to_contain_text("Completed")
    teacher.look()

    with house.app.app_context():
        states = dict(
            db.session.execute(
                select(Enrolment.id, Enrolment.state).where(Enrolment.run_id == held.run_id)
            ).all()
        )
    assert states[held.places["trainee"]] == "completed"
    assert states[held.places["Vuk Babić"]] == "not_completed"
    house.mail_to("trainee@most.example", "completed")


def test_a_design_is_made_and_the_holder_confirms_the_name(visit: Visit) -> None:
    administrator, holder = visit("administrator@most.example"), visit("trainee@most.example")
    administrator.page.goto("/certificates/designs/new")
    administrator.look()
    administrator.page.get_by_label("Name of the design").fill("Two scripts")
    administrator.page.get_by_label("Language", exact=True).select_option("sr_Cyrl")
    administrator.page.get_by_label("Second language beside it").select_option("zh_Hans_CN")
    administrator.main.locator("form button[type=submit]").last.click()
    administrator.page.wait_for_url(re.compile("/designs/[0-9a-f-]{36}$"))
    administrator.look()
    design = administrator.page.url
    preview = administrator.page.request.get(f"{design}/preview.pdf")
    assert preview.headers["content-type"] == "application/pdf"
    administrator.main.get_by_role("button", name="Publish").click()
    expect(administrator.main).to_contain_text("This version is published")

    holder.page.goto("/certificates")
    holder.look()
    holder.page.goto("/certificates/names")
    holder.look()
    holder.page.get_by_label("Given name in Latin letters").fill("Milijana 🙂")
    holder.page.get_by_label(re.compile("I have looked at every letter")).check()
    holder.page.get_by_role("button", name="Confirm").click()
    expect(holder.page.locator("#errors")).to_contain_text("🙂")
    holder.look()
    holder.page.get_by_label("Given name in Latin letters").fill("Milijana")
    holder.page.get_by_label(re.compile("I have looked at every letter")).check()
    holder.page.get_by_role("button", name="Confirm").click()
    holder.page.goto("/certificates/names")
    expect(holder.main).to_contain_text("Милијана Радић")
    expect(holder.main.locator(".printed")).not_to_contain_text("Not confirmed yet")


def test_certificates_are_issued_with_a_progress_that_survives_a_reload(
    held: Held, house: House, visit: Visit, pdf: Path
) -> None:
    registrar, holder = visit("registrar@most.example"), visit("trainee@most.example", **PHONE)
    registrar.page.goto(f"/runs/{held.run_id}/certificates")
    expect(registrar.main).to_contain_text("Milijana Radić")
    registrar.page.get_by_label("Design").select_option(label="Two scripts")
    registrar.page.get_by_role("button", name="Show").click()
    registrar.look()
    registrar.page.get_by_role("button", name="Issue for those who are ticked").click()
    registrar.page.wait_for_url("**/certificates/jobs/*")
    registrar.page.reload()
    expect(registrar.page.locator("#job")).to_contain_text("Finished", timeout=30_000)
    expect(registrar.page.locator("#job")).to_contain_text("Milijana Radić")
    registrar.look()

    holder.page.goto("/certificates")
    holder.look()
    holder.main.locator(".certificates a").first.click()
    holder.look()
    with holder.page.expect_download() as download:
        holder.main.get_by_role("link", name="Download the PDF").click()
    download.value.save_as(pdf)
    words = PdfReader(io.BytesIO(pdf.read_bytes())).pages[0].extract_text()
    assert "Милијана Радић" in words.replace("\n", " ")
    house.mail_to("trainee@most.example", "certificate")


def test_a_stranger_verifies_it_and_learns_when_it_is_revoked(
    held: Held, house: House, visit: Visit, pdf: Path
) -> None:
    stranger, registrar = visit(**PHONE), visit("registrar@most.example")
    certificate_id, code = _certificate(house, held.places["trainee"])

    stranger.page.goto("/verify")
    stranger.look()
    stranger.page.get_by_label(re.compile("code", re.IGNORECASE)).fill(code.lower())
    stranger.page.get_by_role("button", name="Check").first.click()
    expect(stranger.main).to_contain_text("This certificate is valid")
    stranger.look()
    stranger.page.goto("/verify")
    stranger.page.locator("input[type=file]").set_input_files(pdf)
    stranger.page.get_by_role("button", name="Compare").click()
    expect(stranger.main).to_contain_text("byte for byte")
    stranger.page.goto("/verify")
    dropped = stranger.page.evaluate_handle(
        "(bytes) => { const held = new DataTransfer(); held.items.add(new File("
        "[new Uint8Array(bytes)], 'paper.pdf', {type: 'application/pdf'})); return held; }",
        list(pdf.read_bytes()),
    )
    stranger.page.locator("[data-verify-file]").dispatch_event("drop", {"dataTransfer": dropped})
    expect(stranger.main).to_contain_text("byte for byte")
    changed = pdf.with_name("changed.pdf")
    changed.write_bytes(pdf.read_bytes() + b"\n% changed\n")
    stranger.page.goto("/verify")
    stranger.page.locator("input[type=file]").set_input_files(changed)
    stranger.page.get_by_role("button", name="Compare").click()
    expect(stranger.main).to_contain_text("This is not a file that we issued")

    registrar.page.goto(f"/certificates/{certificate_id}/revoke")
    registrar.look()
    registrar.page.get_by_label("It was issued in error").check()
    registrar.page.get_by_label("Explanation for the register").fill("Another person was meant.")
    registrar.page.get_by_role("button", name="Revoke it for good").click()
    registrar.page.wait_for_url(f"**/certificates/{certificate_id}")
    registrar.look()

    stranger.page.goto(f"/verify/{code}")
    expect(stranger.main).to_contain_text("This certificate was revoked")
    expect(stranger.main).to_contain_text("It was issued in error")
    expect(stranger.main).not_to_contain_text("Another person was meant")
    stranger.look()


def _certificate(house: House, enrolment_id: UUID) -> tuple[UUID, str]:
    with house.app.app_context():
        row = until(
            lambda: db.session.execute(
                select(Certificate.id, Certificate.code).where(
                    Certificate.enrolment_id == enrolment_id, Certificate.state == "issued"
                )
            ).one_or_none()
        )
        return row.id, row.code
