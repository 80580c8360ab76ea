"""Starting the web server and the worker together, and ending them together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from types import FrameType

from app.config import BadSetting, Settings

STATIC = Path(__file__).parent / "static"
START = 60.0
"""Seconds the web server may take until it answers."""

STOP = 20.0
"""Seconds a child may take to finish what is under way before it is killed."""

WORKER = [sys.executable, "-m", "app.worker"]
PAUSE = 2.0
"""Seconds before a worker that ended by itself is started again."""


def web_command(settings: Settings) -> list[str]:
    """Return the command line of the web server that the settings name."""
    if settings.server == "granian":
        return [
            *(sys.executable, "-m", "granian", "app.wsgi:application", "--interface", "wsgi"),
            *("--host", settings.host, "--port", str(settings.port), "--no-ws"),
            *("--workers", str(settings.workers), "--blocking-threads", str(settings.threads)),
            *("--respawn-failed-workers", "--respawn-interval", "1", "--workers-max-rss", "512"),
            *("--workers-kill-timeout", "15", "--backpressure", "64", "--log-level", "error"),
            *("--static-path-route", "/static", "--static-path-mount", str(STATIC)),
        ]
    if settings.server == "gunicorn":
        return [
            *(sys.executable, "-m", "gunicorn", "app.wsgi:application", "--no-control-socket"),
            *("--bind", f"{settings.host}:{settings.port}", "--preload", "-k", "gthread"),
            *("--workers", str(settings.workers), "--threads", str(settings.threads)),
            *("--max-requests", "5000", "--max-requests-jitter", "500"),
            *("--graceful-timeout", "15", "--log-level", "error"),
        ]
    raise BadSetting(f"SERVER must be granian or gunicorn, not {settings.server!r}")


def check_port(settings: Settings) -> None:
    """Raise BadSetting when the address cannot be listened on, saying what to do."""
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise BadSetting(
                f"port {settings.port} cannot be used ({error.strerror}); is Most running already? "
                f"Another port: PORT={settings.port + 1}"
            ) from None


def serve(settings: Settings, *, with_worker: bool = True, say: Callable[[str], None]) -> int:
    """Run the web server and the worker until SIGINT or SIGTERM; return the exit status."""
    check_port(settings)
    over = _Signals()
    children = {"web": _start(web_command(settings), settings)}
    if with_worker:
        children["worker"] = _start(WORKER, settings)
    status = 0
    try:
        if _answers(settings, children["web"], over):
            shown = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 -- only compared
            say(f"Most is ready on http://{shown}:{settings.port} (Ctrl-C stops it)")
        while not over.asked:
            if children["web"].poll() is not None:
                say("The web server ended by itself; stopping.")
                status = children["web"].returncode or 1
                break
            if with_worker and children["worker"].poll() is not None:
                say("The worker ended by itself; starting it again.")
                time.sleep(PAUSE)
                children["worker"] = _start(WORKER, settings)
            time.sleep(0.2)
    finally:
        _stop(list(children.values()))
    return status


def become_worker() -> None:
    """Turn this process into the worker."""
    os.execv(sys.executable, WORKER)  # noqa: S606 -- our own command line


class _Signals:
    """Notes that the end was asked for, instead of raising in the middle of things."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


def _start(command: list[str], settings: Settings) -> subprocess.Popen[bytes]:
    """Start a child that Ctrl-C reaches only through us, and that ends when we are killed."""
    environment = {**os.environ, "PORT": str(settings.port), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(  # noqa: S603 -- our own command line
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_end_with_parent,  # noqa: PLW1509 -- no threads here
    )


def _end_with_parent() -> None:
    """Ask Linux to send SIGTERM when the parent dies, PR_SET_PDEATHSIG of prctl(2)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _answers(settings: Settings, web: subprocess.Popen[bytes], over: _Signals) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104 -- only compared
    request = urllib.request.Request(
        f"http://{host}:{settings.port}/healthz",
        headers={"Host": settings.url.split("//")[1].split("/")[0]},
    )
    until = time.monotonic() + START
    while time.monotonic() < until and web.poll() is None and not over.asked:
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 -- as above
                return bool(answer.status == HTTPStatus.OK)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    return False


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + STOP
    for child in children:
        try:
            child.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
