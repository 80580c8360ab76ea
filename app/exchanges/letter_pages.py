"""The snapshot of a letter as printed pages: A4 upright, its languages side by side."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from flask import current_app

from app.config import Settings
from app.core.i18n import LANG_TAGS, in_language
from app.core.i18n import gettext as _
from app.core.names import script_of
from app.core.pdf import Sheet, w3c
from app.core.qr import qr_code
from app.core.rendering import render_text
from app.core.serials import printed_code
from app.exchanges.letter_texts import long_day, pick

_TAGS = {"cyrillic": "sr-Cyrl", "han": "zh-Hans"}
PAGE_HEIGHT, QR_LEFT, QR_TOP, QR_SIZE = 297.0, 168.0, 265.0, 24.0


def verification_address(code: str) -> str:
    """Return where a letter is checked; it is printed, so it must stay for ever."""
    settings: Settings = current_app.config["SETTINGS"]
    return f"{settings.url}/verify/{code}"


def sheet(snapshot: Mapping[str, Any]) -> Sheet:
    """Return a snapshot ready to print."""
    first = snapshot["languages"][0]
    issued = date.fromisoformat(snapshot["issued_on"])
    names = list(dict.fromkeys(snapshot["names"].values()))
    with in_language(first):
        title = _(
            "%(letter)s %(number)s: %(name)s",
            letter=snapshot["texts"][first]["title"],
            number=snapshot["number"],
            name=" / ".join(names),
        )
    html = render_text(
        "exchanges/pdf/letter.html",
        first,
        tag=LANG_TAGS[first],
        title=title,
        created=w3c(datetime.combine(issued, time(), UTC)),
        author=pick(snapshot["issuer"], first),
        description=snapshot["texts"][first]["title"],
        names=[(name, _TAGS.get(script_of(name) or "", "")) for name in names],
        columns=[_column(snapshot, code, issued) for code in snapshot["languages"]],
        tables=[_table(one, snapshot["languages"]) for one in snapshot["extra"].get("tables", ())],
        number=snapshot["number"],
        code=printed_code(snapshot["code"]),
        url=snapshot["url"],
        signatory=snapshot["signatory"],
        contact=snapshot["contact"],
    )
    return Sheet(
        html=html,
        style=render_text("exchanges/pdf/letter.css", first),
        marks=qr_code(
            snapshot["url"], QR_LEFT, QR_TOP, QR_SIZE, page_height=PAGE_HEIGHT, paper="#ffffff"
        ),
        pages=0,
    )


def _column(snapshot: Mapping[str, Any], language: str, issued: date) -> dict[str, Any]:
    texts = snapshot["texts"][language]
    with in_language(language):
        where = ", ".join(
            part for part in (pick(snapshot["place"], language), long_day(issued, language)) if part
        )
        return {
            "tag": LANG_TAGS[language],
            "issuer": pick(snapshot["issuer"], language),
            "title": texts["title"],
            "number": _("No. %(number)s", number=snapshot["number"]),
            "where": where,
            "paragraphs": texts["paragraphs"],
            "facts": texts["facts"],
            "role": texts["role"],
            "check": _("Check this document at"),
        }


def _table(table: Mapping[str, Any], languages: list[str]) -> dict[str, Any]:
    """Return a table with its heads in all languages, one under the other."""
    return {
        "title": _in_all(table["title"], languages),
        "columns": [_in_all(column, languages) for column in table["columns"]],
        "rows": [[_in_all(cell, languages) for cell in row] for row in table["rows"]],
    }


def _in_all(text: Any, languages: list[str]) -> list[tuple[str, str]]:
    """Return what is said and its language, each wording once."""
    if not isinstance(text, Mapping):
        return [("" if text is None else str(text), "")]
    found = {pick(text, code): LANG_TAGS[code] for code in reversed(languages)}
    return [(words, tag) for words, tag in reversed(found.items()) if words]
