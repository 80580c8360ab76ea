"""Who gets which destination: applicant-proposing deferred acceptance (Gale and Shapley, 1962).

Everybody is ranked once for all destinations, so the one stable answer is that nobody misses a
destination that went to somebody ranked lower.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import heappop, heappush
from uuid import UUID


class Verdict(StrEnum):
    """What becomes of one application; named as the action that does it."""

    SELECT = "select"
    WAIT_LIST = "wait_list"
    NOT_SELECT = "not_select"


class Reason(StrEnum):
    """Why somebody was not selected."""

    NONE = ""
    BELOW_MINIMUM = "below_minimum"
    NO_PLACE = "no_place"
    LIST_FULL = "list_full"
    NO_PREFERENCE = "no_preference"


@dataclass(frozen=True, slots=True)
class Contender:
    """One application: its place in the ranking, its score, its destinations in order."""

    id: UUID
    place: int
    total: int
    preferences: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one application gets, which of its preferences that is, and why not more."""

    id: UUID
    verdict: Verdict
    destination: UUID | None
    choice: int
    reason: Reason


def allocate(
    contenders: Sequence[Contender],
    capacities: Mapping[UUID, int],
    fixed: Mapping[UUID, UUID] | None = None,
) -> dict[UUID, UUID]:
    """Return the destination of everybody who gets one.

    `capacities` are all seats; `fixed` people keep theirs whatever else happens. Nobody is given a
    destination they did not name, nor one that has no seats.
    """
    kept = dict(fixed or {})
    free = dict(capacities)
    for destination in kept.values():
        free[destination] = free.get(destination, 0) - 1
    by_id = {one.id: one for one in contenders if one.id not in kept}
    held: dict[UUID, list[tuple[int, UUID]]] = {}
    next_choice = dict.fromkeys(by_id, 0)
    proposing = list(by_id)
    while proposing:
        one = by_id[proposing.pop()]
        if next_choice[one.id] >= len(one.preferences):
            continue
        destination = one.preferences[next_choice[one.id]]
        next_choice[one.id] += 1
        seats = held.setdefault(destination, [])
        heappush(seats, (-one.place, one.id))  # the lowest place stands first
        if len(seats) > max(0, free.get(destination, 0)):
            proposing.append(heappop(seats)[1])
    given = {name: where for where, seats in held.items() for _place, name in seats}
    return kept | given


def outcomes(
    contenders: Sequence[Contender],
    capacities: Mapping[UUID, int],
    *,
    minimum: int | None = None,
    wait_limit: int | None = None,
) -> list[Outcome]:
    """Return what becomes of everybody, in the order of the ranking.

    Whoever scored less than `minimum` is out; the first `wait_limit` of those left over wait (None:
    all of them).
    """
    in_order = sorted(contenders, key=lambda one: one.place)
    able = [one for one in in_order if minimum is None or one.total >= minimum]
    given = allocate(able, capacities)
    found, waiting = [], 0
    for one in in_order:
        if one.id in given:
            choice = one.preferences.index(given[one.id]) + 1
            found.append(Outcome(one.id, Verdict.SELECT, given[one.id], choice, Reason.NONE))
            continue
        reason = Reason.NO_PLACE
        if minimum is not None and one.total < minimum:
            reason = Reason.BELOW_MINIMUM
        elif not one.preferences:
            reason = Reason.NO_PREFERENCE
        elif wait_limit is not None and waiting >= wait_limit:
            reason = Reason.LIST_FULL
        waits = reason == Reason.NO_PLACE
        waiting += waits
        verdict = Verdict.WAIT_LIST if waits else Verdict.NOT_SELECT
        found.append(Outcome(one.id, verdict, None, 0, reason))
    return found


def promotions(waiting: Sequence[Contender], free: Mapping[UUID, int]) -> list[tuple[UUID, UUID]]:
    """Return who moves up and where to, in the strict order of the list.

    Each takes the destination they like best among those with a seat; afterwards no seat is free
    that somebody on the list wants.
    """
    left, moved = dict(free), []
    for one in sorted(waiting, key=lambda each: each.place):
        for destination in one.preferences:
            if left.get(destination, 0) > 0:
                left[destination] -= 1
                moved.append((one.id, destination))
                break
    return moved


def seats_of(
    persons: int, used_persons: int, months: int | None, used_months: int, each: int
) -> int:
    """Return how many people a quota still takes when each stays for so many months."""
    left = persons - used_persons
    if months is not None and each > 0:
        left = min(left, (months - used_months) // each)
    return max(0, left)
