"""Reading the courses of a transcript from a list: CSV or a workbook, whole or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from app.core.i18n import gettext as _
from app.core.names import InvalidName, clean_line
from app.core.spreadsheets import (
    Limits,
    SheetProblem,
    UnreadableSheet,
    match_headers,
    read_sheet,
    records,
)
from app.exchanges.rules.grades import Scale
from app.exchanges.services.transcripts import Line
from app.exchanges.states.recognition import LineOutcome

LIMITS = Limits(rows=500)
HEADERS = {
    "code": ("Code", "Course code", "Šifra", "Шифра", "课程代码"),
    "title": ("Title", "Course", "Course title", "Predmet", "Предмет", "课程", "课程名称"),
    "credits": ("Credits", "ECTS", "Krediti", "Кредити", "Бодови", "Bodovi", "学分"),
    "grade": ("Grade", "Mark", "Ocjena", "Оцјена", "Оцена", "成绩"),
}
MOST_CREDITS = 300


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a row; rows count from 1 as in the file."""

    row: int
    column: str
    value: str
    reason: str


def read(data: bytes, scale: Scale) -> tuple[list[Line], list[Fault]]:
    """Return the courses of a list and everything that is wrong with it.

    Whether a course was passed follows from its grade; one without a grade was not taken.
    """
    try:
        sheet = read_sheet(data, limits=LIMITS)
    except UnreadableSheet as error:
        return [], [Fault(0, "", "", error.problem.message)]
    headers = match_headers(sheet.header, HEADERS, required=("title", "credits", "grade"))
    faults = [_fault(one) for one in (*sheet.problems, *headers.problems)]
    lines: list[Line] = []
    if headers.problems:
        return lines, faults
    for row, cells in records(sheet, headers.columns):
        if not any(value.strip() for value in cells.values()):
            continue
        line, wrong = _line(row, cells, scale)
        faults += wrong
        if line is not None:
            lines.append(line)
    if not lines and not faults:
        faults.append(Fault(0, "", "", _("There are no courses in this file.")))
    return lines, sorted(faults, key=lambda one: one.row)


def centi_of(text: str) -> int | None:
    """Return hundredths of a credit from what was typed, or None; a comma may part decimals."""
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 <= number <= MOST_CREDITS:
        return None
    return int((number * 100).to_integral_value())


def _line(row: int, cells: Mapping[str, str], scale: Scale) -> tuple[Line | None, list[Fault]]:
    wrong: list[Fault] = []
    title, code = "", ""
    try:
        title = clean_line(cells["title"], longest=300)
        code = clean_line(cells.get("code", ""), longest=40) if cells.get("code") else ""
    except InvalidName as error:
        wrong.append(Fault(row, _("Title"), cells["title"][:60], error.message))
    if not title and not wrong:
        wrong.append(Fault(row, _("Title"), "", _("This field is needed.")))
    centi = centi_of(cells["credits"])
    if centi is None:
        reason = _("Use a number from %(low)s to %(high)s.", low=0, high=MOST_CREDITS)
        wrong.append(Fault(row, _("Credits"), cells["credits"][:60], reason))
    grade = cells["grade"].strip()
    known = scale.grade(grade)
    if grade and known is None:
        grades = ", ".join(one.code for one in scale.grades)
        reason = _("Not a grade of this scale: %(grades)s.", grades=grades)
        wrong.append(Fault(row, _("Grade"), grade[:60], reason))
    if wrong:
        return None, wrong
    outcome = LineOutcome.NOT_TAKEN
    if known is not None:
        outcome = LineOutcome.PASSED if known.passes else LineOutcome.FAILED
    return Line(title, centi or 0, grade, outcome, code), []


def _fault(problem: SheetProblem) -> Fault:
    return Fault(problem.row, problem.column, problem.value[:60], problem.message)
