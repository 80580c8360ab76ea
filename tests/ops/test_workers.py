"""A worker may die at any moment: nothing that was promised is lost, and nothing is doubled."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.config import Settings
from app.core import jobs, schema
from app.core.database import atomic, db
from app.core.jobs import JobState, PendingJob
from app.factory import create_app
from app.notifications import services
from app.notifications.jobs import DELIVER
from app.notifications.recipients import Recipient
from tests.ops.processes import alive, family_of, free_port, until

VALUES = {"number": "MOST-2026-000001", "course": "Bridges"}
KIND = "certificates/reinstated"


@pytest.fixture
def installation(tmp_path: Path, own_database: str) -> Iterator[Callable[..., Flask]]:
    """Makes an application on a migrated database of its own."""
    made = []

    def make(**settings: object) -> Flask:
        chosen = replace(
            Settings(
                var_folder=str(tmp_path), database_url=own_database, secret_key="for tests " * 6
            ),
            **settings,
        )
        app = create_app(chosen)
        made.append(app)
        with app.app_context():
            schema.upgrade()
        return app

    yield make
    jobs.wakers.clear()
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _start(app: Flask) -> subprocess.Popen[str]:
    settings: Settings = app.config["SETTINGS"]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.ops.quick_worker"],
        env={
            **os.environ,
            "VAR_FOLDER": settings.var_folder,
            "DATABASE_URL": settings.database_url,
            "SECRET_KEY": settings.secret_key,
            "JOBS": settings.jobs,
            "CELERY_BROKER_URL": settings.celery_broker_url,
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


@contextmanager
def a_worker(app: Flask) -> Iterator[subprocess.Popen[str]]:
    """Run a Celery worker for this installation; it is killed at the end if it still runs."""
    process = _start(app)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextmanager
def a_nursery(app: Flask) -> Iterator[Callable[[], int]]:
    """Return what starts one more embedded worker and tells its process id."""
    process = _start(app)
    assert process.stdin is not None
    assert process.stdout is not None

    def one_more() -> int:
        process.stdin.write("\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    try:
        yield one_more
    finally:
        for child in alive(family_of(process.pid)):
            os.kill(child, signal.SIGKILL)
        process.kill()
        process.communicate()


def tell(number: int) -> None:
    with atomic():
        services.tell(Recipient(None, f"person{number}@example.org", "A Person"), KIND, VALUES)


def deliveries(app: Flask, state: JobState) -> int:
    """Return how many of the jobs that deliver mail are in this state."""
    with app.app_context():
        return db.session.scalar(
            select(func.count())
            .select_from(PendingJob)
            .where(PendingJob.state == state, PendingJob.name == DELIVER.name)
        )


def mails(app: Flask) -> Counter[str]:
    folder = app.config["SETTINGS"].var / "mail"
    return Counter(message_from_bytes(path.read_bytes())["To"] for path in folder.glob("*.eml"))


def test_a_worker_killed_at_random_moments_loses_no_mail_and_doubles_none(
    installation: Callable[..., Flask],
) -> None:
    app = installation()
    chance = random.Random(7)  # noqa: S311 -- the same moments each time
    told = 0
    with a_nursery(app) as one_more_worker:
        for _ in range(50):
            with app.app_context():
                for _ in range(3):
                    told += 1
                    tell(told)
            worker = one_more_worker()
            before = len(mails(app))
            until(lambda before=before: len(mails(app)) > before)  # it is at work
            time.sleep(chance.random() / 20)
            os.kill(worker, signal.SIGKILL)

        last = one_more_worker()
        until(lambda: deliveries(app, JobState.DONE) == told)
        os.kill(last, signal.SIGTERM)
        until(lambda: not alive({last}))

    assert len(mails(app)) == told
    assert set(mails(app).values()) == {1}


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """Address of a real Redis that lives as long as the test."""
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("NOTICE: redis-server is not installed; jobs on Celery are not tested")
    port = free_port()
    process = subprocess.Popen(
        [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait()


def test_celery_carries_jobs_and_what_it_loses_is_sent_again(
    installation: Callable[..., Flask], redis: str
) -> None:
    client = pytest.importorskip("redis").Redis.from_url(redis)
    until(lambda: _answers(client))
    app = installation(jobs="celery", celery_broker_url=redis)
    with app.app_context():
        for number in range(10):
            tell(number)
    until(lambda: client.llen("most") == 10)

    with a_worker(app) as worker:
        until(lambda: sum(mails(app).values()) >= 3)
        worker.send_signal(signal.SIGKILL)
    client.flushall()  # the broker forgets everything; the rows do not
    with app.app_context():
        tell(10)
    with a_worker(app) as worker:
        until(lambda: deliveries(app, JobState.DONE) == 11)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    client.close()

    assert len(mails(app)) == 11
    assert set(mails(app).values()) == {1}


def test_a_broker_that_is_away_stops_nobody(installation: Callable[..., Flask]) -> None:
    app = installation(jobs="celery", celery_broker_url=f"redis://127.0.0.1:{free_port()}/0")

    started = time.monotonic()
    with app.app_context():
        tell(1)

    assert time.monotonic() - started < 1
    assert deliveries(app, JobState.WAITING) == 1


def _answers(client: object) -> bool:
    try:
        return bool(client.ping())  # type: ignore[attr-defined]  # a Redis client
    except ConnectionError:
        return False
    except Exception as error:
        if type(error).__name__ in {"ConnectionError", "BusyLoadingError"}:
            return False
        raise
