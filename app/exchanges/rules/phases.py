"""Where a call stands at a moment, whether or not the clock's job has run yet."""

from datetime import datetime
from typing import Protocol

from app.exchanges.states.calls import CallState

TAKES_CHANGES = frozenset({CallState.DRAFT, CallState.PUBLISHED, CallState.OPEN})
"""States in which what is asked of applicants may still change; drafts keep what they had."""

RUBRIC_OPEN = frozenset({CallState.DRAFT, CallState.PUBLISHED})
"""States in which the rubric and the tie-break may change: before anybody applies."""


class Dated(Protocol):
    """What the standing of a call follows from."""

    @property
    def state(self) -> CallState: ...
    @property
    def opens_at(self) -> datetime: ...
    @property
    def closes_at(self) -> datetime: ...
    @property
    def release_at(self) -> datetime: ...


def due(call: Dated, moment: datetime) -> str:
    """Return the action that the clock owes this call now, or nothing."""
    if call.state == CallState.PUBLISHED and call.opens_at <= moment:
        return "open"
    if call.state == CallState.OPEN and call.closes_at <= moment:
        return "close"
    if call.state == CallState.EMBARGOED and call.release_at <= moment:
        return "release"
    return ""


def standing(call: Dated, moment: datetime) -> CallState:
    """Return the state in which a call is by the time, whatever is stored."""
    if call.state in (CallState.PUBLISHED, CallState.OPEN) and call.closes_at <= moment:
        return CallState.CLOSED
    if call.state == CallState.PUBLISHED and call.opens_at <= moment:
        return CallState.OPEN
    return call.state


def accepts(call: Dated, moment: datetime) -> bool:
    """Tell whether applications may be sent to a call at this moment of the server's clock."""
    return standing(call, moment) == CallState.OPEN
