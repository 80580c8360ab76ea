"""What people are told while they prepare a stay and are abroad."""

from datetime import date
from typing import Any

from app.accounts.queries import recipient_for
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.visits import ClockStep
from app.exchanges.queries.offices import office_of
from app.notifications.recipients import Recipient
from app.notifications.services import tell


def ready(mobility: Mobility) -> None:
    """Tell the person that everything on the checklist is ready."""
    _tell(_person(mobility), mobility, "visit-ready")


def arrived(mobility: Mobility) -> None:
    """Tell the person and the home office that the host confirmed the arrival."""
    for one in (_person(mobility), *office_of(mobility.sending_institution_id)):
        _tell(one, mobility, "visit-arrived", since=_text(mobility.actual_from))


def interrupted(mobility: Mobility, since: date, reason: str) -> None:
    """Tell the person and both offices that a stay is interrupted."""
    for one in (_person(mobility), *_offices(mobility)):
        _tell(one, mobility, "visit-interrupted", since=_text(since), reason=reason)


def departed(mobility: Mobility) -> None:
    """Tell the person and the home office that the stay is over."""
    for one in (_person(mobility), *office_of(mobility.sending_institution_id)):
        _tell(one, mobility, "visit-departed", until=_text(mobility.actual_until))


def did_not_come(mobility: Mobility, reason: str) -> None:
    """Tell the person and the home office that nobody came."""
    for one in (_person(mobility), *office_of(mobility.sending_institution_id)):
        _tell(one, mobility, "visit-no-show", reason=reason)


def clock_runs(mobility: Mobility, step: ClockStep) -> None:
    """Remind the person of what the law wants soon."""
    due = step.due_at.isoformat() if step.due_at else ""
    zone = mobility.receiving_institution.timezone
    _tell(_person(mobility), mobility, "visit-clock", due=due, zone=zone)


def _person(mobility: Mobility) -> Recipient:
    return recipient_for(mobility.person_id)


def _offices(mobility: Mobility) -> list[Recipient]:
    both = (mobility.sending_institution_id, mobility.receiving_institution_id)
    return list({one.user_id: one for where in both for one in office_of(where)}.values())


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _tell(whom: Recipient, mobility: Mobility, name: str, **values: Any) -> None:
    tell(
        whom,
        f"exchanges/{name}",
        {
            "number": mobility.number,
            "person": mobility.person.display_name,
            "host": dict(mobility.receiving_institution.name),
            **values,
        },
        path=f"/exchanges/stays/{mobility.id}/visit",
    )
