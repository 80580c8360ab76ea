"""Correcting what was confirmed of a visit: its days, and what was done with an authority."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request
from flask.typing import ResponseReturnValue

from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.courses.rules.clocks import LocalTimeProblem, to_utc
from app.exchanges.forms.visits import CorrectDaysForm
from app.exchanges.policies import parties
from app.exchanges.queries import mobilities
from app.exchanges.queries import visits as queries
from app.exchanges.services import legal_clocks
from app.exchanges.services import visit_days as services
from app.exchanges.states.mobilities import MOBILITY
from app.exchanges.views.blueprint import bp
from app.exchanges.views.for_host import ask_evidence, evidence_of
from app.exchanges.words import visits as words
from app.web.access import actor, signed_in
from app.web.forms import Form
from app.web.pages import acted, page


@bp.route("/exchanges/stays/<uuid:mobility_id>/visit/days", methods=["GET", "POST"])
@signed_in
def visit_days(mobility_id: UUID) -> ResponseReturnValue:
    """Correct as the host when somebody came and left."""
    mobility = mobilities.mobility_for(actor(), mobility_id)
    MOBILITY.require(parties.in_mobility(actor(), mobility), "arrive")
    form, zone = CorrectDaysForm(), mobility.receiving_institution.timezone
    ask_evidence(form, mobility, MOBILITY, "arrive")
    has_left = mobility.actual_until is not None
    if not has_left:
        del form.last_day
    if request.method == "GET":
        arrived_at = queries.visit_of(mobility_id).arrived_at
        if arrived_at is not None:
            form.arrived_at.data = arrived_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        if has_left:
            form.last_day.data = mobility.actual_until

    def correct() -> None:
        try:
            moment = to_utc(form.moment, zone, fold=0)
        except LocalTimeProblem as problem:
            raise Invalid(_("There is no such time on that day."), field="arrived_at") from problem
        services.correct(
            actor(),
            mobility_id,
            arrived_at=moment,
            last_day=form.last_day.day if has_left else None,
            reason=form.reason.data or "",
            evidence=evidence_of(form),
        )

    done = _("The days are corrected, and the person and the home office were told.")
    if answer := acted(form, correct, done, "exchanges.visit", mobility_id=mobility_id):
        return answer
    mobility = mobilities.mobility_for(actor(), mobility_id)
    return page(form=form, mobility=mobility, zone=zone)


@bp.route(
    "/exchanges/stays/<uuid:mobility_id>/visit/clocks/<string(maxlength=60):clock>/undo",
    methods=["GET", "POST"],
)
@signed_in
def visit_clock_undo(mobility_id: UUID, clock: str) -> ResponseReturnValue:
    """Ask, then take back that something was done with an authority."""
    mobility = mobilities.mobility_for(actor(), mobility_id)
    step, form = queries.step(mobility_id, clock), Form()
    if answer := acted(
        form,
        lambda: legal_clocks.take_back_done(actor(), mobility_id, clock),
        _("It is not noted as done any more."),
        "exchanges.visit",
        mobility_id=mobility_id,
    ):
        return answer
    mobility = mobilities.mobility_for(actor(), mobility_id)
    label = words.CLOCK_LABELS.get(step.clock, step.clock)
    return page(form=form, mobility=mobility, step=step, label=label)
