"""Weekly sessions keep their local time; planners are warned of all that changes around it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.courses.rules.clocks import NonexistentTime, RepeatedTime, UnknownZone
from app.courses.rules.holiday_names import holiday_on
from app.courses.rules.recurrence import (
    MOST_SESSIONS,
    Busy,
    BusyKind,
    InvalidPattern,
    PatternFault,
    Side,
    WarningKind,
    WeeklyPattern,
    days_of,
    plan,
    warnings_for,
)

BANJA_LUKA = Side("Europe/Sarajevo", "BA", "SRP")
SHANGHAI = Side("Asia/Shanghai", "CN")
BOTH = (BANJA_LUKA, SHANGHAI)


def pattern(**changes):
    values = {
        "first_on": date(2027, 3, 8),
        "weekdays": frozenset({0}),
        "start": time(10),
        "minutes": 90,
        "zone": "Europe/Sarajevo",
        "count": 6,
    }
    return WeeklyPattern(**{**values, **changes})


def kinds(session):
    return [warning.kind for warning in session.warnings]


@given(
    first=st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    count=st.integers(1, MOST_SESSIONS),
    every=st.integers(1, 8),
    skipped=st.frozensets(st.integers(0, 60), max_size=20),
)
def test_a_count_gives_that_many_days_on_the_weekdays_in_order(
    first, weekdays, count, every, skipped
):
    free = frozenset(first + timedelta(days=days) for days in skipped)

    days = days_of(WeeklyPattern(first, weekdays, time(9), 60, "Asia/Shanghai", count=count,
                                 weeks_between=every, skipped=free))  # fmt: skip

    monday = first - timedelta(days=first.weekday())
    assert len(days) == count
    assert days == sorted(set(days) - free)
    assert all(day >= first and day.weekday() in weekdays for day in days)
    assert all((day - monday).days // 7 % every == 0 for day in days)


def test_a_last_date_counts_itself():
    days = days_of(pattern(count=None, last_on=date(2027, 3, 22)))

    assert days == [date(2027, 3, 8), date(2027, 3, 15), date(2027, 3, 22)]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"weekdays": frozenset()}, PatternFault.NO_WEEKDAY),
        ({"weekdays": frozenset({7})}, PatternFault.NO_WEEKDAY),
        ({"count": None}, PatternFault.NO_END),
        ({"last_on": date(2027, 3, 7)}, PatternFault.ENDS_BEFORE_START),
        ({"count": MOST_SESSIONS + 1}, PatternFault.TOO_MANY),
        ({"count": None, "last_on": date(2099, 1, 1)}, PatternFault.TOO_MANY),
        ({"count": 0}, PatternFault.NOTHING_PLANNED),
        ({"count": None, "last_on": date(2027, 3, 9), "weekdays": frozenset({4})},
         PatternFault.NOTHING_PLANNED),
        ({"minutes": 0}, PatternFault.LENGTH),
        ({"minutes": 1441}, PatternFault.LENGTH),
        ({"weeks_between": 0}, PatternFault.WEEKS_BETWEEN),
    ],
)  # fmt: skip
def test_a_pattern_that_makes_no_sense_is_refused(changes, fault):
    with pytest.raises(InvalidPattern) as refusal:
        plan(pattern(**changes))

    assert refusal.value.fault == fault


def test_an_unknown_zone_is_refused():
    with pytest.raises(UnknownZone):
        plan(pattern(zone="Europe/Nowhere"))


def test_the_local_time_stays_when_the_clocks_change():
    planned = plan(pattern()).sessions

    assert {one.local_start.time() for one in planned} == {time(10)}
    assert [one.starts_at.hour for one in planned] == [9, 9, 9, 8, 8, 8]
    assert [one.number for one in planned] == [1, 2, 3, 4, 5, 6]


def test_the_other_side_is_told_that_its_hour_changes():
    planned = plan(pattern(), sides=BOTH).sessions

    changed = [w for one in planned for w in one.warnings if w.kind == WarningKind.CLOCK_CHANGE]
    assert [WarningKind.CLOCK_CHANGE in kinds(one) for one in planned] == [False] * 3 + [True] * 3
    assert {(w.zone, w.minutes_before, w.minutes_now) for w in changed} == {
        ("Asia/Shanghai", 420, 360)
    }
    assert changed[0].local.isoformat() == "2027-03-29T16:00:00+08:00"


def test_a_time_the_clocks_skip_is_no_session_until_it_is_moved():
    night = pattern(first_on=date(2027, 3, 21), weekdays=frozenset({6}), start=time(2, 30), count=3)

    asked = plan(night)
    settled = plan(pattern(first_on=date(2027, 3, 21), weekdays=frozenset({6}), start=time(2, 30),
                           count=3, moved={date(2027, 3, 28): time(3, 30)}))  # fmt: skip

    assert not asked.is_ready
    assert [type(one) for one in asked.problems] == [NonexistentTime]
    assert [one.local_start.date().day for one in asked.sessions] == [21, 4]
    assert settled.is_ready
    assert settled.sessions[1].local_start == datetime.fromisoformat("2027-03-28T03:30")


def test_a_time_that_comes_twice_waits_for_an_answer():
    twice = {
        "first_on": date(2027, 10, 31),
        "weekdays": frozenset({6}),
        "start": time(2, 30),
        "count": 1,
    }

    assert [type(one) for one in plan(pattern(**twice)).problems] == [RepeatedTime]
    for fold in (0, 1):
        settled = plan(pattern(**twice, folds={date(2027, 10, 31): fold}))
        assert settled.sessions[0].starts_at == datetime(2027, 10, 31, fold, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "minutes", "nights"),
    [
        (time(7), 60, []),
        (time(6, 59), 60, ["Europe/Sarajevo"]),
        (time(14), 60, []),
        (time(14), 61, ["Asia/Shanghai"]),
        (time(21), 60, ["Asia/Shanghai"]),
        (time(21), 61, ["Europe/Sarajevo", "Asia/Shanghai"]),
        (time(23), 180, ["Europe/Sarajevo", "Asia/Shanghai"]),
    ],
)
def test_a_night_hour_is_warned_of_on_either_side(start, minutes, nights):
    (session,) = plan(pattern(start=start, minutes=minutes, count=1), sides=BOTH).sessions

    assert [w.zone for w in session.warnings if w.kind == WarningKind.NIGHT] == nights


@pytest.mark.parametrize(
    ("day", "language", "named"),
    [
        (date(2027, 10, 1), "zh_Hans_CN", [("CN", "国庆节")]),
        (date(2027, 1, 7), "sr_Cyrl", [("BA", "Божић (Православни)")]),
        (date(2027, 1, 7), "sr_Latn", [("BA", "Božić (Pravoslavni)")]),
        (date(2027, 3, 10), "en", [("BA", "Eid al-Fitr (estimated)")]),
        (date(2027, 3, 11), "en", []),
    ],
)
def test_a_public_holiday_on_either_side_is_named(day, language, named):
    start = datetime.combine(day, time(9), UTC)

    found = warnings_for(
        start, start + timedelta(hours=1), zone="UTC", sides=BOTH, language=language
    )

    assert [(w.country, w.name) for w in found if w.kind == WarningKind.HOLIDAY] == named


def test_a_holiday_is_that_of_the_local_date():
    # Half past five on the last of September in Banja Luka is half past eleven in Shanghai.
    start = datetime(2027, 9, 30, 15, 30, tzinfo=UTC)

    def names_met(minutes):
        end = start + timedelta(minutes=minutes)
        return {w.name for w in warnings_for(start, end, zone="UTC", sides=[SHANGHAI])}

    assert names_met(30) == {""}
    assert names_met(31) == {"", "National Day"}


@pytest.mark.parametrize(("hour", "is_outside"), [(21, False), (22, True)])
def test_what_is_outside_the_run_is_so_on_the_clock_of_the_run(hour, is_outside):
    start = datetime(2027, 3, 31, hour, 30, tzinfo=UTC)

    found = warnings_for(
        start,
        start + timedelta(hours=1),
        zone="Europe/Sarajevo",
        within=(date(2027, 3, 1), date(2027, 3, 31)),
    )

    assert (WarningKind.OUTSIDE_RUN in [one.kind for one in found]) == is_outside


@pytest.mark.parametrize("place", [("", ""), ("XX", ""), ("ba", "SRP"), ("BA", "nonsense")])
def test_an_unknown_place_has_no_holiday_of_its_own(place):
    assert holiday_on(date(2027, 1, 9), *place, "en") == ""


@given(st.integers(-300, 300), st.integers(1, 200))
@example(60, 30)
@example(-30, 30)
def test_a_room_or_teacher_clashes_exactly_when_the_times_overlap(shift, minutes):
    start = datetime(2027, 3, 8, 9, tzinfo=UTC)
    other = start + timedelta(minutes=shift)
    busy = Busy(BusyKind.ROOM, "Hall 1", "IP law", other, other + timedelta(minutes=minutes))

    found = warnings_for(start, start + timedelta(minutes=60), zone="UTC", busy=[busy])

    assert bool(found) == (shift < 60 and shift + minutes > 0)
    assert all(
        (w.kind, w.name, w.by) == (WarningKind.ROOM_CLASH, "Hall 1", "IP law") for w in found
    )
