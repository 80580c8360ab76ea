"""Modules are short, named for what they hold, and import in one direction only."""

import ast
import re
import subprocess
import sys
import tokenize
import tomllib
from pathlib import Path

import pytest

from tests.house.places import MODULES, ROOT, SOURCES, named

PLACES_FOR_ANYTHING = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager"}
EXCUSE = re.compile(r"noqa: [A-Z]+\d+(, ?[A-Z]+\d+)* -- \S|type: ignore\[[a-z, -]+\]  # \S")


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_a_module_is_short_named_for_what_it_holds_and_says_what_that_is(module: Path) -> None:
    text = module.read_text("utf-8")
    tree = ast.parse(text)

    assert module.stem not in PLACES_FOR_ANYTHING
    assert len(text.splitlines()) <= 400
    assert (ast.get_docstring(tree) or "").rstrip().endswith((".", ":", "?", ")"))
    assert module.name == "__init__.py" or len(tree.body) > 1, "an empty module"


def test_every_folder_of_code_is_a_package() -> None:
    folders = {module.parent for module in MODULES}

    assert [named(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize("source", SOURCES, ids=named)
def test_an_exception_to_a_rule_names_the_rule_and_the_reason(source: Path) -> None:
    with source.open("rb") as stream:
        comments = [
            token.string
            for token in tokenize.tokenize(stream.readline)
            if token.type == tokenize.COMMENT
        ]
    bare = [
        comment
        for comment in comments
        if ("noqa" in comment or "type: ignore" in comment) and not EXCUSE.search(comment)
    ]

    assert bare == []


def test_imports_go_one_way() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout[-3000:]


def test_the_build_and_the_lock_file_name_the_same_packages() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lock = (ROOT / "requirements.lock").read_text("utf-8")

    assert project["build-system"]["requires"] == project["dependency-groups"]["build"]
    for requirement in project["build-system"]["requires"]:
        assert re.search(rf"^{re.escape(requirement)} ", lock, re.MULTILINE)
    assert re.search(r"https?:", lock) is None
    for entry in re.split(r"\n(?=\S)", lock.strip()):
        assert "--hash=sha256:" in entry
