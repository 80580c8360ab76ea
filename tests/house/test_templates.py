"""Templates: named as endpoints, no inline script or style, nothing marked safe in passing."""

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.house.places import MODULES, ROOT, TEMPLATES, named

PAGES = [path for path in TEMPLATES if path.suffix == ".html" and "mail" not in path.parts]
ON_SCREEN = [path for path in PAGES if "pdf" not in path.parts]
MAKES_MARKUP = {
    "app/attendance/passes.py",
    "app/attendance/views/lines.py",
    "app/attendance/views/checkin.py",
    "app/certificates/rendering.py",
    "app/notifications/channels.py",
    "app/web/art.py",
    "app/web/fields.py",
    "app/web/filters.py",
    "app/web/icons.py",
    "app/web/templating.py",
}
"""Modules that may make Markup, from constants or escaped parts only."""

MARKS_SAFE = {"templates/components/table.html"}
"""Templates that may mark a constant safe."""


def test_every_page_is_named_as_its_endpoint(app: Flask) -> None:
    pages = {
        ".".join(path.relative_to(ROOT / "templates").with_suffix("").parts)
        for path in PAGES
        if len(path.relative_to(ROOT / "templates").parts) == 2
        and path.parent.name != "components"
        and not path.name.startswith("_")
    }

    assert pages - set(app.view_functions) == set()


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_a_template_compiles(app: Flask, template: Path) -> None:
    if template.suffix in {".html", ".txt"}:
        app.jinja_env.get_template(str(template.relative_to(ROOT / "templates")))


@pytest.mark.parametrize("template", ON_SCREEN, ids=named)
def test_a_page_obeys_the_content_security_policy(template: Path) -> None:
    text = template.read_text("utf-8")

    assert re.findall(r"<style\b|\sstyle\s*=|<script(?![^>]*\bsrc=)", text) == []
    assert re.findall(r"<[^>]*\son[a-z]+\s*=", text) == []
    assert (
        re.findall(r'javascript:|data-hx-on|hx-vals=.?js:|(?:src|href|action)="https?://', text)
        == []
    )


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_a_template_marks_nothing_safe_but_constants(template: Path) -> None:
    text = template.read_text("utf-8")
    if named(template) in MARKS_SAFE:
        text = re.sub(r"'[^'{}]*'\s*\|\s*safe\b", "", text)

    assert re.findall(r"\|\s*safe\b|autoescape\s+false", text) == []


def test_markup_is_made_only_where_it_is_reviewed() -> None:
    makers = {
        named(module) for module in MODULES if re.search(r"\bMarkup\(", module.read_text("utf-8"))
    }

    assert makers - MAKES_MARKUP == set()
