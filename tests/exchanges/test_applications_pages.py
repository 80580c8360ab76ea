"""Pages of applications: filled in, saved while typing, checked, sent and followed."""

import re
from datetime import timedelta
from io import BytesIO

import pytest

from app.accounts.queries import actor_for
from app.core.clock import now
from app.core.database import atomic, db
from app.exchanges.models.applications import Application
from app.exchanges.queries import applications as queries
from app.exchanges.queries import documents
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import CallState
from tests.factories.accounts import a_trainee
from tests.factories.exchanges_applications import (
    MOTIVATION,
    PDF,
    a_document,
    a_ready_draft,
    an_application,
    destinations_of,
)
from tests.factories.exchanges_calls import FORM, a_call, an_officer, an_open_call
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database

RULES = [
    {"id": "ects", "type": "min_ects", "parameters": {"minimum": 60}},
    {"id": "en", "type": "language_level", "parameters": {"language": "en", "level": "B2"}},
]
ABOUT = {
    "eqf_level": "6",
    "isced": "0912",
    "ects_done": "120",
    "language_1": "en",
    "level_1": "C1",
}


def text_of(answer):
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def home(application, page=""):
    return f"/exchanges/applications/{application.id}{page}"


def fresh(application):
    return db.session.get_one(Application, application.id, populate_existing=True)


def test_an_application_goes_from_the_call_to_a_number(browse_as, mail):
    call = an_open_call(rules=RULES, requirements=["Passport"], destinations=2)
    person = a_trainee("Milijana Radić")
    browser = browse_as(person)

    begin = f"/exchanges/calls/{call.id}/apply"
    assert "Begin the application" in text_of(browser.get(begin))
    step = browser.post(begin).location
    application = queries.active_one(call.id, person.user_id)

    step = browser.post(step, data=ABOUT).location
    first, second = (str(one.id) for one in destinations_of(call))
    wishes = {"q-preferences-1": second, "q-preferences-2": first, "revision": "9"}
    step = browser.post(step, data=wishes).location
    step = browser.post(step, data={"q-motivation": MOTIVATION, "revision": "9"}).location
    assert step.endswith("/documents")
    assert "Not handed in yet." in text_of(browser.get(step))

    (asked,) = documents.requirements(call.id)
    sent = {"file": (BytesIO(PDF), "passport.pdf"), "language": "en"}
    upload = browser.post(f"{step}/{asked.id}", data=sent, content_type="multipart/form-data")
    assert upload.status_code == 303

    page = text_of(browser.get(home(application, "/declarations")))
    seen = dict(re.findall(r'name="(seen-\w+)" value="(\w+)"', page))
    agreed = dict.fromkeys(("declaration", "processing", "transfer"), "y")
    review = browser.post(home(application, "/declarations"), data=seen | agreed).location
    page = text_of(browser.get(review))
    assert "Still missing" not in page
    assert "Send the application" in page
    assert page.count("Met") >= 2

    status = browser.post(review).location
    page = text_of(browser.get(status))
    assert f"{call.code}-0001" in page
    assert "It waits for the exchange office" in page
    assert "The application was sent" in page


def test_before_sending_everything_missing_and_every_rule_is_told(browse_as):
    call = an_open_call(rules=RULES, requirements=["Passport"])
    facts = {"ects_done": 30, "languages": None}
    application = an_application(call, facts=facts, preferences=[])
    browser = browse_as(actor_for(application.applicant_id))

    page = text_of(browser.get(home(application, "/review")))
    for words in ("Why you want to go", "Passport: Not handed in yet.", "Sending my data abroad"):
        assert words in page
    assert "You have 30 of the 60 ECTS credits that are needed." in page
    assert "Send the application" not in page
    assert browser.post(home(application, "/review")).status_code == 422
    assert fresh(application).state == ApplicationState.DRAFT


def test_a_second_window_is_shown_both_texts_and_may_choose(browse_as):
    application = an_application(an_open_call())
    browser = browse_as(actor_for(application.applicant_id))
    step = home(application, "/edit/form-2")
    shown = re.search(r'name="revision" value="(\d+)"', text_of(browser.get(step))).group(1)
    browser.post(step, data={"q-motivation": "The newer words", "revision": shown})

    answer = browser.post(step, data={"q-motivation": "The older words", "revision": shown})

    page = text_of(answer)
    assert answer.status_code == 409
    assert "The newer words" in page
    assert "The older words" in page
    assert fresh(application).answers["motivation"] == "The newer words"
    again = re.search(r'name="revision" value="(\d+)"', page).group(1)
    browser.post(step, data={"q-motivation": "The older words", "revision": again})
    assert fresh(application).answers["motivation"] == "The older words"


def test_saving_while_typing_answers_with_the_revision_or_with_what_is_newer(browse_as):
    application = an_application(an_open_call())
    browser = browse_as(actor_for(application.applicant_id))
    address = home(application, "/autosave/form-2")
    shown = application.revision

    saved = browser.post(address, data={"q-motivation": "One", "revision": shown})
    assert saved.json["revision"] == shown + 1
    on = browser.post(address, data={"q-motivation": "One two", "revision": shown + 1})
    assert on.json["revision"] == shown + 2
    stale = browser.post(address, data={"q-motivation": "Older", "revision": shown})

    assert stale.status_code == 409
    assert "One two" in text_of(stale)
    assert fresh(application).answers["motivation"] == "One two"


def test_what_cannot_be_kept_stays_in_the_field_and_the_rest_is_saved(browse_as):
    fields = [
        *FORM,
        {"id": "when", "type": "date", "step": 2, "label": {"en": "When"}},
        {"id": "proof", "type": "file", "step": 2, "label": {"en": "Proof"}},
    ]
    application = an_application(an_open_call(form=fields))
    browser = browse_as(actor_for(application.applicant_id))
    typed = {"q-motivation": "Kept", "q-when": "soon", "revision": "1"}
    sent = typed | {"q-proof": (BytesIO(b"MZ not a pdf"), "proof.pdf")}

    answer = browser.post(
        home(application, "/edit/form-2"), data=sent, content_type="multipart/form-data"
    )

    assert answer.status_code == 422
    assert 'value="soon"' in text_of(answer)
    assert "This file is not what its name says" in text_of(answer)
    assert fresh(application).answers == {"motivation": "Kept"}
    good = {"q-proof": (BytesIO(PDF), "proof.pdf"), "revision": "9"}
    browser.post(home(application, "/edit/form-2"), data=good, content_type="multipart/form-data")
    assert "proof" in fresh(application).answers


HOSTILE = (
    *("x" * 10_000, "\x00\x01\u202e\u200b", "-1", "9" * 40, "1e309", "<script>alert(1)</script>"),
    *("../../etc/passwd", "' or 1=1 --", "2026-02-30", "00000000-0000-4000-8000-000000000007"),
)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_crash_no_step_and_store_nothing_odd(browse_as, words):
    call = an_open_call(requirements=["Passport"])
    application = an_application(call, preferences=[])
    browser = browse_as(actor_for(application.applicant_id))
    names = (
        *("eqf_level", "isced", "unit_id", "supervisor_email", "language_1", "level_1"),
        *("q-preferences-1", "q-motivation", "revision", "once", "then", "seen-declaration"),
        *("language", "issued_on", "valid_until", "translation_of", "reason", "answers"),
    )
    form = dict.fromkeys(names, words)
    (asked,) = documents.requirements(call.id)
    pages = ("about", "form-1", "form-2", "form-99", "form-", "preferences", words.strip("./ ")[:9])
    for step in pages:
        for kind in ("edit", "autosave"):
            answer = browser.post(home(application, f"/{kind}/{step or 'x'}"), data=form)
            assert answer.status_code < 500, step
            assert "<script>alert" not in text_of(answer)
    for page in ("/declarations", "/review", f"/documents/{asked.id}"):
        assert browser.post(home(application, page), data=form).status_code < 500

    kept = fresh(application)
    assert kept.facts["isced"] == "0912"
    assert "\x00" not in kept.answers.get("motivation", "")
    assert len(kept.answers.get("motivation", "")) <= 500
    assert queries.preferences_of(kept.id) == []
    assert kept.state == ApplicationState.DRAFT


def test_another_persons_application_does_not_exist(browse_as):
    call = an_open_call(requirements=["Passport"])
    application = a_ready_draft(call)
    document = a_document(application, requirement=documents.requirements(call.id)[0])
    consent = queries.consents_of(application.id)[0]
    asked = document.requirement_id
    read = (
        *("", "/edit/about", "/documents", "/declarations", "/review", "/withdraw"),
        f"/documents/{asked}",
    )
    for stranger in (a_trainee(), an_officer(an_institution().id)):
        browser = browse_as(stranger)
        for page in read:
            assert browser.get(home(application, page)).status_code == 404, page
            if page not in {"", "/documents"}:
                assert browser.post(home(application, page)).status_code == 404, page
        assert browser.post(home(application, "/autosave/about")).status_code == 404
        assert browser.get(f"/files/{document.file_id}").status_code == 404
        assert browser.get(f"/exchanges/documents/{document.id}/take-out").status_code == 404
        assert browser.post(f"/exchanges/consents/{consent.id}/take-back").status_code == 404
    officer = browse_as(an_officer(call.institution_id))
    assert officer.get(home(application)).status_code in {303, 404}
    assert officer.get(home(application, "/edit/about")).status_code == 404


@pytest.mark.parametrize("state", ["selected", "wait_listed", "not_selected"])
def test_the_status_page_keeps_a_result_until_its_release(browse_as, state):
    call = a_call(state=CallState.EMBARGOED)
    application = an_application(call, state=ApplicationState(state))
    browser = browse_as(actor_for(application.applicant_id))

    for address in (home(application), "/exchanges/mine", home(application, "/withdraw")):
        page = text_of(browser.get(address))
        for words in ("Selected", "elected.", "waiting list", "held for you", "Shanghai-"):
            assert words not in page, address
    assert "It waits for the selection committee" in text_of(browser.get(home(application)))


def test_a_released_result_is_told_with_its_deadline(browse_as):
    application = an_application(a_call(state=CallState.RELEASED), state=ApplicationState.SELECTED)
    page = text_of(browse_as(actor_for(application.applicant_id)).get(home(application)))
    assert "It is your turn" in page
    assert "Confirm the place" in page


def test_a_returned_application_says_what_to_change_and_by_when(browse_as):
    application = an_application(an_open_call(), state=ApplicationState.RETURNED)
    browser = browse_as(actor_for(application.applicant_id))
    page = text_of(browser.get(home(application)))
    assert "Please add a clearer copy." in page
    assert "Correct and send again" in page

    with atomic():
        db.session.get_one(Application, application.id).due_at = now() - timedelta(hours=1)
    page = text_of(browser.get(home(application)))
    assert "The time to send it again is over" in page
    assert "Correct and send again" not in page
    assert browser.get(home(application, "/edit/about")).status_code == 303
    late = browser.post(home(application, "/edit/about"), data={"ects_done": "1"})
    assert "This was not saved" in text_of(browser.get(late.location))
    assert browser.post(home(application, "/autosave/about")).status_code == 409


def test_withdrawing_asks_first(browse_as):
    application = an_application(an_open_call(), state=ApplicationState.SUBMITTED)
    browser = browse_as(actor_for(application.applicant_id))

    assert "This cannot be taken back." in text_of(browser.get(home(application, "/withdraw")))
    assert fresh(application).state == ApplicationState.SUBMITTED
    browser.post(home(application, "/withdraw"), data={"reason": "Exams"})
    assert fresh(application).state == ApplicationState.WITHDRAWN


def test_my_exchanges_asks_as_often_for_many_as_for_one(browse_as, statements):
    person = a_trainee()
    browser = browse_as(person)
    an_application(an_open_call(), applicant=person)
    browser.get("/exchanges/mine")
    statements.clear()
    browser.get("/exchanges/mine")
    once = len(statements)
    for state in (ApplicationState.SUBMITTED, ApplicationState.RETURNED):
        an_application(an_open_call(), applicant=person, state=state)
    browser.get("/exchanges/mine")
    statements.clear()

    page = text_of(browser.get("/exchanges/mine"))

    assert page.count("Semester abroad") == 3
    assert len(statements) == once <= 12
