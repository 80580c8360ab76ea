"""What this package does when something below it happens."""

from app.core.events import listen
from app.courses.services import catalogue
from app.institutions.events import InstitutionRenamed


@listen(InstitutionRenamed)
def index_courses(event: InstitutionRenamed) -> None:
    """Find the courses by the new name of their institution."""
    catalogue.index_institution(event.institution_id)
