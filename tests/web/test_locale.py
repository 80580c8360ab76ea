"""Which language and zone a reader gets."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.core.i18n import LOCALES
from app.web import locale


@pytest.mark.parametrize(
    ("header", "ours"),
    [
        ("zh-CN,zh;q=.9", "zh_Hans_CN"),
        ("zh-TW,zh;q=0.9,en;q=.5", "zh_Hans_CN"),
        ("sr,sr-RS;q=.9,en;q=.3", "sr_Cyrl"),
        ("sr-RS", "sr_Cyrl"),
        ("sr-BA", "sr_Cyrl"),
        ("sr-Cyrl-BA", "sr_Cyrl"),
        ("sr-Latn-RS", "sr_Latn"),
        ("sr-ME", "sr_Latn"),
        ("sh", "sr_Latn"),
        ("hr-HR", "bs"),
        ("bs-BA", "bs"),
        ("de,fr;q=0.5", "en"),
        ("de, sr-Latn;q=0.2, en;q=0.1", "sr_Latn"),
        ("en;q=0, bs;q=0.1", "bs"),
        (";;q=x,,zh-tw;q=0.1", "zh_Hans_CN"),
        ("", "en"),
    ],
)
def test_a_browser_gets_the_nearest_of_our_languages(header: str, ours: str) -> None:
    assert locale.negotiate(header) == ours


@given(header=st.text(max_size=300))
def test_any_header_gets_one_of_our_languages(header: str) -> None:
    assert locale.negotiate(header) in LOCALES


@pytest.mark.parametrize(
    ("path", "cookie", "tag"),
    [
        ("/nowhere", "", "sr-Cyrl"),
        ("/nowhere", "bs", "bs"),
        ("/nowhere?lang=zh-Hans", "bs", "zh-Hans"),
        ("/nowhere?lang=klingon", "bs", "bs"),
        ("/nowhere", "klingon", "sr-Cyrl"),
    ],
)
def test_a_link_beats_the_cookie_and_the_cookie_the_browser(
    browse_as: object, path: str, cookie: str, tag: str
) -> None:
    browser = browse_as(None)  # type: ignore[operator]  # the fixture is a function
    if cookie:
        browser.set_cookie("lang", cookie)

    answer = browser.get(path, headers={"Accept-Language": "sr"})

    assert f'<html lang="{tag}"' in answer.text


def test_choosing_a_language_keeps_it_and_leads_back(browse_as: object) -> None:
    browser = browse_as(None)  # type: ignore[operator]  # the fixture is a function

    answer = browser.post("/language", data={"lang": "sr_Latn", "next": "/nowhere?q=a&lang=en"})

    assert (answer.status_code, answer.location) == (303, "/nowhere?q=a")
    assert '<html lang="sr-Latn"' in browser.get("/nowhere").text


@pytest.mark.parametrize("next_page", ["//evil.example", "https://evil.example/", "/\\evil", "x"])
def test_choosing_never_leads_to_another_site(browse_as: object, next_page: str) -> None:
    browser = browse_as(None)  # type: ignore[operator]  # the fixture is a function

    answer = browser.post("/theme", data={"theme": "dark", "next": next_page})

    assert answer.location == "/"
    assert 'data-theme="dark"' in browser.get("/nowhere").text


def test_a_language_we_do_not_speak_is_refused(browse_as: object) -> None:
    browser = browse_as(None)  # type: ignore[operator]  # the fixture is a function

    assert browser.post("/language", data={"lang": "xx"}).status_code == 422


@pytest.mark.parametrize(
    ("cookie", "zone"),
    [
        ("Asia/Shanghai", "Asia/Shanghai"),
        ("../../etc/passwd", "Europe/Sarajevo"),
        ("", "Europe/Sarajevo"),
    ],
)
def test_a_visitor_reads_times_in_the_zone_of_the_browser(
    app: Flask, cookie: str, zone: str
) -> None:
    with app.test_request_context(headers={"Cookie": f"tz={cookie}"} if cookie else {}):
        assert locale.chosen_zone() == zone
