"""Reading the first sheet of an XLSX workbook (ECMA-376) without trusting it.

Sizes are checked in the directory of the archive before anything is unpacked; Python's zipfile
never unpacks more of an entry than the directory says. Document types and entities are refused.
"""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, time
from typing import Any
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from openpyxl import load_workbook

from app.core.spreadsheets.problems import (
    Limits,
    Reason,
    Row,
    Sheet,
    SheetProblem,
    UnreadableSheet,
    column_letters,
)
from app.core.spreadsheets.writing import unprotected

_NEEDED = {"[Content_Types].xml", "xl/workbook.xml"}
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
_CHUNK = 65_536
_SMALL = 1_000_000
_ENCRYPTED = 0x1
_BLANK_ROWS_A_ROW = 20
# What zipfile, zlib, the XML parser and openpyxl raise on files that are not what they say;
# parse errors of XML are SyntaxErrors.
_DAMAGE = (
    BadZipFile, LargeZipFile, zlib.error, struct.error, EOFError, OSError, SyntaxError,
    LookupError, ValueError, TypeError, AttributeError, ArithmeticError, AssertionError,
    RuntimeError, NotImplementedError,
)  # fmt: skip


def read_workbook(data: bytes, limits: Limits) -> Sheet:
    """Return the rows of the first sheet. Raises UnreadableSheet.

    A formula is never calculated and its stored result never taken: the cell is left empty and
    reported, as is an error value.
    """
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            _check_directory(archive.infolist(), len(data), limits)
            _check_markup(archive, limits)
        return _read(data, limits)
    except UnreadableSheet:
        raise
    except _DAMAGE:
        raise UnreadableSheet(Reason.BROKEN) from None


def _check_directory(entries: list[ZipInfo], packed: int, limits: Limits) -> None:
    names = {entry.filename for entry in entries}
    if "EncryptedPackage" in names or any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise UnreadableSheet(Reason.LOCKED)
    if len(entries) > limits.entries or len(names) != len(entries):
        raise UnreadableSheet(Reason.UNPACKS_TOO_LARGE)
    size = sum(entry.file_size for entry in entries)
    if size > limits.unpacked or (size > _SMALL and size > limits.ratio * packed):
        raise UnreadableSheet(Reason.UNPACKS_TOO_LARGE)
    if not names >= _NEEDED:
        raise UnreadableSheet(Reason.NOT_A_SHEET)


def _check_markup(archive: ZipFile, limits: Limits) -> None:
    """Refuse document types and entities, also in UTF-16, and far too many rows, before parsing."""
    for entry in archive.infolist():
        tail, rows = b"", 0
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                seen = tail + chunk.replace(b"\0", b"")
                rows += chunk.count(b"<row")
                if _is_forbidden(seen):
                    raise UnreadableSheet(Reason.BROKEN)
                if rows > limits.rows * _BLANK_ROWS_A_ROW:
                    raise UnreadableSheet(Reason.TOO_MANY_ROWS)
                tail = seen[-16:]


def _is_forbidden(markup: bytes) -> bool:
    return any(mark in markup for mark in _FORBIDDEN)


def _read(data: bytes, limits: Limits) -> Sheet:
    with warnings.catch_warnings():
        # openpyxl warns of styles and extensions it leaves out; none of them is read here.
        warnings.simplefilter("ignore", UserWarning)
        with closing(load_workbook(io.BytesIO(data), read_only=True, keep_links=False)) as book:
            if not book.worksheets:
                raise UnreadableSheet(Reason.EMPTY)
            first, *others = book.worksheets
            # The size a sheet declares may be wrong or absurd.
            first.reset_dimensions()
            problems: list[SheetProblem] = []
            rows = tuple(_rows(first, limits, problems))
            titles = tuple(str(one.title) for one in others)
    if not rows:
        raise UnreadableSheet(Reason.EMPTY)
    return Sheet(rows, tuple(problems), other_sheets=titles)


def _rows(sheet: Any, limits: Limits, problems: list[SheetProblem]) -> Iterator[Row]:
    found = 0
    for number, cells in enumerate(sheet.iter_rows(max_col=limits.columns + 1), start=1):
        if number > limits.rows * _BLANK_ROWS_A_ROW:
            raise UnreadableSheet(Reason.TOO_MANY_ROWS, row=number)
        if all(cell.value is None for cell in cells):
            continue
        kept = _texts(number, cells, limits, problems)
        found += 1
        if found > limits.rows + 1:
            raise UnreadableSheet(Reason.TOO_MANY_ROWS, row=number)
        yield Row(number, kept)


def _texts(
    number: int, cells: tuple[Any, ...], limits: Limits, problems: list[SheetProblem]
) -> tuple[str, ...]:
    kept: list[str] = []
    for index, cell in enumerate(cells):
        column = column_letters(index)
        text = _text(cell.value)
        if index >= limits.columns and text:
            raise UnreadableSheet(Reason.TOO_MANY_COLUMNS, row=number, column=column)
        if len(text) > limits.cell_length:
            raise UnreadableSheet(Reason.CELL_TOO_LONG, row=number, column=column, value=text)
        reason = {"f": Reason.FORMULA, "e": Reason.ERROR_VALUE}.get(cell.data_type)
        if reason and cell.value is not None:
            problems.append(SheetProblem(number, column, text[:80], reason))
            text = ""
        kept.append(unprotected(text))
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


def _text(value: object) -> str:
    """Return a value as people would type it: dates in ISO 8601, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime) and value.time() != time():
        return value.isoformat(" ", "minutes")
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # The formula of a whole range is an object that holds its text.
    return str(getattr(value, "text", value)).strip()
