"""Exports that no spreadsheet program takes for commands.

A text that begins as a formula gets an apostrophe before it, also where programs fold full-width
forms; reading takes that apostrophe away again.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Value: TypeAlias = str | int | Decimal | date | datetime | None

LONGEST_CELL = 32_767
LONGEST_TITLE = 31
_RISKY = frozenset("=+-@|%\t\r\n\0＝＋－＠｜％")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_WIDEST = 48


def safe_cell(text: str) -> str:
    """Return the text so that it is taken for text."""
    return f"'{text}" if _is_risky(text.lstrip("'")) else text


def unprotected(text: str) -> str:
    """Return the text without the apostrophe that `safe_cell` put before it."""
    return text[1:] if text.startswith("'") and _is_risky(text.lstrip("'")) else text


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return a CSV file (RFC 4180) in UTF-8 with a byte-order mark, every cell quoted."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([safe_cell(_printable(header)) for header in headers])
    for row in rows:
        writer.writerow([_plain(value) for value in row])
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(headers: Sequence[str], rows: Iterable[Sequence[Value]], title: str = "") -> bytes:
    """Return a workbook with one sheet: a bold header that stays in view, texts typed as text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NOT_IN_TITLES.sub(" ", title).strip("' ")[:LONGEST_TITLE] or None)
    sheet.freeze_panes = "A2"
    for number, header in enumerate(headers, start=1):
        width = min(max(12, 2 * len(header)), _WIDEST)
        sheet.column_dimensions[get_column_letter(number)].width = width
    bold = Font(bold=True)
    sheet.append([_cell(sheet, header, bold) for header in headers])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(sheet: Any, value: Value, font: Font | None = None) -> Any:
    written = value
    if isinstance(value, datetime) and value.tzinfo is not None:
        written = value.isoformat(" ", "minutes")
    cell: Any = WriteOnlyCell(sheet)
    if isinstance(written, str):
        cell.value = safe_cell(_printable(written))[:LONGEST_CELL]
        # openpyxl makes a formula of what begins with "=", so the type is set after the value.
        cell.data_type = "s"
        cell.number_format = "@"
    else:
        cell.value = written
    if font is not None:
        cell.font = font
    return cell


def _plain(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return safe_cell(_printable(value))
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return str(value)


def _printable(text: str) -> str:
    """Return the text with what no XML can hold replaced by the sign for a lost character."""
    return _UNPRINTABLE.sub("\ufffd", text)


def _is_risky(text: str) -> bool:
    return text[:1] in _RISKY if text else False
