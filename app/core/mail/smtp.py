"""Mail by SMTP."""

import smtplib
import ssl
from dataclasses import dataclass

from app.core.mail import Message

TIMEOUT = 20
"""Seconds to wait for the mail server."""


@dataclass(frozen=True, slots=True)
class Smtp:
    """Hands each message to a mail server; `tls` is none, starttls or tls."""

    host: str
    port: int
    user: str
    password: str
    tls: str
    sender: str
    name: str

    def send(self, message: Message) -> None:
        """Send, or raise what the server said so that the job is tried again."""
        with self._connect() as server:
            if self.tls == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
            server.send_message(message.as_email(self.sender, self.name))

    def _connect(self) -> smtplib.SMTP:
        if self.tls == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
