"""What pages cost in a centre a hundred times as large: they should not notice."""

from typing import Any

from bench.load import Ask, ask
from bench.pages import cost, expect, for_a_while, known
from bench.servers import serving
from bench.world import World

ROUNDS = 5
LIMIT = 20
"""Per cent by which a page may cost more."""


def measure(small: World, large: World) -> list[dict[str, Any]]:
    """Return for each page what it costs in both, measured in turns, and the growth."""
    with (
        serving("bench.product:application", small.settings) as little,
        serving("bench.product:application", large.settings) as big,
    ):
        rows = []
        for name in _pages(small):
            costs: dict[str, list[float]] = {"small": [], "large": []}
            sides = (
                ("small", little, known(little, _pages(small)[name])),
                ("large", big, known(big, _pages(large)[name])),
            )
            for _, server, page in sides:
                expect(ask(server.port, [page] * 8), 200, name)
            for _ in range(ROUNDS):
                for side, server, page in sides:
                    costs[side].append(cost(server, for_a_while(page))[0])
            before, after = (min(costs[side]) for side in ("small", "large"))
            rows.append(
                {
                    "name": name,
                    "small_ms": round(before * 1000, 2),
                    "large_ms": round(after * 1000, 2),
                    "growth_percent": round((after / before - 1) * 100, 1),
                    "limit_percent": LIMIT,
                }
            )
    return rows


def _pages(world: World) -> dict[str, Ask]:
    return {
        "catalogue": Ask("/catalogue"),
        "today": Ask("/today", world.trainee),
        "today of a teacher": Ask("/today", world.teacher),
        "register of 50": Ask(f"/sessions/{world.register_small}/register", world.teacher),
    }
