"""Who gets which destination, whatever the input."""

from collections import Counter
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.exchanges.rules.allocation import (
    Contender,
    Reason,
    Verdict,
    allocate,
    outcomes,
    promotions,
    seats_of,
)

DESTINATIONS = [UUID(int=number) for number in range(1, 5)]


@st.composite
def worlds(draw):
    """Contenders with places, seats, and people who are settled already."""
    number = draw(st.integers(0, 12))
    wishes = st.lists(st.sampled_from(DESTINATIONS), max_size=4, unique=True).map(tuple)
    places = draw(st.permutations(range(1, number + 1)))
    people = [
        Contender(UUID(int=100 + place), place, draw(st.integers(0, 5)), draw(wishes))
        for place in places
    ]
    capacities = {one: draw(st.integers(0, 4)) for one in DESTINATIONS}
    fixed = {}
    for one in people:
        if draw(st.booleans()) and one.preferences:
            where = draw(st.sampled_from(one.preferences))
            if Counter(fixed.values())[where] < capacities[where]:
                fixed[one.id] = where
    return people, capacities, fixed


@given(worlds())
def test_an_allocation_is_stable_within_capacity_and_keeps_who_is_fixed(world):
    people, capacities, fixed = world

    given_to = allocate(people, capacities, fixed)

    assert fixed.items() <= given_to.items()
    taken = Counter(given_to.values())
    assert all(taken[one] <= capacities[one] for one in DESTINATIONS)
    for one in people:
        if one.id in fixed:
            continue
        got = given_to.get(one.id)
        assert got is None or got in one.preferences
        better = one.preferences[: one.preferences.index(got)] if got else one.preferences
        for wish in better:
            assert taken[wish] == capacities[wish], "a seat is free that somebody wants more"
            rivals = [each for each in people if given_to.get(each.id) == wish]
            assert all(each.place < one.place or each.id in fixed for each in rivals)


@given(worlds())
def test_the_same_input_in_any_order_gives_the_same(world):
    people, capacities, fixed = world

    assert allocate(people, capacities, fixed) == allocate(people[::-1], capacities, fixed)


@given(worlds())
def test_a_second_run_moves_nobody_who_is_settled(world):
    people, capacities, fixed = world
    first = allocate(people, capacities, fixed)

    assert allocate(people, capacities, first) == first


@given(worlds())
def test_it_equals_choosing_one_after_the_other(world):
    people, capacities, fixed = world
    free = Counter(capacities) - Counter(fixed.values())
    expected = dict(fixed)
    for one in sorted(people, key=lambda each: each.place):
        wish = next((wish for wish in one.preferences if free[wish] > 0), None)
        if one.id not in fixed and wish:
            free[wish] -= 1
            expected[one.id] = wish

    assert allocate(people, capacities, fixed) == expected


@given(worlds(), st.none() | st.integers(0, 5), st.none() | st.integers(0, 5))
def test_everybody_learns_one_outcome_with_a_reason(world, minimum, wait_limit):
    people, capacities, _ = world

    found = outcomes(people, capacities, minimum=minimum, wait_limit=wait_limit)

    assert [one.id for one in found] == [
        one.id for one in sorted(people, key=lambda each: each.place)
    ]
    by_id = {one.id: one for one in people}
    for one in found:
        assert (one.verdict == Verdict.NOT_SELECT) == (one.reason not in ("", Reason.NO_PLACE))
        assert (one.destination is not None) == (one.verdict == Verdict.SELECT)
        if minimum is not None and by_id[one.id].total < minimum:
            assert one.reason == Reason.BELOW_MINIMUM
    waiting = [one for one in found if one.verdict == Verdict.WAIT_LIST]
    assert wait_limit is None or len(waiting) <= wait_limit


@given(worlds())
def test_promotions_leave_no_seat_free_that_somebody_wants(world):
    people, free, _ = world

    moved = promotions(people, free)

    taken = Counter(where for _, where in moved)
    assert all(taken[one] <= free[one] for one in DESTINATIONS)
    still = {one.id for one in people} - {one for one, _ in moved}
    wanted = {wish for one in people if one.id in still for wish in one.preferences}
    assert all(taken[wish] == free[wish] for wish in wanted)
    places = {one.id: one.place for one in people}
    assert [places[one] for one, _ in moved] == sorted(places[one] for one, _ in moved)


def test_months_limit_seats_too():
    assert seats_of(5, 1, None, 9, 6) == 4
    assert seats_of(5, 1, 20, 6, 6) == 2
    assert seats_of(5, 1, 20, 6, 0) == 4
    assert seats_of(2, 2, 20, 0, 6) == 0
