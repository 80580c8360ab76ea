"""The registrar's desk for completions that later facts contradict."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.completion import queries, services
from app.completion.forms import ReviewForm
from app.completion.policies import DECIDERS, may_decide_review
from app.completion.states import ReviewState
from app.completion.views import bp
from app.completion.words import (
    CRITERION_LABELS,
    REVIEW_CHIPS,
    REVIEW_LABELS,
    VERDICT_CHIPS,
    VERDICT_LABELS,
)
from app.core.i18n import gettext as _
from app.web.access import actor, signed_in
from app.web.pages import page, see_other, tell


@bp.get("/completion-reviews")
@signed_in
def reviews_list() -> ResponseReturnValue:
    """List the reviews to be decided, or with `?show=closed` those that were."""
    if not actor().holds(*DECIDERS):
        may_decide_review.refuse()
    closed, text = request.args.get("show") == "closed", request.args.get("q", "")[:200]
    cursor = request.args.get("cursor")
    return page(
        reviews=queries.reviews.desk(actor(), cursor, is_open=not closed, text=text),
        closed=closed,
        text=text,
        labels=REVIEW_LABELS,
        chips=REVIEW_CHIPS,
    )


@bp.route("/completion-reviews/<uuid:review_id>", methods=["GET", "POST"])
@signed_in
def review(review_id: UUID) -> ResponseReturnValue:
    """Show what contradicts a completion, and decide what becomes of it."""
    found = queries.reviews.review_for(actor(), review_id)
    form = ReviewForm()
    if form.accepted(
        lambda: services.reviews.close(
            actor(), review_id, form.outcome.data, reason=form.reason.data or ""
        )
    ):
        tell(_("The review is closed."))
        return see_other("completion.reviews_list")
    before, against = queries.reviews.decisions_around(found)
    return page(
        form=form,
        review=found,
        is_open=found.state == ReviewState.OPEN,
        before=before,
        against=against,
        labels=REVIEW_LABELS,
        chips=REVIEW_CHIPS,
        verdicts=VERDICT_LABELS,
        verdict_chips=VERDICT_CHIPS,
        criteria=CRITERION_LABELS,
    )
