"""What the worker does for this package."""

from app.courses.jobs import COUNT_SEATS, LAPSE_OFFERS, REDERIVE_SESSIONS
from app.courses.services import queue, timetable


@LAPSE_OFFERS.done_by
def lapse_offers() -> None:
    """Pass on the offers that were not answered in time."""
    queue.lapse_offers()


@COUNT_SEATS.done_by
def count_seats() -> None:
    """Compare the seats of every run with its places, and fill what is free."""
    queue.recount()


@REDERIVE_SESSIONS.done_by
def rederive_sessions() -> None:
    """Follow changes in the rules of time zones."""
    timetable.rederive_sessions()
