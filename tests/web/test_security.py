"""What every answer carries, and what is refused before any view runs."""

import pytest

from app.web.pages import safe_path
from tests.factories.accounts import a_trainee

NEVER = ("unsafe-inline", "unsafe-eval", "data:", "http:", "https:", "*")


def test_every_answer_carries_the_strict_policy(browse_as):
    for path in ("/healthz", "/no-such-page"):
        headers = browse_as(None).get(path).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert not any(word in policy for word in NEVER)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_pages_of_the_signed_in_are_not_stored(browse_as):
    answer = browse_as(a_trainee()).get("/healthz")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}],
)
def test_a_change_that_another_site_asks_for_is_refused(browse_as, headers):
    assert browse_as(None).post("/language", headers=headers).status_code == 403


def test_a_form_without_its_token_is_refused(app, browse_as, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    assert browse_as(None).post("/language").status_code == 400


def test_only_our_own_host_names_are_answered(app, browse_as, monkeypatch):
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["most.example"])
    assert browse_as(None).get("/healthz", headers={"Host": "evil.example"}).status_code == 400
    assert browse_as(None).get("/healthz", headers={"Host": "most.example"}).status_code == 200


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "evil",
     "javascript:alert(1)", "/" + "a" * 3000, "", None, "/a\\..\\b", "/\x00"],
)  # fmt: skip
def test_a_redirect_leads_nowhere_but_to_us(target):
    assert safe_path(target) == "/"


def test_a_path_of_ours_is_kept():
    assert safe_path("/runs/1?tab=sessions#now") == "/runs/1?tab=sessions#now"
