"""What one person may upload in a day."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from app.core import throttle
from app.core.clock import now
from app.core.errors import TooMany
from tests.factories.accounts import an_actor
from tests.factories.courses import a_run

pytestmark = pytest.mark.database


@pytest.fixture
def small(app, monkeypatch):
    """Three files or one megabyte a day."""
    settings = replace(app.config["SETTINGS"], upload_files_a_day=3, upload_megabytes_a_day=1)
    monkeypatch.setitem(app.config, "SETTINGS", settings)


def send(browser, run, size: int = 20):
    file = (io.BytesIO(b"Email\n" + b"a" * size), "people.csv")
    return browser.post(f"/runs/{run.id}/import", data={"file": file})


def test_files_are_counted_and_refused_until_the_next_day(session, browse_as, small):
    run = a_run()
    office = an_actor("administrator", run.institution_id)
    browser = browse_as(office)

    codes = [send(browser, run).status_code for _ in range(4)]
    refused = send(browser, run)

    assert codes == [303, 303, 303, 429]
    assert "3 files or 1 MB" in refused.text
    assert 0 < int(refused.headers["Retry-After"]) <= 86_400
    assert browser.get(f"/runs/{run.id}/import").status_code == 200
    assert browser.post(f"/runs/{run.id}/import", data={}).status_code == 422  # no file, no count
    other = browse_as(an_actor("administrator", run.institution_id))
    assert send(other, run).status_code == 303
    with time_machine.travel(now() + timedelta(days=1)):
        tomorrow = browse_as(office)
        assert send(tomorrow, run).status_code == 303


def test_bytes_are_counted_and_what_is_refused_takes_nothing(session, browse_as, small):
    run = a_run()
    browser = browse_as(an_actor("administrator", run.institution_id))

    codes = [send(browser, run, 1000 * size).status_code for size in (400, 400, 400, 100)]

    assert [code == 429 for code in codes] == [False, False, True, False]


def test_what_does_not_fit_takes_nothing(session):
    def take(amount: int) -> None:
        throttle.spend("x", amount, limit=10, seconds=60, refusal="Enough.")

    with time_machine.travel(now(), tick=False):
        take(6)
        with pytest.raises(TooMany, match="Enough"):
            take(5)
        take(4)
        with pytest.raises(TooMany):
            take(1)
        with pytest.raises(TooMany):
            throttle.spend("y", 11, limit=10, seconds=60, refusal="Enough.")
