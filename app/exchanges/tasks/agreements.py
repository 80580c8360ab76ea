"""What the clock does with agreements."""

from app.exchanges.jobs import END_AGREEMENTS
from app.exchanges.services import agreements


@END_AGREEMENTS.done_by
def end_agreements() -> None:
    """End the versions whose last day is past."""
    agreements.follow_the_clock()
