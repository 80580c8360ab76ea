"""Six processes after the last places: never one too many, never one left empty."""

import multiprocessing
from collections import Counter
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.config import Settings
from app.core.database import db
from app.exchanges.invariants import agreements as checks
from app.exchanges.models.agreements import Allocation, Quota
from app.exchanges.services import quotas
from app.exchanges.states.agreements import AllocationState
from app.factory import create_app
from app.institutions.models import Institution
from tests.factories.exchanges_agreements import an_agreement_in_force, the_quota
from tests.factories.exchanges_applications import an_application
from tests.factories.exchanges_calls import a_call
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database

WORKERS, EACH, PLACES, TRIALS = 6, 8, 10, 100
PATIENCE = 120


def a_worker(
    settings: Settings, line: Connection, together: Any, quota_id: UUID, ids: list[UUID]
) -> None:
    """Take as many places as there are applications, then give them back, as often as told."""
    with create_app(settings).app_context():
        while line.recv() == "again":
            together.wait(PATIENCE)
            held = [one for one in ids if _takes(one, quota_id)]
            line.send(len(held))
            line.recv()
            together.wait(PATIENCE)
            for one in held:
                quotas.release(one)
            line.send(len(held))
        db.session.remove()
        db.engine.dispose()


def _takes(application_id: UUID, quota_id: UUID) -> bool:
    try:
        quotas.take(application_id, quota_id, months=1)
    except quotas.QuotaFull:
        return False
    return True


def counted(quota_id: UUID) -> tuple[int, int, int]:
    """Return the places and months that the quota counts, and how many places are held."""
    db.session.rollback()
    row = db.session.execute(
        select(Quota.used_persons, Quota.used_months).where(Quota.id == quota_id)
    ).one()
    held = select(func.count()).where(
        Allocation.quota_id == quota_id, Allocation.state == AllocationState.HELD
    )
    found = (row[0], row[1], db.session.scalar(held) or 0)
    db.session.rollback()
    return found


@pytest.fixture
def quota_id(world):
    home = an_institution()
    agreement = an_agreement_in_force(home, an_institution(), places=PLACES, months=PLACES)
    return the_quota(agreement).id


@pytest.fixture
def lines(world, quota_id):
    """Six processes with eight applications each, and the way to talk to them."""
    home = db.session.get_one(Quota, quota_id).sending_institution_id
    call = a_call(db.session.get_one(Institution, home))
    ids = [an_application(call).id for _ in range(WORKERS * EACH)]
    db.session.remove()
    # From a process without threads: what a thread holds when it is forked, nobody lets go of.
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload([__name__])
    together = forks.Barrier(WORKERS)
    pipes = [forks.Pipe() for _ in range(WORKERS)]
    processes = [
        forks.Process(
            target=a_worker,
            args=(world.config["SETTINGS"], theirs, together, quota_id, ids[number::WORKERS]),
            daemon=True,
        )
        for number, (_ours, theirs) in enumerate(pipes)
    ]
    for process in processes:
        process.start()
    yield [ours for ours, _theirs in pipes]
    for process in processes:
        process.kill()
        process.join()


def everyone(lines: list[Connection], word: str) -> int:
    """Tell every process to go on; return the sum of what they did."""
    for line in lines:
        line.send(word)
    for line in lines:
        assert line.poll(PATIENCE), "a process gave up"
    return sum(line.recv() for line in lines)


def test_48_tries_of_6_processes_fill_10_places_exactly(quota_id, lines):
    filled, emptied = Counter(), Counter()

    for _ in range(TRIALS):
        filled[everyone(lines, "again"), *counted(quota_id)] += 1
        emptied[everyone(lines, "back"), *counted(quota_id)] += 1

    assert filled == {(PLACES, PLACES, PLACES, PLACES): TRIALS}
    assert emptied == {(PLACES, 0, 0, 0): TRIALS}
    assert [*checks.held_places(), *checks.capacities()] == []
