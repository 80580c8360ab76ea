"""Who sees which line of a menu."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask, url_for

from app.core.actor import ANONYMOUS, Actor
from app.web import navigation

SOMEBODY = Actor(user_id=UUID(int=5), roles=frozenset({("faculty", None)}), name="Ана Хорват")


@pytest.fixture
def menu(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty set of menus."""
    monkeypatch.setattr(navigation, "_ENTRIES", {})
    navigation._in_order.cache_clear()  # noqa: SLF001 -- the entries were taken away beneath it
    yield
    navigation._in_order.cache_clear()  # noqa: SLF001 -- and come back


def labels(app: Flask, actor: Actor, group: str = "main", path: str = "/healthz") -> list[object]:
    with app.test_request_context(path):
        return [(link.label, link.current) for link in navigation.Menus(url_for).menu(group, actor)]


def test_lines_stand_in_order_and_the_present_page_is_marked(app: Flask, menu: None) -> None:
    navigation.add("health.ready", "Second", order=2)
    navigation.add("health.alive", "First", order=1)

    assert labels(app, SOMEBODY) == [("First", True), ("Second", False)]


def test_a_line_is_current_for_the_pages_below_it(app: Flask, menu: None) -> None:
    navigation.add("health.ready", "Health", also=("health.",))

    assert labels(app, SOMEBODY) == [("Health", True)]


def test_visitors_see_the_public_menu_and_no_side_bar(app: Flask, menu: None) -> None:
    navigation.add("health.alive", "Inside")
    navigation.add("health.alive", "Outside", group="public")

    assert labels(app, ANONYMOUS) == []
    assert labels(app, ANONYMOUS, "public") == [("Outside", True)]


def test_a_line_can_ask_for_a_role(app: Flask, menu: None) -> None:
    navigation.add("health.alive", "Register", shows=lambda actor: actor.holds("registrar"))
    navigation.add("health.ready", "Teach", shows=lambda actor: actor.holds("faculty"))

    assert labels(app, SOMEBODY) == [("Teach", False)]


def test_adding_a_line_again_replaces_it(app: Flask, menu: None) -> None:
    navigation.add("health.alive", "Old")
    navigation.add("health.alive", "New")

    assert labels(app, SOMEBODY) == [("New", True)]


def test_a_count_of_nothing_says_nothing(app: Flask, menu: None) -> None:
    navigation.add("health.alive", "Some", count=lambda _: 3)
    navigation.add("health.ready", "None", count=lambda _: 0)

    with app.test_request_context():
        assert [link.count for link in navigation.Menus(url_for).menu("main", SOMEBODY)] == [
            3,
            None,
        ]
