"""What the worker does for exchanges."""

from app.exchanges.tasks import (
    admissions,
    agreements,
    applications,
    calls,
    letters,
    selection,
    visits,
)

__all__ = [
    "admissions",
    "agreements",
    "applications",
    "calls",
    "letters",
    "selection",
    "visits",
]
