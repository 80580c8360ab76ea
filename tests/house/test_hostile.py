"""Nothing that a client sends is answered by a crash, whoever sends it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule, UUIDConverter

from tests.factories.accounts import a_centre_administrator, a_trainee

HOSTILE = (
    "",
    "0",
    "-1",
    "9" * 30,
    "1e309",
    "NaN",
    "\x00",
    "a\x00b",
    "\u202egnp.exe",
    "\u200b",
    "💥" * 50,
    "x" * 20_000,
    "<script>alert(1)</script>",
    "{{7*7}}${7*7}",
    "' or 1=1 --",
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "%ff%fe",
    "2026-02-30",
    "99999-01-01T00:00:00Z",
)
ARGUMENTS = (
    *("q", "sort", "cursor", "state", "track", "language", "delivery", "place", "open", "role"),
    *("page", "next", "lang", "day", "kind", "person", "format", "institution", "action", "all"),
)
FIELDS = (
    *(
        "csrf_token",
        "once",
        "email",
        "password",
        "name",
        "given",
        "family",
        "reason",
        "ids",
        "code",
    ),
    *("key", "message", "mark", "version", "title-en", "starts_on", "capacity", "timezone", "file"),
    *("note", "minutes_late", "role", "institution_id", "until", "next", "number", "accept"),
)
SKIPPED = {"static"}
CLOSED = {303, 403}
"""How a page answers whom it is not for."""

EVERYONE = [
    pytest.param("nobody", marks=pytest.mark.one_engine),
    pytest.param("trainee", marks=pytest.mark.one_engine),
    "centre administrator",  # reaches the most, on both engines
]


def _rules(app: Flask, method: str) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and rule.endpoint not in SKIPPED:
            yield rule


def _path(app: Flask, rule: Rule, words: str) -> str:
    values = {name: _value(kind, words) for name, kind in rule._converters.items()}  # noqa: SLF001 -- werkzeug has no other way
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def _value(kind: BaseConverter, words: str) -> object:
    if isinstance(kind, UUIDConverter):
        return uuid4()
    if isinstance(kind, AnyConverter):
        return next(iter(kind.items))
    return 1 if isinstance(kind, IntegerConverter) else words or "x"


def _has_only_ids(rule: Rule) -> bool:
    kinds = rule._converters.values()  # noqa: SLF001 -- werkzeug has no other way
    return bool(kinds) and all(isinstance(kind, UUIDConverter) for kind in kinds)


@pytest.mark.parametrize("who", EVERYONE)
def test_no_argument_of_any_page_crashes_it(app, browse_as, who):
    person = {"trainee": a_trainee, "centre administrator": a_centre_administrator}.get(who)
    browser = browse_as(person() if person else None)
    for rule in _rules(app, "GET"):
        answered = set()
        for number, words in enumerate(HOSTILE):
            if number > 2 and (_has_only_ids(rule) or answered <= CLOSED):
                break  # not found or not allowed, whatever the arguments
            query = dict.fromkeys(ARGUMENTS, words)
            answer = browser.get(_path(app, rule, words), query_string=query)
            answered.add(answer.status_code)
            assert answer.status_code < 500, (rule.rule, words)


@pytest.mark.parametrize("who", EVERYONE)
def test_no_form_of_any_page_crashes_it(app, browse_as, who):
    person = {"trainee": a_trainee, "centre administrator": a_centre_administrator}.get(who)
    for rule in _rules(app, "POST"):
        browser = browse_as(person() if person else None)
        for words in HOSTILE[::4]:
            form = dict.fromkeys(FIELDS, words)
            answer = browser.post(_path(app, rule, words), data=form)
            assert answer.status_code < 500, (rule.rule, words)


def test_an_id_beyond_any_number_is_not_found(app, browse_as):
    browser = browse_as(a_trainee())
    for rule in _rules(app, "GET"):
        if _has_only_ids(rule):
            path = _path(app, rule, "x")
            assert browser.get(path).status_code in {303, 403, 404, 410}, rule.rule
