"""Whether somebody has completed a run: a pure function of a frozen policy and recorded facts.

A policy is JSON: `{"early": false, "credits": {...}, "rule": NODE}`. A node is `{"all": [NODE]}`,
`{"any": [NODE]}` or a criterion such as `{"criterion": "attendance", "threshold_bp": 8000}`.
Facts are JSON as well: what each registered criterion reads, under a key of its own.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Protocol

from app.attendance.rules import Credits, InvalidCredits, Tally
from app.completion.rules.facts import tally_of

Json = Mapping[str, Any]

DEEPEST = 8
MOST_NODES = 100
_POLICY_KEYS = frozenset({"early", "credits", "rule"})
_BRANCHES = ("all", "any")


class Verdict(StrEnum):
    """What a policy, or one criterion of it, says on the facts."""

    MET = "met"
    NOT_MET = "not_met"
    PENDING = "pending"


class Fault(StrEnum):
    """What can be wrong with a policy."""

    NOT_AN_OBJECT = "not_an_object"
    UNKNOWN_KEY = "unknown_key"
    NOT_ONE_KIND = "not_one_kind"
    UNKNOWN_CRITERION = "unknown_criterion"
    EMPTY_BRANCH = "empty_branch"
    TOO_DEEP = "too_deep"
    TOO_MANY = "too_many"
    MISSING = "missing"
    WRONG_TYPE = "wrong_type"
    OUT_OF_RANGE = "out_of_range"


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """One fault of a policy, and where: `rule.all.0.threshold_bp`."""

    path: str
    fault: Fault


class InvalidPolicy(ValueError):
    """A policy that cannot be evaluated; `problems` say why."""

    def __init__(self, problems: tuple[PolicyProblem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{one.path}: {one.fault}" for one in problems))


@dataclass(frozen=True, slots=True)
class Finding:
    """What one criterion found: a value, what it is held against, and what proves it."""

    verdict: Verdict
    value: int | None
    threshold: int | None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CriterionOutcome:
    """The finding of one criterion at its place in the policy."""

    path: str
    kind: str
    finding: Finding

    def as_json(self) -> dict[str, Any]:
        """Return the row as it is stored with a decision."""
        row = asdict(self.finding)
        row["evidence"] = list(self.finding.evidence)
        return {"path": self.path, "criterion": self.kind, **row}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the whole policy says, criterion by criterion."""

    verdict: Verdict
    criteria: tuple[CriterionOutcome, ...]
    facts: Json

    @property
    def facts_hash(self) -> str:
        """Return what tells these facts from others."""
        return facts_hash(self.facts)

    def criteria_as_json(self) -> list[dict[str, Any]]:
        """Return the criteria as they are stored with a decision."""
        return [one.as_json() for one in self.criteria]


@dataclass(slots=True)
class Context:
    """What the criteria of one evaluation share: attendance is worked out once for all of them."""

    credits: Credits
    _tally: Tally | None = None

    def tally(self, facts: Json) -> Tally:
        """Return the attendance that the facts hold."""
        if self._tally is None:
            self._tally = tally_of(facts, self.credits)
        return self._tally


class Criterion(Protocol):
    """One kind of criterion; later packages register their own."""

    def problems(self, node: Json) -> Iterator[tuple[str, Fault]]:
        """Yield what is wrong with the parameters, as key and fault."""

    def find(self, node: Json, facts: Json, context: Context) -> Finding:
        """Return the finding; missing facts are pending, never met."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that has been checked."""

    rule: Json
    credits: Credits = field(default_factory=Credits)
    early: bool = False


_criteria: dict[str, Criterion] = {}


def register(kind: str, criterion: Criterion) -> None:
    """Add a kind of criterion. Raises ValueError when the kind exists."""
    if kind in _criteria:
        raise ValueError(f"criterion {kind!r} exists")
    _criteria[kind] = criterion


def kinds() -> frozenset[str]:
    """Return the kinds of criteria a policy can use."""
    return frozenset(_criteria)


def read_policy(value: object) -> Policy:
    """Return the policy that JSON describes. Raises InvalidPolicy with every problem found."""
    problems = policy_problems(value)
    if problems or not isinstance(value, Mapping):
        raise InvalidPolicy(problems)
    return Policy(value["rule"], Credits(**value.get("credits", {})), value.get("early", False))


def policy_problems(value: object) -> tuple[PolicyProblem, ...]:
    """Return everything that is wrong with the JSON of a policy, in reading order."""
    if not isinstance(value, Mapping):
        return (PolicyProblem("", Fault.NOT_AN_OBJECT),)
    found = [PolicyProblem(str(key), Fault.UNKNOWN_KEY) for key in value if key not in _POLICY_KEYS]
    if not isinstance(value.get("early", False), bool):
        found.append(PolicyProblem("early", Fault.WRONG_TYPE))
    found += _credit_problems(value.get("credits", {}))
    if "rule" not in value:
        return (*found, PolicyProblem("rule", Fault.MISSING))
    for number, problem in enumerate(_node_problems(value["rule"], "rule", DEEPEST)):
        if number >= MOST_NODES:
            break
        found.append(problem)
    if not found and sum(1 for _ in criteria_of(value["rule"])) > MOST_NODES:
        found.append(PolicyProblem("rule", Fault.TOO_MANY))
    return tuple(found)


def evaluate(policy: Policy, facts: Json, context: Context | None = None) -> Outcome:
    """Return what the policy says on the facts; the same facts give the same hash and outcome."""
    rows: list[CriterionOutcome] = []
    verdict = _walk(policy.rule, "rule", facts, context or Context(policy.credits), rows)
    return Outcome(verdict, tuple(rows), facts)


def is_due(policy: Policy, facts: Json, verdict: Verdict) -> bool:
    """Return whether a verdict may move the enrolment now.

    At the close of the run every verdict but a pending one may; before that only a completion,
    when the policy allows it and no required session is still to come.
    """
    if facts.get("run_closed") is True:
        return verdict != Verdict.PENDING
    return policy.early and verdict == Verdict.MET and facts.get("sessions_to_come") == 0


def facts_hash(facts: Json) -> str:
    """Return the SHA-256 of the facts as canonical JSON (sorted keys, no spaces, UTF-8)."""
    text = json.dumps(
        facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def criteria_of(node: Json, path: str = "rule") -> Iterator[tuple[str, Json]]:
    """Yield the criteria of a checked tree with their paths, in reading order."""
    branch = _branch_of(node)
    if branch is None:
        yield path, node
        return
    for number, child in enumerate(node[branch]):
        yield from criteria_of(child, f"{path}.{branch}.{number}")


def _walk(
    node: Json, path: str, facts: Json, context: Context, rows: list[CriterionOutcome]
) -> Verdict:
    branch = _branch_of(node)
    if branch is None:
        kind = node["criterion"]
        finding = _criteria[kind].find(node, facts, context)
        if path in facts.get("waived", ()):
            finding = replace(finding, verdict=Verdict.MET)
        rows.append(CriterionOutcome(path, kind, finding))
        return finding.verdict
    verdicts = {
        _walk(child, f"{path}.{branch}.{number}", facts, context, rows)
        for number, child in enumerate(node[branch])
    }
    deciding = Verdict.NOT_MET if branch == "all" else Verdict.MET
    if deciding in verdicts:
        return deciding
    return Verdict.PENDING if Verdict.PENDING in verdicts else verdicts.pop()


def _branch_of(node: Json) -> str | None:
    return next((key for key in _BRANCHES if key in node), None)


def _credit_problems(value: object) -> Iterator[PolicyProblem]:
    if not isinstance(value, Mapping):
        yield PolicyProblem("credits", Fault.NOT_AN_OBJECT)
        return
    names = {one.name for one in fields(Credits)}
    faults = [PolicyProblem(f"credits.{k}", Fault.UNKNOWN_KEY) for k in value if k not in names]
    faults += [
        PolicyProblem(f"credits.{key}", Fault.WRONG_TYPE)
        for key, number in value.items()
        if key in names and not is_whole(number)
    ]
    yield from faults
    if not faults:
        try:
            Credits(**value)
        except InvalidCredits as error:
            yield PolicyProblem(f"credits.{error}", Fault.OUT_OF_RANGE)


def _node_problems(node: object, path: str, levels_left: int) -> Iterator[PolicyProblem]:
    if not isinstance(node, Mapping):
        yield PolicyProblem(path, Fault.NOT_AN_OBJECT)
    elif levels_left == 0:
        yield PolicyProblem(path, Fault.TOO_DEEP)
    elif sum(key in node for key in (*_BRANCHES, "criterion")) != 1:
        yield PolicyProblem(path, Fault.NOT_ONE_KIND)
    elif "criterion" in node:
        yield from _criterion_problems(node, path)
    else:
        yield from _branch_problems(node, path, levels_left)


def _branch_problems(node: Json, path: str, levels_left: int) -> Iterator[PolicyProblem]:
    branch = next(key for key in _BRANCHES if key in node)
    for key in node:
        if key != branch:
            yield PolicyProblem(f"{path}.{key}", Fault.UNKNOWN_KEY)
    children = node[branch]
    if not isinstance(children, list):
        yield PolicyProblem(f"{path}.{branch}", Fault.WRONG_TYPE)
    elif not children:
        yield PolicyProblem(f"{path}.{branch}", Fault.EMPTY_BRANCH)
    elif len(children) > MOST_NODES:
        yield PolicyProblem(f"{path}.{branch}", Fault.TOO_MANY)
    else:
        for number, child in enumerate(children):
            yield from _node_problems(child, f"{path}.{branch}.{number}", levels_left - 1)


def _criterion_problems(node: Json, path: str) -> Iterator[PolicyProblem]:
    kind = node["criterion"]
    if not isinstance(kind, str) or kind not in _criteria:
        yield PolicyProblem(f"{path}.criterion", Fault.UNKNOWN_CRITERION)
        return
    for key, fault in _criteria[kind].problems(node):
        yield PolicyProblem(f"{path}.{key}", fault)


def is_whole(value: object) -> bool:
    """Return whether a JSON value is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)
