"""What this package does when something happens in it or below it."""

from app.core.events import listen
from app.exchanges.events import ResultsReleased
from app.exchanges.services import agreements, call_plans, mobilities, results
from app.institutions.events import InstitutionRenamed


@listen(ResultsReleased)
def tell_results(event: ResultsReleased) -> None:
    """Tell everybody what was decided, once the embargo is over."""
    results.announce_all(event.call_id)


@listen(InstitutionRenamed)
def index_calls(event: InstitutionRenamed) -> None:
    """Find the calls of an institution, and those to it, by its new name."""
    call_plans.index_institution(event.institution_id)


@listen(InstitutionRenamed)
def index_agreements(event: InstitutionRenamed) -> None:
    """Find the agreements of an institution, on either side, by its new name."""
    agreements.index_institution(event.institution_id)


@listen(InstitutionRenamed)
def index_stays(event: InstitutionRenamed) -> None:
    """Find the stays from and to an institution by its new name."""
    mobilities.index_institution(event.institution_id)
