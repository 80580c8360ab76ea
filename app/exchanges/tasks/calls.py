"""What the clock does to calls."""

from app.exchanges.jobs import TURN_CALLS
from app.exchanges.services import call_clock


@TURN_CALLS.done_by
def turn_calls() -> None:
    """Take every call as far as the time has come."""
    call_clock.turn_calls()
