"""Sending mail: what a message is, and what sends it."""

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol

from app.core.clock import now
from app.core.mail.headers import Folding

HEADERS = Folding()


@dataclass(frozen=True, slots=True)
class Message:
    """One mail to one person; the id stays the same when it is sent again."""

    id: str
    to: str
    name: str
    subject: str
    text: str
    html: str = ""
    language: str = "en"
    calendar: bytes | None = None
    """One calendar message, or several one after the other: each gets a part of its own."""

    calendar_method: str = "REQUEST"
    headers: dict[str, str] = field(default_factory=dict)

    def as_email(self, sender: str, host: str) -> EmailMessage:
        """Return the message as RFC 5322 wants it; line breaks cannot enter a header."""
        mail = EmailMessage(policy=HEADERS)
        mail["Message-ID"] = f"<{self.id}@{host}>"
        mail["Date"] = format_datetime(now())
        mail["From"] = sender
        mail["To"] = Address(display_name=_one_line(self.name), addr_spec=_one_line(self.to))
        mail["Subject"] = _one_line(self.subject)
        mail["Content-Language"] = self.language
        mail["Auto-Submitted"] = "auto-generated"
        for name, value in self.headers.items():
            mail[name] = _one_line(value)
        mail.set_content(self.text, cte="quoted-printable")
        if self.html:
            mail.add_alternative(self.html, subtype="html", cte="quoted-printable")
        first, *others = _calendars(self.calendar or b"") or [b""]
        kind = {"method": self.calendar_method, "charset": "utf-8"}
        if first:
            mail.add_alternative(first, maintype="text", subtype="calendar", params=kind)
        for number, calendar in enumerate(others, start=2):
            name = f"calendar-{number}.ics"
            mail.add_attachment(
                calendar, maintype="text", subtype="calendar", params=kind, filename=name
            )
        return mail


class Mailer(Protocol):
    """What sends mail."""

    def send(self, message: Message) -> None:
        """Hand over the message or raise."""


class Kept:
    """Keeps messages in a list; for tests."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def send(self, message: Message) -> None:
        """Keep the message, once however often it is sent."""
        if all(kept.id != message.id for kept in self.messages):
            self.messages.append(message)


def _calendars(stream: bytes) -> list[bytes]:
    """Cut a stream of iCalendar objects (RFC 5545, 3.4) into the objects."""
    end = b"END:VCALENDAR\r\n"
    return [part + end for part in stream.split(end) if part.strip()]


def _one_line(text: str) -> str:
    return " ".join(text.split())
