"""Every setting is in the README, and every setting in the README exists."""

import re
from dataclasses import fields

from app import demo
from app.cli import cli
from app.config import Settings
from tests.house.places import ROOT


def test_the_readme_lists_every_setting_with_its_default_and_meaning() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| `([A-Z0-9_]+)` \| (.*) \|$", readme, re.MULTILINE))
    expected = {}
    for setting in fields(Settings):
        default = str(setting.default).lower() if setting.type is bool else str(setting.default)
        shown = f"`{default}`" if default else "(empty)"
        expected[setting.name.upper()] = f"{shown} | {setting.metadata['meaning']}"

    assert listed == expected


def test_the_readme_begins_with_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")

    assert re.findall(r"^    (make \w+)", readme, re.MULTILINE)[:2] == ["make run", "make test"]


def test_the_readme_lists_every_demo_account() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| `(.*@.*)` \|$", readme, re.MULTILINE)

    assert rows == [
        (one["role"].replace("_", " "), one["institution"], one["name"], one["email"])
        for one in demo.accounts()
    ]
    assert {one["password"] in readme for one in demo.accounts()} == {True}


def test_the_readme_lists_every_make_target_and_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)) - {"help", "clean"}
    commands = set(cli.commands) - {"demo", "run"}

    assert {name for name in targets if f"`make {name}`" not in readme} == set()
    assert {name for name in commands if f"`most {name}" not in readme} == set()
