"""Tables that people save: as CSV or XLSX, under a name with the day."""

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from flask import Flask, Response, request

from app.core import throttle
from app.core.clock import now
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.spreadsheets import Value, write_csv, write_xlsx
from app.web.access import actor

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

ENDINGS = (".csv", ".xlsx", "/csv", "/xlsx")
"""How the addresses of tables end: `tests/house` refuses one that ends otherwise."""

MOST, SECONDS = 30, 600
"""How many tables one person may save in how long."""


def init_app(app: Flask) -> None:
    app.before_request(count_table)


def count_table() -> None:
    """Count a table that somebody asks for, before the work is done; raises TooMany."""
    if request.endpoint != "static" and request.path.endswith(ENDINGS):
        who = request.remote_addr if actor().is_anonymous else actor().user_id
        throttle.hit(f"tables:{who}", limit=MOST, seconds=SECONDS)


def kind_of(ending: str) -> str:
    """Return csv or xlsx; raises NotFound for any other ending of an address."""
    if ending not in {"csv", "xlsx"}:
        raise NotFound(_("There is no such page, or it is not for you."))
    return ending


def download(
    title: str, headers: Sequence[str], rows: Iterable[Sequence[Value]], kind: str
) -> Response:
    """Return a table as a file to save."""
    data = write_csv(headers, rows) if kind == "csv" else write_xlsx(headers, rows, title)
    name = f"{title} {now():%Y-%m-%d}.{kind}"
    answer = Response(data, content_type=CSV if kind == "csv" else XLSX)
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"table.{kind}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    return answer
