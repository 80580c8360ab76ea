"""Public pages name themselves in our other languages; titles carry the name of the centre."""

import re
from dataclasses import replace

import pytest

from app.core.i18n import LANG_TAGS
from tests.factories.courses import a_run

pytestmark = pytest.mark.usefixtures("session")


def test_public_pages_lead_to_each_language(browse_as):
    run, browser = a_run(), browse_as(None)
    for path in ("/", "/catalogue", f"/courses/{run.course_id}", f"/runs/{run.id}", "/verify"):
        html = browser.get(f"{path}?q=a" if path == "/catalogue" else path).text
        links = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', html))
        assert set(links) == {*LANG_TAGS.values(), "x-default"}, path
    for tag in LANG_TAGS.values():
        way = links[tag].removeprefix("http://localhost")
        assert f'<html lang="{tag}"' in browser.get(way).text
    assert "hreflang" not in browser.get("/sign-in").text


def test_titles_carry_the_name_of_the_centre(app, browse_as, monkeypatch):
    settings = replace(app.config["SETTINGS"], centre_name="Bridge & Co")
    monkeypatch.setitem(app.config, "SETTINGS", settings)

    html = browse_as(None).get("/sign-in").text

    assert "<title>Sign in – Bridge &amp; Co</title>" in html
