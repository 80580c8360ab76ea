"""A notice as words: one line in the product, and as mail in the recipient's language."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from app.config import Settings
from app.core.i18n import LANG_TAGS
from app.core.mail import Kept, Mailer, Message
from app.core.mail.folder import Folder
from app.core.mail.smtp import Smtp
from app.core.rendering import render_text
from app.notifications.models import Delivery, Notice
from app.web.filters import Formats

secret_paths: dict[str, Callable[[Mapping[str, Any]], str]] = {}
"""Makes the path of a kind of notice when it is mailed: one that is a secret, and not stored."""

kept = Kept()
"""Keeps the mail of tests."""


def subject(notice: Notice, locale: str, timezone: str) -> str:
    """Return the notice as one line in that language, not escaped."""
    return " ".join(_render(notice, "subject.txt", locale, timezone).split())


def words(notice: Notice, locale: str, timezone: str) -> str:
    """Return what the notice says below its line, in that language, not escaped."""
    return _render(notice, "body.txt", locale, timezone).strip()


def as_mail(notice: Notice, delivery: Delivery) -> Message:
    """Return the notice as a mail: text, and the same words framed as HTML with a button."""
    settings: Settings = current_app.config["SETTINGS"]
    line = subject(notice, delivery.language, delivery.timezone)
    body = words(notice, delivery.language, delivery.timezone)
    secret = secret_paths.get(notice.kind)
    path = secret(notice.values) if secret else notice.path
    link = settings.url + path if path else ""
    frame = {"subject": line, "link": link, "centre": settings.centre_name, "name": delivery.name}
    return Message(
        id=str(delivery.id),
        to=delivery.address,
        name=delivery.name,
        subject=line,
        text=render_text("notifications/mail/frame.txt", delivery.language, body=body, **frame),
        html=render_text(
            "notifications/mail/frame.html",
            delivery.language,
            lang=LANG_TAGS.get(delivery.language, "en"),
            paragraphs=[_as_html(part) for part in re.split(r"\n\s*\n", body)],
            **frame,
        ),
        language=LANG_TAGS.get(delivery.language, "en"),
        calendar=delivery.calendar,
        calendar_method=delivery.calendar_method,
    )


def mailer() -> Mailer:
    """Return what sends mail in this installation."""
    settings: Settings = current_app.config["SETTINGS"]
    return kept if current_app.testing else _mailer(settings)


@cache
def _mailer(settings: Settings) -> Mailer:
    host = settings.url.partition("//")[2].partition(":")[0]
    if settings.mail == "smtp":
        return Smtp(
            host=settings.smtp_host,
            port=settings.smtp_port,
            user=settings.smtp_user,
            password=settings.smtp_password,
            tls=settings.smtp_tls,
            sender=settings.mail_from,
            name=host,
        )
    return Folder(settings.var / "mail", settings.mail_from, host)


def _render(notice: Notice, part: str, locale: str, timezone: str) -> str:
    package, _, name = notice.kind.partition("/")
    values: dict[str, Any] = {
        **_writers(locale, timezone),
        **notice.values,
        "reader_timezone": timezone,
    }
    return render_text(f"{package}/mail/{name}/{part}", locale, **values)


@lru_cache(maxsize=512)
def _writers(locale: str, timezone: str) -> dict[str, Callable[..., str]]:
    """Return what the words of a notice call to write its values, which are plain JSON.

    `text` writes a text stored in several languages, `date` a day, `moment` a time on the
    reader's clock, `clocks` a time on the reader's clock and on that of another zone, `period`
    the same for a start and an end.
    """
    formats = Formats(locale, lambda: timezone)

    def both(zone: str) -> list[str]:
        settings: Settings = current_app.config["SETTINGS"]
        other = settings.other_timezone if zone == timezone else zone
        return formats.zones_of((other,))

    def moment(value: str) -> str:
        at = datetime.fromisoformat(value)
        return f"{formats.stamp(at)} ({formats.city(timezone)})"

    def clocks(value: str, zone: str) -> str:
        at = datetime.fromisoformat(value)
        places = both(zone)
        return "\n".join(f"{formats.stamp(at, one)} ({formats.city(one)})" for one in places)

    def period(start: str, end: str, zone: str) -> str:
        first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
        return "\n".join(
            f"{formats.day(first, one)}, {formats.span(first, last, one)} ({formats.city(one)})"
            for one in both(zone)
        )

    return {
        "text": formats.plain,
        "date": lambda value: formats.full_date(datetime.fromisoformat(value).date()),
        "moment": moment,
        "clocks": clocks,
        "period": period,
    }


def _as_html(paragraph: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in paragraph.splitlines())
