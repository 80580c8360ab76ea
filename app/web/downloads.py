"""Tables that people save: as CSV or XLSX, under a name with the day."""

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from flask import Response

from app.core.clock import now
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.spreadsheets import Value, write_csv, write_xlsx

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
