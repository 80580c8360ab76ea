"""Statements that are worked out once."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, event, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.core.database import db
from app.core.prepared import Prepared
from app.core.throttle import Tries
from tests.factories.accounts import a_user

PERSON = Prepared(
    select(User.id, User.display_name, User.state, User.created_at, User.institution_id)
    .where(User.id == bindparam("wanted"), User.state == "active", User.id != bindparam("other"))
    .limit(3)
)
TRY = Prepared(insert(Tries.__table__))
AGAIN = Prepared(
    update(Tries.__table__)
    .where(Tries.__table__.c.key == bindparam("which"))
    .values(number=bindparam("times"))
)
MOMENT = datetime(2026, 10, 4, 6, 0, 0, 7, UTC)


def _a_try(key="door"):
    return {"key": key, "window": 7, "number": 1, "until": MOMENT}


@pytest.fixture
def connection(world):
    with db.engine.connect() as connection:
        yield connection


def test_rows_are_those_of_sqlalchemy(world, connection):
    one, other = a_user().id, a_user().id
    db.session.commit()
    values = {"wanted": one, "other": other}

    found = PERSON.rows(connection, values)

    assert [row._asdict() for row in found] == [
        row._asdict() for row in connection.execute(PERSON.statement, values)
    ]
    assert [type(value) for value in found[0]] == [
        type(value) for value in connection.execute(PERSON.statement, values).one()
    ]
    assert PERSON.rows(connection, {"wanted": other, "other": other}) == []


def test_changes_tell_how_many_rows_they_met(connection):
    with connection.begin():
        assert TRY.change(connection, _a_try()) == 1
        assert AGAIN.change(connection, {"which": "door", "times": 4}) == 1
        assert AGAIN.change(connection, {"which": "window", "times": 4}) == 0
        assert connection.execute(select(Tries.number, Tries.until)).one() == (4, MOMENT)


def test_a_moment_is_stored_as_sqlalchemy_stores_it(connection):
    elsewhere = MOMENT.astimezone(timezone(timedelta(hours=8)))
    with connection.begin():
        TRY.change(connection, {**_a_try(), "until": elsewhere})
        connection.execute(insert(Tries), _a_try("window"))
        stored = connection.exec_driver_sql("select until from tries").scalars().all()
        with pytest.raises(ValueError, match="naive"):
            TRY.change(connection, {**_a_try("wall"), "until": MOMENT.replace(tzinfo=None)})
    assert stored[0] == stored[1]


def test_the_database_refuses_in_words_of_sqlalchemy(connection):
    with connection.begin():
        TRY.change(connection, _a_try())
        with pytest.raises(IntegrityError):
            TRY.change(connection, _a_try())


def test_whoever_listens_hears_of_each_statement(world):
    heard = []

    def note(*args):
        heard.append(args[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with db.engine.begin() as connection:
            assert TRY.change(connection, _a_try()) == 1
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(heard) == 1


def test_what_is_not_the_same_each_time_is_refused(connection):
    several = Prepared(select(User.id).where(User.id.in_(bindparam("ids", expanding=True))))
    with pytest.raises(ValueError, match="ids"):
        several.rows(connection, {"ids": []})
    with pytest.raises(ValueError, match="default"):
        Prepared(insert(User.__table__)).change(connection, {"email": "a@example.org"})
