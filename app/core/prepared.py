"""Statements that are worked out once, for what hundreds of people ask in the same minute.

SQLAlchemy keeps the SQL of a statement as well, but to send it and to read what comes back costs
it several times what the database does: on the start page and in checking in, a fifth of all.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
Process = Callable[[Any], Any]


class Prepared:
    """A statement with its SQL, and with how its values are written and its rows read.

    What differs from one execution to the next has to be a `bindparam`, and no list of any length.
    An insert takes the columns that it is given first.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert | Update | Delete) -> None:
        self.statement = statement
        self._forms: dict[Dialect, _Form] = {}

    def rows(self, connection: Connection, values: Values) -> list[Any]:
        """Return what a select finds, with the names of its columns."""
        if _is_listened_to(connection):
            return list(connection.execute(self.statement, values))
        form, cursor = self._sent(connection, values)
        try:
            return list(map(form.read, cursor.fetchall()))
        finally:
            cursor.close()

    def change(self, connection: Connection, values: Values) -> int:
        """Insert, update or delete; return how many rows it met."""
        if _is_listened_to(connection):
            counting = self.statement.execution_options(preserve_rowcount=True)
            return connection.execute(counting, values).rowcount
        cursor = self._sent(connection, values)[1]
        met: int = cursor.rowcount
        cursor.close()
        return met

    def _sent(self, connection: Connection, values: Values) -> tuple["_Form", Any]:
        dialect = connection.dialect
        form = self._forms.get(dialect)
        if form is None:
            form = self._forms[dialect] = _Form(self.statement, dialect, values)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(form.text, form.write(values))
        except form.failure as error:
            cursor.close()
            raise DBAPIError.instance(
                form.text, None, error, form.failure, dialect=dialect
            ) from error
        return form, cursor


class _Form:
    """What a statement is for one driver."""

    def __init__(self, statement: Any, dialect: Dialect, values: Values) -> None:
        named = list(values) if isinstance(statement, Insert) else None
        made = statement.compile(dialect=dialect, column_keys=named)
        if made.insert_prefetch or made.update_prefetch:
            raise ValueError("a column with a default of ours needs its value")
        self.text = str(made)
        self.failure = dialect.loaded_dbapi.Error
        # A driver takes values by their places in the SQL, or by their names.
        names = made.positiontup if made.positional else list(made.bind_names.values())
        self._fixed: Any = [None] * len(names) if made.positional else {}
        self._asked: list[tuple[str, Process | None, list[Any]]] = []
        for name in dict.fromkeys(names):
            places = [place for place, one in enumerate(names) if one == name]
            self._bind(made.binds[name], name, places if made.positional else [name], dialect)
        columns = list(statement.selected_columns) if isinstance(statement, Select) else []
        found = [_kind(one.type, dialect).result_processor(dialect, None) for one in columns]
        self._readers = [(place, process) for place, process in enumerate(found) if process]
        row: Any = namedtuple("Found", [str(one.key) for one in columns], rename=True)  # type: ignore[misc]  # known only here
        self._row = row._make

    def _bind(self, bound: Any, name: str, places: list[Any], dialect: Dialect) -> None:
        if bound.expanding:
            raise ValueError(f"{name} is a list, whose length is part of the SQL")
        process = _kind(bound.type, dialect).bind_processor(dialect)
        if bound.required:
            self._asked.append((name, process, places))
            return
        value = bound.effective_value
        for place in places:
            self._fixed[place] = process(value) if process else value

    def write(self, values: Values) -> Any:
        """Return the values as the driver takes them."""
        given = self._fixed.copy()
        for name, process, places in self._asked:
            value = process(values[name]) if process else values[name]
            for place in places:
                given[place] = value
        return given

    def read(self, found: Any) -> Any:
        """Return a row of the driver as we speak of it."""
        cells = list(found)
        for number, process in self._readers:
            cells[number] = process(cells[number])
        return self._row(cells)


def _kind(type_: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return type_.dialect_impl(dialect)


def _is_listened_to(connection: Connection) -> bool:
    """Tell whether somebody wants to hear of each statement, which only SQLAlchemy announces."""
    return bool(connection.dispatch.before_cursor_execute)
