"""The one way to commit."""

import threading
import time

import pytest
from sqlalchemy import bindparam, delete, func, insert, select

from app.core import sqlite
from app.core.database import (
    Text,
    after_commit,
    atomic,
    atomic_statements,
    db,
    insert_new,
    read_at_once,
)
from app.core.prepared import Prepared
from app.institutions.models import Institution
from app.notifications.models import Preference
from tests.factories.accounts import a_user
from tests.factories.institutions import an_institution


def _names() -> list[str]:
    return [text["en"] for text in db.session.scalars(select(Institution.name))]


def _add(name: str) -> None:
    db.session.add(
        Institution(
            code=name[:8],
            name=Text(en=name),
            city=Text(),
            country="BA",
            timezone="Europe/Sarajevo",
        )
    )


def test_the_outermost_block_commits_and_then_runs_the_hooks(session):
    seen = []

    with atomic():
        with atomic():
            _add("inner")
            after_commit(lambda: seen.append("hook"))
        assert seen == []

    assert seen == ["hook"]
    assert _names() == ["inner"]


def test_nothing_survives_an_error(session):
    seen = []

    @atomic()
    def fail():
        _add("lost")
        after_commit(lambda: seen.append("hook"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert (seen, _names()) == ([], [])


def test_an_inner_failure_that_is_caught_still_undoes_the_whole(session):
    with atomic():
        _add("outer")
        with pytest.raises(ZeroDivisionError), atomic():
            raise ZeroDivisionError

    assert _names() == []


def test_what_was_read_before_is_read_again_under_the_lock(world):
    institution = an_institution(name="Before")
    assert db.session.get_one(Institution, institution.id).name["en"] == "Before"

    def rename():
        with world.app_context(), atomic():
            db.session.get_one(Institution, institution.id).name = Text(en="After")

    other = threading.Thread(target=rename)
    other.start()
    other.join()

    with atomic():
        assert db.session.get_one(Institution, institution.id).name["en"] == "After"


def _wish(connection, user_id):
    connection.execute(insert(Preference).values(user_id=user_id, topic="courses", mail=False))


def _fail(connection):
    connection.execute(delete(Preference))
    raise ZeroDivisionError


def _wishes():
    return db.session.scalar(select(func.count()).select_from(Preference))


def test_statements_alone_are_one_change_as_well(session):
    user_id = a_user().id
    with atomic_statements() as connection:
        _wish(connection, user_id)
    assert _wishes() == 1

    with pytest.raises(ZeroDivisionError), atomic_statements() as connection:
        _fail(connection)
    assert _wishes() == 1


def test_statements_inside_a_change_belong_to_it(session):
    with atomic():
        _add("outer")
        with pytest.raises(ZeroDivisionError), atomic_statements() as connection:
            _fail(connection)

    assert _names() == []


def test_statements_see_what_others_wrote_since_the_last_reading(world):
    user_id = a_user().id

    def write():
        with world.app_context(), atomic_statements() as connection:
            _wish(connection, user_id)

    assert _wishes() == 0  # a snapshot from before, which the change may not keep
    other = threading.Thread(target=write)
    other.start()
    other.join()

    with atomic_statements() as connection:
        assert connection.scalar(select(func.count()).select_from(Preference)) == 1
    assert _wishes() == 1


def test_what_is_read_by_itself_sees_the_change_under_way(session):
    user_id = a_user().id
    asked = Prepared(select(Preference.topic).where(Preference.user_id == bindparam("user")))
    with atomic():
        db.session.add(Preference(user_id=user_id, topic="courses", mail=False))
        assert read_at_once(asked, {"user": user_id})[0].topic == "courses"


def test_many_readers_that_then_write_never_find_the_database_locked(world):
    institution = an_institution()
    failures = []

    def read_then_write(number):
        with world.app_context():
            try:
                for _ in range(5):
                    db.session.scalar(select(Institution.website))
                    with atomic():
                        row = db.session.scalars(
                            select(Institution).where(Institution.id == institution.id)
                            .with_for_update()
                        ).one()  # fmt: skip
                        row.website = f"{len(row.website or '')}{number}"[:9]
            except Exception as error:  # noqa: BLE001 -- every failure counts
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=read_then_write, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []


def test_a_change_that_is_given_up_half_way_lets_the_next_writer_in(world):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite has one writer at a time")
    token = sqlite.writing.set(True)
    try:
        given_up = db.engine.connect()
        given_up.execute(select(Institution.id))
        given_up.invalidate()
        began = time.monotonic()
        with atomic_statements() as connection:
            connection.execute(delete(Institution))
    finally:
        sqlite.writing.reset(token)

    assert time.monotonic() - began < sqlite.PATIENCE / 2


def test_of_two_equal_rows_one_is_new(session):
    user = a_user()
    with atomic():
        first = insert_new(Preference, user_id=user.id, topic="courses", mail=False)
        second = insert_new(Preference, user_id=user.id, topic="courses", mail=True)

    assert (first, second) == (True, False)
    assert db.session.get_one(Preference, (user.id, "courses")).mail is False


@pytest.mark.parametrize(
    ("locale", "shown"),
    [("sr_Latn", ("Most", "bs")), ("zh_Hans_CN", ("桥", "zh-Hans")), ("en", ("Most", "bs"))],
)
def test_a_text_is_shown_in_the_nearest_language(locale, shown):
    assert Text(bs="Most", zh_Hans_CN="桥").pick(locale) == shown
