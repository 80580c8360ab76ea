"""What the worker does for reviews and offers."""

from app.exchanges.jobs import REMIND_REVIEWERS, SETTLE_OFFERS
from app.exchanges.services import offers, reviews


@SETTLE_OFFERS.done_by
def settle_offers() -> None:
    """Take back what lapsed and pass it on."""
    offers.settle_offers()


@REMIND_REVIEWERS.done_by
def remind_reviewers() -> None:
    """Remind whoever is late, or soon will be."""
    reviews.remind_all()
