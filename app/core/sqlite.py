"""SQLite as we need it: foreign keys kept, readers never in the way, writers in a queue."""

from collections.abc import Callable
from contextvars import ContextVar
from threading import Lock
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

writing: ContextVar[bool] = ContextVar("writing", default=False)
"""Whether the next transaction is to change something."""

synchronous = {"mode": "FULL"}
"""How SQLite syncs; FULL loses nothing that was acknowledged. Set once from the settings."""


PATIENCE = 30
"""Seconds that a writer waits for the one before it."""


class Dialect(SQLiteDialect_pysqlite):
    """What SQLAlchemy takes for every address that begins with `sqlite:`.

    Listeners could do the same, but one on an engine slows each of its statements down.
    """

    supports_statement_cache = True

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._turn = Lock()
        self._writer: Any = None

    def on_connect(self) -> Callable[[Any], None]:
        """Make SQLite keep foreign keys, wait for writers and leave transactions to us."""
        prepare = super().on_connect()

        def connect(connection: Any) -> None:
            prepare(connection)
            connection.isolation_level = None
            for pragma in (
                "foreign_keys=on",
                "journal_mode=wal",
                f"busy_timeout={PATIENCE * 1000}",
                f"synchronous={synchronous['mode']}",
            ):
                connection.execute(f"pragma {pragma}")

        return connect

    def do_begin(self, dbapi_connection: Any) -> None:
        """Let writers take the lock at once; a reader that wrote later would be refused.

        The writers of one process wait for each other here: SQLite lets those who wait sleep, up
        to a tenth of a second, while the lock lies free. Between processes it alone decides.
        """
        if not writing.get():
            dbapi_connection.execute("begin")
            return
        # Who waited in vain takes the turn over, so that one that was lost is found again.
        self._turn.acquire(timeout=PATIENCE)
        self._writer = _bare(dbapi_connection)
        try:
            dbapi_connection.execute("begin immediate")
        except BaseException:
            self._pass_on(dbapi_connection)
            raise

    def do_commit(self, dbapi_connection: Any) -> None:
        """Commit, and let the next writer have its turn."""
        try:
            dbapi_connection.commit()
        finally:
            self._pass_on(dbapi_connection)

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Undo, and let the next writer have its turn."""
        try:
            dbapi_connection.rollback()
        finally:
            self._pass_on(dbapi_connection)

    def do_close(self, dbapi_connection: Any) -> None:
        """Close what may have been given up in the middle of a change."""
        try:
            dbapi_connection.close()
        finally:
            self._pass_on(dbapi_connection)

    def _pass_on(self, dbapi_connection: Any) -> None:
        if self._writer is _bare(dbapi_connection):
            self._writer = None
            self._turn.release()


def _bare(connection: Any) -> Any:
    """Return the driver's connection: the pool hands it over wrapped, and wraps it anew at will."""
    return getattr(connection, "dbapi_connection", connection)


registry.register("sqlite", __name__, Dialect.__name__)
