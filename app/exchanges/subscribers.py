"""What this package does when something happens in it or below it."""

from app.core.events import listen
from app.exchanges.events import ResultsReleased
from app.exchanges.services import results


@listen(ResultsReleased)
def tell_results(event: ResultsReleased) -> None:
    """Tell everybody what was decided, once the embargo is over."""
    results.announce_all(event.call_id)
