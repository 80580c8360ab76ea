"""Names for the trail: packages above say what people and things are called, and their pages."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.core.actor import Actor
from app.core.database import Text


@dataclass(frozen=True, slots=True)
class Thing:
    """What a thing is called, and the endpoint of its page with the ids that it takes."""

    name: str | Text
    endpoint: str
    ids: Mapping[str, UUID]


Finder = Callable[[Actor, Collection[UUID]], Mapping[UUID, Thing]]
"""Returns those of the things that the reader may see, by the same rules as their pages.

It asks the database equally often for one thing and for many.
"""

_people: list[Callable[[Collection[UUID]], Mapping[UUID, str]]] = []
_things: dict[str, Finder] = {}


def name_people(named: Callable[[Collection[UUID]], Mapping[UUID, str]]) -> None:
    """Ask this function, with one query, what people are called."""
    _people[:] = [named]


def people(ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Return what these people are called."""
    return _people[0](ids) if _people and ids else {}


def name_things(find: Finder, *kinds: str) -> None:
    """Say what finds the things of these kinds, and their pages, for a reader."""
    for kind in kinds:
        _things[kind] = find


def kinds() -> frozenset[str]:
    """Return the kinds of things that have pages."""
    return frozenset(_things)


def things(reader: Actor, kinds: Mapping[str, Collection[UUID]]) -> dict[UUID, Thing]:
    """Return those of the things that the reader may see, asking each finder once."""
    asked: dict[Finder, set[UUID]] = {}
    for kind, ids in kinds.items():
        if kind in _things:
            asked.setdefault(_things[kind], set()).update(ids)
    found: dict[UUID, Thing] = {}
    for find, ids in asked.items():
        found.update(find(reader, ids))
    return found
