"""Until when a refusal can be appealed."""

from datetime import datetime, timedelta

from app.exchanges.states.applications import ApplicationState


def appeal_until(
    state: ApplicationState,
    decided_at: datetime | None,
    released_at: datetime | None,
    days: int,
) -> datetime | None:
    """Return the end of the time to appeal; None when there is nothing to appeal.

    `released_at` is empty while the results are not known.
    """
    if decided_at is None:
        return None
    if state == ApplicationState.INELIGIBLE:
        return decided_at + timedelta(days=days)
    if state == ApplicationState.NOT_SELECTED and released_at is not None:
        return max(decided_at, released_at) + timedelta(days=days)
    return None
