"""Reading what is true of people on whatever stay they go."""

from uuid import UUID

from app.core.database import db
from app.exchanges.models.travellers import Traveller


def citizenships_of(user_id: UUID) -> tuple[str, ...]:
    """Return the citizenships of a person, that of the passport first; nothing when not known."""
    found = db.session.get(Traveller, user_id, populate_existing=True)
    return tuple(found.citizenships) if found else ()
