"""What the clock does to stays."""

from uuid import UUID

from app.exchanges.jobs import BEGIN_STAY, BEGIN_STAYS, REMIND_OF_CLOCK, REMIND_OF_CLOCKS
from app.exchanges.services import legal_clocks, visits


@REMIND_OF_CLOCKS.done_by
def remind_of_clocks() -> None:
    """Put off a reminder for each thing that the law wants soon."""
    legal_clocks.put_off_reminders()


@REMIND_OF_CLOCK.done_by
def remind_of_clock(mobility_id: UUID, clock: str) -> None:
    """Remind one person of one thing that the law wants soon."""
    legal_clocks.remind(UUID(str(mobility_id)), clock)


@BEGIN_STAYS.done_by
def begin_stays() -> None:
    """Put off the beginning of each stay whose first day has come."""
    visits.put_off_beginnings()


@BEGIN_STAY.done_by
def begin_stay(mobility_id: UUID) -> None:
    """Note that one stay began."""
    visits.begin(UUID(str(mobility_id)))
