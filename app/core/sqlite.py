"""SQLite as we need it: foreign keys kept, readers never in the way, writers in a queue."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

writing: ContextVar[bool] = ContextVar("writing", default=False)
"""Whether the next transaction is to change something."""

synchronous = {"mode": "FULL"}
"""How SQLite syncs; FULL loses nothing that was acknowledged. Set once from the settings."""


class Dialect(SQLiteDialect_pysqlite):
    """What SQLAlchemy takes for every address that begins with `sqlite:`.

    Listeners could do the same, but one on an engine slows each of its statements down.
    """

    supports_statement_cache = True

    def on_connect(self) -> Callable[[Any], None]:
        """Make SQLite keep foreign keys, wait for writers and leave transactions to us."""
        prepare = super().on_connect()

        def connect(connection: Any) -> None:
            prepare(connection)
            connection.isolation_level = None
            for pragma in (
                "foreign_keys=on",
                "journal_mode=wal",
                "busy_timeout=30000",
                f"synchronous={synchronous['mode']}",
            ):
                connection.execute(f"pragma {pragma}")

        return connect

    def do_begin(self, dbapi_connection: Any) -> None:
        """Let writers take the lock at once; a reader that wrote later would be refused."""
        dbapi_connection.execute("begin immediate" if writing.get() else "begin")


registry.register("sqlite", __name__, Dialect.__name__)
