"""Servers to measure, and what they have used of the processor."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 60.0

_CPU_CLOCK = 2
"""CPUCLOCK_SCHED, which makes the clock of a process out of its number: clock_getcpuclockid(3)."""


class Server:
    """A granian that answers on a port of this machine."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process, self.port = process, port

    def cpu(self) -> float:
        """Return the seconds that the whole process tree has used so far."""
        return sum(_seconds(process) for process in _family(self._process.pid))


@contextmanager
def serving(
    application: str, settings: dict[str, str], *, workers: int = 1, threads: int = 1
) -> Iterator[Server]:
    """Serve a WSGI application the way `most serve` does; end it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", application, "--interface", "wsgi", "--no-ws"),
            *("--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)),
            *("--blocking-threads", str(threads), "--backpressure", "64"),
            *("--log-level", "error"),
        ],
        env={**os.environ, **settings},
        stdin=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield Server(process, port)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                return
        except OSError as error:
            if getattr(error, "code", None):
                return
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def _family(parent: int) -> list[int]:
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
        except OSError:
            continue
        parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    found, frontier = [parent], {parent}
    while frontier:
        frontier = {child for child, above in parents.items() if above in frontier}
        found += frontier
    return found


def _seconds(process: int) -> float:
    """Return what a process has used, from its clock: /proc counts whole hundredths only."""
    try:
        return time.clock_gettime(~process << 3 | _CPU_CLOCK)
    except OSError:
        return 0.0
