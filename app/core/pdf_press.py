"""A press: one child process that prints sheets under limits of time and memory.

Words of strangers can make a layout engine take minutes or gigabytes. The child may use half a
gibibyte and is ended when a sheet takes too long; the next sheet starts a new one. The child
knows neither the database nor the secrets of the installation.

Run as a module it is the child: it reads sheets from its standard input until that is closed.
"""

import json
import os
import resource
import select
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from app.core.pdf import Sheet, Unprintable, draw

MEMORY_BYTES = 512 * 1024 * 1024
START_SECONDS = 20.0
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "FONTCONFIG_FILE")
_CHUNK = 1 << 16


class Press:
    """Prints one sheet at a time; threads wait for one another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def print(self, sheet: Sheet, *, seconds: float = 30.0) -> bytes:
        """Return the PDF; raises Unprintable, also when it takes longer than that."""
        with self._lock:
            child, fresh = self._running()
            try:
                _send(child, sheet)
                return _receive(child, time.monotonic() + seconds + START_SECONDS * fresh)
            except (OSError, TimeoutError, EOFError) as error:
                self._end()
                raise Unprintable(f"the press stopped: {error!r}") from error

    def close(self) -> None:
        """End the child, when there is one."""
        with self._lock:
            self._end()

    def _running(self) -> tuple[subprocess.Popen[bytes], bool]:
        """Return the child and whether it was started now; after a fork it is the parent's."""
        if self._child and self._owner == os.getpid() and self._child.poll() is None:
            return self._child, False
        if self._owner == os.getpid():
            self._end()
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment["PYTHONPATH"] = str(Path(__file__).parents[2])
        self._child = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "app.core.pdf_press"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self._owner = os.getpid()
        return self._child, True

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()
        child.wait()


PRESS = Press()
"""The press of this process."""


def _send(child: subprocess.Popen[bytes], sheet: Sheet) -> None:
    assert child.stdin  # noqa: S101 -- it was started with a pipe
    head = {
        "html": sheet.html,
        "style": sheet.style,
        "pages": sheet.pages,
        "backdrop": len(sheet.backdrop),
        "marks": len(sheet.marks),
        "assets": {name: len(data) for name, data in sheet.assets.items()},
    }
    packed = json.dumps(head).encode("ascii")
    parts = [packed, sheet.backdrop, sheet.marks, *sheet.assets.values()]
    child.stdin.write(len(packed).to_bytes(8, "big") + b"".join(parts))
    child.stdin.flush()


def _receive(child: subprocess.Popen[bytes], until: float) -> bytes:
    assert child.stdout  # noqa: S101 -- it was started with a pipe
    head = _within(child.stdout, 9, until)
    body = _within(child.stdout, int.from_bytes(head[1:], "big"), until)
    if head[:1] != b"+":
        raise Unprintable(body.decode())
    return body


def _within(pipe: IO[bytes], number: int, until: float) -> bytes:
    """Read that many bytes before the moment passes; raises TimeoutError or EOFError."""
    parts: list[bytes] = []
    while number:
        if not select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
            raise TimeoutError("a sheet took too long")
        part = os.read(pipe.fileno(), min(number, _CHUNK))
        if not part:
            raise EOFError("the press ended")
        parts.append(part)
        number -= len(part)
    return b"".join(parts)


def _serve(source: IO[bytes], target: IO[bytes]) -> None:
    """Print what comes in until nothing comes any more."""
    while head := source.read(8):
        asked = json.loads(source.read(int.from_bytes(head, "big")))
        backdrop, marks = source.read(asked["backdrop"]), source.read(asked["marks"])
        assets = {name: source.read(size) for name, size in asked["assets"].items()}
        try:
            answer = (
                b"+",
                draw(Sheet(asked["html"], asked["style"], assets, backdrop, marks, asked["pages"])),
            )
        except (Unprintable, MemoryError) as error:
            answer = b"-", (str(error) or "it needs too much memory").encode()
        except Exception as error:  # noqa: BLE001 -- the parent must get an answer
            answer = b"-", repr(error).encode(errors="replace")
        target.write(answer[0] + len(answer[1]).to_bytes(8, "big") + answer[1])
        target.flush()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get between the answers
    _serve(sys.stdin.buffer, answers)
