"""Signing up, by the pages and the mail, as a visitor does it."""

import re

import pytest
from sqlalchemy import select

from app.accounts.models import Link, User
from app.accounts.states import AccountState
from app.core.database import db
from app.core.jobs.embedded import do_all
from app.notifications.models import Notice
from tests.factories.accounts import a_user

GOOD = "seven green lanterns"
NEWCOMER = {"given": "Xiaoming", "family": "Wang", "order": "family_first"}


def the_link(message) -> str:
    return re.search(r"http://[^/]+(/link/\S+)", message.text)[1]


def sign_up(browser, email: str, **more):
    return browser.post("/sign-up", data={**NEWCOMER, "email": email, **more})


def test_a_visitor_becomes_a_person_who_is_signed_in_where_they_were_going(
    session, browse_as, mail
):
    browser = browse_as(None)

    assert sign_up(browser, "Wang@Example.org", next="/profile").location == "/mail-sent"
    do_all()
    answer = browser.get(the_link(mail[0]))

    assert (answer.status_code, answer.location) == (303, "/choose-password")
    assert "Wang Xiaoming" in browser.get("/choose-password").text
    chosen = browser.post("/choose-password", data={"password": GOOD, "again": GOOD})
    assert (chosen.status_code, chosen.location) == (303, "/profile")
    assert "Wang Xiaoming" in browser.get("/profile").text
    user = session.scalar(select(User).where(User.email_key == "wang@example.org"))
    assert (user.state, user.email) == (AccountState.ACTIVE, "Wang@Example.org")


def test_a_link_opens_once(session, browse_as, mail):
    first, second = browse_as(None), browse_as(None)
    sign_up(first, "once@example.org")
    do_all()
    path = the_link(mail[0])
    first.get(path)
    second.get(path)
    first.post("/choose-password", data={"password": GOOD, "again": GOOD})

    assert (
        second.post("/choose-password", data={"password": GOOD, "again": GOOD}).status_code == 410
    )
    assert browse_as(None).get(path).status_code == 410


def test_nothing_tells_a_known_address_from_an_unknown_one(session, browse_as, mail):
    known = a_user()

    answers = [sign_up(browse_as(None), e) for e in (known.email, "unknown@example.org")]
    do_all()

    assert len({(a.status_code, a.location) for a in answers}) == 1
    assert [m.subject for m in mail] == [
        "You have an account already",
        "Confirm your address and choose a password",
    ]


def test_what_is_stored_does_not_open_a_link(session, browse_as, mail):
    sign_up(browse_as(None), "hashed@example.org")
    do_all()
    secret = the_link(mail[0]).removeprefix("/link/")
    link = session.scalar(select(Link))

    assert secret not in (link.secret_digest, link.value)
    assert secret not in str([(n.values, n.path) for n in session.scalars(select(Notice))])


def test_mail_links_lead_to_the_public_address_whatever_host_was_asked(session, browse_as, mail):
    browse_as(None).post(
        "/forgotten-password",
        data={"email": a_user().email},
        headers={"Host": "evil.test", "X-Forwarded-Host": "evil.test"},
    )
    do_all()

    assert "evil.test" not in mail[0].text + mail[0].html
    assert "http://127.0.0.1:8000/link/" in mail[0].text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("given", "x" * 10_000),
        ("given", "A\u202ena"),
        ("given", "A\u200bna"),
        ("given", "😀"),
        ("given", "<script>"),
        ("given", "王晓明"),
        ("given", ""),
        ("email", "no address"),
        ("email", "a@b"),
        ("email", "a@b.c\r\nBcc: x@y.org"),
        ("email", "x" * 300 + "@example.org"),
        ("order", "sideways"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(session, browse_as, mail, field, value):
    data = {**NEWCOMER, "email": "fine@example.org", field: value}

    answer = browse_as(None).post("/sign-up", data=data)
    do_all()

    assert answer.status_code == 422
    assert "Please check what you entered" in answer.text
    assert mail == []
    assert db.session.scalar(select(User)) is None


def test_five_mails_an_hour_go_to_one_address(session, browse_as, mail):
    user = a_user()
    answers = [
        browse_as(None).post("/forgotten-password", data={"email": user.email}) for _ in range(8)
    ]
    do_all()

    assert {a.status_code for a in answers} == {303}
    assert len(mail) == 5
