"""Where people stand: everyone in a run, and one person criterion by criterion."""

from decimal import Decimal
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.attendance.queries.marks import of_enrolment
from app.attendance.words import STATUS_LABELS, STATUS_SIGNS
from app.completion import policies, queries, services
from app.completion.forms import WaiverForm, answers_of
from app.completion.views import bp
from app.completion.words import CRITERION_LABELS, VERDICT_CHIPS, VERDICT_LABELS
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.paging import Page
from app.courses.models.runs import Run
from app.courses.policies import may_manage_run
from app.courses.queries.runs import run_for
from app.courses.states import SessionState
from app.courses.words import ENROLMENT_CHIPS, ENROLMENT_LABELS, RUN_CHIPS, RUN_LABELS
from app.web.access import actor, signed_in
from app.web.downloads import download
from app.web.pages import fragment, page, see_other, tell, wants_fragment
from app.web.zones import beside

PAGE = 50


@bp.get("/runs/<uuid:run_id>/completion")
@signed_in
def run_completion(run_id: UUID) -> ResponseReturnValue:
    """Show where everyone in a run stands."""
    run = _seen(run_id)
    text, lines = request.args.get("q", "")[:200], _lines(run_id)
    return page(
        run=run,
        text=text,
        shown=_page_of(lines, request.args.get("cursor")),
        lines=lines,
        version=queries.policies.of_run(run_id),
        RUN_LABELS=RUN_LABELS,
        RUN_CHIPS=RUN_CHIPS,
        may_manage=may_manage_run(actor(), run),
        may_apply=policies.may_apply_policy(actor(), run),
        answers_of=answers_of,
        verdicts=VERDICT_LABELS,
        chips=VERDICT_CHIPS,
        labels=ENROLMENT_LABELS,
        enrolment_chips=ENROLMENT_CHIPS,
    )


@bp.get("/runs/<uuid:run_id>/completion.<any(csv, xlsx):kind>")
@signed_in
def run_completion_file(run_id: UUID, kind: str) -> ResponseReturnValue:
    """Give the same list as a table to take away."""
    run = _seen(run_id)
    headers = [
        _("Name"), _("E-mail address"), _("So far"), _("Best possible"), _("May still miss"),
        _("Outcome now"), _("State"),
    ]  # fmt: skip
    rows = [
        (
            line.enrolment.trainee.display_name,
            line.enrolment.trainee.email,
            _percent(line.standing.so_far_bp),
            _percent(line.standing.best_bp),
            line.standing.may_miss,
            str(VERDICT_LABELS[line.standing.outcome.verdict]),
            str(ENROLMENT_LABELS[line.enrolment.state]),
        )
        for line in _lines(run_id)
    ]
    return download(f"{run.code} {_('Completion')}", headers, rows, kind)


def _seen(run_id: UUID) -> Run:
    run = run_for(actor(), run_id)
    if not policies.may_see_outcomes(actor(), run):
        raise NotFound(_("There is no such run."))
    return run


def _lines(run_id: UUID) -> list[queries.standing.Line]:
    return queries.standing.some_of(
        queries.standing.lines_of_run(run_id),
        request.args.get("q", "")[:200],
        request.args.get("sort", "name"),
    )


def _percent(points: int | None) -> Decimal | None:
    return None if points is None else Decimal(points) / 100


@bp.get("/enrolments/<uuid:enrolment_id>/standing")
@signed_in
def standing(enrolment_id: UUID) -> ResponseReturnValue:
    """Show one person's standing: three numbers, each criterion, each session, every decision."""
    enrolment = queries.standing.enrolment_for(actor(), enrolment_id)
    found = queries.standings([enrolment_id]).get(enrolment_id)
    if wants_fragment():
        return fragment("completion/_numbers.html", found=found)
    return page(
        enrolment=enrolment,
        beside=beside,
        found=found,
        sessions=[
            (session, record)
            for session, record in of_enrolment(enrolment_id)
            if session.state != SessionState.CANCELLED
        ],
        decisions=queries.decisions.history(enrolment_id),
        waivers={one.path: one for one in queries.decisions.waivers_of(enrolment_id)},
        may_waive=policies.may_waive(actor(), enrolment.run),
        is_own=actor().user_id == enrolment.trainee_id,
        verdicts=VERDICT_LABELS,
        chips=VERDICT_CHIPS,
        criteria=CRITERION_LABELS,
        statuses=STATUS_LABELS,
        signs=STATUS_SIGNS,
        labels=ENROLMENT_LABELS,
        enrolment_chips=ENROLMENT_CHIPS,
    )


@bp.route(
    "/enrolments/<uuid:enrolment_id>/standing/waive/<string(maxlength=200):path>",
    methods=["GET", "POST"],
)
@signed_in
def waive(enrolment_id: UUID, path: str) -> ResponseReturnValue:
    """Waive one criterion for one person, with a reason."""
    enrolment = queries.standing.enrolment_for(actor(), enrolment_id)
    policies.may_waive.require(actor(), enrolment.run)
    found = queries.standings([enrolment_id]).get(enrolment_id)
    criterion = (
        next((one for one in found.outcome.criteria if one.path == path), None) if found else None
    )
    if criterion is None:
        raise NotFound(_("The policy has no such criterion."))
    form = WaiverForm()
    if form.accepted(
        lambda: services.decisions.waive(actor(), enrolment_id, path, reason=form.reason.data or "")
    ):
        tell(_("The criterion is waived."))
        return see_other("completion.standing", enrolment_id=enrolment_id)
    return page(form=form, enrolment=enrolment, label=CRITERION_LABELS.get(criterion.kind, ""))


def _page_of(lines: list[queries.standing.Line], cursor: str | None) -> Page[queries.standing.Line]:
    """Return fifty lines after, or before, the person that the cursor names."""
    keys = [one.enrolment.id.hex for one in lines]
    way, _dot, key = (cursor or "").partition(".")
    place = keys.index(key) if key in keys else -1
    start = max(0, place - PAGE) if way == "p" and place >= 0 else place + 1
    end = place if way == "p" and place >= 0 else start + PAGE
    shown = keys[start:end]
    return Page(
        lines[start:end],
        next=f"n.{shown[-1]}" if shown and end < len(keys) else None,
        previous=f"p.{shown[0]}" if shown and start > 0 else None,
    )
