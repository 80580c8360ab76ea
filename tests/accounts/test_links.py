"""Links under concurrency, and what is forgotten after a while."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import time_machine
from click.testing import CliRunner
from sqlalchemy import func, select

from app.accounts import cli, links, passwords
from app.accounts.models import AuthSession, Link
from app.accounts.services import links as using
from app.accounts.services import passwords as choosing
from app.accounts.states import LinkPurpose
from app.accounts.tasks import sweep
from app.core.clock import now
from app.core.database import db
from app.core.errors import DomainError
from tests.accounts.test_sign_in_pages import sign_in
from tests.factories.accounts import a_member, sign_in_secret


def test_of_many_who_use_a_link_at_once_one_succeeds(world):
    user_id = a_member().id
    for number in range(3):
        secret = links.secret_of(using.issue(user_id, LinkPurpose.RESET_PASSWORD))
        together = Barrier(8)

        def choose(which: int, secret=secret, number=number, together=together) -> bool:
            with world.app_context():
                together.wait()
                try:
                    choosing.choose(secret, f"copper kettle number {number} and {which}")
                except DomainError:
                    return False
                return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(choose, range(8))) == 1


def test_signing_in_costs_one_comparison_whoever_it_is(session, browse_as, monkeypatch):
    compared = []
    right = passwords.is_right
    monkeypatch.setattr(passwords, "is_right", lambda p, kept: compared.append(1) or right(p, kept))

    for email in (a_member().email, "nobody@example.org"):
        sign_in(browse_as(None), email, "not the password")

    assert len(compared) == 2


def test_what_is_long_over_is_forgotten(session):
    user_id = a_member().id
    sign_in_secret(user_id)
    using.issue(user_id, LinkPurpose.RESET_PASSWORD)
    rows = [select(func.count()).select_from(model) for model in (AuthSession, Link)]

    sweep()
    assert [db.session.scalar(query) for query in rows] == [1, 1]
    with time_machine.travel(now() + timedelta(days=32), tick=True):
        sweep()

    assert [db.session.scalar(query) for query in rows] == [0, 0]


def test_everybody_can_be_signed_out_at_once(session, browse_as):
    browsers = [browse_as(None) for _ in range(2)]
    for browser in browsers:
        sign_in(browser, a_member().email)

    result = CliRunner().invoke(cli.sign_everybody_out, ["--yes"])

    assert result.output == "2 sign-ins ended\n"
    assert [b.get("/profile").status_code for b in browsers] == [303, 303]
