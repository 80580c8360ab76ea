"""What people are told about the calls they apply to."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.accounts.queries import recipient_for
from app.exchanges.models.calls import Call
from app.exchanges.queries import calls as queries
from app.exchanges.states.applications import ApplicationState
from app.notifications.services import tell

UNSENT = frozenset({ApplicationState.DRAFT, ApplicationState.RETURNED})
"""Applications that somebody still writes."""


def call_extended(call: Call, before: datetime, reason: str) -> None:
    """Tell people who still write that they have more time."""
    values = {
        "before": before.isoformat(),
        "closes_at": call.closes_at.isoformat(),
        "reason": reason,
    }
    key = f"call-extended:{call.id}:{call.closes_at.isoformat()}"
    _tell(call, "call-extended", queries.applicants(call.id, UNSENT), values, key)


def call_closed(call: Call) -> None:
    """Tell people who still write that the call closed before its time."""
    values = {"closed_at": call.closes_at.isoformat()}
    people = queries.applicants(call.id, UNSENT)
    _tell(call, "call-closed", people, values, f"call-closed:{call.id}:{call.closes_at}")


def call_cancelled(call: Call, reason: str) -> None:
    """Tell everyone who applied that the call was given up, and why."""
    people = queries.applicants(call.id)
    _tell(call, "call-cancelled", people, {"reason": reason}, f"call-cancelled:{call.id}")


def _tell(
    call: Call, name: str, people: Iterable[UUID], values: Mapping[str, Any], key: str
) -> None:
    standing = {"title": dict(call.title), "code": call.code, "zone": call.timezone}
    for user_id in people:
        tell(
            recipient_for(user_id),
            f"exchanges/{name}",
            {**standing, **values},
            path=f"/exchanges/calls/{call.id}",
            key=key,
        )
