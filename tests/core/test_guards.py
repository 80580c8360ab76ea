"""Throttles, tokens, mail and settings."""

import pytest
import time_machine

from app import config
from app.core import throttle, tokens
from app.core.database import atomic
from app.core.errors import TooMany
from app.core.mail import Message
from app.core.mail.folder import Folder


def test_tries_are_counted_per_key_and_window(session):
    with time_machine.travel("2026-11-22T10:00:01Z", tick=False):
        for _ in range(3):
            throttle.hit("sign-in:ana", limit=3, seconds=300)
        throttle.hit("sign-in:other", limit=3, seconds=300)
        with pytest.raises(TooMany) as refused:
            throttle.hit("sign-in:ana", limit=3, seconds=300)
    assert refused.value.retry_after == 299

    with time_machine.travel("2026-11-22T10:05:00Z", tick=False):
        throttle.hit("sign-in:ana", limit=3, seconds=300)


def test_a_try_stays_counted_when_its_change_is_undone(session):
    @atomic()
    def try_and_fail():
        throttle.hit("key", limit=2, seconds=3600)
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            try_and_fail()

    with pytest.raises(TooMany):
        throttle.hit("key", limit=2, seconds=3600)


def test_a_token_serves_one_purpose_for_a_while(session):
    with time_machine.travel("2026-11-22T10:00:00Z", tick=False):
        token = tokens.sign("presence", {"session": "a"})
        assert tokens.read("presence", token, max_age=600) == {"session": "a"}
        assert tokens.read("invitation", token, max_age=600) is None
        assert tokens.read("presence", token[:-1] + "x", max_age=600) is None
    with time_machine.travel("2026-11-22T10:10:01Z", tick=False):
        assert tokens.read("presence", token, max_age=600) is None


def test_a_former_key_still_verifies(app, session, monkeypatch):
    token = tokens.sign("feed", "x")
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [app.config["SECRET_KEY"]])
    monkeypatch.setitem(app.config, "SECRET_KEY", "a new key")
    assert tokens.read("feed", token) == "x"


def test_a_mail_sent_again_is_the_same_file_and_headers_stay_one_line(tmp_path):
    folder = Folder(tmp_path, "Most <most@example.org>", "example.org")
    message = Message(
        id="m1",
        to="ana@example.org",
        name="Ana\r\nBcc: all@example.org",
        subject="Hello\nX-Evil: 1",
        text="Здраво 你好",
    )

    folder.send(message)
    folder.send(message)

    (file,) = tmp_path.iterdir()
    text = file.read_text("utf-8")
    assert "\nBcc:" not in text
    assert "\nX-Evil:" not in text


@pytest.mark.parametrize(("name", "value"), [("PORT", "eighty"), ("DEMO", "perhaps")])
def test_a_setting_that_makes_no_sense_is_named(name, value):
    with pytest.raises(config.BadSetting, match=name):
        config.from_environment({name: value})


def test_postgresql_is_reached_by_psycopg_3():
    settings = config.from_environment({"DATABASE_URL": "postgres://a@b/c"})
    assert settings.database == "postgresql+psycopg://a@b/c"


def test_a_key_is_made_once(tmp_path):
    settings = config.from_environment({"VAR_FOLDER": str(tmp_path)})
    assert settings.key() == settings.key()
    assert len(settings.key()) >= 50
