"""What the worker does for applications."""

from app.exchanges.jobs import LAPSE_APPLICATIONS, REMIND_OF_DRAFTS
from app.exchanges.services import applications


@LAPSE_APPLICATIONS.done_by
def lapse_applications() -> None:
    """Close what was not sent again in time."""
    applications.lapse_overdue()


@REMIND_OF_DRAFTS.done_by
def remind_of_drafts() -> None:
    """Remind whoever has begun and not sent."""
    applications.remind_of_drafts()
