"""The database refuses to change or delete what was noted."""

from uuid import uuid4

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

import app.attendance.models
import app.certificates.models
import app.completion.models  # noqa: F401 -- their tables are guarded too
from app.audit import append_only, services
from app.audit.models import AuditEntry, StateChange
from app.core.actor import SYSTEM
from app.core.database import atomic, db


@pytest.fixture
def guarded(session):
    with atomic():
        for statement in append_only.guards(db.engine.dialect.name):
            session.execute(statement)
    return session


@pytest.mark.parametrize(
    "statement",
    [update(AuditEntry).values(action="accounts.other"), delete(AuditEntry)],
    ids=["update", "delete"],
)
def test_entries_can_be_added_but_not_touched(guarded, statement):
    with atomic():
        services.record(SYSTEM, "accounts.test", uuid4())

    with pytest.raises(DBAPIError, match="append-only"), guarded.begin_nested():
        guarded.execute(statement)


def test_every_table_named_is_a_table(session):
    assert set(append_only.TABLES) <= set(db.metadata.tables)
    assert StateChange.__tablename__ in append_only.TABLES


def test_the_guards_can_be_taken_away(guarded):
    with atomic():
        services.record(SYSTEM, "accounts.test", uuid4())
    for statement in append_only.releases(db.engine.dialect.name):
        guarded.execute(statement)

    guarded.execute(delete(AuditEntry))

    assert guarded.query(AuditEntry).count() == 0
