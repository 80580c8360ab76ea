"""What must be true of the stored records at all times; `most check` asks every one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

INVARIANTS: list["Invariant"] = []
"""Every invariant in the order the packages declared them."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """One promise; `broken` yields a line for each record that breaks it."""

    name: str
    broken: Callable[[], Iterable[str]]


def invariant(name: str) -> Callable[[Callable[[], Iterable[str]]], Callable[[], Iterable[str]]]:
    """Declare the decorated function as the check of a promise, said in words."""

    def declare(broken: Callable[[], Iterable[str]]) -> Callable[[], Iterable[str]]:
        INVARIANTS.append(Invariant(name, broken))
        return broken

    return declare
