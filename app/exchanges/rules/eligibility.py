"""Who may apply: rules of a few types, decided from what an applicant has said.

A rule is stored as {"id", "type", "parameters", "strict"}. A rule whose facts are not known, or
that is not strict and not met, leaves the decision to a person; it never passes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from app.exchanges.rules import isced
from app.exchanges.rules.periods import DAYS_IN_MONTH, add_months, days_between, whole_days

CEFR = ("A1", "A2", "B1", "B2", "C1", "C2")
"""Levels of language in rising order (Council of Europe)."""

EQF = tuple(range(1, 9))
ANCHORS = ("today", "stay_from", "stay_until")
_CODE = 2


class Outcome(StrEnum):
    """What a rule says."""

    PASS = "pass"  # noqa: S105 -- no password
    FAIL = "fail"
    NEEDS_HUMAN = "needs_human"


class Fault(StrEnum):
    """Why a rule cannot be stored."""

    UNKNOWN_TYPE = "unknown_type"
    NO_ID = "no_id"
    SAME_ID = "same_id"
    MISSING = "missing"
    NOT_POSSIBLE = "not_possible"
    NOT_IN_ORDER = "not_in_order"


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What rules read of the call."""

    institution_id: str
    stay_from: date
    stay_until: date


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule said, with what it needed and what it found (plain values, for JSON)."""

    rule_id: str
    type: str
    outcome: Outcome
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the rule at that place of a list."""

    index: int
    parameter: str
    fault: Fault


class Unknown(Exception):
    """A fact that a rule needs has not been given, or makes no sense."""

    def __init__(self, fact: str) -> None:
        self.fact = fact
        super().__init__(fact)


@dataclass(frozen=True, slots=True)
class Case:
    """One applicant before one call on one day."""

    facts: Mapping[str, Any]
    call: CallFacts
    today: date

    def number(self, name: str) -> Decimal:
        """Return a fact that is a number, not below zero. Raises Unknown."""
        value = self.facts.get(name)
        try:
            if value is None or isinstance(value, bool):
                raise Unknown(name)
            number = Decimal(str(value))
        except InvalidOperation:
            raise Unknown(name) from None
        if not number.is_finite() or not 0 <= number < 10**6:
            raise Unknown(name)
        return number

    def day(self, name: str) -> date:
        """Return a fact that is a day. Raises Unknown."""
        found = read_day(self.facts.get(name))
        if found is None:
            raise Unknown(name)
        return found

    def items(self, name: str) -> list[Any]:
        """Return a fact that is a list, perhaps empty. Raises Unknown."""
        value = self.facts.get(name)
        if not isinstance(value, list | tuple):
            raise Unknown(name)
        return list(value)

    @property
    def stay_days(self) -> int:
        """Return the length of the stay in days, a month counted as thirty."""
        return days_between(self.call.stay_from, self.call.stay_until)


Verdict = tuple[bool, dict[str, Any]]
Decide = Callable[[Mapping[str, Any], Case], Verdict]
Check = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class RuleType:
    """One type of rule: which parameters it has, which facts it reads, how it decides."""

    name: str
    parameters: Mapping[str, Check]
    facts: tuple[str, ...]
    decide: Decide


TYPES: dict[str, RuleType] = {}


def register(name: str, *, facts: Sequence[str] = (), **parameters: Check) -> Callable[..., Decide]:
    """Make a function the decision of a type of rule."""

    def add(decide: Decide) -> Decide:
        TYPES[name] = RuleType(name, parameters, tuple(facts), decide)
        return decide

    return add


def check(
    rules: Iterable[Mapping[str, Any]], facts: Mapping[str, Any], today: date, call: CallFacts
) -> list[Finding]:
    """Return one finding for every rule, in their order."""
    case = Case(facts, call, today)
    return [_find(rule, case) for rule in rules]


def is_blocked(findings: Iterable[Finding]) -> bool:
    """Tell whether an application with these findings cannot be sent."""
    return any(finding.outcome is Outcome.FAIL for finding in findings)


def problems(rules: Sequence[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """Return what keeps a list of rules from being stored."""
    found: list[Problem] = []
    seen: set[str] = set()
    for index, rule in enumerate(rules):
        key = rule.get("id")
        if not isinstance(key, str) or not key:
            found.append(Problem(index, "id", Fault.NO_ID))
        elif key in seen:
            found.append(Problem(index, "id", Fault.SAME_ID))
        else:
            seen.add(key)
        found += _problems_of(index, rule)
    return tuple(found)


def facts_needed(rules: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the names of the facts that these rules read, each once, in their order."""
    types = (TYPES.get(str(rule.get("type"))) for rule in rules)
    return list(dict.fromkeys(fact for one in types if one for fact in one.facts))


def read_day(value: Any) -> date | None:
    """Return a day that was stored as text or is one; None for anything else."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def levels_of(value: Any) -> dict[str, str]:
    """Return {language: level} of {"en": "B2"} or [{"language": "en", "level": "B2"}]."""
    if isinstance(value, Mapping):
        pairs = [(str(code), str(level)) for code, level in value.items()]
    elif isinstance(value, list | tuple):
        pairs = [
            (str(one.get("language", "")), str(one.get("level", one.get("cefr", ""))))
            for one in value
            if isinstance(one, Mapping)
        ]
    else:
        return {}
    best: dict[str, str] = {}
    for code, typed in pairs:
        level = "C2" if typed == "native" else typed.upper()
        if level in CEFR and CEFR.index(level) >= CEFR.index(best.get(code, "A1")):
            best[code] = level
    return best


def _find(rule: Mapping[str, Any], case: Case) -> Finding:
    key, name = str(rule.get("id", "")), str(rule.get("type", ""))
    if _problems_of(0, rule):
        return Finding(key, name, Outcome.NEEDS_HUMAN, {"broken": True})
    parameters = rule.get("parameters") or {}
    try:
        is_met, details = TYPES[name].decide(parameters, case)
    except Unknown as unknown:
        return Finding(key, name, Outcome.NEEDS_HUMAN, {"missing": unknown.fact})
    if is_met:
        return Finding(key, name, Outcome.PASS, details)
    is_strict = rule.get("strict", True)
    return Finding(key, name, Outcome.FAIL if is_strict else Outcome.NEEDS_HUMAN, details)


def _problems_of(index: int, rule: Mapping[str, Any]) -> list[Problem]:
    known = TYPES.get(str(rule.get("type")))
    if known is None:
        return [Problem(index, "type", Fault.UNKNOWN_TYPE)]
    given = rule.get("parameters") or {}
    found = []
    for name, is_possible in known.parameters.items():
        value = given.get(name)
        if value is None or value in ("", []):
            found.append(Problem(index, name, Fault.MISSING))
        elif not is_possible(value):
            found.append(Problem(index, name, Fault.NOT_POSSIBLE))
    has_bounds = {"minimum", "maximum"} <= set(known.parameters)
    if has_bounds and not found and given["minimum"] > given["maximum"]:
        found.append(Problem(index, "maximum", Fault.NOT_IN_ORDER))
    return found


def _whole(low: int, high: int) -> Check:
    return lambda value: type(value) is int and low <= value <= high


def _one_of(choices: Sequence[Any]) -> Check:
    return lambda value: value in choices


def _all_of(is_possible: Check) -> Check:
    return lambda value: isinstance(value, list) and all(is_possible(one) for one in value)


def _code(value: Any) -> bool:
    return isinstance(value, str) and len(value) == _CODE and value.isascii() and value.isalpha()


@register("min_ects", facts=("ects_done",), minimum=_whole(1, 600))
def _min_ects(parameters: Mapping[str, Any], case: Case) -> Verdict:
    done = case.number("ects_done")
    needed = parameters["minimum"]
    return done >= needed, {"needed": needed, "found": f"{done.normalize():f}"}


@register("max_months_cycle", facts=("months_abroad",), maximum=_whole(1, 60))
def _max_months_cycle(parameters: Mapping[str, Any], case: Case) -> Verdict:
    before = case.number("months_abroad")
    days = before * DAYS_IN_MONTH + case.stay_days
    most = parameters["maximum"]
    found = {"needed": most, "found": f"{before.normalize():f}", "days": case.stay_days}
    return days <= most * DAYS_IN_MONTH, found


@register("months_between", minimum=_whole(0, 60), maximum=_whole(1, 60))
def _months_between(parameters: Mapping[str, Any], case: Case) -> Verdict:
    low, high = parameters["minimum"], parameters["maximum"]
    is_met = low * DAYS_IN_MONTH <= case.stay_days <= high * DAYS_IN_MONTH
    return is_met, {"needed": low, "most": high, "days": case.stay_days}


@register("eqf_level", facts=("eqf_level",), levels=_all_of(_one_of(EQF)))
def _eqf_level(parameters: Mapping[str, Any], case: Case) -> Verdict:
    level = int(case.number("eqf_level"))
    if level not in EQF:
        raise Unknown("eqf_level")
    return level in parameters["levels"], {"needed": sorted(parameters["levels"]), "found": level}


@register("field_isced", facts=("isced",), codes=_all_of(isced.is_known))
def _field_isced(parameters: Mapping[str, Any], case: Case) -> Verdict:
    code = case.facts.get("isced")
    if not isinstance(code, str) or not isced.is_known(code):
        raise Unknown("isced")
    is_met = isced.is_within(code, parameters["codes"])
    return is_met, {"needed": list(parameters["codes"]), "found": code}


@register("language_level", facts=("languages",), language=_code, level=_one_of(CEFR))
def _language_level(parameters: Mapping[str, Any], case: Case) -> Verdict:
    if not isinstance(case.facts.get("languages"), Mapping | list | tuple):
        raise Unknown("languages")
    language, needed = parameters["language"], parameters["level"]
    found = levels_of(case.facts["languages"]).get(language)
    is_met = found is not None and CEFR.index(found) >= CEFR.index(needed)
    return is_met, {"language": language, "needed": needed, "found": found or ""}


@register(
    "passport_valid_months",
    facts=("passport_until",),
    months=_whole(0, 120),
    counted_from=_one_of(ANCHORS),
)
def _passport_valid_months(parameters: Mapping[str, Any], case: Case) -> Verdict:
    until = case.day("passport_until")
    anchors = {
        "today": case.today,
        "stay_from": case.call.stay_from,
        "stay_until": case.call.stay_until,
    }
    needed = add_months(anchors[parameters["counted_from"]], parameters["months"])
    return until >= needed, {"needed": needed.isoformat(), "found": until.isoformat()}


@register("documents_fresh", facts=("documents",), days=_whole(1, 3650))
def _documents_fresh(parameters: Mapping[str, Any], case: Case) -> Verdict:
    old = []
    for one in case.items("documents"):
        issued = read_day(one.get("issued_on")) if isinstance(one, Mapping) else None
        if issued is None:
            raise Unknown("documents")
        if (case.today - issued).days > parameters["days"]:
            old.append(issued)
    details: dict[str, Any] = {"needed": parameters["days"]}
    if old:
        details |= {"found": min(old).isoformat(), "count": len(old)}
    return not old, details


@register("no_overlapping_stay", facts=("stays",))
def _no_overlapping_stay(_: Mapping[str, Any], case: Case) -> Verdict:
    for one in case.items("stays"):
        first = read_day(one.get("from")) if isinstance(one, Mapping) else None
        last = read_day(one.get("until")) if isinstance(one, Mapping) else None
        if first is None or last is None:
            raise Unknown("stays")
        if first <= case.call.stay_until and case.call.stay_from <= last:
            return False, {"found": [first.isoformat(), last.isoformat()]}
    return True, {}


@register("home_institution", facts=("institution_id",))
def _home_institution(_: Mapping[str, Any], case: Case) -> Verdict:
    home = case.facts.get("institution_id")
    if not home:
        raise Unknown("institution_id")
    return str(home) == case.call.institution_id, {}


@register(
    "citizenship_lead_time", facts=("citizenship",), countries=_all_of(_code), days=_whole(1, 730)
)
def _citizenship_lead_time(parameters: Mapping[str, Any], case: Case) -> Verdict:
    value = case.facts.get("citizenship")
    held = [value] if isinstance(value, str) else value
    if not isinstance(held, list | tuple) or not held or not all(map(_code, held)):
        raise Unknown("citizenship")
    # Somebody with two passports travels on the one that needs no time.
    needs_time = all(code.upper() in parameters["countries"] for code in held)
    days = whole_days(case.today, case.call.stay_from)
    details = {"needed": parameters["days"], "found": days, "countries": sorted(held)}
    return not needs_time or days >= parameters["days"], details
