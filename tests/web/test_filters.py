"""Times, numbers, names and texts as the reader's language writes them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from markupsafe import Markup

from app.core.clock import now
from app.core.i18n import LOCALES
from app.web.filters import Formats

WINTER = datetime(now().year, 11, 24, 9, tzinfo=UTC)
SUMMER = datetime(now().year, 7, 24, 9, tzinfo=UTC)


def formats(locale: str = "en", zone: str = "Europe/Sarajevo") -> Formats:
    return Formats(locale, lambda: zone)


@pytest.mark.parametrize(
    ("locale", "city", "number", "weekday"),
    [
        ("en", "Shanghai", "1,234.5", "Tue"),
        ("zh_Hans_CN", "上海", "1,234.5", "周二"),
        ("sr_Cyrl", "Шангај", "1.234,5", "уто"),
        ("sr_Latn", "Šangaj", "1.234,5", "uto"),
        ("bs", "Šangaj", "1.234,5", "uto"),
    ],
)
def test_each_language_writes_in_its_own_way(
    locale: str, city: str, number: str, weekday: str
) -> None:
    shown = formats(locale)

    assert shown.city("Asia/Shanghai") == city
    assert shown.number(1234.5) == number
    assert shown.weekday(date(2026, 11, 24)) == weekday


def test_a_session_has_two_clocks_and_their_difference_follows_the_season() -> None:
    shown = formats()

    assert shown.span(WINTER, WINTER + timedelta(minutes=90)) == "10:00–11:30"
    assert shown.span(WINTER, WINTER + timedelta(minutes=90), "Asia/Shanghai") == "17:00–18:30"
    assert shown.offset(WINTER, "Asia/Shanghai") == "+7 hours"
    assert shown.offset(SUMMER, "Asia/Shanghai") == "+6 hours"
    assert shown.offset(WINTER, "Europe/Belgrade") == ""
    assert formats(zone="Asia/Shanghai").offset(WINTER, "Europe/Sarajevo") == "−7 hours"
    assert shown.offset(WINTER, "Asia/Kolkata") == "+4:30 hours"


def test_a_session_over_midnight_names_the_later_day() -> None:
    late = WINTER + timedelta(hours=13)

    assert "25" in formats().span(late, late + timedelta(hours=3))


def test_another_year_is_said() -> None:
    shown = formats()

    assert str(now().year) not in shown.day(WINTER)
    assert "1999" in shown.day(date(1999, 5, 1))
    assert "1999" in shown.date_range(date(1999, 5, 1), date(1999, 6, 1))


def test_a_rate_just_below_the_threshold_does_not_look_met() -> None:
    assert [formats().percent(value) for value in (7999, 8000, 10_000)] == ["79%", "80%", "100%"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("seconds", [-(10**8), -4000, -1, 0, 1, 59, 60, 4000, 10**6, 10**9])
def test_any_distance_in_time_can_be_said(locale: str, seconds: int) -> None:
    assert formats(locale).relative(now() + timedelta(seconds=seconds))


def test_a_text_in_another_language_says_so() -> None:
    text = {"en": "Bridge <b>", "zh_Hans_CN": "桥"}

    assert formats().text(text) == "Bridge <b>"
    assert formats("zh_Hans_CN").text(text) == "桥"
    assert formats("bs").text(text) == Markup('<span lang="en">Bridge &lt;b&gt;</span>')
    assert formats("bs").plain(text) == "Bridge <b>"
    assert formats().others(text) == [("zh-Hans", "桥")]
    assert formats().text({}) == formats().text(None) == ""


@pytest.mark.parametrize(
    ("name", "initials", "tag"),
    [
        ("王晓明 Wang Xiaoming", "王", "zh-Hans"),
        ("Миљана Радић", "МР", "sr-Cyrl"),
        ("Dr. Siniša Kovačević", "SK", ""),
        ("Ana", "A", ""),
        ("", "·", ""),
        ("<script>", "·", ""),
    ],
)
def test_a_name_carries_the_language_of_its_script(name: str, initials: str, tag: str) -> None:
    shown = formats()

    assert shown.initials(name) == initials
    assert shown.named(name) == (
        Markup('<span lang="{}">{}</span>').format(tag, name) if tag else name
    )
