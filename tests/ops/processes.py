"""Starting real processes in tests, and knowing what is left of them."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 60.0
"""Seconds; a busy machine starts slowly."""


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(ask: Callable[[], T], patience: float = PATIENCE) -> T:
    """Ask until the answer is true, or give up."""
    end = time.monotonic() + patience
    while not (answer := ask()):
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)
    return answer


def answers(port: int) -> bool:
    """Tell whether the product answers there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.read() == b"ok\n")
    except OSError:
        return False


def family_of(parent: int) -> set[int]:
    """Return the ids of the children of a process, their children and so on."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text()
        except OSError:
            continue
        parents[int(folder.name)] = int(status.rpartition(")")[2].split()[1])
    found: set[int] = set()
    frontier = {parent}
    while frontier:
        frontier = {child for child, above in parents.items() if above in frontier} - found
        found |= frontier
    return found


def alive(processes: set[int]) -> set[int]:
    """Return those that still run (the dead that nobody has buried yet do not count)."""
    running = set()
    for process in processes:
        try:
            status = Path(f"/proc/{process}/stat").read_text()
        except OSError:
            continue
        if status.rpartition(")")[2].split()[0] != "Z":
            running.add(process)
    return running


@contextmanager
def most(*arguments: str, var: Path, **settings: object) -> Iterator[subprocess.Popen[str]]:
    """Run the command with these settings; whatever is left of it is ended afterwards."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in {"PATH", "HOME", "LANG", "PYTHONPATH", "TMPDIR", "LD_LIBRARY_PATH"}
    }
    environment |= {name.upper(): str(value) for name, value in settings.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", *arguments],
        env={**environment, "VAR_FOLDER": str(var), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        left = alive({process.pid} | family_of(process.pid))
        for one in left:
            os.kill(one, 9)
        process.communicate()
