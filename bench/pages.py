"""Requests per CPU second of the pages that people open most, against the hello."""

import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from typing import Any

from flask import Flask

from bench.load import Answers, Ask, ask
from bench.servers import Server, serving
from bench.world import World, claims

ROUNDS = 3
SECONDS = 1.5
"""How long each page is asked for in each round."""

LIMITS = {
    "layout": 5,
    "today": 25,
    "catalogue": 45,
    "register of 50": 30,
    "register of 400": 130,
    "check-in": 8,
}
"""At most so many times the CPU of the hello."""


def measure(app: Flask, world: World) -> list[dict[str, Any]]:
    """Return one row for each page: CPU milliseconds, ratio, size, times."""
    pages = {
        "layout": Ask("/bench-layout"),
        "catalogue": Ask("/catalogue"),
        "run": Ask(f"/runs/{world.run}", world.trainee),
        "today": Ask("/today", world.trainee),
        "today of a teacher": Ask("/today", world.teacher),
        "register of 50": Ask(f"/sessions/{world.register_small}/register", world.teacher),
        "register of 400": Ask(
            f"/sessions/{world.register_large}/register?show=all", world.teacher
        ),
    }
    costs: dict[str, list[float]] = {}
    answers: dict[str, Answers] = {}
    with serving("bench.hello:application", {}) as hello:
        with serving("bench.product:application", world.settings) as product:
            for name, page in pages.items():
                pages[name] = known(product, page)
                expect(ask(product.port, [pages[name]] * 8), 200, name)
            for _ in range(ROUNDS):
                _note(costs, answers, "hello", hello, for_a_while(Ask("/")))
                for name, page in pages.items():
                    _note(costs, answers, name, product, for_a_while(page))
        # Who checks in has opened a page just before: nobody's sign-in is older than a minute.
        waiting = claims(app, world.register_large)
        with serving("bench.product:application", world.settings) as product:
            expect(ask(product.port, waiting[:40]), 303, "check-in")
            third = len(waiting[40:]) // ROUNDS
            for number in range(ROUNDS):
                portion = iter(waiting[40 + number * third :][:third])
                _note(costs, answers, "check-in", product, portion)
                _note(costs, answers, "hello", hello, for_a_while(Ask("/")))
    base = min(costs["hello"])
    return [
        {
            "name": name,
            "cpu_ms": round(min(found) * 1000, 3),
            "requests_per_cpu_second": round(1 / min(found), 1),
            "ratio": round(min(found) / base, 1),
            "limit": LIMITS.get(name),
            "bytes": answers[name].size,
            "p50_ms": answers[name].percentile(0.5),
            "p99_ms": answers[name].percentile(0.99),
        }
        for name, found in costs.items()
    ]


def known(server: Server, page: Ask) -> Ask:
    """Return the request of a visitor who has been here before and has the cookie of that visit."""
    if page.cookie:
        return page
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{page.path}", timeout=60) as answer:
        cookies = answer.headers.get_all("Set-Cookie") or []
    return replace(page, cookie="; ".join(cookie.partition(";")[0] for cookie in cookies))


def _note(
    costs: dict[str, list[float]],
    answers: dict[str, Answers],
    name: str,
    server: Server,
    wanted: Iterator[Ask],
) -> None:
    spent, found = cost(server, wanted)
    expect(found, 303 if name == "check-in" else 200, name)
    costs.setdefault(name, []).append(spent)
    answers[name] = found


def cost(server: Server, wanted: Iterator[Ask]) -> tuple[float, Answers]:
    """Return the CPU seconds of one request, and the answers."""
    before = server.cpu()
    found = ask(server.port, wanted)
    return (server.cpu() - before) / max(1, len(found.seconds)), found


def for_a_while(*pages: Ask) -> Iterator[Ask]:
    """Ask for the same pages in turn again and again, for as long as one measurement lasts."""
    until = time.monotonic() + SECONDS
    for one in cycle(pages):
        if time.monotonic() > until:
            return
        yield one


def expect(found: Answers, status: int, name: str) -> None:
    """Stop when a page did not answer as it should: its cost would mean nothing."""
    if set(found.statuses) != {status}:
        raise SystemExit(f"{name} answered {dict(found.statuses)}, not {status}")
