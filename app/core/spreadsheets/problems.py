"""A sheet as it was read, the limits of reading, and what is wrong with a file, row or cell."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.i18n import gettext as _

MOST_SHOWN = 80


class Reason(StrEnum):
    """Why a file, a row or a cell cannot be taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    CELL_TOO_LONG = "cell_too_long"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    NOT_A_SHEET = "not_a_sheet"
    OLD_EXCEL = "old_excel"
    BROKEN = "broken"
    LOCKED = "locked"
    ENCODING = "encoding"
    QUOTES = "quotes"
    FORMULA = "formula"
    ERROR_VALUE = "error_value"
    MISSING_COLUMN = "missing_column"
    REPEATED_COLUMN = "repeated_column"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read; sizes in bytes, lengths in characters."""

    size: int = 5_000_000
    rows: int = 5_000
    columns: int = 60
    cell_length: int = 2_000
    unpacked: int = 20_000_000
    ratio: int = 100
    entries: int = 500


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """One thing that is wrong; rows count from 1 as in the sheet, 0 means the whole file.

    `column` is the letter of the column, or its header once that is known.
    """

    row: int
    column: str
    value: str
    reason: Reason

    @property
    def message(self) -> str:
        """Return the problem in words for whoever uploaded the file."""
        return _message(self)


class UnreadableSheet(ValueError):
    """A file that is not read at all; `problem` says why."""

    def __init__(self, reason: Reason, *, row: int = 0, column: str = "", value: str = "") -> None:
        self.problem = SheetProblem(row, column, value[:MOST_SHOWN], reason)
        super().__init__(reason.value)


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank, with its number in the file; cells are stripped text."""

    number: int
    cells: tuple[str, ...]

    def cell(self, index: int) -> str:
        """Return a cell; what a short row lacks is empty."""
        return self.cells[index] if index < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read: rows in order, cells that were left empty and why, and how it was written.

    `encoding` and `separator` are empty for a workbook; `other_sheets` were not read.
    """

    rows: tuple[Row, ...]
    problems: tuple[SheetProblem, ...] = ()
    encoding: str = ""
    separator: str = ""
    other_sheets: tuple[str, ...] = ()

    @property
    def header(self) -> Row:
        """Return the first row."""
        return self.rows[0]

    @property
    def body(self) -> tuple[Row, ...]:
        """Return the rows below the header."""
        return self.rows[1:]


def column_letters(index: int) -> str:
    """Return the name of a column by its index from 0: A, B, ... Z, AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _message(problem: SheetProblem) -> str:
    messages = {
        Reason.EMPTY: _("The file holds no rows."),
        Reason.TOO_LARGE: _("The file is too large."),
        Reason.TOO_MANY_ROWS: _("The file has too many rows."),
        Reason.TOO_MANY_COLUMNS: _("The file has too many columns."),
        Reason.CELL_TOO_LONG: _("The text in this cell is too long."),
        Reason.UNPACKS_TOO_LARGE: _("The workbook becomes too large when it is unpacked."),
        Reason.NOT_A_SHEET: _("This is neither a CSV file nor an XLSX workbook."),
        Reason.OLD_EXCEL: _("This is an old Excel file. Save it as XLSX or CSV."),
        Reason.BROKEN: _("The workbook is damaged and cannot be read."),
        Reason.LOCKED: _("The workbook is protected by a password."),
        Reason.ENCODING: _("The letters of the file cannot be read. Save it as CSV in UTF-8."),
        Reason.QUOTES: _("A quotation mark is opened and not closed, or stands inside a text."),
        Reason.FORMULA: _("A formula stands here. Formulas are not calculated: write the value."),
        Reason.ERROR_VALUE: _("The cell holds an error instead of a value."),
        Reason.MISSING_COLUMN: _("The column “%(name)s” is missing.", name=problem.column),
        Reason.REPEATED_COLUMN: _("The column “%(name)s” stands there twice.", name=problem.column),
    }
    return messages[problem.reason]
