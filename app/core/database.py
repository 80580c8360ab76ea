"""The database: the model base, the session and the one way to commit."""

import enum
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    Select,
    String,
    TypeDecorator,
    event,
    inspect,
    or_,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.ext.mutable import MutableDict
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, mapped_column, registry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from app.core import sqlite
from app.core.clock import now
from app.core.i18n import FALLBACK, LANG_TAGS
from app.core.ids import new_id
from app.core.prepared import Prepared


class UTCDateTime(TypeDecorator[datetime]):
    """Aware UTC datetimes on every engine; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Return what writes a value; for SQLite at once, as it reads below."""
        if dialect.name == "sqlite":
            return _moment_to_store
        return super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return what reads a value; from SQLite at once, as pages read many of them."""
        if dialect.name == "sqlite":
            return _stored_moment
        return super().result_processor(dialect, coltype)


def _moment_to_store(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("naive datetime")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _stored_moment(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


class Text(MutableDict[str, str]):
    """One text in several languages: {"en": "Bridge", "zh_Hans_CN": "桥"}."""

    def pick(self, locale: str) -> tuple[str, str]:
        """Return the text nearest to the reader's language and the BCP 47 tag it is in."""
        for code in (*FALLBACK.get(locale, ("en",)), *self):
            if self.get(code):
                return self[code], LANG_TAGS.get(code, "und")
        return "", "und"

    def in_(self, locale: str) -> str:
        """Return the text nearest to the reader's language."""
        return self.pick(locale)[0]


class _TextType(TypeDecorator[dict[str, str]]):
    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, str] | None, _: Dialect) -> dict[str, str]:
        return {code: text for code, text in (value or {}).items() if text}

    def process_result_value(self, value: Any | None, _: Dialect) -> dict[str, str]:
        return dict(value or {})


Translated = Text.as_mutable(_TextType())
"""The column type of a `Text`: `title: Mapped[Text] = mapped_column(Translated)`."""

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_TYPES: dict[Any, TypeEngine[Any]] = {
    datetime: UTCDateTime(),
    enum.StrEnum: Enum(
        enum.StrEnum,
        native_enum=False,
        length=40,
        values_callable=lambda kind: [member.value for member in kind],
    ),
}


class Base(DeclarativeBase):
    """Carries the naming convention and the column types."""

    # Not `type_annotation_map = ...`: Flask-SQLAlchemy copies this body and would refuse it.
    registry = registry(metadata=MetaData(naming_convention=_NAMES), type_annotation_map=_TYPES)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
if TYPE_CHECKING:

    class Model(Base):
        """Base of every model."""

        __abstract__ = True
else:
    Model = db.Model

Key = Annotated[UUID, mapped_column(primary_key=True, default=new_id)]
CreatedAt = Annotated[datetime, mapped_column(default=now)]


@event.listens_for(Model, "init", propagate=True)
def _give_id(thing: Model, __: object, kwargs: dict[str, object]) -> None:
    """Give a new row its id at once, so that nobody has to flush to learn it."""
    if hasattr(type(thing), "id"):
        kwargs.setdefault("id", new_id())


@contextmanager
def atomic() -> Iterator[None]:
    """Make one change of the world, whole or not at all.

    The outermost block commits; blocks inside it join, and one that fails dooms the whole.
    What was read before the outermost block is read again inside it, under its locks. What
    `after_commit` collected runs once the commit has succeeded.
    """
    session = db.session()
    if "after_commit" in session.info:
        try:
            yield
        except BaseException:
            session.info["doomed"] = True
            raise
        return
    _forget_what_was_read()
    hooks: dict[str, list[Callable[[], object]]] = {"after_commit": [], "after_rollback": []}
    session.info.update(hooks, doomed=False)
    due = "after_rollback"
    token = sqlite.writing.set(True)
    try:
        yield
        if session.info["doomed"]:
            session.rollback()
        else:
            session.commit()
            due = "after_commit"
    except BaseException:
        session.rollback()
        raise
    finally:
        sqlite.writing.reset(token)
        for name in hooks:
            del session.info[name]
        for hook in hooks[due]:
            hook()


@contextmanager
def atomic_statements() -> Iterator[Connection]:
    """Make one change of the world, as `atomic` does, by statements on a bare connection.

    For what hundreds of people do in the same minute: beginning and committing a session costs
    as much as three statements. Inside `atomic` it joins; nothing inside it may use the session.
    """
    if is_atomic():
        with atomic():
            db.session.flush()
            yield db.session.connection()
        return
    _forget_what_was_read()
    token = sqlite.writing.set(True)
    try:
        with _begun(db.engine) as connection:
            yield connection
    finally:
        sqlite.writing.reset(token)


@contextmanager
def _begun(bind: Engine | Connection) -> Iterator[Connection]:
    if isinstance(bind, Connection):  # somebody's transaction, around all that we do
        with bind.begin_nested():
            yield bind
    else:
        with bind.begin() as connection:
            yield connection


def _forget_what_was_read() -> None:
    """End the transaction that reading began, so that locks are taken before reading again."""
    if _has_begun():
        db.session.rollback()
    if db.session.registry.has():
        db.session.expire_all()


def _has_begun() -> bool:
    return db.session.registry.has() and db.session().in_transaction()


def read_rows(
    statement: Select[*tuple[Any, ...]], values: Mapping[str, Any] | None = None
) -> CursorResult[*tuple[Any, ...]]:
    """Execute a select of columns in the session's transaction, without the ORM's own work.

    Pages that ask often save a fifth of what asking costs; what the session holds back is
    written first, so that nothing is missed.
    """
    db.session.flush()
    return db.session.connection().execute(statement, values or {})


def read_prepared(prepared: Prepared, values: Mapping[str, Any]) -> list[Any]:
    """Execute a select in the session's transaction, as `read_rows` does, for hot pages."""
    db.session.flush()
    return prepared.rows(db.session.connection(), values)


def read_at_once(prepared: Prepared, values: Mapping[str, Any]) -> list[Any]:
    """Execute a select by itself: no transaction begins for a single one."""
    bind: Engine | Connection = db.engine
    if isinstance(bind, Connection) or _has_begun():
        return read_prepared(prepared, values)
    with bind.connect() as connection:
        return prepared.rows(connection, values)


class HexOf(FunctionElement[str]):
    """An id as its 32 digits, for those that only compare: making a UUID costs as much."""

    name = "hex_of"
    type = String()
    inherit_cache = True


@compiles(HexOf)
def _hex_on_postgresql(element: HexOf, compiler: SQLCompiler, **kw: Any) -> str:
    return f"replace(CAST({compiler.process(element.clauses, **kw)} AS VARCHAR), '-', '')"


@compiles(HexOf, "sqlite")
def _hex_on_sqlite(element: HexOf, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)  # as it is stored


def is_any(column: ColumnElement[Any] | InstrumentedAttribute[Any], *values: object) -> Any:
    """Return `column in values` for values that the statement always has.

    A list of any length is spelt out anew each time it is sent.
    """
    return or_(*(column == value for value in values))


def after_commit(hook: Callable[[], object]) -> None:
    """Run the hook when the surrounding `atomic` block has committed."""
    db.session().info["after_commit"].append(hook)


def after_rollback(hook: Callable[[], object]) -> None:
    """Run the hook when the surrounding `atomic` block was undone; outside of one, never."""
    if is_atomic():
        db.session().info["after_rollback"].append(hook)


def is_atomic() -> bool:
    """Tell whether a change of the world is under way."""
    return db.session.registry.has() and "after_commit" in db.session().info


def insert_new(model: type[Model], **values: object) -> bool:
    """Insert a row unless a unique constraint already holds its like; tell whether it is new.

    Safe under concurrency on both engines: of two who insert the same, one is told False.
    """
    if hasattr(model, "id"):
        values.setdefault("id", new_id())
    insert = sqlite_insert if db.engine.dialect.name == "sqlite" else postgresql_insert
    first = inspect(model).primary_key[0]
    statement = insert(model).values(**values).on_conflict_do_nothing().returning(first)
    return db.session.execute(statement).first() is not None
