"""Who may fetch the files of a stay: whoever takes part in it."""

from app.core.actor import Actor
from app.core.errors import NotFound
from app.exchanges.queries.mobilities import mobility_for
from app.files.models import StoredFile
from app.files.policies import readable_by


@readable_by("exchange.admission")
@readable_by("exchange.letter")
def of_a_stay(actor: Actor, stored: StoredFile) -> bool:
    """Tell whether the actor takes part in the stay that owns a file."""
    if stored.owner_id is None:
        return False
    try:
        mobility_for(actor, stored.owner_id)
    except NotFound:
        return False
    return True
