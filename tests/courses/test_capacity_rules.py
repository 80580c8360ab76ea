"""Seats are given strictly by the queue and never beyond the capacity."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.courses.rules.capacity import (
    Entry,
    Waiting,
    entry,
    free_seats,
    in_order,
    next_in_line,
    offer_ends,
    offer_stands,
    over_by,
)

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


@st.composite
def queues(draw):
    numbers = draw(st.lists(st.integers(1, 1000), unique=True, max_size=30))
    return [Waiting(number, number, draw(st.integers(-1, 2))) for number in numbers]


@given(
    capacity=st.integers(0, 40),
    taken=st.integers(0, 60),
    queue=queues(),
    bad=st.sets(st.integers(1, 1000)),
)
def test_seats_are_never_oversold_nor_left_empty_and_never_jumped(capacity, taken, queue, bad):
    came = next_in_line(capacity, taken, queue, lambda one: "clash" if one in bad else "")

    free = max(0, capacity - taken)
    eligible = [one.thing for one in in_order(queue) if one.thing not in bad]
    assert list(came.moved) == eligible[:free]
    assert all(one in bad and why == "clash" for one, why in came.skipped)
    if len(came.moved) == free and free:
        last = in_order(queue).index(next(w for w in queue if w.thing == came.moved[-1]))
        assert len(came.skipped) == last + 1 - free
    if not free:
        assert came.skipped == ()


@given(queues())
def test_the_order_is_priority_then_number_whatever_the_order_of_rows(queue):
    ordered = in_order(reversed(queue))

    assert ordered == in_order(queue)
    assert [(-one.priority, one.queue_no) for one in ordered] == sorted(
        (-one.priority, one.queue_no) for one in queue
    )


@given(queues())
def test_without_a_limit_everybody_moves(queue):
    assert len(next_in_line(None, 10_000, queue).moved) == len(queue)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 9), st.none() | st.integers(0, 9))
def test_nobody_new_passes_those_who_wait(capacity, taken, waiting, cap):
    outcome = entry(capacity, taken, waiting, cap)

    assert (outcome == Entry.SEAT) == (waiting == 0 and taken < capacity)
    if outcome != Entry.SEAT:
        assert (outcome == Entry.FULL) == (cap is not None and waiting >= cap)


def test_a_lowered_capacity_shows_by_how_much_it_is_passed():
    assert (over_by(10, 13), free_seats(10, 13)) == (3, 0)
    assert (over_by(None, 13), free_seats(None, 13)) == (0, None)


def test_an_offer_lapses_at_its_very_end():
    ends = offer_ends(NOW, 48)

    assert ends == NOW + timedelta(hours=48)
    assert offer_ends(NOW, 0) is None
    assert offer_stands(ends, ends - timedelta.resolution)
    assert not offer_stands(ends, ends)
