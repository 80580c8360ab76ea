"""Every route says who may call it, is spelt one way, and changes nothing on GET."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

from app.web import security
from tests.house.places import MODULES, named

EXEMPT_FROM_CSRF: set[str] = set()
"""View functions that take a POST without our token; each must carry a secret of its own."""

READS = {"services.content", "services.checkin.prove", "services.read_back"}
"""Services that store nothing that people would call a change: the bytes of a stored file, the
proof of a code before sign-in, the errors of an import that was read."""


def test_every_endpoint_says_who_may_call_it(app: Flask) -> None:
    silent = {name for name, view in app.view_functions.items() if not hasattr(view, "access")}

    assert silent <= {"static"}


def test_no_route_is_exempt_from_csrf_but_those_named_here(app: Flask) -> None:
    exempt = {str(view) for view in security.csrf._exempt_views}  # noqa: SLF001 -- no public name

    assert exempt == EXEMPT_FROM_CSRF
    assert security.csrf._exempt_blueprints == set()  # noqa: SLF001 -- no public name


def test_addresses_are_kebab_case_and_ids_are_typed(app: Flask) -> None:
    odd = []
    for rule in app.url_map.iter_rules():
        fixed = re.sub(r"<[^>]+>", "x", rule.rule)
        untyped = re.findall(r"<(?![a-z_]+(?:\(.*?\))?:)(\w*id)>", rule.rule)
        if rule.endpoint != "static" and (not re.fullmatch(r"[a-z0-9./-]*", fixed) or untyped):
            odd.append(rule.rule)

    assert odd == []


VIEWS = [path for path in MODULES if path.stem == "views" or path.parent.name == "views"]


@pytest.mark.parametrize("module", VIEWS, ids=named)
def test_a_route_for_get_alone_calls_no_service(module: Path) -> None:
    calls = [
        f"{function.name}: {ast.unparse(call.func)}"
        for function in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef) and _is_for_get_alone(function)
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        and (name := ast.unparse(call.func)).startswith("services.")
        and name not in READS
    ]

    assert calls == []


def _is_for_get_alone(function: ast.FunctionDef) -> bool:
    for decorator in function.decorator_list:
        text = ast.unparse(decorator)
        if ".get(" in text or (".route(" in text and "methods=" not in text):
            return True
    return False
