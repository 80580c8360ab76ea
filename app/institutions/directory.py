"""Who works with a partner; the packages above know it and tell us."""

from collections.abc import Callable, Collection
from uuid import UUID

_sources: list[Callable[[UUID], Collection[UUID]]] = []


def ask(source: Callable[[UUID], Collection[UUID]]) -> None:
    """Ask this function, too, for the institutions that work with a partner."""
    if source not in _sources:
        _sources.append(source)


def work_with(partner_id: UUID) -> frozenset[UUID]:
    """Return the institutions that work with a partner."""
    return frozenset(found for source in _sources for found in source(partner_id))
