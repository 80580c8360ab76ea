"""The command that makes the first administrator."""

from urllib.parse import urlsplit

from click.testing import CliRunner
from sqlalchemy import select

from app.accounts.cli import create_admin
from app.accounts.models import User
from app.core.database import db
from tests.accounts.test_sign_up_pages import GOOD


def test_the_first_administrator_chooses_the_password_behind_a_link_good_once(session, browse_as):
    result = CliRunner().invoke(create_admin, ["Chief@example.org"])
    path = urlsplit(result.output.strip()).path
    browser = browse_as(None)

    browser.get(path)
    browser.post("/choose-password", data={"password": GOOD, "again": GOOD})

    assert result.exit_code == 0
    assert browser.get("/institutions/new").status_code == 200
    assert browse_as(None).get(path).status_code == 410


def test_there_is_nobody_by_default(session):
    assert db.session.scalar(select(User)) is None


def test_no_address_no_account(session):
    assert CliRunner().invoke(create_admin, ["chief"]).exit_code == 1
