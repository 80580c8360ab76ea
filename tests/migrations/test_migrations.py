"""The migrations, from nothing up and down again, on both engines."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import MetaData, Table, create_engine, insert, inspect, select, text

from app.config import Settings
from app.core import schema
from app.core.clock import now
from app.core.database import db
from app.core.ids import new_id
from app.factory import create_app

POSTGRESQL = os.environ.get("TEST_DATABASE_URL", "")


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database of its own."""
    url = f"sqlite:///{tmp_path}/empty.sqlite3"
    if POSTGRESQL:
        name = f"migrating_{os.getpid()}"
        engine = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"drop schema if exists {name} cascade"))
            connection.execute(text(f"create schema {name}"))
        engine.dispose()
        url = f"{POSTGRESQL}?options=-csearch_path%3D{name}"
    settings = Settings(database_url=url, var_folder=str(tmp_path), secret_key="x" * 50)
    app = create_app(settings)
    with app.app_context():
        yield app
        db.engine.dispose()


def test_from_nothing_up_equals_the_models(empty):
    schema.upgrade()

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []
    assert schema.is_current()


def test_down_leaves_nothing_and_up_works_again(empty):
    schema.upgrade()
    schema.downgrade("base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}

    schema.upgrade()

    assert schema.is_current()


def test_there_is_one_line_of_numbered_migrations():
    scripts = ScriptDirectory(str(schema.FOLDER))
    numbers = [script.revision for script in reversed(list(scripts.walk_revisions()))]
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
    assert len(scripts.get_heads()) == 1


def test_a_certificate_may_be_cancelled_without_a_file_up_to_its_step_and_not_before(empty):
    schema.upgrade()
    after = _check("certificate", "issued_is_frozen")
    schema.downgrade("0007")
    before = _check("certificate", "issued_is_frozen")

    assert "cancelled" in after
    assert "cancelled" not in before
    assert "pending" in before


def test_words_stored_in_traditional_characters_are_found_in_simplified_ones(empty):
    schema.upgrade("0022")
    institution = Table("institution", MetaData(), autoload_with=db.engine)
    is_sqlite = db.engine.dialect.name == "sqlite"
    searched = {name for name, table in db.metadata.tables.items() if "search_text" in table.c}
    with db.engine.begin() as connection:
        for number, words in enumerate(["復旦大學 fudandaxue", "unibl banja luka"]):
            key = new_id()
            row = {
                "id": key.hex if is_sqlite else key,
                "code": f"U{number}",
                "name": {},
                "city": {},
                "country": "CN",
                "subdivision": "",
                "timezone": "Asia/Shanghai",
                "website": "",
                "brand_colour": "",
                "is_centre": False,
                "is_partner": False,
                "is_active": True,
                "search_text": words,
                "created_at": now(),
                "version": 1,
            }
            connection.execute(insert(institution).values(row))

    schema.upgrade("0023")

    with db.engine.connect() as connection:
        kept = connection.scalars(select(institution.c.search_text)).all()
    assert sorted(kept) == ["unibl banja luka", "复旦大学 fudandaxue"]
    step = ScriptDirectory(str(schema.FOLDER)).get_revision("0023")
    assert set(step.module.LONGEST) == searched
    assert {
        name: getattr(db.metadata.tables[name].c.search_text.type, "length", None)
        for name in searched
    } == step.module.LONGEST


def _check(table: str, name: str) -> str:
    found = {one["name"]: one["sqltext"] for one in inspect(db.engine).get_check_constraints(table)}
    return str(found[f"ck_{table}_{name}"])
