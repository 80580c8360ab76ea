"""Errors as answers."""

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from app.core.errors import Forbidden, TooMany


@pytest.fixture
def failing(app, browse_as, monkeypatch):
    """Return the answer of a page that raises this error, as people get it."""

    def answer(error, **headers):
        def fail():
            raise error

        monkeypatch.setitem(app.view_functions, "health.alive", fail)
        monkeypatch.setattr(app, "testing", False)
        return browse_as(None).get("/healthz", headers=headers)

    return answer


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (IntegrityError("insert", {}, Exception("secret detail")), 409),
        (OperationalError("select", {}, Exception("secret detail")), 503),
        (ZeroDivisionError("secret detail"), 500),
        (Forbidden("Only registrars."), 403),
    ],
)
def test_an_error_is_answered_plainly_and_never_with_its_insides(failing, error, status):
    answer = failing(error)

    assert answer.status_code == status
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


def test_programs_get_problem_details(failing):
    answer = failing(Forbidden("Only registrars."), Accept="application/json")

    assert answer.content_type == "application/problem+json"
    assert answer.json == {"type": "about:blank", "title": "Only registrars.", "status": 403}


def test_who_tries_too_often_is_told_when_to_come_back(failing):
    assert failing(TooMany("Wait.", retry_after=7)).headers["Retry-After"] == "7"
