"""A whole installation in this process, and browsers that mind every fault they see."""

import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from sqlalchemy import create_engine, select, text
from werkzeug.serving import make_server

from app.accounts.models import User
from app.accounts.queries import actor_for
from app.certificates.services.issuing import Order
from app.config import Settings
from app.core.database import atomic, db
from app.core.i18n import use_locale
from app.core.jobs.embedded import Worker
from app.demo import awards, catalogue, institutions
from app.demo.accounts import first_administrator, make_staff
from app.factory import create_app
from app.schedule import tick
from tests.factories.accounts import sign_in_secret
from tests.looking import faults_of
from tests.ops.processes import free_port

DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PATIENCE = 30.0
"""Seconds to wait for the worker."""

MEANT = re.compile(r"status of (404|409|410|422|429)|htmx:(afterRequest|sendAbort)")
"""Noted as errors, but meant: refusals, and requests given up because a newer one replaced them."""


@dataclass
class House:
    """A running installation with its institutions, staff, rooms and courses, and no run yet."""

    app: Flask
    address: str
    var: Path
    staff: dict[str, UUID] = field(default_factory=dict)
    places: dict[str, UUID] = field(default_factory=dict)
    courses: dict[str, UUID] = field(default_factory=dict)
    rooms: dict[str, list[UUID]] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)

    def mail_to(self, address: str, holding: str) -> str:
        """Return the text of the newest mail to somebody that holds these words; wait for it."""
        return str(until(lambda: self._mail_to(address, holding)))

    def _mail_to(self, address: str, holding: str) -> str:
        folder = self.var / "mail"
        for path in sorted(folder.glob("*.eml"), key=lambda one: one.stat().st_mtime)[::-1]:
            message = message_from_bytes(path.read_bytes(), policy=default)
            if address not in str(message["To"]):
                continue
            body = message.get_body(("plain",))
            words = f"{message['Subject']}\n{body.get_content() if body else ''}"
            if holding in words:
                return words
        return ""

    def link_to(self, address: str) -> str:
        """Return the newest link of the account's own mail to somebody."""
        words = self.mail_to(address, "/link/")
        found = re.search(r"https?://\S+/link/\S+", words)
        assert found
        return found.group()


def until(ask: Callable[[], Any]) -> Any:
    """Ask until the answer is true, or give up."""
    end = time.monotonic() + PATIENCE
    while not (answer := ask()):
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.1)
    return answer


@pytest.fixture(scope="session")
def house_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of its own: a file, or a schema when the tests run on PostgreSQL."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    if not url:
        yield f"sqlite:///{tmp_path_factory.mktemp('journeys')}/most.sqlite3"
        return
    name = f"journeys_{os.getpid()}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create schema {name}"))
        yield f"{url}?options=-csearch_path%3D{name}"
        connection.execute(text(f"drop schema {name} cascade"))
    engine.dispose()


@pytest.fixture(scope="session")
def house(house_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The product as people meet it: a web server and a worker on one database."""
    if not _chromium():
        pytest.skip("there is no Chromium on this machine")
    var, port = tmp_path_factory.mktemp("var"), free_port()
    settings = Settings(
        database_url=house_database,
        var_folder=str(var),
        secret_key="for tests only, of no worth " * 2,
        port=port,
        demo=True,
        sqlite_synchronous="OFF",
    )
    app = create_app(settings)
    made = House(app, f"http://127.0.0.1:{port}", var)
    with app.app_context():
        db.create_all()
        _furnish(made)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    worker = Worker(app, threads=2, pause=0.1, tick=tick)
    thread.start()
    worker.start()
    yield made
    worker.stop()
    server.shutdown()
    thread.join()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _furnish(house: House) -> None:
    use_locale("en")
    with atomic():
        centre = first_administrator()
        house.places = institutions.make(centre)
        house.staff = make_staff(centre, house.places)
        writers = {
            code: actor_for(house.staff[key])
            for code, key in {
                "CIC": "teacher_centre",
                "UNIBL": "faculty",
                "SUMHS": "faculty_shanghai",
                "UNSA": "teacher_sarajevo",
            }.items()
        }
        house.courses = catalogue.make(centre, writers, house.places)
        house.rooms = catalogue.furnish(centre, house.places)
        house.orders = awards.make_designs(centre, house.places)


def _chromium() -> str:
    path = shutil.which("chromium") or shutil.which("google-chrome") or ""
    return path if path and Path(path).exists() else ""


@dataclass
class Visitor:
    """Somebody at a browser of their own; every fault that it sees is kept."""

    house: House
    context: BrowserContext
    page: Page
    faults: list[str]

    def enter(self, email: str) -> None:
        """Be signed in from the start; that signing in works is told where it is the story."""
        app = self.house.app
        sessions: Any = app.session_interface
        with app.app_context():
            user_id = db.session.scalars(select(User.id).where(User.email == email)).one()
            secret = sign_in_secret(user_id)
            db.session.remove()
        value = sessions.get_signing_serializer(app).dumps({"_user_id": secret})
        name = app.config["SESSION_COOKIE_NAME"]
        self.context.add_cookies([{"name": name, "value": value, "url": self.house.address}])
        self.page.goto("/today")

    def look(self) -> None:
        """Find the page accessible and no wider than the screen."""
        faults = faults_of(self.page)
        where = self.page.url.removeprefix(self.house.address)
        self.faults += [f"{where}: {fault}" for fault in faults]

    @property
    def main(self) -> Any:
        """Return the main part of the page."""
        return self.page.locator("main")


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(chromium: Browser, house: House) -> Iterator[Visit]:
    """Return how to open a browser for somebody; at the end none of them may have seen a fault."""
    opened: list[Visitor] = []

    def open_browser(email: str = "", **options: Any) -> Visitor:
        wanted = {
            "locale": "en-GB",
            "timezone_id": "Europe/Sarajevo",
            "reduced_motion": "reduce",
            **DESKTOP,
            **options,
        }
        context = chromium.new_context(base_url=house.address, **wanted)
        context.set_default_timeout(10_000)
        visitor = Visitor(house, context, context.new_page(), [])
        _mind(visitor.page, visitor.faults)
        opened.append(visitor)
        if email:
            visitor.enter(email)
        return visitor

    yield open_browser
    for visitor in opened:
        visitor.context.close()
    assert [fault for visitor in opened for fault in visitor.faults] == []


def _mind(page: Page, faults: list[str]) -> None:
    """Note errors of scripts, what the policy forbids, and requests that fail."""

    def heard(message: ConsoleMessage) -> None:
        source = message.location.get("url", "")
        is_meant = MEANT.search(message.text) and ("404" not in message.text or source == page.url)
        if message.type in {"error", "warning"} and not is_meant:
            faults.append(f"console on {page.url}: {message.text} {source}")

    page.expose_binding("reportViolation", lambda _, words: faults.append(words))
    page.add_init_script(
        "addEventListener('securitypolicyviolation',"
        " event => window.reportViolation(event.effectiveDirective + ' ' + event.blockedURI))"
    )
    page.on("console", heard)
    page.on("pageerror", lambda error: faults.append(f"script on {page.url}: {error}"))
    page.on(
        "requestfailed",
        lambda request: (
            None
            if "ERR_ABORTED" in (request.failure or "")
            else faults.append(f"failed: {request.url}")
        ),
    )
