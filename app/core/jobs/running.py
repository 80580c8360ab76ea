"""Claiming a job under a lease, doing it, and noting what came of it."""

import logging
import secrets
import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.elements import ColumnElement

from app.core.clock import now
from app.core.database import atomic, db
from app.core.i18n import use_locale
from app.core.jobs import JOBS, JobState, PendingJob, current_job

LEASE = timedelta(seconds=30)
"""How long a claimed job is left alone; a killed worker's job is taken up after it."""

_log = logging.getLogger("most.jobs")


def do_next(job_id: UUID | None = None) -> bool:
    """Do the oldest job that is due (or that one); tell whether there was one to do."""
    claimed = _claim(job_id)
    if claimed is None:
        return False
    claimed_id, token, name, arguments, attempts = claimed
    job = JOBS.get(name)
    reset = current_job.set(claimed_id)
    stop = threading.Event()
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 -- a proxy does not cross threads
    keeper = threading.Thread(target=_keep_lease, args=(app, claimed_id, token, stop), daemon=True)
    keeper.start()
    use_locale("en")
    try:
        _work_of(name, attempts)(*arguments)
    except Exception as error:  # noqa: BLE001 -- noted in the row and logged with its traceback
        _log.exception("job %s (%s) failed", claimed_id, name)
        _give_back(claimed_id, token, error, attempts, job.attempts if job else 1)
    else:
        _finish(claimed_id, token)
    finally:
        stop.set()
        current_job.reset(reset)
        db.session.remove()
    return True


def due_jobs(limit: int = 100) -> list[UUID]:
    """Return the ids of jobs that wait to be done now, oldest first."""
    query = select(PendingJob.id).where(_due()).order_by(PendingJob.due_at).limit(limit)
    found = list(db.session.scalars(query))
    db.session.rollback()
    return found


def sweep(days: int = 7) -> None:
    """Forget jobs done more than this many days ago."""
    with atomic():
        old = now() - timedelta(days=days)
        db.session.execute(
            delete(PendingJob).where(
                PendingJob.state == JobState.DONE, PendingJob.finished_at < old
            )
        )


def _due() -> ColumnElement[bool]:
    moment = now()
    return or_(
        and_(PendingJob.state == JobState.WAITING, PendingJob.due_at <= moment),
        and_(PendingJob.state == JobState.RUNNING, PendingJob.lease_until < moment),
    )


def _claim(job_id: UUID | None) -> tuple[UUID, str, str, list[object], int] | None:
    wanted = select(PendingJob.id).where(_due())
    if job_id is not None:
        wanted = wanted.where(PendingJob.id == job_id)
    wanted = wanted.order_by(PendingJob.due_at, PendingJob.id).limit(1)
    if db.session.scalar(wanted) is None:  # look before taking the write lock
        db.session.rollback()
        return None
    token = secrets.token_hex(16)
    locked = wanted.with_for_update(skip_locked=True).scalar_subquery()
    take = (
        update(PendingJob)
        .where(PendingJob.id == locked)
        .values(
            state=JobState.RUNNING,
            lease_token=token,
            lease_until=now() + LEASE,
            attempts=PendingJob.attempts + 1,
        )
        .returning(PendingJob.id, PendingJob.name, PendingJob.arguments, PendingJob.attempts)
        .execution_options(synchronize_session=False)
    )
    with atomic():
        row = db.session.execute(take).first()
    return (row.id, token, row.name, row.arguments, row.attempts) if row else None


def _work_of(name: str, attempts: int) -> Callable[..., None]:
    job = JOBS.get(name)
    if job is None or job.work is None:
        raise RuntimeError(f"nothing does {name}")
    if attempts > job.attempts:
        raise RuntimeError("the worker died each time it did this")
    return job.work


def _mine(job_id: UUID, token: str) -> ColumnElement[bool]:
    return and_(PendingJob.id == job_id, PendingJob.lease_token == token)


def _finish(job_id: UUID, token: str) -> None:
    with atomic():
        db.session.execute(
            update(PendingJob)
            .where(_mine(job_id, token))
            .values(
                state=JobState.DONE,
                lease_token=None,
                lease_until=None,
                error=None,
                finished_at=now(),
            )
            .execution_options(synchronize_session=False)
        )


def _give_back(job_id: UUID, token: str, error: Exception, attempts: int, most: int) -> None:
    """Try again after a pause that doubles, from 10 seconds up to an hour; at last give up."""
    over = attempts >= most
    pause = timedelta(seconds=min(3600, 10 * 2 ** max(0, attempts - 1)))
    db.session.rollback()
    with atomic():
        db.session.execute(
            update(PendingJob)
            .where(_mine(job_id, token))
            .values(
                state=JobState.FAILED if over else JobState.WAITING,
                lease_token=None,
                lease_until=None,
                error=f"{type(error).__name__}: {error}"[:2000],
                due_at=now() + pause,
                finished_at=now() if over else None,
            )
            .execution_options(synchronize_session=False)
        )


def _keep_lease(app: Flask, job_id: UUID, token: str, stop: threading.Event) -> None:
    """Renew the lease while the job is being done, on a connection of its own.

    One renewal that fails costs nothing: the lease lasts for two more.
    """
    renewal = update(PendingJob).where(_mine(job_id, token))
    while not stop.wait(LEASE.total_seconds() / 3):
        try:
            with app.app_context(), atomic():
                db.session.execute(
                    renewal.values(lease_until=now() + LEASE).execution_options(
                        synchronize_session=False
                    )
                )
        except SQLAlchemyError:
            _log.exception("the lease of job %s was not renewed", job_id)
