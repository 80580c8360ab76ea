"""Tables whose rows the database itself refuses to change or delete, on both engines.

A migration that adds such a table executes `guards(dialect, tables)`; SQLite drops the triggers
with the table, so a migration that rebuilds one (batch mode) executes them again.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import TextClause, text

TABLES = (
    "audit_entry",
    "state_change",
    "audit_seal",
    "audit_sealed_entry",
    "attendance_event",
    "completion_decision",
    "certificate_event",
    "exchange_capacity_change",
    "exchange_call_extension",
    "exchange_consent_text",
    "exchange_draw",
    "nomination_proposal",
    "nomination_decision",
    "condition_evidence",
    "exchange_letter_event",
    "learning_agreement_signature",
)
"""Rows of these are added and never changed."""

_POSTGRESQL_FUNCTION = """
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception using message = tg_table_name || ' is append-only', errcode = 'MO001';
end $$
"""


def guards(dialect: str, tables: Iterable[str] = TABLES) -> Iterator[TextClause]:
    """Yield the statements that make these tables append-only on this engine."""
    if dialect == "postgresql":
        yield text(_POSTGRESQL_FUNCTION)
    for table in tables:
        if dialect == "sqlite":
            yield from (_sqlite_trigger(table, change) for change in ("update", "delete"))
        else:
            yield text(
                f"create trigger {table}_append_only before update or delete on {table} "
                "for each row execute function refuse_change()"
            )
            yield text(
                f"create trigger {table}_never_emptied before truncate on {table} "
                "for each statement execute function refuse_change()"
            )


def releases(
    dialect: str, tables: Iterable[str] = TABLES, *, and_function: bool = True
) -> Iterator[TextClause]:
    """Yield the statements that undo `guards`, for the way down of a migration.

    The function that all guards share goes with the first of such migrations alone.
    """
    for table in tables:
        if dialect == "sqlite":
            yield text(f"drop trigger if exists {table}_no_update")
            yield text(f"drop trigger if exists {table}_no_delete")
        else:
            yield text(f"drop trigger if exists {table}_append_only on {table}")
            yield text(f"drop trigger if exists {table}_never_emptied on {table}")
    if dialect == "postgresql" and and_function:
        yield text("drop function if exists refuse_change() cascade")


def _sqlite_trigger(table: str, change: str) -> TextClause:
    return text(
        f"create trigger {table}_no_{change} before {change} on {table} "
        f"begin select raise(abort, '{table} is append-only'); end"
    )
