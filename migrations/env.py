"""Runs the migrations on every engine: batch mode on SQLite, short lock waits on PostgreSQL."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, TypeDecorator, create_engine, text

from app import config, factory  # noqa: F401 -- the factory knows every model
from app.core.database import Base


def plain(kind: str, thing: Any, _: Any) -> str | Literal[False]:
    """Write our column types as what they are in the database: migrations outlive the models."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl_instance!r}"
    return False


def run(connection: Connection) -> None:
    """Migrate in one transaction, which either happens whole or not at all."""
    context.configure(
        connection=connection,
        target_metadata=Base.registry.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=plain,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("set local lock_timeout = '10s'"))
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = create_engine(config.from_environment().database)
    with engine.connect() as connection:
        run(connection)
        connection.commit()
