"""What an applicant wrote, as others read it: about themselves, and in the call's own form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from babel.dates import format_date

from app.core.database import Text
from app.core.i18n import cldr, current_locale
from app.exchanges.rules import facts as fact_rules
from app.exchanges.rules import forms
from app.exchanges.words.applications import CEFR_LABELS, FACT_LABELS
from app.exchanges.words.eligibility import field_name
from app.exchanges.words.fields import EQF_LABELS, country_name, language_name


@dataclass(frozen=True, slots=True)
class Line:
    """One question and its answer; a file is given by its id."""

    key: str
    label: str
    text: str = ""
    file_id: UUID | None = None
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """The answers of one step."""

    step: str
    title: str
    lines: list[Line] = field(default_factory=list)


def about_lines(facts: Mapping[str, Any], unit: str = "") -> list[Line]:
    """Return what an applicant said about themselves; what was not asked is left out."""
    known = [name for name in fact_rules.NAMES if facts.get(name) not in (None, "", [])]
    lines = [Line(name, str(FACT_LABELS[name]), _fact(name, facts[name])) for name in known]
    return [*lines, Line("unit_id", str(FACT_LABELS["unit_id"]), unit)] if unit else lines


def answer_parts(
    fields: Sequence[Mapping[str, Any]],
    titles: Sequence[Mapping[str, str]],
    answers: Mapping[str, Any],
) -> list[Part]:
    """Return the answers to a form by its steps; wishes are shown apart."""
    parts = []
    for number in forms.steps_of(fields):
        asked = [
            one
            for one in forms.in_step(fields, number)
            if one["type"] != forms.FieldType.PREFERENCES
        ]
        lines = [answer_line(one, answers.get(str(one["id"]))) for one in asked]
        if lines:
            parts.append(Part(f"form-{number}", step_title(titles, number), lines))
    return parts


def step_title(titles: Sequence[Mapping[str, str]], number: int) -> str:
    """Return the title of a step of the form, which its office wrote; perhaps empty."""
    if 1 <= number <= len(titles):
        return Text(titles[number - 1]).in_(current_locale())
    return ""


def answer_line(question: Mapping[str, Any], value: Any) -> Line:
    """Return one answer in words."""
    key = str(question["id"])
    label = Text(question.get("label") or {}).in_(current_locale())
    if question["type"] == forms.FieldType.FILE:
        return Line(key, label, file_id=_id(value))
    is_long = question["type"] == forms.FieldType.LONG_TEXT
    return Line(key, label, _answer(question, value), is_long=is_long)


def _answer(question: Mapping[str, Any], value: Any) -> str:
    if value in (None, "", []):
        return ""
    if question["type"] in forms.WITH_OPTIONS:
        names = {
            str(one["id"]): Text(one.get("label") or {}).in_(current_locale()) or str(one["id"])
            for one in question.get("options") or ()
        }
        chosen = value if isinstance(value, list) else [value]
        return "; ".join(names.get(str(one), str(one)) for one in chosen)
    if question["type"] == forms.FieldType.DATE:
        return _day(str(value))
    return str(value)


def _fact(name: str, value: Any) -> str:
    if name == "eqf_level":
        return str(EQF_LABELS.get(value, value))
    if name == "isced":
        return field_name(str(value))
    if name == "languages":
        return "; ".join(_language(one) for one in value)
    if name == "passport_until":
        return _day(str(value))
    if name == "citizenship":
        codes: Iterable[str] = [value] if isinstance(value, str) else value
        return "; ".join(country_name(str(code)) for code in codes)
    return str(value)


def _language(one: Mapping[str, str]) -> str:
    level = str(one.get("level", ""))
    return f"{language_name(str(one.get('language', '')))}: {CEFR_LABELS.get(level, level)}"


def _day(text: str) -> str:
    try:
        return format_date(date.fromisoformat(text), "long", locale=cldr(current_locale()))
    except ValueError:
        return text


def _id(value: Any) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None
