"""What must be true of exchanges at all times."""

from app.exchanges.invariants import (
    agreements,
    applications,
    calls,
    learning_agreements,
    mobilities,
    selection,
)

__all__ = [
    "agreements",
    "applications",
    "calls",
    "learning_agreements",
    "mobilities",
    "selection",
]
