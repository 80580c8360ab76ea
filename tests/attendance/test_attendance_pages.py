"""The pages of registers, boards and check-in."""

import io
import re
from datetime import timedelta
from urllib.parse import urljoin

import openpyxl
import pytest

from app.attendance import checkin as codes
from app.attendance import queries, services
from app.attendance.states import StatusKind
from app.core.clock import now
from app.courses.states import SessionState
from tests.factories.accounts import a_trainee, a_user
from tests.factories.attendance import a_held_session, a_mark
from tests.factories.courses import a_run, a_session, a_teacher_of, an_enrolment

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session")]


@pytest.fixture
def run():
    return a_run(capacity=None)


@pytest.fixture
def teacher(run):
    return a_teacher_of(run)


def code_of(session):
    return codes.code_for(session.checkin_secret.encode(), session.id, now())


def test_a_register_is_marked_by_buttons_without_script(run, teacher, browse_as):
    session, place = a_held_session(run), an_enrolment(run)
    browser = browse_as(teacher)
    html = browser.get(f"/sessions/{session.id}/register").text
    value = re.search(r'name="present" value="([^"]+)"', html).group(1)

    answer = browser.post(f"/sessions/{session.id}/register/marks", data={"present": value})

    assert answer.status_code == 303
    assert queries.registers.row_of(session, place.id).status == StatusKind.PRESENT
    html = browser.get(answer.location).text
    assert f"/register/{place.id}/undo" in html
    browser.post(f"/sessions/{session.id}/register/{place.id}/undo", data={"version": "1"})
    assert queries.registers.row_of(session, place.id).status is None


def test_a_cell_is_saved_alone_and_a_stale_one_shows_the_others_mark(run, teacher, browse_as):
    session, place = a_held_session(run), an_enrolment(run)
    url = f"/sessions/{session.id}/register/{place.id}/mark"
    send = {"headers": {"HX-Request": "true"}}
    browser = browse_as(teacher)

    saved = browser.post(url, data={"mark": "late", "version": "0"}, **send)
    stale = browse_as(a_teacher_of(run)).post(url, data={"mark": "absent", "version": "0"}, **send)

    assert (saved.status_code, stale.status_code) == (200, 409)
    assert 'data-send-version="1"' in saved.text
    assert 'data-send-version="1"' in stale.text
    assert "Siniša Kovačević changed this to “Late”" in stale.text
    assert queries.registers.row_of(session, place.id).status == StatusKind.LATE


@pytest.mark.parametrize("mark", ["", "gone", "présent"])
def test_a_mark_that_does_not_exist_is_refused(run, teacher, browse_as, mark):
    session, place = a_held_session(run), an_enrolment(run)

    answer = browse_as(teacher).post(
        f"/sessions/{session.id}/register/{place.id}/mark", data={"mark": mark, "version": "0"}
    )

    assert answer.status_code == 422


def test_all_shown_are_marked_present_at_once(run, teacher, browse_as):
    session = a_held_session(run, people=3)
    browser = browse_as(teacher)
    html = browser.get(f"/sessions/{session.id}/register").text
    shown = re.search(r'name="shown" value="([^"]*)"', html).group(1)

    browser.post(f"/sessions/{session.id}/register/all-present", data={"shown": shown})

    assert queries.registers.counts_of(session) == {StatusKind.PRESENT: 3}


def test_details_are_saved_with_their_history(run, teacher, browse_as):
    session, place = a_held_session(run), an_enrolment(run)
    url = f"/sessions/{session.id}/register/{place.id}"
    browser = browse_as(teacher)

    data = {"status": "partial", "minutes_present": "40", "note": "Left by bus", "version": "0"}
    assert browser.post(url, data=data).status_code == 303
    missing = browser.post(url, data={"status": "partial", "minutes_present": "", "version": "1"})

    html = browser.get(url).text
    assert missing.status_code == 422
    assert "Left by bus" in html
    assert "Not marked → Present in part" in html


def test_a_register_is_closed_and_opened_again(run, teacher, browse_as):
    session = a_held_session(run, people=2)
    browser = browse_as(teacher)

    assert "2 people are not marked" in browser.get(f"/sessions/{session.id}/register/close").text
    browser.post(f"/sessions/{session.id}/register/close")
    assert browser.get(f"/sessions/{session.id}/register/open").status_code == 403
    html = browser.get(f"/sessions/{session.id}/register").text
    assert "The register is closed." in html
    assert 'name="present"' not in html


@pytest.mark.parametrize(
    "path",
    [
        "register",
        "register/counts",
        "register.csv",
        "register.xlsx",
        "sheet",
        "check-in-screen",
        "door",
        "register/close",
        "register/open",
    ],
)
def test_registers_are_not_for_strangers(run, browse_as, path):
    session = a_held_session(run, people=1)

    assert browse_as(a_trainee()).get(f"/sessions/{session.id}/{path}").status_code == 404
    assert browse_as(None).get(f"/sessions/{session.id}/{path}").status_code == 303


@pytest.mark.parametrize("people", [1, 3, 60])
def test_lists_ask_the_database_as_often_for_many_as_for_one(
    run, teacher, browse_as, statements, people
):
    session = a_held_session(run, people=people)
    a_session(run, starts_at=now() - timedelta(days=1), number=2)
    browser = browse_as(teacher)
    for path, most in (
        (f"/sessions/{session.id}/register", 7),
        (f"/sessions/{session.id}/register?show=all", 7),
        (f"/runs/{run.id}/attendance", 9),
        (f"/sessions/{session.id}/sheet", 6),
    ):
        browser.get(path)
        statements.clear()

        answer = browser.get(path)

        assert answer.status_code == 200
        asked = [one for one in statements if one.lower().startswith("select")]
        assert len(asked) <= most, "\n".join(asked)


def test_a_register_is_paged_by_name(run, teacher, browse_as):
    session = a_held_session(run, people=60)
    browser = browse_as(teacher)

    first = browser.get(f"/sessions/{session.id}/register").text
    following = re.search(r'rel="next" href="([^"]+)"', first).group(1).replace("&amp;", "&")
    second = browser.get(following).text

    assert first.count("<tr id=") == 50
    assert second.count("<tr id=") == 10
    assert "Person 049" in first
    assert "Person 050" in second
    everyone = browser.get(f"/sessions/{session.id}/register?show=all").text
    assert everyone.count("<tr id=") == 60
    found = browser.get(f"/sessions/{session.id}/register?q=PERSON 007").text
    assert found.count("<tr id=") == 1
    assert "Nobody is called that" in browser.get(f"/sessions/{session.id}/register?q=xyz").text


def test_the_board_shows_rates_and_who_is_below(run, teacher, browse_as):
    good, bad = an_enrolment(run), an_enrolment(run, a_user(name="Jovan Petrović").id)
    for number in range(1, 5):
        session = a_session(
            run, starts_at=now() - timedelta(days=number), number=number, state=SessionState.HELD
        )
        a_mark(session, good.id)
        a_mark(session, bad.id, StatusKind.ABSENT if number > 1 else StatusKind.LATE)
    a_session(run, starts_at=now() + timedelta(days=3), number=5)

    html = browse_as(teacher).get(f"/runs/{run.id}/attendance").text

    assert "100%" in html
    assert "25%" in html
    assert "62%" in html  # (4 + 1) of 8
    assert re.search(r"Below 80%</dt><dd>1\b", html)
    ordered = browse_as(teacher).get(f"/runs/{run.id}/attendance?sort=rate").text
    assert ordered.index("Jovan Petrović") < ordered.index("Ana Anić")


def test_exports_hold_no_formulas(run, teacher, browse_as):
    session = a_held_session(run)
    an_enrolment(run, a_user(name="=HYPERLINK(1)").id)
    browser = browse_as(teacher)

    csv = browser.get(f"/sessions/{session.id}/register.csv")
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"/runs/{run.id}/attendance.xlsx").data))

    assert csv.data.startswith(b"\xef\xbb\xbf")
    assert "'=HYPERLINK(1)" in csv.text
    assert book.active["A2"].data_type == "s"
    book.close()


def test_a_scan_before_sign_in_is_kept_through_it(run, browse_as):
    session, trainee = a_session(run), a_trainee()
    an_enrolment(run, trainee.user_id)
    guest = browse_as(None)

    scanned = guest.get(f"/check-in/{session.id}/{code_of(session)}")
    asked = guest.get(scanned.location).text
    assert scanned.status_code == 303
    assert "/check-in/claims/" in re.search(r'href="([^"]*next=[^"]*)"', asked).group(1).replace(
        "%2F", "/"
    )

    phone = browse_as(trainee)
    done = phone.post(scanned.location)
    assert phone.get(done.location).status_code == 200
    assert queries.checkin.own_record(session.id, trainee.user_id).status == StatusKind.PRESENT


def test_looking_at_a_claim_changes_nothing(run, browse_as):
    session, trainee = a_session(run), a_trainee()
    an_enrolment(run, trainee.user_id)
    phone = browse_as(trainee)

    location = phone.get(f"/check-in/{session.id}/{code_of(session)}").location
    phone.get(location)

    assert queries.checkin.own_record(session.id, trainee.user_id) is None


def test_an_old_code_says_so(run, browse_as):
    session = a_session(run)

    answer = browse_as(None).get(f"/check-in/{session.id}/AAAAAAAA")

    assert answer.status_code == 410
    assert "no longer shown" in answer.text


def test_a_code_is_typed(run, browse_as):
    session, trainee = a_session(run), a_trainee()
    an_enrolment(run, trainee.user_id)
    phone = browse_as(trainee)

    wrong = phone.post("/check-in", data={"code": "ZZZZZZZZ"})
    right = phone.post("/check-in", data={"code": code_of(session)})

    assert (wrong.status_code, right.status_code) == (422, 303)
    guest = browse_as(None).post("/check-in", data={"code": code_of(session)})
    assert "/check-in/claims/" in guest.location


def test_guessing_codes_is_slowed_down(run, browse_as):
    phone = browse_as(a_trainee())

    answers = [phone.post("/check-in", data={"code": f"{n:08}"}).status_code for n in range(22)]

    assert answers[-1] == 429


def test_the_wall_shows_a_picture_and_a_code(run, teacher, browse_as):
    session = a_held_session(run)
    browser = browse_as(teacher)

    page = browser.get(f"/sessions/{session.id}/check-in-screen")
    part = browser.get(
        f"/sessions/{session.id}/check-in-screen", headers={"HX-Request": "true"}
    ).text

    assert "style=" not in page.text
    assert '<svg viewBox="' in part
    assert code_of(session)[:4] in part
    assert "<html" not in part


def test_a_pass_is_scanned_at_the_door(run, teacher, browse_as):
    session, trainee = a_held_session(run), a_trainee("Lejla Begić")
    place = an_enrolment(run, trainee.user_id)
    assert browse_as(trainee).get("/pass").status_code == 200
    code, _seconds = services.checkin.pass_of(trainee.user_id)
    url = f"/pass/{trainee.user_id}/{code}"

    assert browse_as(a_trainee()).get(url).status_code == 404
    browser = browse_as(teacher)
    assert "Lejla Begić" in browser.get(url).text
    browser.post(url, data={"session": str(session.id)})

    assert queries.registers.row_of(session, place.id).status == StatusKind.PRESENT
    assert "Lejla Begić" in browser.get(f"/sessions/{session.id}/door").text


def test_the_addresses_a_register_and_a_board_name_are_there(run, teacher, browse_as):
    session = a_held_session(run, people=1)
    browser = browse_as(teacher)
    pages = (f"/sessions/{session.id}/register", f"/runs/{run.id}/attendance")

    for page in pages:
        html = browser.get(page).text
        named = [urljoin(page, url) for url in re.findall(r'data-mark-url="([^"]+)"', html)]

        assert len(named) == 1
        assert browser.get(named[0].removesuffix("/mark")).status_code == 200
        assert browser.post(named[0], data={"mark": "late", "version": "0"}).status_code == 303


def test_whoever_comes_too_late_is_told_so_and_not_that_they_are_checked_in(
    run, teacher, browse_as
):
    session, late = a_session(run, starts_at=now() - timedelta(minutes=60)), a_trainee()
    an_enrolment(run, late.user_id)
    browser = browse_as(late)
    used = browser.post("/check-in", data={"code": code_of(session)})

    shown = browser.get(used.location).text

    assert "You came too late to count as present" in shown
    assert "You are checked in" not in shown
