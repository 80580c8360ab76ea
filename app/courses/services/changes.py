"""Putting new values into a thing and noting which of them differ."""

from collections.abc import Mapping
from typing import Any

from app.core.clock import now
from app.core.errors import Conflict
from app.core.i18n import gettext as _
from app.courses.models.timetable import Session


def apply(thing: object, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set the attributes; return {name: [before, after]} of those that changed."""
    changes: dict[str, list[Any]] = {}
    for name, after in values.items():
        before = getattr(thing, name)
        if before != after:
            changes[name] = [before, after]
            setattr(thing, name, after)
    return changes


def renew_entry(session: Session) -> None:
    """Let calendars take over what is now said of a session: its sequence grows."""
    session.ical_sequence += 1
    session.changed_at = now()


def require_version(thing: Any, version: int | None) -> None:
    """Raise Conflict when the thing was saved again since the form that now comes was shown."""
    if version is not None and thing.version != version:
        raise Conflict(
            _("Somebody else saved this while you were writing. Compare, then save again.")
        )
