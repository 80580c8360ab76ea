"""The same jobs on Celery: it carries ids and saves waiting; the rows stay the truth.

A message is a job's id. The row's lease makes a message that comes twice harmless, and a sweep
sends again what is overdue, so that a message that never comes costs seconds, not work.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any
from uuid import UUID

from celery import Celery
from celery.signals import worker_ready, worker_shutting_down
from flask import Flask
from kombu.exceptions import OperationalError

from app.core.jobs import running, wakers

SWEEP = 5.0
"""Seconds between two looks at what is overdue."""

RESEND = 30.0
"""Seconds before the same overdue job is sent again; a lease lasts as long."""

_TASK = "most.do_job"
_log = logging.getLogger("most.jobs")


def make_celery(broker_url: str) -> Celery:
    """Return a Celery application that acknowledges late and takes one message at a time."""
    celery = Celery("most", broker=broker_url, set_as_current=False)
    celery.conf.update(
        broker_connection_retry_on_startup=True,
        broker_transport_options={
            "visibility_timeout": 60,
            # Without these two a killed worker's message comes back after minutes.
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
        },
        task_acks_late=True,
        task_default_queue="most",
        task_ignore_result=True,
        task_reject_on_worker_lost=True,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_prefetch_multiplier=1,
    )
    return celery


def relay(broker_url: str) -> Callable[[UUID], object]:
    """Send the id of every job to Celery after the commit that left it; return the sender.

    A thread of its own sends, so that a broker that is away delays nobody.
    """
    send = _sender(make_celery(broker_url))
    waiting: SimpleQueue[UUID] = SimpleQueue()
    lock = threading.Lock()
    owner: list[int] = []

    def send_waiting() -> None:
        while True:
            send(waiting.get())

    def put(job_id: UUID) -> None:
        waiting.put(job_id)
        with lock:
            if owner != [os.getpid()]:  # the first job of this process; threads survive no fork
                threading.Thread(target=send_waiting, name="relay", daemon=True).start()
                owner[:] = [os.getpid()]

    wakers.append(put)
    return put


def work(app: Flask, *, threads: int, tick: Callable[[], None]) -> None:
    """Be a Celery worker until SIGTERM, and sweep for what is overdue meanwhile."""
    celery = make_celery(app.config["SETTINGS"].celery_broker_url)

    def do_job(job_id: str) -> None:
        with app.app_context():
            running.do_next(UUID(job_id))

    celery.task(name=_TASK)(do_job)
    over = threading.Event()
    sweeper = threading.Thread(
        target=_sweep, args=(app, _sender(celery), tick, over), name="sweeper", daemon=True
    )

    def begin(**_: Any) -> None:
        sweeper.start()

    def end(**_: Any) -> None:
        over.set()

    worker_ready.connect(begin, weak=False)
    worker_shutting_down.connect(end, weak=False)
    celery.worker_main(
        [
            "worker",
            "--pool=threads",
            f"--concurrency={threads}",
            "--loglevel=WARNING",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ]
    )


def _sender(celery: Celery) -> Callable[[UUID], object]:
    def send(job_id: UUID) -> None:
        try:
            celery.send_task(_TASK, args=[str(job_id)], retry=False)
        except OperationalError:
            _log.warning("the broker is away; the sweep will send job %s", job_id)

    return send


def _sweep(
    app: Flask, send: Callable[[UUID], object], tick: Callable[[], None], over: threading.Event
) -> None:
    sent: dict[UUID, float] = {}
    while not over.wait(SWEEP):
        for look in (tick, lambda: _send_overdue(send, sent)):
            try:
                with app.app_context():
                    look()
            except Exception:  # noqa: BLE001 -- a database that is away must not end the sweep
                _log.exception("the sweep goes on after an error")


def _send_overdue(send: Callable[[UUID], object], sent: dict[UUID, float]) -> None:
    moment = time.monotonic()
    for job_id in [one for one, at in sent.items() if moment - at >= RESEND]:
        del sent[job_id]
    for job_id in running.due_jobs():
        if job_id not in sent:
            send(job_id)
            sent[job_id] = moment
