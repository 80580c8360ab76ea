"""What one certificate says, composed once from a design and the facts, and frozen as JSON.

A snapshot holds every word, date and digest that is printed; nothing is read from courses or
people again, so a later change of a name, a title or a logo cannot change what was certified.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from app.core.i18n import FALLBACK, cldr

SCHEMA = 1
Layout = Mapping[str, Any]
"""What a design or a snapshot holds, as JSON."""

PLACEHOLDERS = (
    "holder", "course", "code", "hours", "ects", "attendance", "from", "to", "place", "issuer",
)  # fmt: skip
"""What a text of a design may name in braces."""

SCRIPTS = {
    "en": "latin",
    "sr_Latn": "latin",
    "bs": "latin",
    "sr_Cyrl": "cyrillic",
    "zh_Hans_CN": "han",
}
"""The script a name is printed in, by the language of the text around it."""

_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True)
class Facts:
    """What is certified about one person, read from courses, attendance and completion."""

    names: Mapping[str, str]
    course: Mapping[str, str]
    course_code: str
    starts_on: date | None
    ends_on: date | None
    hours: int | None = None
    ects_hundredths: int | None = None
    attendance_bp: int | None = None
    place: Mapping[str, str] = field(default_factory=dict)
    issuer: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Identity:
    """What tells one certificate from all others."""

    number: str
    code: str
    url: str
    issued_on: date
    valid_until: date | None = None


def compose(design: Mapping[str, Any], facts: Facts, identity: Identity) -> dict[str, Any]:
    """Return everything that is printed; a line that names a fact there is not is left out."""
    languages = list(design["languages"])
    return {
        "schema": SCHEMA,
        "number": identity.number,
        "code": identity.code,
        "url": identity.url,
        "issued_on": identity.issued_on.isoformat(),
        "valid_until": identity.valid_until.isoformat() if identity.valid_until else None,
        "languages": languages,
        "names": {script: name for script, name in facts.names.items() if name},
        "course": dict(facts.course),
        "course_code": facts.course_code,
        "issuer": dict(facts.issuer),
        "facts": {
            "hours": facts.hours,
            "ects_hundredths": facts.ects_hundredths,
            "attendance_bp": facts.attendance_bp,
            "from": facts.starts_on.isoformat() if facts.starts_on else None,
            "to": facts.ends_on.isoformat() if facts.ends_on else None,
            "place": dict(facts.place),
        },
        "texts": {code: _texts(design, facts, code) for code in languages},
        "signatories": list(design.get("signatories", [])),
        "accent": design["accent"],
        "second": design["second"],
        "logo": design.get("logo", ""),
        "images": dict(design.get("images") or {}),
        "pattern": design.get("pattern", ""),
    }


def digest(snapshot: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a snapshot in its one canonical spelling."""
    text = json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def printed_name(names: Mapping[str, str], language: str) -> tuple[str, str]:
    """Return the name for a text in that language and the script it is in; Latin at last."""
    script = SCRIPTS[language]
    if names.get(script):
        return names[script], script
    return names.get("latin", ""), "latin"


def scripts_of(design: Mapping[str, Any]) -> list[str]:
    """Return the scripts a design prints names in, Latin always, each once."""
    return list(dict.fromkeys(["latin", *(SCRIPTS[code] for code in design["languages"])]))


def unknown_placeholders(text: str) -> list[str]:
    """Return what stands in braces but names nothing."""
    return [name for name in re.findall(r"\{([^{}]*)\}", text) if name not in PLACEHOLDERS]


def pick(texts: Mapping[str, str], language: str) -> str:
    """Return a text in that language or the nearest one there is."""
    for code in (*FALLBACK[language], *texts):
        if texts.get(code):
            return texts[code]
    return ""


def long_day(day: date, language: str) -> str:
    """Return a day in words; in figures where the month's name would have to be declined."""
    pattern = "d. M. y." if language in {"sr_Cyrl", "sr_Latn", "bs"} else "long"
    return format_date(day, pattern, locale=cldr(language))


def _texts(design: Mapping[str, Any], facts: Facts, language: str) -> dict[str, Any]:
    words = design["texts"][language]
    values = _values(facts, language)
    lines = (_line(line, values) for line in words["body"].splitlines() if line.strip())
    return {
        "title": words["title"],
        "lead": words["lead"],
        "body": [line for line in lines if line is not None],
    }


def _line(line: str, values: Mapping[str, str]) -> list[list[Any]] | None:
    """Return a line as runs of [text, strong]; None when a fact it names is missing."""
    runs: list[list[Any]] = []
    for position, part in enumerate(_PLACEHOLDER.split(line.strip())):
        if position % 2 == 0:
            if part:
                runs.append([part, False])
            continue
        if not values.get(part):
            return None
        strong = part in {"course", "holder"}
        if runs and runs[-1][1] == strong:
            runs[-1][0] += values[part]
        else:
            runs.append([values[part], strong])
    return _joined(runs)


def _joined(runs: list[list[Any]]) -> list[list[Any]]:
    joined: list[list[Any]] = []
    for text, strong in runs:
        if joined and joined[-1][1] == strong:
            joined[-1][0] += text
        else:
            joined.append([text, strong])
    return joined


def _values(facts: Facts, language: str) -> dict[str, str]:
    locale = cldr(language)

    def day(value: date | None) -> str:
        return long_day(value, language) if value else ""

    def number(value: int | None, parts: int) -> str:
        return format_decimal(value / parts, locale=locale) if value else ""

    return {
        "holder": printed_name(facts.names, language)[0],
        "course": pick(facts.course, language),
        "code": facts.course_code,
        "hours": number(facts.hours, 1),
        "ects": number(facts.ects_hundredths, 100),
        "attendance": number(facts.attendance_bp, 100),
        "from": day(facts.starts_on),
        "to": day(facts.ends_on),
        "place": pick(facts.place, language),
        "issuer": pick(facts.issuer, language),
    }
