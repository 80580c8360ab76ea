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
    """A kind of thing in the trail: its name in words, the names of single ones, their page."""

    label: str
    named: Namer | None = None
    endpoint: str = ""
    argument: str = ""


def name_people(named: Callable[[Collection[UUID]], Mapping[UUID, str]]) -> None:
    """Ask this function, with one query, what people are called."""
    _people[:] = [named]


def people(ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Return what these people are called."""
    return _people[0](ids) if _people and ids else {}


def name_things(
    kind: str, label: str, named: Namer | None = None, *, endpoint: str = "", argument: str = ""
) -> None:
    """Say what a kind of thing is called, and each one; `argument` of `endpoint` takes its id."""
    _things[kind] = Thing(label, named, endpoint, argument)


def thing(kind: str) -> Thing | None:
    """Return what is known of a kind."""
    return _things.get(kind)


def things(kinds: Mapping[str, Collection[UUID]]) -> dict[UUID, str | Text]:
    """Return the names of things, one query a kind."""
    found: dict[UUID, str | Text] = {}
    for kind, ids in kinds.items():
        known = _things.get(kind)
        if known and known.named:
            found.update(known.named(ids))
    return found
