"""How far one review has come, for its reviewer."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from app.exchanges.states.applications import ApplicationState, Conflict

JUDGED = ApplicationState.UNDER_REVIEW
"""The one state of an application in which its reviewers fill in their sheets."""

TO_COME = frozenset({ApplicationState.SUBMITTED, ApplicationState.RETURNED})
"""States in which reviewers are assigned and the review has not begun."""


class Standing(StrEnum):
    """What a reviewer reads of their review in a list."""

    WITHDRAWN = "withdrawn"
    CONFLICT = "conflict"
    LOCKED = "locked"
    TO_COME = "to_come"
    OVER = "over"
    OVERDUE = "overdue"
    BEGUN = "begun"
    TO_DO = "to_do"


def standing(
    review: Any, state: ApplicationState, now: datetime, *, is_given_up: bool = False
) -> Standing:
    """Return how far a review of an application in this state has come.

    Takes rows as well as objects. Nothing is to be done in a call that was given up. That the
    application was withdrawn outweighs all else.
    """
    found = {
        Standing.WITHDRAWN: state == ApplicationState.WITHDRAWN,
        Standing.CONFLICT: review.conflict != Conflict.NONE,
        Standing.LOCKED: review.locked_at is not None,
        Standing.TO_COME: state in TO_COME and not is_given_up,
        Standing.OVER: state != JUDGED or is_given_up,
        Standing.OVERDUE: review.due_at < now,
        Standing.BEGUN: review.saved_at is not None,
    }
    return next((one for one, holds in found.items() if holds), Standing.TO_DO)
