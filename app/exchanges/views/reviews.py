"""Pages of reviewers: what they have to judge, one sheet, locking it, conflicts of interest."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.core.clock import now
from app.core.i18n import gettext as _
from app.exchanges.forms.selection import WhyForm, marks_of, sheet_form
from app.exchanges.queries import allocation
from app.exchanges.queries import reviews as queries
from app.exchanges.services import reviews as services
from app.exchanges.views.blueprint import bp
from app.exchanges.views.desk_applications import content_of
from app.exchanges.words import applications as words
from app.exchanges.words import calls as call_words
from app.exchanges.words import selection as selection_words
from app.web.access import actor, signed_in
from app.web.forms import Form
from app.web.pages import page, see_other, tell
from app.web.zones import beside


@bp.get("/exchanges/reviews")
@signed_in
def my_reviews() -> ResponseReturnValue:
    """List what one has to judge, and the calls whose committee one chairs."""
    group = request.args.get("show", "open")
    group = group if group in (*queries.GROUPS, "all") else "open"
    text = request.args.get("q", "")[:200]
    found = queries.own(actor(), text=text, group=group, cursor=request.args.get("cursor"))
    return page(
        page=found,
        text=text,
        group=group,
        chaired=queries.chaired_by(actor()),
        labels=words,
        selection=selection_words,
        call_labels=call_words,
        moment=now(),
        beside=beside,
    )


@bp.route("/exchanges/reviews/<uuid:assignment_id>", methods=["GET", "POST"])
@signed_in
def review_sheet(assignment_id: UUID) -> ResponseReturnValue:
    """Show an application to its reviewer, with the sheet to fill in."""
    review = queries.review_for(actor(), assignment_id)
    rubric = allocation.criteria_of(review.application.call_id)
    form = sheet_form(rubric, queries.scores_of(review.id), review)
    kept: list[bool] = []
    if form.accepted(
        lambda: kept.append(
            services.save_sheet(
                actor(), assignment_id, marks_of(form, rubric), comment=form.comment.data or ""
            )
        )
    ):
        return _after_saving(assignment_id, kept[0])
    review = queries.review_for(actor(), assignment_id)
    return page(
        form=form,
        review=review,
        call=review.application.call,
        rubric=allocation.criteria_of(review.application.call_id),
        labels=words,
        selection=selection_words,
        may_write=False,
        may_judge=False,
        gaps={},
        beside=beside,
        **content_of(review.application),
    )


@bp.route("/exchanges/reviews/<uuid:assignment_id>/lock", methods=["GET", "POST"])
@signed_in
def review_lock(assignment_id: UUID) -> ResponseReturnValue:
    """Lock one's scores for good, after a page that shows them."""
    review = queries.review_for(actor(), assignment_id)
    form, kept = Form(), list[bool]()
    if form.accepted(lambda: kept.append(services.lock_sheet(actor(), assignment_id))):
        if kept[0]:
            tell(_("Your scores are locked."))
        else:
            _tell_blocked()
        return see_other("exchanges.my_reviews")
    review = queries.review_for(actor(), assignment_id)
    return page(
        form=form,
        review=review,
        rubric=allocation.criteria_of(review.application.call_id),
        scores=queries.scores_of(review.id),
    )


@bp.route("/exchanges/reviews/<uuid:assignment_id>/conflict", methods=["GET", "POST"])
@signed_in
def review_conflict(assignment_id: UUID) -> ResponseReturnValue:
    """Say that one is not free to judge."""
    review = queries.review_for(actor(), assignment_id)
    form = WhyForm()
    if form.accepted(
        lambda: services.declare_conflict(actor(), assignment_id, reason=form.reason.data or "")
    ):
        tell(_("Thank you. The office asks somebody else."))
        return see_other("exchanges.my_reviews")
    review = queries.review_for(actor(), assignment_id)
    return page(form=form, review=review)


def _after_saving(assignment_id: UUID, kept: bool) -> ResponseReturnValue:
    if not kept:
        _tell_blocked()
        return see_other("exchanges.my_reviews")
    if request.form.get("then") == "lock":
        return see_other("exchanges.review_lock", assignment_id=assignment_id)
    tell(_("Saved."))
    return see_other("exchanges.review_sheet", assignment_id=assignment_id)


def _tell_blocked() -> None:
    tell(_("Something ties you to the applicant: the office asks somebody else."), "no")
