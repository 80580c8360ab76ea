"""How places in a run are handed out: strictly by the queue, never beyond the seats."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Waiting(Generic[T]):
    """One place in the queue: higher priority first, then the lower queue number."""

    thing: T
    queue_no: int
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Promotion(Generic[T]):
    """Who moves up, in order, and who was passed over with the reason; those keep their number."""

    moved: tuple[T, ...]
    skipped: tuple[tuple[T, str], ...]


class Entry(StrEnum):
    """What somebody who asks for a place now gets."""

    SEAT = "seat"
    QUEUE = "queue"
    FULL = "full"


def free_seats(capacity: int | None, taken: int) -> int | None:
    """Return how many seats are left, never below zero; None when there is no limit."""
    return None if capacity is None else max(0, capacity - taken)


def over_by(capacity: int | None, taken: int) -> int:
    """Return how many hold a seat beyond a capacity that was lowered; nobody is put out."""
    return 0 if capacity is None else max(0, taken - capacity)


def entry(
    capacity: int | None, taken: int, queue_length: int, waitlist_cap: int | None = None
) -> Entry:
    """Return what somebody new gets; while others wait, a free seat is theirs.

    Whoever joins the queue is followed by `next_in_line`, which gives the seat at once when
    nobody before them may take it. A waitlist cap of None is no limit, 0 is no queue at all.
    """
    if queue_length == 0 and free_seats(capacity, taken) != 0:
        return Entry.SEAT
    if waitlist_cap is None or queue_length < waitlist_cap:
        return Entry.QUEUE
    return Entry.FULL


def in_order(waiting: Iterable[Waiting[T]]) -> list[Waiting[T]]:
    """Return the queue in the order in which seats are given."""
    return sorted(waiting, key=lambda one: (-one.priority, one.queue_no))


def next_in_line(
    capacity: int | None,
    taken: int,
    waiting: Iterable[Waiting[T]],
    obstacle: Callable[[T], str] = lambda _: "",
) -> Promotion[T]:
    """Return those who move up until the run is full.

    `obstacle` says why somebody may not have a seat now, or nothing; it is asked only while
    seats are left. Nobody moves while more seats are taken than there are.
    """
    left = free_seats(capacity, taken)
    moved: list[T] = []
    skipped: list[tuple[T, str]] = []
    for one in in_order(waiting):
        if left is not None and len(moved) >= left:
            break
        reason = obstacle(one.thing)
        if reason:
            skipped.append((one.thing, reason))
        else:
            moved.append(one.thing)
    return Promotion(tuple(moved), tuple(skipped))


def offer_ends(now: datetime, ttl_hours: int) -> datetime | None:
    """Return when an offer made now lapses; None when places are given without asking."""
    return now + timedelta(hours=ttl_hours) if ttl_hours > 0 else None


def offer_stands(expires_at: datetime, now: datetime) -> bool:
    """Return whether an offer can still be accepted; at the very moment it lapses it cannot."""
    return now < expires_at
