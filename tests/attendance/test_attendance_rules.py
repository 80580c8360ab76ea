"""Attendance is exact arithmetic, and what a person marked stands against machines."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.attendance.rules import (
    Credits,
    GroupStay,
    InvalidCredits,
    Mark,
    Meeting,
    Precedence,
    applicable,
    arrival,
    minutes_late,
    minutes_present,
    precedence,
    tally,
)
from app.attendance.states import AUTOMATIC, BY_A_PERSON, RecordSource, StatusKind
from app.courses.states import SessionState

START = datetime(2027, 3, 1, 9, tzinfo=UTC)
PRESENT, ABSENT = Mark(StatusKind.PRESENT), Mark(StatusKind.ABSENT)
MARKS = st.none() | st.builds(
    Mark,
    st.sampled_from(StatusKind),
    st.none() | st.integers(0, 120),
    st.none() | st.integers(0, 60),
)


def meetings(count, state=SessionState.LOCKED, weight=90):
    return [Meeting(f"m{n}", START + timedelta(days=n), 90, weight, state) for n in range(count)]


def marked(*marks):
    return {f"m{n}": mark for n, mark in enumerate(marks) if mark is not None}


@st.composite
def registers(draw):
    rows = draw(
        st.lists(st.tuples(st.sampled_from(SessionState), st.integers(1, 200), MARKS), max_size=9)
    )
    planned = [
        Meeting(f"m{n}", START + timedelta(days=n), 90, weight, state)
        for n, (state, weight, _) in enumerate(rows)
    ]
    return applicable(planned, START), marked(*(mark for _, _, mark in rows))


def test_eight_of_ten_meet_eighty_per_cent():
    found = tally(meetings(10), marked(*[PRESENT] * 8, ABSENT, ABSENT))

    assert found.so_far_bp == 8000
    assert found.meets(8000)
    assert not found.meets(8001)


@given(st.integers(1, 60), st.data())
def test_a_share_is_rounded_down_but_thresholds_are_held_exactly(count, data):
    attended = data.draw(st.integers(0, count))
    found = tally(meetings(count), marked(*[PRESENT] * attended, *[ABSENT] * (count - attended)))

    assert found.so_far_bp == 10_000 * attended // count
    for threshold in (found.so_far_bp, found.so_far_bp + 1):
        assert found.meets(threshold) == (attended * 10_000 >= threshold * count)


def test_nothing_decided_is_neither_none_nor_all():
    found = tally(meetings(3, SessionState.SCHEDULED), {})

    assert (found.so_far_bp, found.meets(8000), found.worst_bp, found.best_bp) == (
        None,
        None,
        0,
        10_000,
    )
    assert tally([], {}).best_bp is None
    assert tally([], {}).may_miss(8000) is None


def test_unmarked_is_not_absent_until_the_register_is_locked():
    held = tally(meetings(2, SessionState.HELD), marked(PRESENT))
    locked = tally(meetings(2), marked(PRESENT))

    assert (held.so_far_bp, held.unmarked, len(held.open_weights)) == (10_000, 1, 1)
    assert (locked.so_far_bp, locked.unmarked, locked.counts[StatusKind.ABSENT]) == (5000, 0, 1)


@pytest.mark.parametrize(
    ("mark", "share"),
    [
        (Mark(StatusKind.PRESENT), 10_000),
        (Mark(StatusKind.LATE), 10_000),
        (Mark(StatusKind.LATE, minutes_late=15), 10_000),
        (Mark(StatusKind.LATE, minutes_late=16), 5000),
        (Mark(StatusKind.LEFT_EARLY, minutes_late=40), 5000),
        (Mark(StatusKind.PARTIAL, minutes_present=30), 3333),
        (Mark(StatusKind.PARTIAL, minutes_present=500), 10_000),
        (Mark(StatusKind.PARTIAL), 0),
        (Mark(StatusKind.ABSENT), 0),
    ],
)
def test_each_mark_has_its_worth(mark, share):
    assert tally(meetings(1), marked(mark)).so_far_bp == share


def test_three_thirds_of_meetings_are_one_whole_meeting():
    third = Mark(StatusKind.PARTIAL, minutes_present=30)

    found = tally(meetings(4), marked(third, third, third, ABSENT))

    assert (found.so_far_bp, found.meets(2500), found.meets(2501)) == (2500, True, False)


def test_excuses_leave_the_sum_up_to_the_cap_and_then_count_as_absent():
    excused = Mark(StatusKind.EXCUSED)

    within = tally(meetings(8), marked(excused, excused, *[PRESENT] * 6))
    beyond = tally(meetings(8), marked(excused, excused, excused, *[PRESENT] * 5))

    assert (within.so_far_bp, within.excuses_refused) == (10_000, 0)
    assert (beyond.so_far_bp, beyond.excuses_refused) == (10_000 * 5 // 6, 1)


def test_an_early_excuse_is_held_against_the_whole_course():
    planned = [
        *meetings(1),
        *(m._replace(id="x" + m.id) for m in meetings(9, SessionState.SCHEDULED)),
    ]

    found = tally(planned, marked(Mark(StatusKind.EXCUSED)))

    assert (found.so_far_bp, found.excuses_refused, found.to_come) == (None, 0, 9)


def test_all_excused_is_undecided():
    found = tally(
        meetings(2), marked(*[Mark(StatusKind.EXCUSED)] * 2), Credits(max_excused_bp=10_000)
    )

    assert found.so_far_bp is None
    assert found.meets(1) is None


@given(registers())
def test_shares_stay_in_order_and_between_none_and_all(register):
    found = tally(*register)

    if found.best_bp is not None:
        assert 0 <= found.worst_bp <= found.best_bp <= 10_000
    if found.so_far_bp is not None:
        assert found.worst_bp <= found.so_far_bp <= found.best_bp


@given(registers(), st.integers(1, 10_000))
def test_any_so_many_open_meetings_can_be_missed_and_some_one_more_cannot(register, threshold):
    planned, marks = register
    found = tally(planned, marks)
    allowed = found.may_miss(threshold)
    still = found.open_weights
    total = found.weight + sum(still)

    def reaches(missed):
        return total > 0 and (found.earned + sum(still) - sum(missed)) * 10_000 >= threshold * total

    if allowed is None:
        assert not reaches(())
        return
    assert all(reaches(missed) for missed in combinations(still, allowed))
    if allowed < len(still):
        assert not all(reaches(missed) for missed in combinations(still, allowed + 1))


def test_only_what_happened_while_enrolled_and_in_the_group_counts():
    day = timedelta(days=1)
    planned = [
        *meetings(6),
        Meeting("a", START + day, 90, 90, SessionState.LOCKED, group="A"),
        Meeting("late-a", START + 4 * day, 90, 90, SessionState.LOCKED, group="A"),
        Meeting("b", START + 2 * day, 90, 90, SessionState.LOCKED, group="B"),
        Meeting("cancelled", START + day, 90, 90, SessionState.CANCELLED),
        Meeting("voluntary", START + day, 90, 90, SessionState.LOCKED, required=False),
    ]
    stays = [GroupStay("A", START, START + 4 * day), GroupStay("B", START + 3 * day)]

    found = applicable(planned, START + day, START + 5 * day, stays)

    assert [one.id for one in found] == ["a", "m1", "m2", "m3", "m4"]
    assert applicable(planned, None) == []


@pytest.mark.parametrize(
    "changes",
    [{"late_bp": -1}, {"too_late_bp": 10_001}, {"max_excused_bp": -5}, {"late_limit_minutes": -1}],
)
def test_a_credit_table_out_of_range_is_refused(changes):
    with pytest.raises(InvalidCredits, match=next(iter(changes))):
        Credits(**changes)


@given(st.sampled_from(StatusKind), st.sampled_from(sorted(BY_A_PERSON)),
       st.sampled_from(StatusKind), st.sampled_from(sorted(AUTOMATIC)))  # fmt: skip
def test_a_person_beats_a_machine_and_never_the_reverse(by_hand, person, automatic, machine):
    assert precedence((by_hand, person), (automatic, machine)) == Precedence.KEEP
    assert precedence((automatic, machine), (by_hand, person)) == Precedence.WRITE
    assert precedence(None, (automatic, machine)) == Precedence.WRITE


def test_a_machine_only_betters_what_a_machine_marked():
    late = (StatusKind.LATE, RecordSource.SELF_QR)
    present = (StatusKind.PRESENT, RecordSource.PASS_SCAN)

    assert precedence(late, present) == Precedence.WRITE
    assert precedence(present, late) == Precedence.KEEP
    assert precedence(present, present) == Precedence.KEEP
    assert precedence(late, (StatusKind.ABSENT, RecordSource.AUTO_CLOSE)) == Precedence.KEEP


@pytest.mark.parametrize(
    ("seconds", "kind", "minutes"),
    [
        (-600, StatusKind.PRESENT, 0),
        (0, StatusKind.PRESENT, 0),
        (600, StatusKind.PRESENT, 10),
        (601, StatusKind.LATE, 11),
        (1800, StatusKind.LATE, 30),
        (1801, StatusKind.ABSENT, 31),
    ],
)
def test_lateness_and_absence_begin_after_their_minute(seconds, kind, minutes):
    arrived = START + timedelta(seconds=seconds)

    assert arrival(START, arrived, 10, 30) == kind
    assert minutes_late(START, arrived) == minutes
    assert arrival(START, arrived + timedelta(days=1), 10) == StatusKind.LATE


@given(st.lists(st.tuples(st.integers(-60, 200), st.integers(-60, 200)), max_size=8))
def test_overlapping_stays_count_once(stays):
    times = [(START + timedelta(minutes=a), START + timedelta(minutes=b)) for a, b in stays]
    there = {m for a, b in stays for m in range(max(a, 0), min(b, 90))}

    assert minutes_present(START, START + timedelta(minutes=90), times) == len(there)
