"""What must be ready before somebody leaves: some of it is seen in the records, some is ticked."""

from collections.abc import Collection, Iterable
from datetime import date
from enum import StrEnum


class Item(StrEnum):
    """One thing to have ready."""

    LEARNING_AGREEMENT = "learning_agreement"
    LETTER = "letter"
    INSURANCE = "insurance"
    EMERGENCY_CONTACT = "emergency_contact"
    TRAVEL_DOCUMENTS = "travel_documents"
    ACCOMMODATION = "accommodation"
    BRIEFING = "briefing"


SEEN = frozenset({Item.LEARNING_AGREEMENT, Item.LETTER, Item.INSURANCE, Item.EMERGENCY_CONTACT})
"""What the records show by themselves; nobody ticks these."""


def missing(done: Collection[Item], left_out: Collection[Item] = ()) -> list[Item]:
    """Return what is still to do, in the order of the list."""
    return [one for one in Item if one not in done and one not in left_out]


def is_covered(first_day: date, last_day: date, policies: Iterable[tuple[date, date]]) -> bool:
    """Tell whether policies, each from one day to another, cover every day of a stay."""
    reached = first_day.toordinal()
    for since, until in sorted(policies):
        if since.toordinal() > reached:
            return False
        reached = max(reached, until.toordinal() + 1)
        if reached > last_day.toordinal():
            return True
    return False
