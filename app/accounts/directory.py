"""Names of institutions for the pages of people; the package above knows them and tells us."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.core.database import Text


@dataclass(frozen=True, slots=True)
class Place:
    """An institution as people's pages show it."""

    id: UUID
    code: str
    name: Text


def _nothing() -> Mapping[UUID, Place]:
    return {}


def _no_units(_institution_id: UUID) -> Mapping[UUID, str]:
    return {}


_source: list[Callable[[], Mapping[UUID, Place]]] = [_nothing]


_units: list[Callable[[UUID], Mapping[UUID, str]]] = [_no_units]


def ask(source: Callable[[], Mapping[UUID, Place]]) -> None:
    """Ask this function for all institutions, in one query, from now on."""
    _source[:] = [source]


def ask_for_units(source: Callable[[UUID], Mapping[UUID, str]]) -> None:
    """Ask this function for the units of an institution, in one query, from now on."""
    _units[:] = [source]


def units(institution_id: UUID | None) -> Mapping[UUID, str]:
    """Return the units of an institution in use, by id, each named as a list shows it."""
    return _units[0](institution_id) if institution_id else {}


def places() -> Mapping[UUID, Place]:
    """Return all institutions by id."""
    return _source[0]()
