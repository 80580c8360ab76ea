"""What applicants say about themselves, as eligibility rules read it."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from app.exchanges.rules import isced
from app.exchanges.rules.eligibility import CEFR, EQF

ALWAYS = ("eqf_level", "isced")
"""Facts that every stay abroad needs later, whatever the rules of the call."""

NAMES = (
    "eqf_level",
    "isced",
    "ects_done",
    "months_abroad",
    "languages",
    "passport_until",
    "citizenship",
    "supervisor_email",
)
"""Everything that can be asked, in the order it is asked in."""

MOST_ECTS, MOST_MONTHS, MOST_LANGUAGES = 600, 60, 6
_EARLIEST, _LATEST = date(1990, 1, 1), date(2100, 1, 1)
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")
_LANGUAGE, _COUNTRY = re.compile(r"[a-z]{2,3}"), re.compile(r"[A-Z]{2}")


def asked(needed: Iterable[str]) -> list[str]:
    """Return which facts to ask for when rules need these: no more than is needed."""
    wanted = {*ALWAYS, *needed, "supervisor_email"}
    return [name for name in NAMES if name in wanted]


def missing(facts: Mapping[str, Any], needed: Iterable[str]) -> list[str]:
    """Return which facts are still to be given; a supervisor may be left out."""
    names = (name for name in asked(needed) if name != "supervisor_email")
    return [name for name in names if facts.get(name) in (None, "", [])]


def clean(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the facts that make sense, for JSON, and the names of those that do not.

    An empty value takes a fact away; a fact that is not named stays as it is.
    """
    kept: dict[str, Any] = {}
    faults: list[str] = []
    for name in NAMES:
        if name not in values:
            continue
        value = values[name]
        if value in (None, "", []):
            kept[name] = [] if name == "languages" else None
            continue
        found = _READERS[name](value)
        if found is None:
            faults.append(name)
        else:
            kept[name] = found
    return kept, faults


def _whole(low: int, high: int) -> Callable[[Any], int | None]:
    def read(value: Any) -> int | None:
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        return value if is_whole and low <= value <= high else None

    return read


def _isced(value: Any) -> str | None:
    return value if isced.is_detailed(value) else None


def _day(value: Any) -> str | None:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return None
    return day.isoformat() if _EARLIEST <= day <= _LATEST else None


def _languages(value: Any) -> list[dict[str, str]] | None:
    if not isinstance(value, list) or len(value) > MOST_LANGUAGES:
        return None
    found: dict[str, str] = {}
    for one in value:
        language, level = str(one.get("language", "")), str(one.get("level", ""))
        if not _LANGUAGE.fullmatch(language) or level not in (*CEFR, "native"):
            return None
        found[language] = level
    return [{"language": code, "level": level} for code, level in found.items()]


def _citizenship(value: Any) -> list[str] | None:
    codes = [value] if isinstance(value, str) else value
    if not isinstance(codes, list | tuple) or not all(
        isinstance(code, str) and _COUNTRY.fullmatch(code) for code in codes
    ):
        return None
    return list(dict.fromkeys(codes))


def _mail(value: Any) -> str | None:
    text = str(value).strip()
    return text.lower() if _MAIL.fullmatch(text) else None


_READERS: dict[str, Callable[[Any], Any]] = {
    "eqf_level": _whole(min(EQF), max(EQF)),
    "isced": _isced,
    "ects_done": _whole(0, MOST_ECTS),
    "months_abroad": _whole(0, MOST_MONTHS),
    "languages": _languages,
    "passport_until": _day,
    "citizenship": _citizenship,
    "supervisor_email": _mail,
}
