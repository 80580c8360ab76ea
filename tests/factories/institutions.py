"""Institutions to test with."""

from itertools import count

from app.core.database import Text, atomic, db
from app.institutions.models import Institution

_numbers = count(1)


def an_institution(
    *,
    name: str = "University of Banja Luka",
    timezone: str = "Europe/Sarajevo",
    country: str = "BA",
) -> Institution:
    """Return a stored institution."""
    with atomic():
        institution = Institution(
            code=f"T{next(_numbers)}X",
            name=Text(en=name, sr_Cyrl="Универзитет у Бањој Луци"),
            city=Text(en="Banja Luka"),
            country=country,
            timezone=timezone,
        )
        db.session.add(institution)
    return institution
