"""What the clock does to admissions."""

from app.exchanges.jobs import LAPSE_ADMISSIONS
from app.exchanges.services import admissions


@LAPSE_ADMISSIONS.done_by
def lapse_admissions() -> None:
    """Let conditional admissions lapse whose conditions were not met in time."""
    admissions.lapse_overdue()
