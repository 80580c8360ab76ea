"""The pages of calls in a real browser: they fit a phone, and axe minds nothing."""

import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from app.config import Settings
from app.core.database import db
from app.exchanges.forms.calls import local
from app.exchanges.services import calls as services
from app.factory import create_app
from tests.exchanges.test_eligibility import RULES as EVERY_RULE
from tests.exchanges.test_forms_rules import FIELDS
from tests.factories.accounts import sign_in_secret
from tests.factories.exchanges_applications import an_application
from tests.factories.exchanges_calls import a_call, an_officer, an_open_call
from tests.factories.institutions import an_institution
from tests.looking import faults_of

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]
PHONE = {"width": 390, "height": 844}
PICTURES = os.environ.get("PICTURES", "")
"""A folder in which to leave a picture of each page, to look at."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """A server, and its address."""
    var = tmp_path_factory.mktemp("var")
    app = create_app(
        Settings(
            database_url=f"sqlite:///{var}/calls.sqlite3", var_folder=str(var), secret_key="x" * 40
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


def test_the_pages_of_calls_are_accessible_and_fit_a_phone(
    chromium: Browser, served: tuple[Flask, str]
) -> None:
    app, address = served
    with app.app_context():
        home = an_institution()
        officer = an_officer(home.id)
        rules = [rule | {"strict": rule["type"] != "min_ects"} for rule in EVERY_RULE]
        draft = a_call(home, form=FIELDS, rules=rules, requirements=["Passport"], destinations=2)
        call = an_open_call(home, rules=rules, requirements=["Passport"], criteria=["One", "Two"])
        an_application(call)
        closes = local(call.closes_at + timedelta(days=9), call.timezone)
        services.extend(officer, call.id, closes, reason="Snow closed the roads.")
        mine, public = f"/exchanges/calls/{draft.id}", f"/exchanges/calls/{call.id}"
        secret = sign_in_secret(officer.user_id)
        sessions: Any = app.session_interface
        cookie = sessions.get_signing_serializer(app).dumps({"_user_id": secret})
    tried = "try=1&is_home=no&ects_done=10&eqf_level=3&isced=0613&citizenship=BA"
    pages = [
        *("/exchanges/calls", public, "/exchanges/calls/kept", f"{mine}/manage"),
        *(f"{mine}/{one}" for one in ("basics", f"rules?{tried}", "form", "form/preview")),
        *(f"{mine}/{one}" for one in ("rubric", "rules/new/field_isced", "publish")),
        f"{public}/extend",
    ]
    context = chromium.new_context(base_url=address, locale="en-GB", viewport=PHONE)
    name = app.config["SESSION_COOKIE_NAME"]
    context.add_cookies([{"name": name, "value": cookie, "url": address}])
    page, wrong = context.new_page(), []
    for number, where in enumerate(pages):
        answer = page.goto(where)
        wrong += [(where, fault) for fault in faults_of(page)]
        if answer is None or answer.status != 200:
            wrong.append((where, "not found"))
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{number:02}.png", full_page=True)
    context.close()

    assert wrong == []
