"""Uploaded sheets are read whatever wrote them, and nothing in them is trusted."""

import io
import random
import zipfile
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import product

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.spreadsheets import (
    Limits,
    Reason,
    UnreadableSheet,
    match_headers,
    read_sheet,
    records,
    safe_cell,
    write_csv,
    write_xlsx,
)

SERBIAN = "е-пошта{0}име\na@b.c{0}Ђорђе Марковић\nc@d.e{0}Љубица Њ.\n"
BOSNIAN = "e-mail{0}ime\na@b.c{0}Đorđe Šćepanović\nc@d.e{0}Žana Čolić\n"
CHINESE = "邮箱{0}姓名\na@b.c{0}王晓明\nc@d.e{0}李婷\n"
CELLS = st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc", "Cn", "Co")), max_size=20)


def workbook(*rows, **changes):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return rewritten(file.getvalue(), changes) if changes else file.getvalue()


def rewritten(data, changes):
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", 8) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, changes.get("sheet", lambda c: c)(content)
                         if name == "xl/worksheets/sheet1.xml" else content)  # fmt: skip
        for name, content in changes.get("added", {}).items():
            new.writestr(name, content)
    return file.getvalue()


def refusal(data, **options):
    with pytest.raises(UnreadableSheet) as caught:
        read_sheet(data, **options)
    assert caught.value.problem.message
    return caught.value.problem


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *product((SERBIAN, BOSNIAN, CHINESE), ("utf-8", "utf-8-sig", "utf-16")),
        (CHINESE, "gb18030"),
        (BOSNIAN, "windows-1250"),
        (SERBIAN, "windows-1251"),
    ],
)
def test_text_is_read_in_the_encodings_people_save(text, encoding, separator):
    sheet = read_sheet(text.format(separator).encode(encoding))

    assert sheet.separator == separator
    assert [list(row.cells) for row in sheet.rows] == [
        line.split(separator) for line in text.format(separator).splitlines()
    ]


def test_rows_keep_the_numbers_they_have_in_the_file():
    sheet = read_sheet(b'sep=;\nname;note\n\nAna;"two\nlines"\n;\nMia;x')

    assert [(row.number, row.cells) for row in sheet.rows] == [
        (2, ("name", "note")),
        (4, ("Ana", "two\nlines")),
        (6, ("Mia", "x")),
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"\n \n;;\n", Reason.EMPTY),
        (b'a,b\n1,"x', Reason.QUOTES),
        (b"a,b\n\x00\x01\x02", Reason.NOT_A_SHEET),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x81", Reason.ENCODING),
        (b"%PDF-1.7 x", Reason.NOT_A_SHEET),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Reason.OLD_EXCEL),
        (b"PK\x03\x04 and nothing more", Reason.BROKEN),
        (b"x" * 6_000_000, Reason.TOO_LARGE),
        (b"a,b\n" + b"1,2\n" * 5_001, Reason.TOO_MANY_ROWS),
        (b"," * 200 + b"x", Reason.TOO_MANY_COLUMNS),
        (b"a,b\n" + b"y" * 2_001 + b",2", Reason.CELL_TOO_LONG),
        (b"a,b\n" + b"y" * 200_000 + b",2", Reason.CELL_TOO_LONG),
    ],
)
def test_a_hopeless_file_is_refused_with_its_reason(data, reason):
    assert refusal(data).reason == reason


def test_a_quote_names_its_row():
    assert refusal(b'a,b\n1,2\n1,"x"y\n').row == 3


def test_a_workbook_gives_its_values_as_text():
    sheet = read_sheet(
        workbook(["name", "on", "n"], [" Ana ", date(2027, 3, 28), 2.0], [], [None, True, 1.5])
    )

    assert [(row.number, row.cells) for row in sheet.rows] == [
        (1, ("name", "on", "n")),
        (2, ("Ana", "2027-03-28", "2")),
        (4, ("", "TRUE", "1.5")),
    ]


def test_a_formula_is_reported_and_its_cell_left_empty():
    sheet = read_sheet(workbook(["name"], ["=HYPERLINK(1)"], ["Ana"]))

    assert [(one.row, one.column, one.value, one.reason) for one in sheet.problems] == [
        (2, "A", "=HYPERLINK(1)", Reason.FORMULA)
    ]
    assert [row.cells for row in sheet.rows] == [("name",), (), ("Ana",)]


@pytest.mark.parametrize(
    "markup", ["<!DOCTYPE x [<!ENTITY y 'z'>]>", "<!DOCTYPE x SYSTEM 'file:///etc/passwd'>"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_are_refused(markup, encoding):
    data = workbook(["a"], sheet=lambda _: f"<?xml version='1.0'?>{markup}<x/>".encode(encoding))

    assert refusal(data).reason == Reason.BROKEN


@pytest.mark.parametrize(
    "added",
    [
        {"xl/media/bomb.bin": b"\0" * 50_000_000},
        {"xl/media/bomb.bin": b"\0" * 20_000_000},
        {f"xl/{n}.xml": b"<x/>" for n in range(600)},
    ],
)
def test_bombs_are_refused_by_the_directory_alone(added):
    assert refusal(workbook(["a"], added=added)).reason == Reason.UNPACKS_TOO_LARGE


def test_a_million_blank_rows_end_early():
    rows = b"<row r='2'/>" * 1_100_000
    data = workbook(["a"], sheet=lambda c: c.replace(b"</sheetData>", rows + b"</sheetData>"))

    assert refusal(data, limits=Limits(ratio=10_000)).reason == Reason.TOO_MANY_ROWS


def test_a_gap_of_a_million_rows_ends_early():
    row = b"<row r='1048576'><c r='A1048576'><v>1</v></c></row>"
    data = workbook(["a"], sheet=lambda c: c.replace(b"</sheetData>", row + b"</sheetData>"))

    assert refusal(data).reason == Reason.TOO_MANY_ROWS


def test_a_declared_size_is_not_believed():
    data = workbook(["a"], ["b"], sheet=lambda c: c.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"'))

    assert [row.cells for row in read_sheet(data).rows] == [("a",), ("b",)]


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_workbook_is_read_or_refused(seed):
    chance = random.Random(seed)  # noqa: S311 -- damage, no secret
    sheet = workbook(["name", "on"], ["Ana", date(2027, 3, 28)])
    with zipfile.ZipFile(io.BytesIO(sheet)) as archive:
        parts = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    name = chance.choice(sorted(parts))
    for _ in range(chance.randint(1, 12)):
        parts[name][chance.randrange(len(parts[name]))] = chance.randrange(256)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, bytes(content))

    with suppress(UnreadableSheet):
        read_sheet(file.getvalue())


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    with suppress(UnreadableSheet):
        read_sheet(data)


@given(CELLS, st.sampled_from([*"=+-@|%\t\r\n\0＝＋－＠｜％"]))
def test_no_exported_text_begins_as_a_formula(text, sign):
    assert safe_cell(sign + text)[0] == "'"
    assert safe_cell(f"'{sign}{text}").startswith("''")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(CELLS.map(str.strip), CELLS.map(str.strip)), max_size=5))
def test_what_is_exported_is_read_back(rows):
    wanted = [row for row in rows if any(row)]

    for data in (write_csv(["one", "two"], rows), write_xlsx(["one", "two"], rows)):
        sheet = read_sheet(data)
        assert [(row.cell(0), row.cell(1)) for row in sheet.body] == wanted
        assert sheet.problems == ()


def test_exports_hold_text_as_text_and_numbers_as_numbers():
    data = write_xlsx(
        ["what"], [["=1+1"], [-5], [date(2027, 3, 28)], ["\x00x"], [None],
                   [datetime(2027, 3, 28, 8, tzinfo=UTC)]], title="a/b [c]"
    )  # fmt: skip
    cells = [row[0] for row in openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows()]

    assert [cell.data_type for cell in cells] == ["s", "s", "n", "d", "s", "n", "s"]
    assert cells[1].value == "'=1+1"
    assert write_csv(["a"], [["=1"], [-5]]) == b'\xef\xbb\xbf"a"\r\n"\'=1"\r\n"-5"\r\n'


def test_headers_match_in_any_language_and_spelling():
    aliases = {
        "email": ("E-mail", "е-пошта", "邮箱"),
        "name": ("name", "ime", "姓名"),
        "note": ("note",),
    }
    sheet = read_sheet("邮箱;IME;Opaska;ime\na@b.c;Ana\n".encode())

    found = match_headers(sheet.header, aliases, required=("email", "note"))

    assert found.columns == {"email": 0, "name": 1}
    assert found.unknown == ("Opaska",)
    assert [(one.column, one.reason) for one in found.problems] == [
        ("ime", Reason.REPEATED_COLUMN),
        ("note", Reason.MISSING_COLUMN),
    ]
    assert list(records(sheet, found.columns)) == [(2, {"email": "a@b.c", "name": "Ana"})]
