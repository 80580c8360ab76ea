"""Every act that the code can note has words: it is found in the source, not in what tests do."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from app.audit import services as audit
from app.audit.words import ACTIONS, KINDS
from app.core.machine import Machine
from app.exchanges.states.parties import Workflow
from tests.house.places import MODULES, ROOT

CHOSEN = {
    "visit.remove_{}": ("contact", "insurance"),
    "exchanges.move_{}": ("destination", "requirement", "criterion"),
    "{}.save": ("grade_scale", "grade_table", "credit_rule", "recognition_rule"),
}
"""What may stand in the names that are put together when the code runs."""

_SILENT = ("forms", "models", "rules", "states", "words")
"""Parts of packages that note nothing, so that nobody waits for their being read."""

Call = tuple[dict[str, Any], ast.Call, ast.FunctionDef]


@pytest.fixture(scope="module")
def calls(app) -> list[Call]:
    """Every call inside a function of the modules that note something: where, what, in which."""
    return list(_calls())


def _calls() -> Iterator[Call]:
    for path in MODULES:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if path.parent.name in _SILENT or name.startswith(("app.audit.", "app.wsgi")):
            continue
        known = vars(importlib.import_module(name.removesuffix(".__init__")))
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.Call):
                        yield known, node, function


def _value(expression: ast.expr | None, known: dict[str, Any]) -> Any:
    """Return what an expression is where it stands, as far as the module alone says so."""
    if isinstance(expression, ast.Constant):
        return expression.value
    if isinstance(expression, ast.Name):
        return known.get(expression.id)
    if isinstance(expression, ast.Attribute):
        whole = _value(expression.value, known)
        return getattr(whole, expression.attr, None) if isinstance(whole, _READ) else None
    return None


_READ = (ModuleType, Workflow)


def _given(call: ast.Call, function: Any, name: str) -> ast.expr | None:
    """Return what a call gives to the parameter of that name."""
    place = list(inspect.signature(function).parameters).index(name)
    return next(
        (one.value for one in call.keywords if one.arg == name),
        call.args[place] if place < len(call.args) else None,
    )


def _named(expression: ast.expr | None, known: dict[str, Any]) -> list[str]:
    """Return the names that an expression may give, with {} for what is put in."""
    if isinstance(expression, ast.IfExp):
        return _named(expression.body, known) + _named(expression.orelse, known)
    if isinstance(expression, ast.JoinedStr):
        parts = (_value(one, known) for one in expression.values)
        return ["".join("{}" if part is None else str(part) for part in parts)]
    plain = _value(expression, known)
    return [plain if isinstance(plain, str) else "{}"]


def _recorded(calls: list[Call]) -> set[str]:
    """Return every name that reaches the trail, through whatever function passes it on."""
    passing: dict[Any, tuple[str, set[str]]] = {audit.record: ("action", {"{}"})}
    found: set[str] = set()
    for _round in range(3):
        for known, call, inside in calls:
            callee = _value(call.func, known)
            if not inspect.isfunction(callee) or callee not in passing:
                continue
            parameter, shapes = passing[callee]
            given = _given(call, callee, parameter)
            names = {shape.replace("{}", name) for name in _named(given, known) for shape in shapes}
            own = {one.arg for one in (*inside.args.args, *inside.args.kwonlyargs)}
            used = {one.id for one in ast.walk(given) if isinstance(one, ast.Name)} if given else ()
            passed = [one for one in own.intersection(used) if "{}" in "".join(names)]
            outer = known.get(inside.name)
            if passed and inspect.isfunction(outer) and not names & set(CHOSEN):
                passing.setdefault(outer, (passed[0], names))
            else:
                found |= names
    return found


def _moved(calls: list[Call]) -> set[str]:
    """Return every step of every life that is led in the trail."""
    found: set[str] = set()
    for known, call, _inside in calls:
        if _value(call.func, known) in (audit.begin, audit.move):
            machine = _value(_given(call, audit.begin, "machine"), known)
            kind = _value(_given(call, audit.begin, "kind"), known)
            if isinstance(machine, Machine) and isinstance(kind, str):
                found |= _steps(kind, machine)
    for known in {id(one[0]): one[0] for one in calls}.values():
        for thing in known.values():
            if isinstance(thing, Workflow):
                found |= _steps(thing.kind, thing.machine)
    return found


def _steps(kind: str, machine: Machine[Any]) -> set[str]:
    return {f"{kind}.{one}" for one in ("start", *(row.action for row in machine.moves))}


def test_every_act_that_the_code_can_note_has_words_and_no_other(calls):
    acts = _recorded(calls) | _moved(calls)
    for shape, parts in CHOSEN.items():
        assert shape in acts, f"nothing is called {shape} any more"
        acts = acts - {shape} | {shape.format(one) for one in parts}

    assert len(acts) > 200
    assert acts ^ set(ACTIONS) == set()


def test_every_kind_of_thing_that_leads_a_life_has_a_name(calls):
    assert {act.partition(".")[0] for act in _moved(calls)} - set(KINDS) == set()
