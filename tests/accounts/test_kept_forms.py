"""A form that is sent after the sign-in has ended comes back to its writer, and to nobody else."""

import ast
import html
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.accounts.models import AuthSession, PersonName
from app.core.clock import now
from app.core.database import atomic, db
from app.web import kept
from tests.factories.accounts import PASSWORD, a_member

LONG = "  Драга Ана,\r\n\r\n王晓明 <wrote> this & that.  "


def fields_of(page: str) -> dict[str, str]:
    """Return the hidden texts of the page that sends again, as a browser would send them."""
    found = re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    return {name: html.unescape(text).replace("\r\n", "\n") for name, text in found}


def kept_in(page: str) -> str:
    return re.search(r'name="kept"[^>]*value="([^"]*)"', page).group(1)


def one_who_was_away(browse_as, **form):
    """Return somebody whose sign-in ran out, their browser, and the answer to their form."""
    user, browser = a_member(), browse_as(None)
    browser.post("/sign-in", data={"email": user.email, "password": PASSWORD})
    with atomic():
        db.session.execute(update(AuthSession).values(seen_at=now() - timedelta(days=30)))
    return user, browser, browser.post("/profile/names/latin", data=form)


def again(browser, user, page):
    form = {"email": user.email, "password": PASSWORD, "kept": kept_in(page)}
    return browser.post("/sign-in", data=form)


@pytest.mark.usefixtures("session")
def test_what_was_typed_is_sent_after_signing_in_again(browse_as):
    sent = {"given": LONG, "family": "Anić", "order": "given_first", "csrf_token": "x"}
    user, browser, asked = one_who_was_away(browse_as, **sent)
    assert asked.status_code == 401
    assert "Ана" not in asked.text

    wrong = browser.post("/sign-in", data={"email": "x@y.example", "kept": kept_in(asked.text)})
    shown = again(browser, user, wrong.text)

    assert "Send it now" in shown.text
    assert 'action="/profile/names/latin"' in shown.text
    sends = fields_of(shown.text)
    assert sends == {"given": LONG.replace("\r\n", "\n"), "family": "Anić", "order": "given_first"}
    browser.post("/profile/names/latin", data=sends | {"given": "Ana"})
    row = db.session.scalars(select(PersonName).where(PersonName.user_id == user.id)).one()
    assert row.family == "Anić"


@pytest.mark.usefixtures("session")
def test_it_is_sent_with_a_token_of_the_new_sign_in(app, browse_as, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    user, browser = a_member(), browse_as(None)

    def token_in(page):
        return re.search(r'name="csrf_token"[^>]*value="([^"]*)"', page).group(1)

    form = {"email": user.email, "password": PASSWORD}
    browser.post("/sign-in", data=form | {"csrf_token": token_in(browser.get("/sign-in").text)})
    typed = {"given": "Ana", "family": "Anić", "order": "given_first"}
    former = {"csrf_token": token_in(browser.get("/profile/names/latin").text)}
    with atomic():
        db.session.execute(update(AuthSession).values(seen_at=now() - timedelta(days=30)))

    asked = browser.post("/profile/names/latin", data=typed | former).text
    sent = {"kept": kept_in(asked), "csrf_token": token_in(asked)}
    shown = browser.post("/sign-in", data=form | sent).text
    done = browser.post(
        "/profile/names/latin", data=fields_of(shown) | {"csrf_token": token_in(shown)}
    )

    assert done.status_code == 303


@pytest.mark.usefixtures("session")
def test_nobody_else_gets_it_and_no_other_site(browse_as):
    _user, browser, asked = one_who_was_away(browse_as, given=LONG, family="Anić")
    other = a_member()

    answer = again(browser, other, asked.text)

    assert answer.status_code == 303
    assert kept.opened(kept_in(asked.text), other.id) is None
    assert kept.opened("forged", other.id) is None


@pytest.mark.usefixtures("session")
def test_passwords_files_and_giants_are_not_kept(app):
    user_id = a_member().id

    def sealed(path, **form):
        with app.test_request_context(path, method="POST", data=form):
            return kept.sealed(user_id, "/")

    assert sealed("/profile/password", present=PASSWORD, new="x" * 12, again="x" * 12) == ""
    assert sealed("/learning", text="x" * 400_000) == ""
    sent = kept.opened(sealed("/learning", password=PASSWORD, text="x"), user_id)
    assert sent.fields == [("text", "x")]


def test_every_password_field_is_known_to_be_left_out():
    names = {
        node.targets[0].id
        for path in Path("app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) == "PasswordField"
    }

    assert names <= kept.NEVER | kept.PASSWORDS | {name for _where, name in kept.SECRETS}


@pytest.mark.usefixtures("session")
def test_pages_say_how_long_one_stays_signed_in_and_going_on_is_one_click(browse_as):
    user, browser = a_member(), browse_as(None)
    browser.post("/sign-in", data={"email": user.email, "password": PASSWORD})

    shown = browser.get("/profile").text
    row = db.session.scalars(select(AuthSession).where(AuthSession.user_id == user.id)).one()
    said = int(re.search(r'id="ending"[^>]*data-seconds="(\d+)"', shown).group(1))

    assert abs(said - row.idle_minutes * 60) < 60
    assert abs(browser.post("/still-here").json["seconds"] - said) < 60
