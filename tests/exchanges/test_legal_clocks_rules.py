"""The clocks of both countries, by table."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchanges.rules.checklists import Item, is_covered, missing
from app.exchanges.rules.legal_clocks import CLOCKS, Facts, Trigger, steps

SHANGHAI, SARAJEVO = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Sarajevo")
FIRST = date(2027, 2, 22)


def coming_to(country: str, days: int, **known: object) -> Facts:
    values: dict[str, object] = {
        "country": country,
        "timezone": "Asia/Shanghai" if country == "CN" else "Europe/Sarajevo",
        "citizenships": frozenset({"BA" if country == "CN" else "CN"}),
        "first_day": FIRST,
        "last_day": FIRST + timedelta(days=days - 1),
    }
    return Facts(**(values | known))  # type: ignore[arg-type]  # of each field's own type


def due(facts: Facts) -> dict[str, datetime | None]:
    return {step.clock.id: step.due_at for step in steps(facts)}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (29, {"cn-police"}),
        (30, {"cn-dq-form", "cn-police"}),
        (180, {"cn-dq-form", "cn-police"}),
        (181, {"cn-jw-form", "cn-police", "cn-residence-permit"}),
        (330, {"cn-jw-form", "cn-police", "cn-residence-permit"}),
    ],
)
def test_which_clocks_run_in_china_follows_from_the_length_of_the_stay(
    days: int, expected: set[str]
) -> None:
    assert set(due(coming_to("CN", days))) == expected


def test_clocks_in_china_run_by_its_own_calendar() -> None:
    late = datetime(2027, 2, 20, 23, 30, tzinfo=SHANGHAI)
    found = due(coming_to("CN", 300, arrived_at=late.astimezone(UTC)))

    assert found["cn-police"] == late + timedelta(hours=24)
    assert found["cn-residence-permit"] == datetime(2027, 3, 22, 23, 59, tzinfo=SHANGHAI)
    assert found["cn-jw-form"] == datetime(2027, 1, 23, 23, 59, tzinfo=SHANGHAI)


def test_clocks_in_bosnia_and_herzegovina() -> None:
    arrived = datetime(2027, 2, 20, 14, 0, tzinfo=SARAJEVO)
    found = due(
        coming_to(
            "BA",
            140,
            arrived_at=arrived.astimezone(UTC),
            visa_until=date(2027, 5, 20),
            permit_until=date(2027, 7, 1),
        )
    )

    assert found["ba-police"] == arrived + timedelta(hours=48)
    # Summer time begins between the two: the last minute of the day is by the local clock.
    assert found["ba-residence"] == datetime(2027, 5, 6, 23, 59, tzinfo=SARAJEVO)
    assert found["ba-residence-before-visa-ends"] == datetime(2027, 5, 5, 23, 59, tzinfo=SARAJEVO)
    assert found["ba-renewal"] == datetime(2027, 6, 16, 23, 59, tzinfo=SARAJEVO)


@pytest.mark.parametrize(
    ("country", "days", "papers", "expected"),
    [
        ("BA", 1, 9, set()),  # both registrations are due only after the last day
        ("BA", 5, 4, {"ba-police"}),
        ("BA", 90, 120, {"ba-police"}),
        ("BA", 91, 120, {"ba-police", "ba-residence"}),
        ("BA", 140, None, {"ba-police", "ba-residence"}),
        ("BA", 60, 39, {"ba-police", "ba-residence-before-visa-ends"}),
        ("CN", 1, None, set()),
        ("CN", 10, None, {"cn-police"}),
    ],
)
def test_nothing_is_due_that_a_stay_of_this_length_does_not_need(
    country: str, days: int, papers: int | None, expected: set[str]
) -> None:
    until = FIRST + timedelta(days=papers) if papers is not None else None
    arrived = datetime.combine(FIRST, time(8), UTC)
    found = due(coming_to(country, days, arrived_at=arrived, visa_until=until))

    assert {one for one, at in found.items() if at is not None} == expected
    assert all(at is None or at >= arrived for at in found.values())


def test_a_visa_that_ends_within_days_asks_for_residence_on_the_day_of_coming() -> None:
    found = due(coming_to("BA", 100, visa_until=FIRST + timedelta(days=3)))

    assert found["ba-residence-before-visa-ends"] == datetime.combine(FIRST, time(23, 59), SARAJEVO)


def test_a_renewal_has_an_earliest_day_and_is_not_asked_for_when_the_permit_holds() -> None:
    until = FIRST + timedelta(days=200)
    step = {one.clock.id: one for one in steps(coming_to("BA", 300, permit_until=until))}

    first = datetime.combine(until - timedelta(days=60), time(0), SARAJEVO)
    assert step["ba-renewal"].opens_at == first
    assert "ba-renewal" not in due(coming_to("BA", 201, permit_until=until))


def test_what_is_not_known_yet_has_no_date_and_stands_last() -> None:
    found = steps(coming_to("BA", 140, visa_until=date(2027, 5, 20)))

    assert [step.clock.id for step in found if step.due_at] == ["ba-residence-before-visa-ends"]
    assert found[-1].due_at is None


@pytest.mark.parametrize("country", ["CN", "BA"])
def test_no_clock_runs_for_citizens(country: str) -> None:
    assert steps(coming_to(country, 200, citizenships=frozenset({country, "RS"}))) == []


def test_a_clock_counts_only_while_it_was_in_force() -> None:
    early = coming_to("CN", 60, first_day=date(2022, 2, 1), last_day=date(2022, 4, 1))

    assert steps(early) == []


def test_every_clock_names_its_source_and_its_trigger() -> None:
    assert len({one.id for one in CLOCKS}) == len(CLOCKS)
    for one in CLOCKS:
        assert "." in one.source
        assert one.trigger in set(Trigger)
        assert one.valid_until is None or one.valid_until > one.valid_from


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(DAYS, DAYS, st.lists(st.tuples(DAYS, DAYS).map(lambda p: (min(p), max(p))), max_size=5))
def test_cover_is_what_it_is_day_by_day(
    one: date, other: date, policies: list[tuple[date, date]]
) -> None:
    first, last = min(one, other), max(one, other)
    days = (first + timedelta(days=at) for at in range((last - first).days + 1))
    slow = all(any(a <= day <= b for a, b in policies) for day in days)

    assert is_covered(first, last, policies) == slow


def test_the_checklist_keeps_its_order() -> None:
    assert missing({Item.LETTER}, {Item.BRIEFING}) == [
        Item.LEARNING_AGREEMENT,
        Item.INSURANCE,
        Item.EMERGENCY_CONTACT,
        Item.TRAVEL_DOCUMENTS,
        Item.ACCOMMODATION,
    ]
