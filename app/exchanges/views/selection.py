"""Pages on which a call is decided: ranking, allocations tried and published, the notice."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.spreadsheets import Value
from app.exchanges.forms.selection import TryForm, WhyForm
from app.exchanges.models.calls import Criterion
from app.exchanges.policies.parties import in_call
from app.exchanges.queries import allocation as queries
from app.exchanges.queries import chairs, offers
from app.exchanges.rules.ranking import DRAW, SCORE, Placed
from app.exchanges.services import allocation as services
from app.exchanges.states.applications import ALLOCATION_RUN, ApplicationState
from app.exchanges.states.calls import CALL, CallState
from app.exchanges.states.parties import Party
from app.exchanges.views.blueprint import bp
from app.exchanges.words import applications as application_words
from app.exchanges.words import calls as call_words
from app.exchanges.words import desk as desk_words
from app.exchanges.words import selection as words
from app.web.access import actor, public, signed_in
from app.web.downloads import download, kind_of
from app.web.forms import Form
from app.web.once import once
from app.web.pages import acted, page, see_other, tell
from app.web.zones import beside

LINES = 100
"""Lines of a ranking or an allocation that one page shows."""


@bp.route("/exchanges/calls/<uuid:call_id>/selection", methods=["GET", "POST"])
@signed_in
@once
def selection(call_id: UUID) -> ResponseReturnValue:
    """Show how far the selection of a call has come; try an allocation out."""
    call = queries.call_for(actor(), call_id)
    form, made = TryForm(), list[UUID]()
    if form.accepted(
        lambda: made.append(
            services.try_out(
                actor(),
                call_id,
                minimum_milli=form.minimum_milli,
                wait_limit=form.wait_limit.data,
            )
        )
    ):
        return see_other("exchanges.allocation_run", run_id=made[0])
    call = queries.call_for(actor(), call_id)
    parties, numbers = in_call(actor(), call), queries.numbers_in(call_id)
    return page(
        form=form,
        call=call,
        numbers=numbers,
        hosts=queries.hosts_of(call_id),
        runs=queries.runs_of(call_id),
        draw=queries.draw_of(call_id),
        actions=CALL.open_to(parties, call.state),
        can_try=call.state in services.DRAWING
        and (call.state != CallState.FINALISED or bool(numbers.get(ApplicationState.RANKED))),
        on_notice=offers.is_on_notice(call),
        is_chair=Party.CHAIR in parties,
        in_office=Party.HOME_OFFICER in parties,
        undecided=queries.UNDECIDED,
        tied=chairs.tied_in(call) if Party.CHAIR in parties else [],
        labels=application_words,
        call_labels=call_words,
        words=words,
        beside=beside,
    )


@bp.get("/exchanges/calls/<uuid:call_id>/ranking")
@signed_in
def ranking(call_id: UUID) -> ResponseReturnValue:
    """Show the ranking of a call, and what set each place apart from the one above."""
    call = queries.call_for(actor(), call_id)
    draw = queries.draw_of(call_id)
    placed = queries.ranked(call, draw.seed if draw else "")
    rubric = queries.criteria_of(call_id)
    start = min(_start(), max(0, len(placed) - 1))
    shown = placed[start : start + LINES]
    return page(
        call=call,
        draw=draw,
        placed=shown,
        people=queries.people_of(one.id for one in shown),
        rubric=rubric,
        rung=lambda one: _rung(one, rubric),
        start=start,
        total=len(placed),
        size=LINES,
        labels=application_words,
        call_labels=call_words,
        in_points=in_points,
    )


@bp.get("/exchanges/calls/<uuid:call_id>/ranking.<string(maxlength=4):kind>")
@signed_in
def ranking_file(call_id: UUID, kind: str) -> ResponseReturnValue:
    """Answer with the ranking of a call as a spreadsheet."""
    call, kind = queries.call_for(actor(), call_id), kind_of(kind)
    draw = queries.draw_of(call_id)
    placed = queries.ranked(call, draw.seed if draw else "")
    people = queries.people_of(one.id for one in placed)
    rubric = queries.criteria_of(call_id)
    headers = [_("Place"), _("Number"), _("Name"), _("Points"), _("State"), _("Decided")]
    headers += [desk_words.in_words(one.title) for one in rubric]
    lines: list[list[Value]] = [
        [
            one.place,
            people[one.id].number,
            people[one.id].display_name,
            Decimal(one.candidate.marks.total) / 1000,
            str(application_words.APPLICATION_LABELS[people[one.id].state]),
            _rung(one, rubric),
            *(Decimal(one.candidate.marks.lines.get(str(line.id), 0)) / 1000 for line in rubric),
        ]
        for one in placed
    ]
    return download(f"{call.code} {_('Ranking')}", headers, lines, kind)


@bp.get("/exchanges/allocations/<uuid:run_id>")
@signed_in
def allocation_run(run_id: UUID) -> ResponseReturnValue:
    """Show who would get what by one allocation and why, and what changed since the last."""
    run = queries.run_for(actor(), run_id)
    before = queries.run_before(run)
    start = min(_start(), max(0, len(run.result) - 1))
    shown = run.result[start : start + LINES]
    verdicts: dict[str, int] = {}
    for row in run.result:
        verdicts[row["verdict"]] = verdicts.get(row["verdict"], 0) + 1
    return page(
        run=run,
        call=run.call,
        before=before,
        changes=queries.differences(run, before),
        lines=shown,
        people=queries.people_of(UUID(row["application"]) for row in shown),
        hosts={str(key): host for key, host in queries.hosts_of(run.call_id).items()},
        verdicts=verdicts,
        taken=_taken(run.result),
        start=start,
        size=LINES,
        actions=ALLOCATION_RUN.open_to(in_call(actor(), run.call), run.state),
        words=words,
        call_labels=call_words,
        in_points=in_points,
    )


@bp.route("/exchanges/allocations/<uuid:run_id>/publish", methods=["GET", "POST"])
@signed_in
@once
def allocation_publish(run_id: UUID) -> ResponseReturnValue:
    """Let an allocation hold, after a page that says what will happen."""
    run = queries.run_for(actor(), run_id)
    ALLOCATION_RUN.require(in_call(actor(), run.call), "publish")
    call_id, form = run.call_id, Form()
    said = _("The allocation is published. Applicants learn of it when results are released.")
    if answer := acted(
        form,
        lambda: services.publish(actor(), run_id),
        said,
        "exchanges.selection",
        call_id=call_id,
    ):
        return answer
    run = queries.run_for(actor(), run_id)
    selected = sum(row["verdict"] == "select" for row in run.result)
    return page(form=form, run=run, call=run.call, selected=selected, beside=beside)


@bp.post("/exchanges/allocations/<uuid:run_id>/discard")
@signed_in
def allocation_discard(run_id: UUID) -> ResponseReturnValue:
    """Put an allocation aside that was only tried."""
    call_id = queries.run_for(actor(), run_id).call_id
    services.discard(actor(), run_id)
    tell(_("The allocation was put aside."))
    return see_other("exchanges.selection", call_id=call_id)


@bp.route("/exchanges/calls/<uuid:call_id>/reconsider", methods=["GET", "POST"])
@signed_in
@once
def selection_reconsider(call_id: UUID) -> ResponseReturnValue:
    """Take results back that are still under embargo."""
    call = queries.call_for(actor(), call_id)
    CALL.require(in_call(actor(), call), "reconsider")
    form = WhyForm()
    if answer := acted(
        form,
        lambda: services.reconsider(actor(), call_id, reason=form.reason.data or ""),
        _("The results are taken back. Nobody was told of them."),
        "exchanges.selection",
        call_id=call_id,
    ):
        return answer
    return page(form=form, call=queries.call_for(actor(), call_id))


@bp.route("/exchanges/calls/<uuid:call_id>/waiting-list/close", methods=["GET", "POST"])
@signed_in
@once
def waiting_list_close(call_id: UUID) -> ResponseReturnValue:
    """Close the waiting list of a call."""
    call = queries.call_for(actor(), call_id)
    form, number = WhyForm(), list[int]()
    if form.accepted(
        lambda: number.append(
            services.close_wait_list(actor(), call_id, reason=form.reason.data or "")
        )
    ):
        tell(ngettext("%(num)s person was told.", "%(num)s people were told.", number[0]))
        return see_other("exchanges.selection", call_id=call_id)
    return page(form=form, call=call)


@bp.get("/exchanges/calls/<uuid:call_id>/results")
@public
def results_notice(call_id: UUID) -> ResponseReturnValue:
    """Show everyone the results by number and destination, for the days the call promised."""
    call, rows = offers.published_results(call_id)
    return page(
        call=call,
        selected=[row for row in rows if not row["waits"]],
        waiting=sorted((row for row in rows if row["waits"]), key=_place),
    )


def in_points(milli: int | None) -> str:
    """Return thousandths of a point as points."""
    return "" if milli is None else f"{milli / 1000:.3f}".rstrip("0").rstrip(".")


def _place(row: dict[str, Any]) -> int:
    return int(row["place"])


def _start() -> int:
    text = request.args.get("start", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0  # noqa: PLR2004 -- digits


def _taken(result: list[dict[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in result:
        if row["destination"]:
            found[row["destination"]] = found.get(row["destination"], 0) + 1
    return found


def _rung(one: Placed, rubric: Sequence[Criterion]) -> str:
    if one.rung in (SCORE, DRAW):
        return str(words.RUNGS[one.rung])
    titles = {str(line.id): desk_words.in_words(line.title) for line in rubric}
    return _("by %(criterion)s", criterion=titles.get(one.rung, ""))
