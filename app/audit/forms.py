"""What the trail is narrowed to."""

from datetime import date
from uuid import UUID

from werkzeug.datastructures import MultiDict

from app.audit.queries import Filter


def filter_from(arguments: MultiDict[str, str], zone: str) -> Filter:
    """Return what was asked for; what makes no sense is as if it were not asked."""
    return Filter(
        person_id=_uuid(arguments.get("person", "")),
        subject_id=_uuid(arguments.get("thing", "")),
        action=arguments.get("action", "")[:80],
        day=_day(arguments.get("day", "")),
        zone=zone,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
