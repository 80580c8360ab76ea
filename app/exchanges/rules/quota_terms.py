"""What an agreement asks of the people it sends, as rules of eligibility are asked."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from app.exchanges.rules.eligibility import CallFacts, Finding, Outcome, check
from app.exchanges.states.agreements import STAFF_KINDS, ExchangeKind

FIELD, LEVEL, LANGUAGE = "isced", "eqf_level", "languages"
"""The facts that the terms of an agreement are about; each begins the id of its rules."""


class _Promise(Protocol):
    """The part of a condition that says whom it is for."""

    kind: ExchangeKind
    isced_codes: list[str]
    eqf_levels: list[int]
    languages: list[dict[str, str]]


def rules_of(condition: _Promise | None) -> list[dict[str, Any]]:
    """Return what a condition asks: a field, a level, and every language that it names.

    A language that is asked for one subject alone is for the office to judge, when it is not
    known. The level of staff is that of their students, which is no fact about them.
    """
    if condition is None:
        return []
    rules: list[dict[str, Any]] = []
    if condition.isced_codes:
        codes = list(condition.isced_codes)
        rules.append({"id": FIELD, "type": "field_isced", "parameters": {"codes": codes}})
    if condition.eqf_levels and condition.kind not in STAFF_KINDS:
        levels = list(condition.eqf_levels)
        rules.append({"id": LEVEL, "type": "eqf_level", "parameters": {"levels": levels}})
    rules += [
        {
            "id": f"{LANGUAGE}-{number}",
            "type": "language_level",
            "parameters": {"language": one["language"], "level": one["level"]},
            "strict": not one.get("subject"),
        }
        for number, one in enumerate(condition.languages, start=1)
    ]
    return rules


def findings(
    rules: Iterable[Mapping[str, Any]], facts: Mapping[str, Any], today: date
) -> list[Finding]:
    """Return what these rules say of somebody, in their order.

    Nothing written about languages at all is not known, which is not the same as none.
    """
    given = dict(facts)
    if not given.get(LANGUAGE):
        given.pop(LANGUAGE, None)
    return check(rules, given, today, CallFacts("", today, today))


def facts_of(
    about: Mapping[str, Any], *, isced: str = "", eqf_level: int | None = None
) -> dict[str, Any]:
    """Return what is known of somebody: what a plan says goes before what they wrote."""
    planned: dict[str, Any] = {FIELD: isced or None, LEVEL: eqf_level}
    return dict(about) | {name: value for name, value in planned.items() if value is not None}


def unknown(found: Iterable[Finding], confirmed: Collection[str] = ()) -> list[Finding]:
    """Return what a person has still to make sure of."""
    return [
        one for one in found if one.outcome is Outcome.NEEDS_HUMAN and one.rule_id not in confirmed
    ]
