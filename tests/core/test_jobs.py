# ruff: noqa: SLF001 -- a killed worker is one that claims a job and does no more
"""Jobs: none is lost, none is done by two at once, and what fails is tried again, more slowly."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app import schedule
from app.core import jobs
from app.core.clock import now
from app.core.database import atomic, db
from app.core.jobs import JOBS, Job, JobState, PendingJob, running
from app.core.jobs.embedded import do_all

pytestmark = pytest.mark.database

seen: Counter[str] = Counter()
COUNT: Job[[str]] = Job("tests.count")
REFUSE: Job[[]] = Job("tests.refuse", attempts=4)
STEPS: Job[[]] = Job("tests.steps")
TICK: Job[[]] = Job("tests.tick")


@COUNT.done_by
def count(name: str) -> None:
    seen[name] += 1


@REFUSE.done_by
def refuse() -> None:
    raise ValueError("the other side is away")


@STEPS.done_by
def steps() -> None:
    for number in range(3):
        jobs.progress(number + 1, 3, result=f"piece {number}")


@TICK.done_by
def tick() -> None:
    seen["tick"] += 1


@pytest.fixture(autouse=True)
def nothing_done_yet() -> Iterator[None]:
    seen.clear()
    yield
    jobs.wakers.clear()


def the_job(job_id) -> PendingJob:
    db.session.expire_all()
    return db.session.get_one(PendingJob, job_id)


def in_threads(app, number, act) -> list[Exception]:
    """Let so many threads do the same at the same moment; return what went wrong."""
    ready, failures = threading.Barrier(number), []

    def run(one: int) -> None:
        with app.app_context():
            try:
                ready.wait()
                act(one)
            except Exception as error:  # noqa: BLE001 -- every failure counts
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(one,)) for one in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_a_job_of_a_change_that_was_undone_does_not_exist(session):
    def change_and_fail() -> None:
        with atomic():
            COUNT.later("undone")
            raise ValueError("changed my mind")

    with pytest.raises(ValueError, match="changed my mind"):
        change_and_fail()

    assert do_all() == 0
    assert seen == Counter()


def test_a_key_acts_once_and_gives_back_the_first_job(session):
    with atomic():
        first = COUNT.put("a", key="one")
        second = COUNT.put("b", key="one")

    do_all()

    assert first == second
    assert seen == Counter(a=1)


def test_what_is_not_due_waits(session):
    with atomic():
        COUNT.put("later", due_at=now() + timedelta(hours=1))

    assert do_all() == 0
    with time_machine.travel(now() + timedelta(hours=1)):
        assert do_all() == 1


def test_what_fails_is_tried_again_after_growing_pauses_and_fails_at_last(session, caplog):
    with atomic():
        job_id = REFUSE.put()
    pauses = []

    for _ in range(4):
        moment = now()
        with time_machine.travel(the_job(job_id).due_at, tick=False):
            moment = now()
            assert running.do_next()
        pauses.append(round((the_job(job_id).due_at - moment).total_seconds()))
        assert not running.do_next()

    job = the_job(job_id)
    assert pauses == [10, 20, 40, 80]
    assert (job.state, job.attempts, job.lease_token) == (JobState.FAILED, 4, None)
    assert job.error == "ValueError: the other side is away"
    assert jobs.retry(job_id)
    assert not jobs.retry(job_id)
    assert the_job(job_id).state == JobState.WAITING


def test_the_job_of_a_killed_worker_is_taken_up_when_its_lease_ends(session):
    with atomic():
        job_id = COUNT.put("killed")
    assert running._claim(None) is not None  # a worker takes it and is never heard of again
    assert not running.do_next()

    with time_machine.travel(now() + running.LEASE + timedelta(seconds=1)):
        assert running.do_next()

    assert the_job(job_id).state == JobState.DONE
    assert seen == Counter(killed=1)


def test_a_worker_that_lost_its_lease_cannot_end_the_job_of_another(session):
    with atomic():
        job_id = COUNT.put("slow")
    slow = running._claim(None)
    with time_machine.travel(now() + running.LEASE + timedelta(seconds=1)):
        quick = running._claim(None)

    running._give_back(job_id, slow[1], ValueError("late"), 1, 8)
    assert the_job(job_id).lease_token == quick[1]
    running._finish(job_id, slow[1])

    assert (the_job(job_id).state, quick[0]) == (JobState.RUNNING, job_id)


def test_a_job_that_kills_every_worker_is_given_up(session, caplog):
    with atomic():
        job_id = REFUSE.put()
    moment = now()
    for _ in range(REFUSE.attempts):
        moment += running.LEASE + timedelta(seconds=1)
        with time_machine.travel(moment):
            assert running._claim(None) is not None

    with time_machine.travel(moment + running.LEASE + timedelta(seconds=1)):
        assert running.do_next()

    assert the_job(job_id).state == JobState.FAILED
    assert "died" in the_job(job_id).error


def test_progress_is_kept_with_what_became_of_each_piece(session):
    with atomic():
        job_id = STEPS.put(total=3)

    do_all()

    job = the_job(job_id)
    assert (job.done, job.total) == (3, 3)
    assert job.results == ["piece 0", "piece 1", "piece 2"]


def test_a_name_that_nothing_does_fails_and_stays_visible(session, caplog):
    with atomic():
        job_id = COUNT.put("gone")
        db.session.get_one(PendingJob, job_id).name = "tests.removed"

    do_all()

    assert the_job(job_id).error == "RuntimeError: nothing does tests.removed"


def test_done_jobs_are_forgotten_after_a_week_and_failed_ones_never(session, caplog):
    with atomic():
        done, failed = COUNT.put("old"), REFUSE.put()
    do_all()
    with atomic():
        db.session.get_one(PendingJob, failed).state = JobState.FAILED

    with time_machine.travel(now() + timedelta(days=8)):
        running.sweep()

    assert db.session.scalars(select(PendingJob.id)).all() == [failed]
    assert done != failed


def test_many_workers_do_every_job_exactly_once(world):
    names = [f"job {number}" for number in range(60)]
    with atomic():
        for name in names:
            COUNT.put(name)

    def work(_: int) -> None:
        while running.do_next():
            pass

    failures = in_threads(world, 8, work)

    assert failures == []
    assert seen == Counter(names)
    states = set(db.session.scalars(select(PendingJob.state)))
    assert states == {JobState.DONE}


def test_a_key_acts_once_also_when_many_come_at_the_same_moment(world):
    def put(_: int) -> None:
        with atomic():
            COUNT.put("only", key="only")

    assert in_threads(world, 12, put) == []
    do_all()

    assert seen == Counter(only=1)


def test_each_slot_of_the_timetable_is_put_off_once_by_however_many_workers(world, monkeypatch):
    row = schedule.Every(timedelta(minutes=1), "tests.tick")
    monkeypatch.setattr(schedule, "TIMETABLE", (row,))
    start = now().replace(second=0, microsecond=0)

    for minute in range(3):
        with time_machine.travel(start + timedelta(minutes=minute), tick=False):
            for _ in range(2):
                schedule._put.clear()
                assert in_threads(world, 4, lambda _: schedule.tick()) == []

    with time_machine.travel(start + timedelta(minutes=4)):
        do_all()
    assert seen == Counter(tick=3)


def test_every_row_of_the_timetable_names_a_job():
    assert {row.job for row in schedule.TIMETABLE} <= set(JOBS)
