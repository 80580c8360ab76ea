"""The menus: every package adds its entries, the frame shows those that a person may use."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flask import current_app, request

from app.core.actor import Actor
from app.core.i18n import LazyText

GROUPS = ("main", "admin", "public", "entry", "account", "search", "bell", "footer")
"""Side bar, its second block, public header, guests' doors, personal menu, and the single ones."""

_KEPT = 2000


def anyone(_: Actor) -> bool:
    """Show an entry to everyone."""
    return True


def signed_in(actor: Actor) -> bool:
    """Show an entry to people who have signed in."""
    return not actor.is_anonymous


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One line of a menu."""

    endpoint: str
    label: LazyText | str
    icon: str
    order: int
    group: str
    shows: Callable[[Actor], bool]
    count: Callable[[Actor], int] | None
    phone: bool
    method: str
    also: tuple[str, ...]
    values: dict[str, Any] = field(default_factory=dict)

    def is_current(self, endpoint: str) -> bool:
        """Tell whether a page belongs under this entry: itself, or as `also` says."""
        return endpoint == self.endpoint or endpoint.startswith(self.also)


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as one person sees it on one page; `count` is None when there is nothing to say."""

    href: str
    label: LazyText | str
    icon: str
    current: bool
    count: int | None
    phone: bool
    method: str


def add(
    endpoint: str,
    label: LazyText | str,
    icon: str = "",
    *,
    order: int = 50,
    group: str = "main",
    shows: Callable[[Actor], bool] | None = None,
    count: Callable[[Actor], int] | None = None,
    phone: bool = False,
    method: str = "get",
    also: tuple[str, ...] = (),
    values: dict[str, Any] | None = None,
) -> None:
    """Add a line to a menu ; adding it again replaces it.

    `also` holds beginnings of endpoints whose pages stand under this entry, such as
    `("courses.run_", "attendance.")`. `count` is asked once a page: no query of its own, please.
    """
    if group not in GROUPS:
        raise ValueError(f"no menu {group!r}")
    if shows is None:
        shows = anyone if group in ("public", "entry", "search", "footer") else signed_in
    entry = Entry(
        endpoint, label, icon, order, group, shows, count, phone, method, also, values or {}
    )
    _ENTRIES[(group, endpoint, *entry.values.values())] = entry
    _in_order.cache_clear()


_ENTRIES: dict[tuple[Any, ...], Entry] = {}


@cache
def _in_order(group: str) -> list[Entry]:
    found = (entry for entry in _ENTRIES.values() if entry.group == group)
    return sorted(found, key=lambda entry: entry.order)


class Menu(tuple[Link, ...]):
    """The links of one menu; the same object while nothing about them changes."""

    __slots__ = ()
    __eq__ = object.__eq__
    __hash__ = object.__hash__


class Menus:
    """The menus of one language under one root of addresses, each made once."""

    def __init__(self, url_for: Callable[..., str]) -> None:
        self.url_for, self.known = url_for, dict[tuple[Any, ...], Menu]()

    def menu(self, group: str, actor: Actor) -> Menu:
        """Return the links of one menu for one person, in order; the current page's is marked."""
        current = request.endpoint or ""
        shown = tuple(
            (entry, (entry.count(actor) or None) if entry.count else None)
            for entry in _in_order(group)
            if entry.shows(actor)
        )
        key = (current, shown)
        found = self.known.get(key)
        if found is None:
            if len(self.known) > _KEPT:
                self.known.clear()
            found = self.known[key] = Menu(self._links(shown, current))
        return found

    def _links(self, shown: tuple[tuple[Entry, int | None], ...], current: str) -> Iterator[Link]:
        views = current_app.view_functions
        for entry, count in shown:
            if entry.endpoint in views:
                yield Link(
                    href=self.url_for(entry.endpoint, **entry.values),
                    label=entry.label,
                    icon=entry.icon,
                    current=entry.is_current(current),
                    count=count,
                    phone=entry.phone,
                    method=entry.method,
                )
