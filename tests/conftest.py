"""Fixtures that every test may use."""

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from playwright import sync_api
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.config import Settings
from app.core.actor import Actor
from app.core.database import db
from app.core.i18n import use_locale
from app.factory import create_app
from app.notifications.channels import kept
from tests.factories.accounts import sign_in_secret


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where this test process may make its tables: a file, or a schema of its own."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    if not url:
        yield f"sqlite:///{tmp_path_factory.mktemp('database')}/test.sqlite3"
        return
    name = f"tests_{os.getpid()}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create schema {name}"))
        yield f"{url}?options=-csearch_path%3D{name}"
        connection.execute(text(f"drop schema {name} cascade"))
    engine.dispose()


@pytest.fixture
def own_database() -> Iterator[str]:
    """The address of an empty database that no other test shares; empty text for SQLite."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    if not url:
        yield ""
        return
    name = f"own_{uuid4().hex}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create schema {name}"))
        yield f"{url}?options=-csearch_path%3D{name}"
        connection.execute(text(f"drop schema {name} cascade"))
    engine.dispose()


HERE = ("127.", "::1", "localhost")
"""How addresses of this machine begin."""


def _refuse_other_machines(event_name: str, arguments: tuple[object, ...]) -> None:
    """No test may reach another machine."""
    if event_name == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and not str(address[0]).startswith(HERE):
            raise PermissionError(f"a test reaches out to {address[0]}")


sys.addaudithook(_refuse_other_machines)


LONGEST_FIRST = (
    "courses/test_enrolments_at_once.py",
    "journeys/",
    "ops/",
    "certificates/test_killed_worker.py",
    "demo/",
    "house/",
    "certificates/",
)
"""What takes long for its number of tests, begun first so that no worker is left with it."""

ONE_ENGINE = ("_life.py::", "tests/demo/", "test_learning_agreement_pages.py::")
"""What one engine is enough for: tables of states and of readers, cell by cell; the long demo.

Each service that they call has tests of its own, on both."""


def pytest_collection_finish() -> None:
    """Let the collector pass over what is there for good: modules, models, tests, templates."""
    gc.collect()
    gc.freeze()


def _turn(item: pytest.Item) -> int:
    for turn, begin in enumerate(LONGEST_FIRST):
        if begin in item.nodeid:
            return turn
    return len(LONGEST_FIRST)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches the database, so that it runs on PostgreSQL too; order the files."""
    items.sort(key=_turn)
    for item in items:
        if {"schema", "empty", "own_database"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.database)
        if any(part in item.nodeid for part in ONE_ENGINE):
            item.add_marker(pytest.mark.one_engine)


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Flask:
    """The application on a database of its own."""
    app = create_app(
        Settings(
            database_url=database_url,
            var_folder=str(tmp_path_factory.mktemp("var")),
            secret_key="for tests only, of no worth " * 2,
            demo=True,
            sqlite_synchronous="OFF",
        )
    )
    app.testing = True  # let exceptions through to the test
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture(scope="session")
def schema(app: Flask) -> Iterator[None]:
    """The tables, as the models describe them."""
    with app.app_context():
        db.create_all()
        yield
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app: Flask, schema: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """The database session; whatever the test commits is undone after it."""
    use_locale("en")
    kept.messages.clear()
    with app.app_context(), db.engine.connect() as connection:
        undo = connection.begin()
        monkeypatch.setitem(db.engines, None, connection)  # Flask-SQLAlchemy asks here
        db.session.configure(join_transaction_mode="create_savepoint")
        yield db.session()
        db.session.remove()
        undo.rollback()


class Browser(FlaskClient):
    """A browser whose every request starts from nothing, though tests share one context."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Forget who was signed in last: Flask-Login and the frame keep it in `g`."""
        for name in list(g):
            g.pop(name)
        return super().open(*args, **kwargs)


@pytest.fixture
def browse_as(app: Flask, session: Session) -> Callable[[Actor | None], FlaskClient]:
    """Return a browser in which this person is signed in (or nobody, for None)."""

    def browser(actor: Actor | None) -> FlaskClient:
        client = Browser(app, app.response_class)
        if actor is not None:
            with client.session_transaction() as cookie:
                cookie["_user_id"] = sign_in_secret(actor.user_id)
        return client

    return browser


@pytest.fixture
def statements(session: Session) -> Iterator[list[str]]:
    """The SQL sent so far; clear it before the part that counts."""
    sent: list[str] = []

    def note(*args: object) -> None:
        sent.append(str(args[2]))

    event.listen(db.engines[None], "before_cursor_execute", note)
    yield sent
    event.remove(db.engines[None], "before_cursor_execute", note)


@pytest.fixture
def mail(session: Session) -> list[object]:
    """The mail that was sent in this test."""
    return kept.messages  # type: ignore[return-value]  # messages are objects


SAMPLES = Path(__file__).parents[2] / "shared" / "samples"
"""Third-party files to test against; a test that reads them skips where they are absent."""


@pytest.fixture
def world(app: Flask, schema: None) -> Iterator[Flask]:
    """The application with real commits, for threads and processes; emptied after the test.

    Each thread opens its own `app.app_context()`.
    """
    use_locale("en")
    kept.messages.clear()
    with app.app_context():
        yield app
        db.session.remove()
        with db.engine.begin() as connection:
            for table in reversed(db.metadata.sorted_tables):
                connection.execute(table.delete())


BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[sync_api.Browser]:
    """The browser of the machine; one for all tests, as Playwright starts but once in a thread."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.skip("NOTICE: there is no Chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_OPTIONS)
        yield browser
        browser.close()
