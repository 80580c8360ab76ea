"""The mail that was kept as files, for trying the product out without a mail server."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import UUID

from flask import current_app

from app.config import Settings
from app.core.errors import NotFound
from app.core.i18n import gettext as _

SHOWN = 30
_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept mail; `parts` is its text cut into (words, address or nothing)."""

    id: UUID
    to: str
    subject: str
    date: datetime | None
    parts: tuple[tuple[str, str], ...] = ()
    has_calendar: bool = False


def is_open() -> bool:
    """Tell whether the kept mail may be looked at: in demo mode, never where https is in front."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.demo and settings.mail == "folder" and not settings.https


def newest(before: str = "") -> tuple[list[Kept], str]:
    """Return up to 30 mails, the newest first, and where the next page begins; "" at the end.

    Ids grow with time, so names of files are in the order of sending.
    """
    names = sorted((path.stem for path in _folder().glob("*.eml")), reverse=True)
    later = [name for name in names if not before or name < before]
    shown = [_read(_folder() / f"{name}.eml", whole=False) for name in later[:SHOWN]]
    return shown, later[SHOWN - 1] if len(later) > SHOWN else ""


def mail(mail_id: UUID) -> Kept:
    """Return one mail with its text. Raises NotFound."""
    path = _folder() / f"{mail_id}.eml"
    if not path.is_file():
        raise NotFound(_("There is no such mail."))
    return _read(path, whole=True)


def _folder() -> Path:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.var / "mail"


def _read(path: Path, *, whole: bool) -> Kept:
    with path.open("rb") as file:
        message = BytesParser(policy=policy.default).parse(file, headersonly=not whole)
    date = message.get("Date")
    return Kept(
        id=UUID(path.stem),
        to=str(message.get("To", "")),
        subject=str(message.get("Subject", "")),
        date=parsedate_to_datetime(str(date)) if date else None,
        parts=tuple(_cut(_text(message))) if whole else (),
        has_calendar=whole and any(p.get_content_type() == "text/calendar" for p in message.walk()),
    )


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def _cut(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    for found in _ADDRESS.finditer(text):
        yield text[at : found.start()], ""
        yield found.group(), found.group()
        at = found.end()
    yield text[at:], ""
