"""What the clock does to stays."""

from app.core.clock import now
from app.exchanges.jobs import BEGIN_STAYS, REMIND_OF_CLOCKS
from app.exchanges.queries import visits as queries
from app.exchanges.services import legal_clocks, visits


@REMIND_OF_CLOCKS.done_by
def remind_of_clocks() -> None:
    """Remind people abroad of what the law wants soon."""
    legal_clocks.remind()


@BEGIN_STAYS.done_by
def begin_stays() -> None:
    """Note that stays began whose first day has come."""
    for mobility_id in queries.begun_by(now()):
        visits.begin(mobility_id)
