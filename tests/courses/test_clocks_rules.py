"""Local wall time is the truth; what is not exactly one moment is asked about."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.courses.rules.clocks import (
    NonexistentTime,
    RepeatedTime,
    UnknownZone,
    derived,
    difference_minutes,
    on_clocks,
    rederived,
    same_day,
    to_utc,
    zone_of,
)

SARAJEVO, SHANGHAI = "Europe/Sarajevo", "Asia/Shanghai"
ZONES = st.sampled_from([SARAJEVO, SHANGHAI, "Australia/Lord_Howe", "America/Nuuk", "Asia/Kolkata"])
LOCAL = st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2036-01-01"))


def test_a_time_the_clocks_skip_does_not_silently_move():
    with pytest.raises(NonexistentTime) as refusal:
        to_utc(datetime.fromisoformat("2027-03-28T02:30"), SARAJEVO)

    assert [one.isoformat() for one in refusal.value.choices] == [
        "2027-03-28T01:30:00+01:00",
        "2027-03-28T03:30:00+02:00",
    ]


def test_a_fold_does_not_make_a_skipped_time_exist():
    with pytest.raises(NonexistentTime):
        to_utc(datetime.fromisoformat("2027-03-28T02:30"), SARAJEVO, fold=1)


def test_a_time_that_comes_twice_is_asked_about():
    local = datetime.fromisoformat("2027-10-31T02:30")

    with pytest.raises(RepeatedTime) as question:
        to_utc(local, SARAJEVO)

    assert [one.isoformat() for one in question.value.choices] == [
        "2027-10-31T02:30:00+02:00",
        "2027-10-31T02:30:00+01:00",
    ]
    assert to_utc(local, SARAJEVO, fold=0) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert to_utc(local, SARAJEVO, fold=1) == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


@given(LOCAL, ZONES)
def test_a_moment_shows_the_local_time_it_was_made_from(local, zone):
    try:
        moment = to_utc(local, zone)
    except RepeatedTime as question:
        moments = [to_utc(local, zone, fold) for fold in (0, 1)]
        wanted = [one.astimezone(UTC) for one in question.choices]
    except NonexistentTime as refusal:
        before, after = (one.replace(tzinfo=None) for one in refusal.choices)
        assert before < local < after
        moments = wanted = [to_utc(before, zone), to_utc(after, zone)]
    else:
        moments = wanted = [moment]
        assert moment.astimezone(zone_of(zone)).replace(tzinfo=None) == local
    assert moments == sorted(wanted)
    assert all(one.tzinfo is UTC for one in moments)


@given(LOCAL, ZONES, st.integers(1, 600))
def test_unchanged_rules_change_no_session(local, zone, minutes):
    for fold in (0, 1):
        try:
            times = derived(local, zone, minutes, fold)
        except NonexistentTime:
            return
        now = times.starts_at - timedelta(days=1)
        assert times.ends_at - times.starts_at == timedelta(minutes=minutes)
        assert rederived(local, zone, minutes, times.starts_at, now) is None


def test_new_rules_move_sessions_to_come_and_no_others():
    local, stored = datetime.fromisoformat("2027-06-01T09:00"), datetime(2027, 6, 1, 8, tzinfo=UTC)

    fresh = rederived(local, SARAJEVO, 90, stored, stored - timedelta(days=1))

    assert fresh is not None
    assert fresh.starts_at == datetime(2027, 6, 1, 7, tzinfo=UTC)
    assert rederived(local, SARAJEVO, 90, stored, stored) is None


def test_the_second_coming_of_a_time_stays_the_second():
    stored = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    local = datetime.fromisoformat("2027-10-31T02:30")

    assert rederived(local, SARAJEVO, 90, stored, stored - timedelta(days=1)) is None


def test_both_clocks_show_date_and_distance():
    start = datetime(2027, 1, 11, 17, 30, tzinfo=UTC)

    here, there = on_clocks(start, start + timedelta(hours=2), [SARAJEVO, SHANGHAI, SARAJEVO])

    assert (here.start.hour, here.day_shift, here.offset_minutes) == (18, 0, 60)
    assert (there.start.hour, there.day_shift, there.ends_next_day) == (1, 1, False)
    assert not same_day(start, SARAJEVO, SHANGHAI)
    assert difference_minutes(start, SARAJEVO, SHANGHAI) == 420
    assert difference_minutes(datetime(2027, 7, 1, tzinfo=UTC), SARAJEVO, SHANGHAI) == 360


@pytest.mark.parametrize(
    "name", ["", "Europe/Banja_Luka", "../etc/passwd", "/etc/passwd", "\0", "a" * 999]
)
def test_an_unknown_zone_is_refused(name):
    with pytest.raises(UnknownZone):
        zone_of(name)
