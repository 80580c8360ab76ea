"""One command starts everything, and everything ends with it."""

import os
import signal
import socket
import urllib.request
from pathlib import Path

import pytest

from tests.ops.processes import alive, answers, family_of, free_port, most, until


@pytest.mark.parametrize("server", ["granian", "gunicorn"])
def test_the_product_starts_answers_and_ends_without_orphans(tmp_path: Path, server: str) -> None:
    # One web worker, the one that answered: one that still imports is killed 15 seconds later.
    port = free_port()
    with most("run", "--server", server, var=tmp_path, port=port, workers=1) as process:
        until(lambda: answers(port))
        static = f"http://127.0.0.1:{port}/static/icons.txt"
        with urllib.request.urlopen(static, timeout=5) as answer:
            assert answer.status == 200
        family = until(lambda: family if len(family := family_of(process.pid)) >= 3 else None)

        process.send_signal(signal.SIGTERM)

        assert process.wait(30) == 0
        assert alive(family) == set()
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_what_dies_is_started_again(tmp_path: Path) -> None:
    port = free_port()
    with most("run", var=tmp_path, port=port) as process:
        until(lambda: answers(port))
        family = family_of(process.pid)
        worker = until(lambda: _running(family_of(process.pid), "app.worker"))
        web = max(_running(family, "granian"))

        os.kill(min(worker), signal.SIGKILL)
        os.kill(web, signal.SIGKILL)

        until(lambda: _running(family_of(process.pid), "app.worker") - worker)
        until(lambda: len(_running(family_of(process.pid), "granian") - {web}) >= 3)
        assert answers(port)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_killing_the_parent_leaves_no_orphan(tmp_path: Path) -> None:
    port = free_port()
    with most("run", var=tmp_path, port=port, workers=1) as process:
        until(lambda: answers(port))
        family = family_of(process.pid)

        process.kill()

        until(lambda: not alive(family), 30)


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with most("run", var=tmp_path, port=port) as process:
            said = process.communicate(timeout=30)[0]

    assert process.returncode == 2
    assert said.count("\n") == 1
    assert f"PORT={port + 1}" in said


def test_production_is_refused_what_is_not_fit_for_it(tmp_path: Path) -> None:
    with most("serve", var=tmp_path, secret_key="short", demo="true") as process:
        said = process.communicate(timeout=30)[0]

    assert process.returncode == 1
    names = ("SECRET_KEY", "DEMO", "PUBLIC_URL", "TRUSTED_HOSTS")
    assert [name for name in names if f"error   {name} " in said] == list(names)
    assert "Traceback" not in said


def test_production_is_refused_an_old_database(tmp_path: Path) -> None:
    with most("serve", var=tmp_path, public_url="https://most.example.org") as process:
        said = process.communicate(timeout=30)[0]

    assert process.returncode == 1
    assert "most migrate" in said


def _running(processes: set[int], word: str) -> set[int]:
    found = set()
    for process in alive(processes):
        try:
            line = Path(f"/proc/{process}/cmdline").read_text()
        except OSError:
            continue
        if word in line:
            found.add(process)
    return found
