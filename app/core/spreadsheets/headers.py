"""Finding columns by their headers, in whichever language and spelling those are."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.core.names import search_key
from app.core.spreadsheets.problems import Reason, Row, Sheet, SheetProblem


@dataclass(frozen=True, slots=True)
class Headers:
    """Which column holds which field; `unknown` are headers that nothing asks for."""

    columns: Mapping[str, int]
    unknown: tuple[str, ...]
    problems: tuple[SheetProblem, ...]


def match_headers(
    header: Row, aliases: Mapping[str, Iterable[str]], required: Iterable[str] = ()
) -> Headers:
    """Return where each field stands.

    `aliases` gives each field the headers it may have, in all languages; case, marks, script,
    spaces and punctuation make no difference. The first alias names the field in problems.
    """
    names = {_key(name): field for field, known in aliases.items() for name in known}
    columns: dict[str, int] = {}
    unknown: list[str] = []
    problems: list[SheetProblem] = []
    for index, cell in enumerate(header.cells):
        field = names.get(_key(cell))
        if field is None:
            unknown += [cell] if cell else []
        elif field in columns:
            problems.append(SheetProblem(header.number, cell, cell, Reason.REPEATED_COLUMN))
        else:
            columns[field] = index
    problems += [
        SheetProblem(header.number, next(iter(aliases[field]), field), "", Reason.MISSING_COLUMN)
        for field in required
        if field not in columns
    ]
    return Headers(columns, tuple(unknown), tuple(problems))


def records(sheet: Sheet, columns: Mapping[str, int]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row below the header: its number in the file and its fields by name."""
    for row in sheet.body:
        yield row.number, {field: row.cell(index) for field, index in columns.items()}


def _key(text: str) -> str:
    return search_key(text).replace(" ", "")
