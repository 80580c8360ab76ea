"""Names as they are printed: the parts a holder typed, in the order the holder chose."""

from app.accounts.models import PersonName
from app.core.names import display_name


def as_printed(name: PersonName) -> str:
    """Return the name in one line; Chinese characters stand without a space."""
    return display_name(name.given.strip(), name.family.strip(), name.order)
