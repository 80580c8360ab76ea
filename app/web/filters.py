"""Times, numbers, names and texts as people of each language write them; cached, for rows."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_timedelta, get_timezone_location
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup

from app.core.clock import now
from app.core.i18n import FALLBACK, LANG_TAGS, cldr, in_language, ngettext
from app.core.i18n import gettext as _

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
CYRILLIC = re.compile(r"[\u0400-\u052f]")
Unit = Literal["year", "month", "week", "day", "hour", "minute"]
_UNITS: tuple[tuple[Unit, int], ...] = (
    ("year", 31_536_000),
    ("month", 2_592_000),
    ("week", 604_800),
    ("day", 86_400),
    ("hour", 3600),
    ("minute", 60),
)
"""Each with its seconds; a month is 30 days."""

KILOBYTE = 1000
"""Bytes."""

Zone = Callable[[], str]


@cache
def zone_info(name: str) -> ZoneInfo:
    """Return the zone of an IANA name; UTC for one that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return ZoneInfo("UTC")


@lru_cache(maxsize=8192)
def _day(locale: str, skeleton: str, value: date) -> str:
    return str(format_skeleton(skeleton, value, locale=cldr(locale)))


@cache
def _weekday(locale: str, number: int) -> str:
    return str(cldr(locale).days["stand-alone"]["abbreviated"][number])


@cache
def _city(locale: str, zone: str) -> str:
    if zone in ("UTC", "Etc/UTC"):
        return "UTC"
    try:
        return str(get_timezone_location(zone, locale=cldr(locale), return_city=True))
    except (LookupError, ValueError):
        return zone.rpartition("/")[2].replace("_", " ")


@lru_cache(maxsize=4096)
def _ago(locale: str, unit: Unit, count: int, seconds: int) -> str:
    gap = timedelta(seconds=seconds * count)
    return format_timedelta(
        gap, granularity=unit, threshold=10_000, add_direction=True, locale=cldr(locale)
    )


@lru_cache(maxsize=4096)
def _number(locale: str, value: float) -> str:
    return str(format_decimal(value, locale=cldr(locale)))


@lru_cache(maxsize=4096)
def _percent(locale: str, whole: int) -> str:
    return str(format_percent(whole / 100, locale=cldr(locale)))


@lru_cache(maxsize=8192)
def _named(locale: str, name: str) -> str | Markup:
    tag = "zh-Hans" if HAN.search(name) else "sr-Cyrl" if CYRILLIC.search(name) else ""
    if tag in ("", LANG_TAGS[locale]):
        return name
    return Markup('<span lang="{}">{}</span>').format(tag, name)


@lru_cache(maxsize=8192)
def _initials(name: str) -> str:
    if found := HAN.search(name):
        return found.group()
    names = [part for part in name.split() if part[:1].isalpha() and not part.endswith(".")]
    return (names[0][0] + (names[-1][0] if len(names) > 1 else "")).upper() if names else "·"


class Formats:
    """The filters of one language; `zone` answers which zone the reader has."""

    def __init__(self, locale: str, zone: Zone) -> None:
        self.locale, self.zone = locale, zone
        self.fallback = FALLBACK.get(locale, ("en",))

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by the names that templates use."""
        names = (
            "clock day short_day long_day relative iso city offset percent number duration "
            "filesize text plain others named initials weekday"
        )
        found = {name: getattr(self, name) for name in names.split()}
        return found | {"date": self.full_date, "datetime": self.stamp}

    def functions(self) -> dict[str, Callable[..., Any]]:
        """Return what templates call with more than one value."""
        return {"span": self.span, "date_range": self.date_range, "zones_of": self.zones_of}

    def local(self, value: datetime, zone: str | None = None) -> datetime:
        """Return an aware moment on the clock of a zone, else on the reader's."""
        return value.astimezone(zone_info(str(zone or self.zone())))

    def clock(self, value: datetime, zone: str | None = None) -> str:
        """Write 17:05."""
        return self.local(value, zone).strftime("%H:%M")

    def day(self, value: datetime | date, zone: str | None = None) -> str:
        """Write Tue 24 Nov, with the year when it is not the present one."""
        return self._write("MMMEd", value, zone)

    def short_day(self, value: datetime | date, zone: str | None = None) -> str:
        """Write 24 Nov."""
        return _day(self.locale, "MMMd", self._date(value, zone))

    def long_day(self, value: datetime | date, zone: str | None = None) -> str:
        """Write Tuesday 24 November, with the year when it is not the present one."""
        return self._write("MMMMEEEEd", value, zone)

    def full_date(self, value: datetime | date, zone: str | None = None) -> str:
        """Write 24 Nov 2026."""
        return _day(self.locale, "yMMMd", self._date(value, zone))

    def stamp(self, value: datetime, zone: str | None = None) -> str:
        """Write Tue 24 Nov, 10:00."""
        local = self.local(value, zone)
        return f"{self.day(local.date())}, {local:%H:%M}"

    def span(self, start: datetime, end: datetime, zone: str | None = None) -> str:
        """Write 10:00-11:30, with the later day when it is another."""
        first, last = self.local(start, zone), self.local(end, zone)
        if first.date() == last.date():
            return f"{first:%H:%M}\u2013{last:%H:%M}"
        return f"{first:%H:%M}\u2013{last:%H:%M} ({self.day(last.date())})"

    def date_range(
        self, first: datetime | date, last: datetime | date, zone: str | None = None
    ) -> str:
        """Write 2 Mar - 13 Mar, with the years when they are not the present one."""
        one, two = self._date(first, zone), self._date(last, zone)
        skeleton = "MMMd" if one.year == two.year == now().year else "yMMMd"
        if one == two:
            return _day(self.locale, skeleton, one)
        start = "MMMd" if one.year == two.year else skeleton
        return f"{_day(self.locale, start, one)} \u2013 {_day(self.locale, skeleton, two)}"

    def weekday(self, value: datetime | date, zone: str | None = None) -> str:
        """Write Tue."""
        return _weekday(self.locale, self._date(value, zone).weekday())

    def relative(self, value: datetime) -> str:
        """Write in 10 minutes, or 3 days ago."""
        gap = int((value - now()).total_seconds())
        size = abs(gap)
        for unit, seconds in _UNITS:
            if size >= seconds * (2 if unit == "month" else 1):
                return _ago(self.locale, unit, round(gap / seconds), seconds)
        return _ago(self.locale, "minute", 1 if gap >= 0 else -1, 60)

    @staticmethod
    def iso(value: datetime | date) -> str:
        """Write for a `datetime` attribute."""
        return value.isoformat(timespec="minutes") if isinstance(value, datetime) else f"{value}"

    def city(self, zone: str) -> str:
        """Write the city of an IANA zone: Shanghai, 上海, Шангај."""
        return _city(self.locale, str(zone))

    def zones_of(self, zones: list[str] | tuple[str, ...]) -> list[str]:
        """Return the reader's zone first, then the others, none twice."""
        return list(dict.fromkeys([str(self.zone()), *map(str, zones)]))

    def offset(self, value: datetime, zone: str) -> str:
        """Write by how much that zone's clock is ahead of the reader's: +7 hours, or nothing."""
        theirs, mine = self.local(value, zone).utcoffset(), self.local(value).utcoffset()
        minutes = round(((theirs or timedelta()) - (mine or timedelta())).total_seconds() / 60)
        if not minutes:
            return ""
        sign = "+" if minutes > 0 else "\u2212"
        hours, rest = divmod(abs(minutes), 60)
        with in_language(self.locale):
            if not rest:
                return ngettext("%(sign)s%(num)s hour", "%(sign)s%(num)s hours", hours, sign=sign)
            return _("%(sign)s%(hours)s:%(minutes)02d hours", sign=sign, hours=hours, minutes=rest)

    def percent(self, basis_points: int) -> str:
        """Write basis points as whole per cent, rounded down so that 79.99 does not look met."""
        return _percent(self.locale, basis_points // 100)

    def number(self, value: float) -> str:
        """Write 12,345.6 as the language does."""
        return _number(self.locale, value)

    def duration(self, minutes: int) -> str:
        """Write minutes as 1 h 30 min."""
        hours, rest = divmod(int(minutes), 60)
        with in_language(self.locale):
            if not hours:
                return _("%(minutes)s min", minutes=rest)
            if not rest:
                return _("%(hours)s h", hours=hours)
            return _("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)

    def filesize(self, size: int) -> str:
        """Write bytes as kB or MB, of 1000."""
        if size < KILOBYTE:
            return f"{size} B"
        if size < KILOBYTE**2:
            return f"{self.number(round(size / KILOBYTE))} kB"
        return f"{self.number(round(size / KILOBYTE**2, 1))} MB"

    def text(self, value: Any) -> str | Markup:
        """Write a text in the reader's language, marked with its own when that is another."""
        words, tag = self._pick(value)
        if tag in ("", "und", LANG_TAGS[self.locale]):
            return words
        return Markup('<span lang="{}">{}</span>').format(tag, words)

    def plain(self, value: Any) -> str:
        """Write a text in the reader's language, for attributes and as a value of a message."""
        return self._pick(value)[0]

    def others(self, value: dict[str, str]) -> list[tuple[str, str]]:
        """Return (language tag, text) in the other languages, those with the same words once."""
        shown = self.plain(value)
        found: dict[str, str] = {}
        for code in LANG_TAGS:
            words = value.get(code, "")
            if words and words != shown:
                found.setdefault(words, LANG_TAGS[code])
        return [(tag, words) for words, tag in found.items()]

    def named(self, value: str) -> str | Markup:
        """Write a person's name with the language of its script, for glyphs and voices."""
        return _named(self.locale, value)

    @staticmethod
    def initials(value: str) -> str:
        """Write what stands in the circle for a person: 王, or MR."""
        return _initials(value)

    def _pick(self, value: Any) -> tuple[str, str]:
        if not isinstance(value, dict):
            return ("", "") if value is None else (str(value), "")
        for code in self.fallback:
            if words := value.get(code):
                return words, LANG_TAGS[code]
        return next(((w, LANG_TAGS.get(c, "und")) for c, w in value.items() if w), ("", ""))

    def _date(self, value: datetime | date, zone: str | None) -> date:
        return self.local(value, zone).date() if isinstance(value, datetime) else value

    def _write(self, skeleton: str, value: datetime | date, zone: str | None) -> str:
        day = self._date(value, zone)
        if day.year != now().year:
            skeleton = f"y{skeleton}"
        return _day(self.locale, skeleton, day)
