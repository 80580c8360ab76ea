"""What must be true of exchanges at all times."""

from app.exchanges.invariants import (
    agreements,
    applications,
    calls,
    learning_agreements,
    mobilities,
    recognition,
    selection,
    visits,
)

__all__ = [
    "agreements",
    "applications",
    "calls",
    "learning_agreements",
    "mobilities",
    "recognition",
    "selection",
    "visits",
]
