"""Jobs done by a worker process of this machine, row by row."""

import logging
import threading
import time
from collections.abc import Callable

from flask import Flask

from app.core.jobs import running

_log = logging.getLogger("most.jobs")


class Worker:
    """Threads that do jobs as they fall due, and one that looks at the timetable."""

    def __init__(
        self, app: Flask, *, threads: int = 2, pause: float = 0.5, tick: Callable[[], None]
    ) -> None:
        self._app, self._pause, self._tick = app, pause, tick
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, name=f"worker-{number}")
            for number in range(threads)
        ]
        self._threads.append(threading.Thread(target=self._watch_the_clock, name="timetable"))

    def start(self) -> None:
        """Begin to work."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what is under way, then end."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while not self._stop.is_set():
            if not self._safely(running.do_next):
                self._stop.wait(self._pause)

    def _watch_the_clock(self) -> None:
        while not self._stop.is_set():
            self._safely(self._tick)
            self._stop.wait(15)

    def _safely(self, act: Callable[[], object]) -> object:
        """Act, and go on after an error: a database that is away must not end the worker."""
        try:
            with self._app.app_context():
                return act()
        except Exception:  # noqa: BLE001 -- logged with its traceback
            _log.exception("the worker goes on after an error")
            time.sleep(1)
            return False


def do_all(limit: int = 1000) -> int:
    """Do every job that is due, in this thread; return how many. For tests and commands."""
    number = 0
    while number < limit and running.do_next():
        number += 1
    return number
