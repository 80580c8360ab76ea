"""Which clocks a page shows."""

from flask import current_app

from app.web.locale import chosen_zone


def other_zone() -> str:
    """Return the zone of the partner side, as the settings say."""
    zone: str = current_app.config["SETTINGS"].other_timezone
    return zone


def beside(timezone: str) -> tuple[str, ...]:
    """Return the zones to show beside the reader's own: that of the run, or the partner side's."""
    return (timezone,) if timezone != chosen_zone() else (other_zone(),)
