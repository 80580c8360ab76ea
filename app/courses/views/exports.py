"""Lists of this package as files."""

from collections.abc import Iterable
from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue

from app.core.database import Text
from app.core.i18n import LOCALES, current_locale
from app.core.i18n import gettext as _
from app.core.spreadsheets import Value, write_csv, write_xlsx
from app.courses.words import COURSE_LABELS, DELIVERY_LABELS, RUN_LABELS, TRACK_LABELS

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def planned_file(rows: Iterable[Any], kind: str) -> ResponseReturnValue:
    """Return the runs that somebody plans as a download."""
    locale = current_locale()
    headers = [
        _("Code"),
        _("Course"),
        _("Title"),
        _("Institution"),
        _("State"),
        _("First day"),
        _("Last day"),
        _("Time zone"),
        _("Delivery"),
        _("Seats"),
        _("Seats taken"),
        _("Waiting"),
    ]
    lines: list[list[Value]] = [
        [
            row.code,
            row.course_code,
            Text(row.title).in_(locale),
            Text(row.institution).in_(locale),
            str(RUN_LABELS[row.state]),
            row.starts_on,
            row.ends_on,
            row.timezone,
            str(DELIVERY_LABELS[row.delivery]),
            row.capacity,
            row.seats_taken,
            row.waiting,
        ]
        for row in rows
    ]
    return file_of(headers, lines, "runs", kind)


def kept_file(rows: Iterable[Any], kind: str) -> ResponseReturnValue:
    """Return the courses that somebody keeps as a download."""
    locale = current_locale()
    headers = [
        _("Code"),
        _("Title"),
        _("Institution"),
        _("Track"),
        _("Delivery"),
        _("Languages of instruction"),
        _("Level"),
        _("Workload in hours"),
        _("ECTS credits"),
        _("Runs"),
        _("State"),
    ]
    lines: list[list[Value]] = [
        [
            row.code,
            Text(row.title).in_(locale),
            Text(row.institution).in_(locale),
            str(TRACK_LABELS[row.track]),
            str(DELIVERY_LABELS[row.delivery]),
            ", ".join(LOCALES[code] for code in row.languages if code in LOCALES),
            row.level,
            round(row.workload_minutes / 60, 2),
            row.ects_centi / 100,
            row.runs,
            str(COURSE_LABELS[row.state]),
        ]
        for row in rows
    ]
    return file_of(headers, lines, "courses", kind)


def file_of(
    headers: list[str], lines: list[list[Value]], name: str, kind: str
) -> ResponseReturnValue:
    """Return a table as a download in that kind of file."""
    make = write_csv if kind == "csv" else write_xlsx
    answer = Response(make(headers, lines), content_type=MEDIA[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer
