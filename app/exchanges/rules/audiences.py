"""Whom a call addresses: students, staff or both."""

from collections.abc import Mapping
from typing import Any

from app.exchanges.states.agreements import STAFF_KINDS, ExchangeKind
from app.exchanges.states.calls import Audience

KEY = "people"
"""Where a call keeps whom it addresses, beside fields and levels."""


def usual(kind: ExchangeKind) -> Audience:
    """Return whom calls of this kind address unless they say otherwise."""
    if kind == ExchangeKind.SHORT_VISIT:
        return Audience.BOTH
    return Audience.STAFF if kind in STAFF_KINDS else Audience.STUDENTS


def addressed(stored: Mapping[str, Any], kind: ExchangeKind) -> Audience:
    """Return whom a call addresses that keeps this."""
    return Audience(stored[KEY]) if stored.get(KEY) else usual(kind)


def is_meant(audience: Audience, *, is_staff: bool, is_student: bool) -> bool:
    """Tell whether a call is meant for somebody; who teaches and studies is both.

    Somebody without any role yet counts as a student.
    """
    if audience == Audience.STAFF:
        return is_staff
    return audience == Audience.BOTH or is_student or not is_staff
