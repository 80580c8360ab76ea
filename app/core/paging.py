"""Pages of long lists by key, never by offset."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select, tuple_
from sqlalchemy.sql.elements import ColumnElement

T = TypeVar("T")
PAGE_SIZE = 25
MAX_CURSOR = 2000


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; the cursors are opaque and None at the ends."""

    items: Sequence[T]
    next: str | None = None
    previous: str | None = None


def paged(
    fetch: Callable[[Select[Any]], Sequence[T]],
    query: Select[Any],
    *keys: ColumnElement[Any] | Any,
    cursor: str | None,
    key_of: Callable[[T], Sequence[Any]],
    descending: bool = False,
    size: int = PAGE_SIZE,
) -> Page[T]:
    """Return one page of the query, ordered by the keys, of which the last must be unique.

    `cursor` comes from a former page; one that makes no sense shows the first page.
    """
    backwards, values = _decode(cursor, len(keys))
    if values is not None and not all(map(_fits, keys, values)):
        backwards, values = False, None
    falling = descending != backwards
    if values is not None:
        at = tuple_(*keys)
        query = query.where(at < tuple_(*values) if falling else at > tuple_(*values))
    ordered = query.order_by(*(key.desc() if falling else key.asc() for key in keys))
    rows = list(fetch(ordered.limit(size + 1)))
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_previous = more if backwards else values is not None
    has_next = True if backwards else more
    return Page(
        rows,
        next=_encode("n", key_of(rows[-1])) if rows and has_next else None,
        previous=_encode("p", key_of(rows[0])) if rows and has_previous else None,
    )


def _encode(way: str, values: Sequence[Any]) -> str:
    raw = json.dumps([way, *(_plain(value) for value in values)], ensure_ascii=False)
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, UUID):
        return {"u": value.hex}
    return value


def _decode(cursor: str | None, width: int) -> tuple[bool, list[Any] | None]:
    if not cursor or len(cursor) > MAX_CURSOR:
        return False, None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        way, *values = json.loads(raw)
        typed = [_typed(value) for value in values]
    except (ValueError, TypeError, KeyError, binascii.Error):
        return False, None
    if len(typed) != width or way not in ("n", "p"):
        return False, None
    return way == "p", typed


def _typed(value: Any) -> Any:
    if isinstance(value, dict):
        if "d" in value:
            return date.fromisoformat(value["d"])
        return datetime.fromisoformat(value["t"]) if "t" in value else UUID(value["u"])
    if isinstance(value, str | int) and not (isinstance(value, int) and abs(value) >= 2**63):
        return value
    raise ValueError("no key")


def _fits(key: Any, value: Any) -> bool:
    """Tell whether a value can be compared with a key; databases refuse other kinds."""
    try:
        kind = getattr(key.type, "impl_instance", key.type).python_type
    except NotImplementedError:
        return True
    if issubclass(kind, Enum):
        return value in {str(member.value) for member in kind}
    if isinstance(value, datetime):
        return kind is datetime and value.tzinfo is not None
    if isinstance(value, str) and "\0" in value:
        return False
    return isinstance(value, kind)
