"""Registers and boards as tables to take away."""

from collections.abc import Sequence

from app.attendance.queries.board import Board
from app.attendance.queries.registers import Row
from app.attendance.words import SOURCE_LABELS, STATUS_LABELS
from app.core.database import Text
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.core.spreadsheets import Value, write_csv, write_xlsx

Sheet = list[list[Value]]
"""A table, its heading as the first row."""

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def of_register(rows: Sequence[Row]) -> Sheet:
    """Return the register with its heading as the first row."""
    head: list[Value] = [
        _("Name"),
        _("Mark"),
        _("Minutes late"),
        _("Minutes present"),
        _("Note"),
        _("Marked by"),
        _("Marked at (UTC)"),
        _("How"),
    ]
    return [head, *(_register_row(row) for row in rows)]


def as_file(sheet: Sheet, kind: str) -> tuple[bytes, str]:
    """Return the table as a CSV or XLSX file, with its media type."""
    headers, rows = [str(one) for one in sheet[0]], sheet[1:]
    if kind == "csv":
        return write_csv(headers, rows), "text/csv; charset=utf-8"
    return write_xlsx(headers, rows), _XLSX


def of_board(board: Board) -> Sheet:
    """Return people by sessions with each rate in per cent, and its heading as the first row."""
    head: list[Value] = [_("Name"), _("Institution")]
    head += [f"{one.number}: {one.starts_at:%Y-%m-%d %H:%M} UTC" for one in board.sessions]
    head.append(_("Attendance, per cent"))
    rows: Sheet = [head]
    locale = current_locale()
    for person in board.people:
        marks = [str(STATUS_LABELS[one.status]) if one.applies else "–" for one in person.cells]
        rate = None if person.rate_bp is None else person.rate_bp // 100
        rows.append([person.name, Text(person.institution or {}).in_(locale), *marks, rate])
    return rows


def _register_row(row: Row) -> list[Value]:
    return [
        row.name,
        str(STATUS_LABELS[row.status]),
        row.minutes_late if row.minutes_late is not None else "",
        row.minutes_present if row.minutes_present is not None else "",
        row.note,
        row.marked_by,
        f"{row.marked_at:%Y-%m-%d %H:%M}" if row.marked_at else "",
        str(SOURCE_LABELS[row.source]) if row.source else "",
    ]
