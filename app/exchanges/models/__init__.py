"""What is stored of agreements, calls, applications and stays."""

from app.exchanges.models import (
    admissions,
    agreements,
    applications,
    calls,
    desk,
    equivalences,
    learning_agreements,
    letters,
    mobilities,
    nominations,
    recognition,
    reviews,
    travellers,
    visits,
)

__all__ = [
    "admissions",
    "agreements",
    "applications",
    "calls",
    "desk",
    "equivalences",
    "learning_agreements",
    "letters",
    "mobilities",
    "nominations",
    "recognition",
    "reviews",
    "travellers",
    "visits",
]
