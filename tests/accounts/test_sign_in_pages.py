"""Signing in and out, devices, throttles, cookies."""

from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from sqlalchemy import select

from app.accounts.models import AuthSession, User
from app.accounts.states import AccountState, Role
from app.core.clock import now
from app.core.database import atomic
from app.core.tokens import digest
from tests.factories.accounts import PASSWORD, a_member, an_actor, sign_in_secret
from tests.factories.institutions import an_institution


def sign_in(browser, email: str, password: str = PASSWORD, address: str = "127.0.0.1", **more):
    return browser.post(
        "/sign-in",
        data={"email": email, "password": password, **more},
        environ_base={"REMOTE_ADDR": address},
    )


def secret_in(browser) -> str:
    with browser.session_transaction() as cookie:
        return cookie.get("_user_id", "")


def test_the_cookie_is_new_and_the_row_holds_its_hash_only(session, browse_as):
    user, browser = a_member(), browse_as(None)
    with browser.session_transaction() as cookie:
        cookie["_user_id"], cookie["planted"] = "chosen by somebody", "before"

    answer = sign_in(browser, user.email.upper(), next="/profile?x=1")

    assert (answer.status_code, answer.location) == (303, "/profile?x=1")
    with browser.session_transaction() as cookie:
        assert set(cookie) == {"_user_id", "_permanent"}
    row = session.scalar(select(AuthSession))
    assert row.token_digest == digest(secret_in(browser))
    assert browser.get("/profile").status_code == 200


@pytest.mark.parametrize(
    "target",
    ["//evil.test", "https://evil.test", "/\\evil.test", "\\/evil.test", "/\t/evil.test", "x", ""],
)
def test_nobody_is_led_elsewhere(session, browse_as, target):
    assert sign_in(browse_as(None), a_member().email, next=target).location == "/today"


def test_unknown_wrong_and_suspended_are_answered_alike(session, browse_as):
    member, suspended = a_member(), a_member()
    with atomic():
        session.get_one(User, suspended.id).state = AccountState.SUSPENDED

    tried = [
        ("nobody@example.org", PASSWORD),
        (member.email, "some other password"),
        (suspended.email, PASSWORD),
        ("", ""),
    ]
    answers = [sign_in(browse_as(None), email, password) for email, password in tried]

    assert {answer.status_code for answer in answers} == {422}
    words = {"go together" in answer.text for answer in answers[:3]}
    sizes = {len(a.text) - len(e) for a, (e, _) in zip(answers[:3], tried, strict=False)}
    assert (words, max(sizes) - min(sizes) < 200) == ({True}, True)


def test_former_parameters_are_replaced_at_sign_in(session, browse_as):
    user = a_member()
    with atomic():
        session.get_one(User, user.id).password_hash = PasswordHasher(1, 8192, 1).hash(PASSWORD)

    sign_in(browse_as(None), user.email)

    session.expire_all()
    assert session.get_one(User, user.id).password_hash.startswith("$argon2id$v=19$m=19456,t=2")


def test_guessing_is_stopped_but_the_owner_elsewhere_is_not(session, browse_as):
    user = a_member()

    codes = [
        sign_in(browse_as(None), user.email, "a wrong password", "10.0.0.9").status_code
        for _ in range(9)
    ]
    stopped = sign_in(browse_as(None), user.email, PASSWORD, "10.0.0.9")

    assert codes == [422] * 8 + [429]
    assert stopped.status_code == 429
    assert int(stopped.headers["Retry-After"]) > 0
    assert "Too many tries" in stopped.text
    assert sign_in(browse_as(None), user.email, PASSWORD, "10.0.0.10").status_code == 303


def test_a_whole_room_behind_one_address_can_sign_in(session, browse_as):
    people = [a_member() for _ in range(35)]

    codes = {sign_in(browse_as(None), p.email, PASSWORD, "10.0.0.7").status_code for p in people}

    assert codes == {303}


def test_a_copied_cookie_ends_with_the_sign_out(session, browse_as):
    user, browser, thief = a_member(), browse_as(None), browse_as(None)
    sign_in(browser, user.email)
    with thief.session_transaction() as cookie:
        cookie["_user_id"] = secret_in(browser)
    assert thief.get("/profile").status_code == 200

    answer = browser.post("/sign-out")

    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert thief.get("/profile").status_code == 303
    assert browser.get("/profile").location == "/sign-in?next=/profile"


@pytest.mark.parametrize(
    ("role", "after", "is_in"),
    [
        (Role.REGISTRAR, timedelta(hours=1, minutes=59), True),
        (Role.REGISTRAR, timedelta(hours=2, minutes=1), False),
        (None, timedelta(hours=167), True),
        (None, timedelta(hours=169), False),
    ],
)
def test_idle_sign_ins_end_sooner_for_staff(session, browse_as, role, after, is_in):
    roles = [(role, an_institution().id)] if role else []
    user, browser = a_member(*roles), browse_as(None)
    sign_in(browser, user.email)

    with time_machine.travel(now() + after, tick=True):
        assert (browser.get("/profile").status_code == 200) is is_in


def test_staff_sign_in_anew_after_twelve_hours_at_the_latest(session, browse_as):
    user, browser = a_member((Role.REGISTRAR, an_institution().id)), browse_as(None)
    sign_in(browser, user.email)
    start = now()

    for hours in range(1, 12):
        with time_machine.travel(start + timedelta(hours=hours), tick=True):
            assert browser.get("/profile").status_code == 200
    with time_machine.travel(start + timedelta(hours=12, minutes=1), tick=True):
        assert browser.get("/profile").status_code == 303


def test_being_seen_is_noted_once_a_minute(session, browse_as, statements):
    user, browser = a_member(), browse_as(None)
    sign_in(browser, user.email)
    statements.clear()
    browser.get("/profile")
    assert not [s for s in statements if s.startswith("UPDATE auth_session")]

    with time_machine.travel(now() + timedelta(minutes=2), tick=True):
        browser.get("/profile")
        browser.get("/profile")

    assert len([s for s in statements if s.startswith("UPDATE auth_session")]) == 1


def test_devices_are_listed_and_ended_by_their_owner_alone(session, browse_as):
    owner, other = a_member(), an_actor(Role.REGISTRAR, an_institution().id)
    here, there = browse_as(None), browse_as(None)
    sign_in(here, owner.email)
    sign_in(there, owner.email)
    row = session.scalar(
        select(AuthSession).where(AuthSession.token_digest == digest(secret_in(there)))
    )
    path = f"/profile/devices/{row.id}/end"

    assert browse_as(other).post(path).status_code == 404
    assert here.get("/profile/devices").text.count("Unknown browser") >= 2
    assert here.post(path).status_code == 303
    assert there.get("/profile").status_code == 303
    assert here.get("/profile").status_code == 200


def test_signing_out_everywhere_ends_all(session, browse_as):
    user = a_member()
    browsers = [browse_as(None) for _ in range(3)]
    for browser in browsers:
        sign_in(browser, user.email)

    browsers[0].post("/sign-out-everywhere")

    assert [b.get("/profile").status_code for b in browsers] == [303, 303, 303]


def test_signing_out_is_no_link(session, browse_as):
    assert browse_as(None).get("/sign-out").status_code == 405


def test_one_query_loads_the_actor(session, browse_as, statements):
    user = a_member((Role.FACULTY, an_institution().id), (Role.REGISTRAR, an_institution().id))
    browser = browse_as(None)
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = sign_in_secret(user.id)
    statements.clear()

    browser.get("/sign-in")

    assert len([s for s in statements if s.startswith("SELECT")]) == 1
