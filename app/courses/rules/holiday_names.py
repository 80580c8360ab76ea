"""Public holidays of a country or a part of it, named in the reader's language."""

from datetime import date
from functools import lru_cache

import holidays

from app.core.names import to_latin

_LANGUAGES = {"zh_Hans_CN": "zh_CN", "sr_Cyrl": "sr", "sr_Latn": "sr", "bs": "bs"}
_FALLBACK = "en_US"


def holiday_on(day: date, country: str, subdivision: str, locale: str) -> str:
    """Return the name of the public holiday, or nothing.

    Country and subdivision are ISO 3166 codes (`BA` and `SRP`, the entity, or `BRC`); of a
    country or subdivision nobody knows, no holiday is known. What has no name in the language
    of the locale is named in English.
    """
    if not country:
        return ""
    name = _year(country, subdivision, day.year, _LANGUAGES.get(locale, _FALLBACK)).get(day, "")
    return to_latin(name) if locale == "sr_Latn" else name


@lru_cache(maxsize=256)
def _year(country: str, subdivision: str, year: int, language: str) -> dict[date, str]:
    supported = holidays.list_supported_countries(include_aliases=False)
    if country not in supported:
        return {}
    part = subdivision if subdivision in supported[country] else None
    languages = holidays.list_localized_countries().get(country, [])
    calendar = holidays.country_holidays(
        country,
        subdiv=part,
        years=year,
        language=language if language in languages else _FALLBACK,
    )
    return dict(calendar.items())
