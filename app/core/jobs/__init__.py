"""Work put off until after the commit: the row is the truth, waking a worker saves waiting."""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, ParamSpec
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, String, Text, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.database import CreatedAt, Key, Model, after_commit, atomic, db, insert_new
from app.core.ids import new_id

P = ParamSpec("P")

JOBS: dict[str, "Job[...]"] = {}
"""Every job by name: workers look here; the house tests check that each has its work."""

wakers: list[Callable[[UUID], object]] = []
"""Called with the job's id after a commit that left a job; the runner in use adds itself."""

current_job: ContextVar[UUID | None] = ContextVar("current_job", default=None)
"""The job this thread is doing, for progress and logs."""


class JobState(StrEnum):
    """How far a job has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class PendingJob(Model):
    """One job: waiting, under way by a lease, done, or failed for good."""

    __tablename__ = "pending_job"
    __table_args__ = (
        CheckConstraint("done >= 0 and total >= 0", name="progress_not_negative"),
        CheckConstraint(
            "(state = 'running') = (lease_token is not null)", name="running_under_a_lease"
        ),
        Index("ix_pending_job_state_due_at", "state", "due_at"),
    )

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80))
    arguments: Mapped[list[Any]] = mapped_column(JSON, comment="ids as text, numbers, words")
    key: Mapped[str | None] = mapped_column(String(200), unique=True, comment="acts once")
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0, comment="pieces done")
    total: Mapped[int] = mapped_column(default=0, comment="pieces in all; 0: not known")
    results: Mapped[list[Any] | None] = mapped_column(JSON, comment="what became of each piece")
    error: Mapped[str | None] = mapped_column(Text, comment="why the last attempt failed")
    asked_by: Mapped[UUID | None] = mapped_column(index=True, comment="whose rights it acts with")
    created_at: Mapped[CreatedAt]
    finished_at: Mapped[datetime | None]


class Job(Generic[P]):
    """A named piece of work: declared in a package's `jobs.py`, done in its `tasks.py`."""

    def __init__(self, name: str, *, attempts: int = 8) -> None:
        self.name = name
        self.attempts = attempts
        self.work: Callable[P, None] | None = None
        if name in JOBS:
            raise ValueError(f"job {name} is declared twice")
        JOBS[name] = self

    def done_by(self, work: Callable[P, None]) -> Callable[P, None]:
        """Bind the function that does the work; arguments arrive as JSON holds them."""
        self.work = work
        return work

    def later(self, *args: P.args, **kwargs: P.kwargs) -> UUID:
        """Store the job in the surrounding transaction; wake a worker when it commits."""
        if kwargs:
            raise TypeError("a job takes its arguments by position")
        return self.put(*args)

    def put(
        self,
        *args: object,
        key: str | None = None,
        due_at: datetime | None = None,
        asked_by: UUID | None = None,
        total: int = 0,
    ) -> UUID:
        """Store the job; with a key used before, store nothing and return that job's id."""
        job_id = new_id()
        moment = now()
        new = insert_new(
            PendingJob,
            id=job_id,
            name=self.name,
            arguments=[_plain(argument) for argument in args],
            key=key,
            state=JobState.WAITING,
            due_at=due_at or moment,
            asked_by=asked_by,
            total=total,
        )
        if not new:
            found = db.session.scalar(select(PendingJob.id).where(PendingJob.key == key))
            return found or job_id
        after_commit(lambda: _wake(job_id))
        return job_id


def progress(done: int, total: int, result: object | None = None) -> None:
    """Note in the current job how far it has come and what became of a piece.

    A job that is done again after its worker died stays as far as it was until it gets further.
    """
    job_id = current_job.get()
    if job_id is None:
        return
    with atomic():
        job = db.session.get(PendingJob, job_id, with_for_update=True, populate_existing=True)
        if job is None:
            return
        if done > job.done:
            job.done, job.attempts = done, 1  # whatever ends it now has not ended it before
        job.total = total
        if result is not None:
            job.results = [*(job.results or []), result]


def retry(job_id: UUID) -> bool:
    """Put a failed job back in the queue; tell whether it was one."""
    with atomic():
        again = (
            update(PendingJob)
            .where(PendingJob.id == job_id, PendingJob.state == JobState.FAILED)
            .values(state=JobState.WAITING, due_at=now(), attempts=0, finished_at=None)
            .returning(PendingJob.id)
        )
        found = db.session.scalar(again) is not None
        if found:
            after_commit(lambda: _wake(job_id))
    return found


def _plain(argument: object) -> object:
    return argument if isinstance(argument, int | bool | list | dict | None) else str(argument)


def _wake(job_id: UUID) -> None:
    for waker in wakers:
        waker(job_id)
