"""Filling in an application in a real browser: two windows, a phone, and nothing axe minds."""

import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from app.config import Settings
from app.core.database import db
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import CallState
from app.factory import create_app
from tests.factories.accounts import a_trainee, sign_in_secret
from tests.factories.exchanges_applications import a_document, an_application
from tests.factories.exchanges_calls import a_call, an_open_call
from tests.looking import faults_of

PHONE = {"width": 390, "height": 844}
SAVED = 6000
"""Milliseconds in which a pause of typing is saved."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """A server with forms protected as in life, and its address."""
    var = tmp_path_factory.mktemp("var")
    app = create_app(
        Settings(
            database_url=f"sqlite:///{var}/apply.sqlite3", var_folder=str(var), secret_key="x" * 40
        )
    )
    with app.app_context():
        db.create_all()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield app, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    with app.app_context():
        db.engine.dispose()


def a_browser_of(chromium: Browser, served: tuple[Flask, str], person_id: UUID) -> Any:
    """Return a browser in which this person is signed in."""
    app, address = served
    context = chromium.new_context(base_url=address, locale="en-GB", viewport=PHONE)
    with app.app_context():
        sessions: Any = app.session_interface
        cookie = sessions.get_signing_serializer(app).dumps({"_user_id": sign_in_secret(person_id)})
    name = app.config["SESSION_COOKIE_NAME"]
    context.add_cookies([{"name": name, "value": cookie, "url": address}])
    return context


def test_two_windows_save_while_typing_and_neither_loses_a_word(chromium, served):
    with served[0].app_context():
        application = an_application(an_open_call())
        step = f"/exchanges/applications/{application.id}/edit/form-2"
        person_id = application.applicant_id
    context = a_browser_of(chromium, served, person_id)
    one, two = context.new_page(), context.new_page()
    for window in (one, two):
        window.goto(step)
    answer = "Why you want to go"

    one.get_by_label(answer).fill("What the first window says")
    expect(one.locator("[data-autosave-status]")).to_have_text("Saved.", timeout=SAVED)
    two.get_by_label(answer).fill("What the second window says")
    banner = two.locator("[data-conflict] [role=alert]")
    expect(banner).to_contain_text("What the first window says", timeout=SAVED)
    expect(two.get_by_label(answer)).to_have_value("What the second window says")
    assert faults_of(two) == []

    two.get_by_role("button", name="Save what is typed here instead").click()
    expect(two.locator("[data-autosave-status]")).to_have_text("Saved.", timeout=SAVED)
    one.reload()
    expect(one.get_by_label(answer)).to_have_value("What the second window says")
    one.get_by_label(answer).fill("The last word")
    one.get_by_role("button", name="Save and continue").click()  # while typing is being saved
    expect(one.get_by_role("heading", level=1)).to_have_text("Declarations")
    context.close()


def test_the_pages_of_an_applicant_are_accessible_and_fit_a_phone(chromium, served):
    with served[0].app_context():
        person = a_trainee("Milijana Radić")
        rules = [{"id": "e", "type": "min_ects", "parameters": {"minimum": 200}}]
        call = an_open_call(requirements=["Passport"], rules=rules)
        draft = an_application(call, applicant=person)
        a_document(draft)
        released = a_call(state=CallState.RELEASED)
        offered = an_application(released, applicant=person, state=ApplicationState.SELECTED)
        at = f"/exchanges/applications/{draft.id}"
        offer = f"/exchanges/applications/{offered.id}"
        pages = [f"{at}/edit/about", f"{at}/documents", f"{at}/declarations", f"{at}/review", offer]
    context = a_browser_of(chromium, served, person.user_id)
    window, wrong = context.new_page(), {}
    for path in pages:
        answer = window.goto(path)
        found = [] if answer and answer.ok else [f"status {answer and answer.status}"]
        found += faults_of(window)
        if found:
            wrong[path.rpartition("/")[2]] = found
    context.close()

    assert wrong == {}
