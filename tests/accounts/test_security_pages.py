"""Changing one's password and address, and forgetting them."""

import re

from sqlalchemy import select

from app.accounts.models import AuthSession, Link, User
from app.core.database import db
from app.core.jobs.embedded import do_all
from tests.accounts.test_sign_in_pages import sign_in
from tests.accounts.test_sign_up_pages import the_link
from tests.factories.accounts import PASSWORD, a_member, a_user

NEW = "eight copper kettles"


def a_signed_in(browse_as):
    user, browser = a_member(), browse_as(None)
    sign_in(browser, user.email)
    return user, browser


def test_changing_the_password_asks_the_present_one_ends_the_rest_and_mails(
    session, browse_as, mail
):
    user, here = a_signed_in(browse_as)
    there = browse_as(None)
    sign_in(there, user.email)
    form = {"present": PASSWORD, "new": NEW, "again": NEW}

    assert here.post("/profile/password", data=form | {"present": "wrong one"}).status_code == 422
    assert here.post("/profile/password", data=form).status_code == 303
    do_all()

    assert here.get("/profile").status_code == 200
    assert there.get("/profile").status_code == 303
    assert [(m.to, m.subject) for m in mail] == [(user.email, "Your password was changed")]
    assert sign_in(browse_as(None), user.email, PASSWORD).status_code == 422
    assert sign_in(browse_as(None), user.email, NEW).status_code == 303


def test_a_weak_or_differing_password_is_refused(session, browse_as):
    _user, browser = a_signed_in(browse_as)

    weak = {"present": PASSWORD, "new": "password1234", "again": "password1234"}
    differing = {"present": PASSWORD, "new": NEW, "again": NEW + "x"}

    assert "tried first" in browser.post("/profile/password", data=weak).text
    assert "differ" in browser.post("/profile/password", data=differing).text


def test_a_reset_ends_all_sign_ins_and_its_siblings_die(session, browse_as, mail):
    user, signed_in = a_signed_in(browse_as)
    visitor = browse_as(None)
    for _ in range(2):
        visitor.post("/forgotten-password", data={"email": user.email})
    do_all()
    first, second = (the_link(m) for m in mail)

    visitor.get(first)
    answer = visitor.post("/choose-password", data={"password": NEW, "again": NEW})

    assert answer.location == "/sign-in"
    assert signed_in.get("/profile").status_code == 303
    assert browse_as(None).get(second).status_code == 410
    assert sign_in(browse_as(None), user.email, NEW).status_code == 303


def test_a_reset_ends_the_change_of_address_that_somebody_else_asked_for(session, browse_as, mail):
    user, browser = a_signed_in(browse_as)
    browser.post("/profile/address", data={"address": "thief@example.org", "password": PASSWORD})
    do_all()
    to_confirm = the_link(mail[0])
    visitor = browse_as(None)
    visitor.post("/forgotten-password", data={"email": user.email})
    do_all()
    visitor.get(the_link(mail[-1]))
    visitor.post("/choose-password", data={"password": NEW, "again": NEW})

    assert browse_as(None).get(to_confirm).status_code == 410


def test_the_secret_leaves_the_address_bar_and_is_not_sent_on(session, browse_as, mail):
    user, visitor = a_user(), browse_as(None)
    visitor.post("/forgotten-password", data={"email": user.email})
    do_all()

    answer = visitor.get(the_link(mail[0]))
    shown = visitor.get("/choose-password")

    assert answer.location == "/choose-password"
    assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert the_link(mail[0]).removeprefix("/link/") not in shown.text
    assert not re.search(r'(src|href)="https?://', shown.text)


def test_an_address_changes_once_confirmed_and_the_former_one_can_undo_it(session, browse_as, mail):
    user, browser = a_signed_in(browse_as)
    former = user.email
    form = {"address": "new@example.org", "password": PASSWORD}
    assert browser.post("/profile/address", data=form | {"password": "no"}).status_code == 422
    browser.post("/profile/address", data=form)
    do_all()
    assert db.session.get_one(User, user.id).email == former

    browser.get(the_link(mail[0]))
    assert browser.get("/confirm-address").status_code == 200
    browser.post("/confirm-address")
    do_all()

    db.session.expire_all()
    assert db.session.get_one(User, user.id).email == "new@example.org"
    assert [m.to for m in mail] == ["new@example.org", former]
    undone = browse_as(None)
    undone.get(the_link(mail[1]))
    undone.post("/undo-address")
    do_all()
    db.session.expire_all()
    assert db.session.get_one(User, user.id).email == former
    assert browser.get("/profile").status_code == 303
    assert (mail[-1].to, mail[-1].subject) == (former, "Choose a new password")


def test_somebody_elses_address_is_not_told_apart(session, browse_as, mail):
    other = a_user()
    _user, browser = a_signed_in(browse_as)

    answers = [
        browser.post("/profile/address", data={"address": address, "password": PASSWORD})
        for address in (other.email, "free@example.org")
    ]

    assert len({(a.status_code, a.location) for a in answers}) == 1
    assert len(db.session.scalars(select(Link)).all()) == 1


def test_a_sign_in_row_tells_device_and_address(session, browse_as):
    user, browser = a_member(), browse_as(None)
    browser.post(
        "/sign-in",
        data={"email": user.email, "password": PASSWORD},
        headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0"},
    )

    row = session.scalar(select(AuthSession))

    assert (row.device, row.address) == ("Firefox, Linux", "127.0.0.1")
