"""A form that is sent twice acts once."""

import threading

import pytest
from flask import Flask, redirect
from sqlalchemy import func, select

from app.core.database import Text, atomic, db
from app.core.errors import Invalid
from app.institutions.models import Institution
from app.web.once import once


def _add(code: str) -> None:
    with atomic():
        db.session.add(
            Institution(
                code=code, name=Text(), city=Text(), country="BA", timezone="Europe/Sarajevo"
            )
        )


def _count() -> int:
    return db.session.scalar(select(func.count()).select_from(Institution)) or 0


def _send(app: Flask, view, token: str):
    with app.test_request_context("/x", method="POST", data={"once": token}):
        return once(view)()


def test_the_second_answer_is_the_first_one(app, session):
    codes = iter(("AA", "BB"))

    def view():
        code = next(codes)
        _add(code)
        return redirect(f"/made/{code}", code=303)

    first, second = _send(app, view, "t1"), _send(app, view, "t1")

    assert (first.location, second.location, _count()) == ("/made/AA", "/made/AA", 1)
    assert _send(app, view, "t2").location == "/made/BB"


def test_a_refused_form_may_be_sent_again(app, session):
    def refuse():
        _add("AA")
        return "the form again"

    assert _send(app, refuse, "t1") == "the form again"
    assert _count() == 0

    def accept():
        _add("AA")
        return redirect("/made", code=303)

    assert _send(app, accept, "t1").location == "/made"
    assert _count() == 1


def test_an_error_leaves_nothing_behind(app, session):
    def fail():
        _add("AA")
        raise Invalid("no")

    with pytest.raises(Invalid):
        _send(app, fail, "t1")

    assert _count() == 0


def test_of_eight_clicks_at_once_one_acts(world):
    answers = []

    def view():
        _add("AA")
        return redirect("/made", code=303)

    def click():
        with world.app_context():
            answers.append(_send(world, view, "same").location)
            db.session.remove()

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == ["/made"] * 8
    assert _count() == 1
