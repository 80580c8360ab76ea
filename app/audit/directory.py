"""Names for the trail: packages above say what people, things and actions are called."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.core.database import Text

Namer = Callable[[Collection[UUID]], Mapping[UUID, str | Text]]

_people: list[Callable[[Collection[UUID]], Mapping[UUID, str]]] = []
_things: dict[str, "Thing"] = {}


@dataclass(frozen=True, slots=True)
class Thing:
    """A kind of thing in the trail: what single ones are called, and their page."""

    named: Namer
    endpoint: str
    argument: str


def name_people(named: Callable[[Collection[UUID]], Mapping[UUID, str]]) -> None:
    """Ask this function, with one query, what people are called."""
    _people[:] = [named]


def people(ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Return what these people are called."""
    return _people[0](ids) if _people and ids else {}


def name_things(kind: str, named: Namer, *, endpoint: str, argument: str) -> None:
    """Say what things of a kind are called; the `argument` of the `endpoint` takes their id."""
    _things[kind] = Thing(named, endpoint, argument)


def thing(kind: str) -> Thing | None:
    """Return what is known of a kind."""
    return _things.get(kind)


def things(kinds: Mapping[str, Collection[UUID]]) -> dict[UUID, str | Text]:
    """Return the names of things, one query a kind."""
    found: dict[UUID, str | Text] = {}
    for kind, ids in kinds.items():
        known = _things.get(kind)
        if known:
            found.update(known.named(ids))
    return found
