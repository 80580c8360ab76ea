"""Pages of reviewers: what they have to judge, one sheet, locking it, conflicts of interest."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.core.clock import now
from app.core.errors import WrongState
from app.core.i18n import gettext as _
from app.core.spreadsheets import Value
from app.exchanges.forms.selection import WhyForm, marks_of, sheet_form
from app.exchanges.models.calls import Criterion
from app.exchanges.models.reviews import ReviewAssignment
from app.exchanges.queries import allocation
from app.exchanges.queries import review_lists as lists
from app.exchanges.queries import reviews as queries
from app.exchanges.rules.reviews import Standing, standing
from app.exchanges.services import reviews as services
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import GIVEN_UP
from app.exchanges.views.blueprint import bp
from app.exchanges.views.desk_applications import content_of
from app.exchanges.words import applications as words
from app.exchanges.words import calls as call_words
from app.exchanges.words import desk as desk_words
from app.exchanges.words import selection as selection_words
from app.web.access import actor, signed_in
from app.web.downloads import download, kind_of
from app.web.forms import Form
from app.web.pages import page, see_other, tell
from app.web.zones import beside


@bp.get("/exchanges/reviews")
@signed_in
def my_reviews() -> ResponseReturnValue:
    """List what one has to judge, and the calls whose committee one chairs."""
    wanted, cursor = _wanted(), request.args.get("cursor")
    return page(
        page=lists.own(actor(), wanted, cursor=cursor),
        wanted=wanted,
        given=_given(wanted),
        chaired=lists.chaired_by(actor()) if not (wanted.text or cursor) else [],
        standing=_standing,
        selection=selection_words,
        call_labels=call_words,
        beside=beside,
    )


@bp.get("/exchanges/reviews.<string(maxlength=4):kind>")
@signed_in
def my_reviews_file(kind: str) -> ResponseReturnValue:
    """Save the reviews that one's list shows as a table."""
    headers = [_("Number"), _("Name"), _("Call"), _("Due by"), _("State"), _("Locked on")]
    rows: list[list[Value]] = [
        [
            f"{row.code}-{row.number:04d}",
            row.display_name,
            desk_words.in_words(row.title),
            row.due_at,
            str(selection_words.REVIEW_LABELS[_standing(row)]),
            row.locked_at,
        ]
        for row in lists.everything(actor(), _wanted())
    ]
    return download(_("My reviews"), headers, rows, kind_of(kind))


@bp.route("/exchanges/reviews/<uuid:assignment_id>", methods=["GET", "POST"])
@signed_in
def review_sheet(assignment_id: UUID) -> ResponseReturnValue:
    """Show an application to its reviewer, with the sheet to fill in; only that it is withdrawn."""
    review = queries.review_for(actor(), assignment_id)
    rubric = allocation.criteria_of(review.application.call_id)
    form = sheet_form(rubric, queries.scores_of(review.id), review)
    wants_lock = request.form.get("then") == "lock"
    missing: list[Criterion] = []
    kept: list[bool] = []

    def save() -> None:
        marks, comment = marks_of(form, rubric), form.comment.data or ""
        kept.append(services.save_sheet(actor(), assignment_id, marks, comment=comment))
        missing.extend(services.without_points(rubric, marks) if wants_lock else ())

    if form.accepted(save) and not (kept[0] and missing):
        return _after_saving(assignment_id, kept[0])
    review = queries.review_for(actor(), assignment_id)
    if missing:
        _blame(form, missing)
    call, scores = review.application.call, queries.scores_of(review.id)
    rubric = allocation.criteria_of(call.id)
    is_gone = review.application.state == ApplicationState.WITHDRAWN
    return page(
        form=form,
        review=review,
        call=call,
        is_gone=is_gone,
        rubric=rubric,
        missing=services.without_points(rubric, scores),
        labels=words,
        selection=selection_words,
        may_write=False,
        may_judge=False,
        gaps={},
        beside=beside,
        **({} if is_gone else content_of(review.application)),
    )


@bp.route("/exchanges/reviews/<uuid:assignment_id>/lock", methods=["GET", "POST"])
@signed_in
def review_lock(assignment_id: UUID) -> ResponseReturnValue:
    """Lock one's scores for good, after a page that shows them, and what is missing."""
    review = _still_there(assignment_id)
    form, kept = Form(), list[bool]()
    if form.accepted(lambda: kept.append(services.lock_sheet(actor(), assignment_id))):
        if kept[0]:
            tell(_("Your scores are locked."))
        else:
            _tell_blocked()
        return see_other("exchanges.my_reviews")
    review = _still_there(assignment_id)
    rubric = allocation.criteria_of(review.application.call_id)
    scores = queries.scores_of(review.id)
    return page(
        form=form,
        review=review,
        rubric=rubric,
        scores=scores,
        missing=services.without_points(rubric, scores),
    )


@bp.route("/exchanges/reviews/<uuid:assignment_id>/conflict", methods=["GET", "POST"])
@signed_in
def review_conflict(assignment_id: UUID) -> ResponseReturnValue:
    """Say that one is not free to judge."""
    review = _still_there(assignment_id)
    form = WhyForm()
    if form.accepted(
        lambda: services.declare_conflict(actor(), assignment_id, reason=form.reason.data or "")
    ):
        tell(_("Thank you. The office asks somebody else."))
        return see_other("exchanges.my_reviews")
    review = _still_there(assignment_id)
    return page(form=form, review=review)


def _wanted() -> lists.Wanted:
    group, sort = request.args.get("show", ""), request.args.get("sort", "")
    return lists.Wanted(
        text=request.args.get("q", "")[:200],
        group=group if group in lists.GROUPS else "open",
        sort=sort if sort.removeprefix("-") in lists.SORTS else "due",
    )


def _given(wanted: lists.Wanted) -> dict[str, str]:
    """Return the arguments of an address that asks for the same, without what goes unsaid."""
    said = {"q": wanted.text, "show": wanted.group if wanted.group != "open" else ""}
    return {name: value for name, value in said.items() if value}


def _standing(row: Any) -> Standing:
    return standing(row, row.state, now(), is_given_up=row.call_state in GIVEN_UP)


def _still_there(assignment_id: UUID) -> ReviewAssignment:
    """Return one's own review; raises WrongState when its application was withdrawn."""
    review = queries.review_for(actor(), assignment_id)
    if review.application.state == ApplicationState.WITHDRAWN:
        raise WrongState(_("This application was withdrawn: there is nothing to judge any more."))
    return review


def _blame(form: Any, missing: Sequence[Criterion]) -> None:
    """Say beside each field that has no points that it needs them; the rest is saved already."""
    for one in missing:
        field = form[services.points_field(one.id)]
        field.errors = [*field.errors, _("Give points here before you lock.")]


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
