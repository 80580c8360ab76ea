"""Reading a CSV file or a workbook that somebody uploaded, whatever wrote it."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from app.core.spreadsheets.problems import (
    Limits,
    Reason,
    Row,
    Sheet,
    UnreadableSheet,
    column_letters,
)
from app.core.spreadsheets.workbooks import read_workbook
from app.core.spreadsheets.writing import unprotected

SEPARATORS = (",", ";", "\t")
_SAMPLE_ROWS = 20
_BLANK_ROWS_A_ROW = 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_MOSTLY = 0.6
_EVERYDAY_ROWS = frozenset((*range(0xA1, 0xA4), *range(0xB0, 0xD8)))
_CELLS = range(0xA1, 0xFF)
_DOUBLE = 2
_ASCII = 128


def read_sheet(data: bytes, *, limits: Limits | None = None, encoding: str = "") -> Sheet:
    """Return the rows of an uploaded file. Raises UnreadableSheet.

    `encoding` overrules what is detected in a CSV file. The kind of the file follows from its
    content, never from its name.
    """
    bounds = limits or Limits()
    if len(data) > bounds.size:
        raise UnreadableSheet(Reason.TOO_LARGE)
    if data.startswith(_OLD_EXCEL):
        raise UnreadableSheet(Reason.OLD_EXCEL)
    if data.startswith(b"PK"):
        return read_workbook(data, bounds)
    return _read_text(data, bounds, encoding)


def detect_encoding(data: bytes) -> str:
    """Return how a text is most likely encoded.

    A byte-order mark decides; then UTF-8, which other text hardly ever is by chance; then
    GB 18030 when most double bytes are everyday characters; then Windows-1251 when high bytes
    stand together as in Cyrillic words, else Windows-1250.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    if _decodes(data, "utf-8"):
        return "utf-8"
    if _decodes(data, "gb18030") and _everyday_share(data) >= _MOSTLY:
        return "gb18030"
    return "windows-1251" if _company_share(data) >= _MOSTLY else "windows-1250"


def _read_text(data: bytes, limits: Limits, encoding: str) -> Sheet:
    name = encoding or detect_encoding(data)
    try:
        text = data.decode(name)
    except (UnicodeDecodeError, LookupError):
        raise UnreadableSheet(Reason.ENCODING) from None
    if "\0" in text or text.startswith("%PDF"):
        raise UnreadableSheet(Reason.NOT_A_SHEET)
    separator, text = _separator(text)
    rows = tuple(_rows(text, separator, limits))
    if not rows:
        raise UnreadableSheet(Reason.EMPTY)
    return Sheet(rows, encoding=name, separator=separator)


def _rows(text: str, separator: str, limits: Limits) -> Iterator[Row]:
    found = 0
    for number, cells in _records(text, separator):
        kept = tuple(unprotected(cell.strip()) for cell in cells)
        if number > limits.rows * _BLANK_ROWS_A_ROW:
            raise UnreadableSheet(Reason.TOO_MANY_ROWS, row=number)
        if not any(cell.strip(",;") for cell in kept):
            continue
        found += 1
        if found > limits.rows + 1:
            raise UnreadableSheet(Reason.TOO_MANY_ROWS, row=number)
        if len(kept) > limits.columns:
            raise UnreadableSheet(Reason.TOO_MANY_COLUMNS, row=number)
        for index, cell in enumerate(kept):
            if len(cell) > limits.cell_length:
                raise UnreadableSheet(
                    Reason.CELL_TOO_LONG, row=number, column=column_letters(index), value=cell
                )
        yield Row(number, kept)


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records with their numbers from 1. Raises UnreadableSheet for wrong quotes."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    while True:
        number += 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            is_long = "field larger" in str(error)
            reason = Reason.CELL_TOO_LONG if is_long else Reason.QUOTES
            raise UnreadableSheet(reason, row=number) from None


def _separator(text: str) -> tuple[str, str]:
    """Return the separator, and the text with a line that only names it left blank."""
    named = _SEPARATOR_LINE.match(text)
    if named and named[1] in SEPARATORS:
        return named[1], "\n" + text[named.end() :]
    return max(SEPARATORS, key=lambda one: _fitness(text, one)), text


def _fitness(text: str, separator: str) -> tuple[int, int]:
    """Return how many sample rows are as wide as the first, and how wide that is."""
    sample = io.StringIO(text[:100_000], newline="")
    reader = csv.reader(sample, delimiter=separator)
    widths: list[int] = []
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                widths.append(len(cells))
            if len(widths) == _SAMPLE_ROWS:
                break
    except csv.Error:
        return 0, 0
    if not widths or widths[0] == 1:
        return 0, 0
    return sum(width == widths[0] for width in widths), widths[0]


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _everyday_share(data: bytes) -> float:
    """Return the share of non-ASCII characters that are everyday ones of GB 2312.

    Those are its first level of characters, in order of pronunciation (rows 16 to 55), and its
    punctuation (rows 1 to 3).
    """
    characters = [one.encode("gb18030") for one in data.decode("gb18030") if not one.isascii()]
    everyday = sum(
        one[0] in _EVERYDAY_ROWS and one[1] in _CELLS for one in characters if len(one) == _DOUBLE
    )
    return everyday / len(characters) if characters else 0.0


def _company_share(data: bytes) -> float:
    """Return the share of high bytes that have another one beside them."""
    high = [at for at, byte in enumerate(data) if byte >= _ASCII]
    places = set(high)
    together = sum(at - 1 in places or at + 1 in places for at in high)
    return together / len(high) if high else 0.0
