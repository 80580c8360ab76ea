"""Drawn covers and rosettes."""

from xml.etree import ElementTree as ET

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.web import art


@given(seed=st.text(max_size=40))
def test_any_seed_draws_well_formed_svg_that_stays_the_same(seed: str) -> None:
    for draw in (art.cover, art.rosette):
        picture = draw(seed)

        ET.fromstring(picture)  # noqa: S314 -- our own
        draw.cache_clear()
        assert draw(seed) == picture


def test_two_courses_look_different() -> None:
    assert art.cover("TT-101") != art.cover("TT-102")


def test_the_tones_are_all_used() -> None:
    assert {art.tone_of(f"C-{number}") for number in range(100)} == set(art.TONES)


def test_the_bridge_says_what_it_shows() -> None:
    tree = ET.fromstring(art.bridge())  # noqa: S314 -- our own

    assert tree.findtext("title") == "A bridge of lines from Banja Luka to Shanghai"


def test_a_cover_is_kept_by_browsers_for_a_year(app: Flask) -> None:
    answer = app.test_client().get("/art/covers/TT-101.svg")

    assert answer.mimetype == "image/svg+xml"
    assert answer.cache_control.max_age == 31_536_000
    assert answer.cache_control.public


def test_a_seed_has_an_end(app: Flask) -> None:
    assert app.test_client().get(f"/art/covers/{'x' * 65}.svg").status_code == 404
