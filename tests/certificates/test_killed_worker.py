"""A worker that is killed while it issues loses no certificate and doubles none."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.certificates import services
from app.certificates.invariants import certificates_are_frozen, numbers_have_no_gap
from app.certificates.models import Certificate
from app.certificates.states import CertificateState
from app.config import Settings
from app.core import jobs, schema
from app.core.database import db
from app.core.jobs import JobState, PendingJob
from app.factory import create_app
from app.notifications.models import Notice
from tests.factories.certificates import a_completion, a_registrar, an_order
from tests.factories.courses import a_run
from tests.ops.processes import alive, family_of, until

ROUNDS = 50
AHEAD, MORE = 9, 12
"""How many people wait for theirs at least when a round begins, and how many join then."""


@pytest.fixture
def installation(tmp_path: Path, own_database: str) -> Iterator[Flask]:
    """An application on a migrated database of its own."""
    app = create_app(
        Settings(var_folder=str(tmp_path), database_url=own_database, secret_key="for tests " * 6)
    )
    with app.app_context():
        schema.upgrade()
    yield app
    jobs.wakers.clear()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def nursery(installation: Flask) -> Iterator[subprocess.Popen[str]]:
    """A process that has a worker ready for each line it is sent."""
    settings: Settings = installation.config["SETTINGS"]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.certificates.issuing_worker"],
        env={
            **os.environ,
            "VAR_FOLDER": settings.var_folder,
            "DATABASE_URL": settings.database_url,
            "SECRET_KEY": settings.secret_key,
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    yield process
    for child in alive(family_of(process.pid)):
        os.kill(child, signal.SIGKILL)
    process.kill()
    process.communicate()


def a_worker(nursery: subprocess.Popen[str]) -> int:
    nursery.stdin.write("\n")
    nursery.stdin.flush()
    return int(nursery.stdout.readline())


def issued() -> int:
    db.session.rollback()
    return db.session.scalar(
        select(func.count())
        .select_from(Certificate)
        .where(Certificate.state == CertificateState.ISSUED)
    )


def test_a_worker_killed_at_random_moments_loses_no_certificate_and_doubles_none(
    installation: Flask, nursery: subprocess.Popen[str]
) -> None:
    chance = random.Random(11)  # noqa: S311 -- the same moments each time
    with installation.app_context():
        run = a_run(capacity=None)
        registrar, order = a_registrar(run.institution_id), an_order(run)
        people = 0
        for number in range(ROUNDS):
            while people - issued() < AHEAD:
                more = [a_completion(run).id for _ in range(MORE)]
                people += MORE
                for first in range(0, MORE, 3):
                    services.issuing.issue_for_run(
                        registrar, run.id, order, more[first : first + 3]
                    )
            worker, before = a_worker(nursery), issued()
            if number % 5:  # the others are killed while they begin
                until(lambda before=before: issued() > before)
            time.sleep(chance.random() / 10)
            os.kill(worker, signal.SIGKILL)

        a_worker(nursery)
        until(lambda: issued() == people, patience=180)
        until(all_done, patience=60)

        assert set(Counter(db.session.scalars(select(Certificate.enrolment_id))).values()) == {1}
        assert [*certificates_are_frozen(), *numbers_have_no_gap()] == []
        told = db.session.scalars(
            select(Notice.user_id).where(Notice.kind == "certificates/issued")
        ).all()
        assert set(Counter(told).values()) == {1}
        assert len(told) == people


def all_done() -> bool:
    db.session.rollback()
    waiting = (JobState.WAITING, JobState.RUNNING)
    return not db.session.scalar(
        select(PendingJob.id).where(PendingJob.state.in_(waiting)).limit(1)
    )
