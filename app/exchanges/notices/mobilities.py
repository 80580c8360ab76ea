"""What people are told about a stay as a whole, and how those who take part are reached."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from app.accounts.queries import recipient_for
from app.exchanges.models.mobilities import Mobility
from app.exchanges.queries.offices import office_of
from app.notifications.recipients import Recipient
from app.notifications.services import tell


def prepared(mobility: Mobility) -> None:
    """Tell the traveller that the preparation begins."""
    tell_all([traveller(mobility)], mobility, "stay-prepared")


def traveller(mobility: Mobility) -> Recipient:
    """Return whose stay it is."""
    return recipient_for(mobility.person_id)


def home_side(mobility: Mobility) -> list[Recipient]:
    """Return the home office and the home coordinator, each once."""
    return _side(mobility.sending_institution_id, mobility.home_coordinator_id)


def host_side(mobility: Mobility) -> list[Recipient]:
    """Return the host office and the host coordinator, each once."""
    return _side(mobility.receiving_institution_id, mobility.host_coordinator_id)


def tell_all(people: Iterable[Recipient], mobility: Mobility, name: str, **values: Any) -> None:
    """Tell people something about a stay, with the way to its page."""
    for person in people:
        tell(
            person,
            f"exchanges/{name}",
            values_of(mobility) | values,
            path=f"/exchanges/stays/{mobility.id}",
        )


def values_of(mobility: Mobility) -> dict[str, Any]:
    """Return what every message about a stay may name."""
    return {
        "person": mobility.person.display_name,
        "number": mobility.number,
        "home": dict(mobility.sending_institution.name),
        "host": dict(mobility.receiving_institution.name),
    }


def _side(institution_id: UUID, coordinator_id: UUID | None) -> list[Recipient]:
    people = {one.user_id: one for one in office_of(institution_id)}
    if coordinator_id is not None and coordinator_id not in people:
        people[coordinator_id] = recipient_for(coordinator_id)
    return list(people.values())
