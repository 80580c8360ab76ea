"""What this package announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class InstitutionRenamed:
    """An institution has another name or place, by which other things are found."""

    institution_id: UUID
