"""How a question about a completion is opened and closed."""

from enum import StrEnum

from app.core.machine import Machine, move


class ReviewState(StrEnum):
    """Where the review of a completion that later facts contradict stands."""

    OPEN = "open"
    UPHELD = "upheld"
    REVERSED = "reversed"
    REISSUED = "reissued"


REVIEW = Machine(
    move("uphold", {ReviewState.OPEN}, ReviewState.UPHELD),
    move("reverse", {ReviewState.OPEN}, ReviewState.REVERSED),
    move("reissue", {ReviewState.OPEN}, ReviewState.REISSUED),
    start=ReviewState.OPEN,
)
