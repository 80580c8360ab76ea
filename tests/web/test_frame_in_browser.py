"""The frame in a real browser: accessible, obedient to the policy, useful without script."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from app.config import Settings
from app.core.database import db
from app.factory import create_app
from tests.looking import faults_of

PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own, with forms protected as in life."""
    var = tmp_path_factory.mktemp("var")
    app: Flask = create_app(
        Settings(
            database_url=f"sqlite:///{var}/frame.sqlite3", var_folder=str(var), secret_key="x" * 40
        )
    )
    with app.app_context():
        db.create_all()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def page(chromium: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab that minds every violation of the policy and every error of a script."""
    options: dict[str, Any] = getattr(request, "param", {})
    context = chromium.new_context(base_url=address, locale="en-GB", **options)
    tab, problems = context.new_page(), list[str]()
    tab.expose_binding("reportViolation", lambda _, words: problems.append(words))
    tab.add_init_script(
        "addEventListener('securitypolicyviolation',"
        " event => window.reportViolation(event.effectiveDirective + ' ' + event.blockedURI))"
    )
    tab.on("pageerror", lambda error: problems.append(str(error)))
    yield tab
    context.close()
    assert problems == []


@pytest.mark.parametrize(
    "page", [{}, PHONE, {"color_scheme": "dark"}], indirect=True, ids=["desktop", "phone", "dark"]
)
def test_the_frame_is_accessible_and_fits(page: Page) -> None:
    page.goto("/nowhere")

    assert faults_of(page) == []


def test_a_chosen_appearance_beats_the_device(page: Page) -> None:
    page.goto("/nowhere")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.context.add_cookies([{"name": "theme", "value": "dark", "url": page.url}])
    page.reload()

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light


@pytest.mark.parametrize(
    "page", [{}, {"java_script_enabled": False}], indirect=True, ids=["script", "no script"]
)
def test_the_language_menu_works_with_and_without_script(page: Page) -> None:
    page.goto("/nowhere")
    page.locator("details.menu summary").first.click()
    page.get_by_role("button", name="Српски").click()

    expect(page.locator("html")).to_have_attribute("lang", "sr-Cyrl")


@pytest.mark.parametrize("page", [{"timezone_id": "Asia/Shanghai"}], indirect=True)
def test_a_visitor_tells_the_time_zone_once(page: Page) -> None:
    page.goto("/nowhere")

    assert [c["value"] for c in page.context.cookies() if c["name"] == "tz"] == ["Asia/Shanghai"]


def test_the_shortcuts_are_listed_and_can_be_turned_off(page: Page) -> None:
    page.goto("/nowhere")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.get_by_role("button", name="Turn off shortcuts").click()
    page.wait_for_load_state()
    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()
