"""Days of the start page."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.rules import days_of, part_of_day, week_of

ZONES = st.sampled_from(["Europe/Sarajevo", "Asia/Shanghai", "America/New_York"]).map(ZoneInfo)
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(MOMENTS, ZONES)
def test_the_moment_lies_in_its_own_week_which_begins_on_a_monday(moment, zone):
    first, end = week_of(moment, zone)
    assert first <= moment < end
    assert (first.astimezone(zone).weekday(), first.astimezone(zone).hour) == (0, 0)


@given(MOMENTS, ZONES, st.lists(st.integers(-200, 200), max_size=20))
def test_every_session_of_the_week_is_shown_once_on_its_own_day(moment, zone, hours):
    sessions = [SimpleNamespace(starts_at=moment + timedelta(hours=hour)) for hour in hours]
    first, end = week_of(moment, zone)

    days = days_of(sessions, moment, zone)

    shown = [session for day in days for session in day.sessions]
    assert len(shown) == sum(first <= session.starts_at < end for session in sessions)
    assert [day.today for day in days].count(True) == 1
    for day in days:
        assert all(s.starts_at.astimezone(zone).date() == day.date for s in day.sessions)


@pytest.mark.parametrize(
    ("hour", "part"), [(0, "morning"), (11, "morning"), (12, "afternoon"), (18, "evening")]
)
def test_the_greeting_follows_the_persons_clock(hour, part):
    zone = ZoneInfo("Asia/Shanghai")
    assert part_of_day(datetime(2026, 11, 24, hour, tzinfo=zone), zone) == part
