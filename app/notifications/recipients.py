"""Whom we tell."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person to tell, so that this package need not know accounts."""

    user_id: UUID | None
    address: str
    name: str
    language: str = "en"
    timezone: str = "Europe/Sarajevo"
