"""Pages about courses that stand for each other: deciding, using, the list, withdrawing."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.core.clock import now
from app.core.errors import Forbidden
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.core.spreadsheets import Value
from app.exchanges.forms.learning_agreements import EquivalenceForm, WithdrawForm, term_of
from app.exchanges.models.equivalences import EquivalenceDecision
from app.exchanges.policies.parties import in_office
from app.exchanges.queries import equivalences as queries
from app.exchanges.queries import learning_agreement_pages as pages
from app.exchanges.rules.learning_agreements import OF_HOST, Table
from app.exchanges.services import equivalences as services
from app.exchanges.states.parties import Party
from app.exchanges.views.blueprint import bp
from app.web.access import actor, signed_in
from app.web.downloads import download, kind_of
from app.web.once import once
from app.web.pages import page, see_other, tell

_OF_STAY = "/exchanges/stays/<uuid:mobility_id>/learning-agreement/equivalences"


@bp.get("/exchanges/equivalences")
@signed_in
def equivalences_list() -> ResponseReturnValue:
    """List what was decided at one's institution."""
    text = request.args.get("q", "")[:200]
    found = queries.decisions(
        actor(),
        words=text,
        sort=request.args.get("sort", ""),
        cursor=request.args.get("cursor"),
    )
    return page(
        page=found,
        text=text,
        host_courses=queries.host_courses,
        home_courses=queries.home_courses,
        stands={one.id: queries.is_standing(one, now().date()) for one in found.items},
        withdraws=_withdraws,
    )


@bp.get("/exchanges/equivalences/export.<string(maxlength=4):ending>")
@signed_in
def equivalences_file(ending: str) -> ResponseReturnValue:
    """Save the same list as CSV or XLSX."""
    kind = kind_of(ending)
    locale = current_locale()
    headers = [_("Host"), _("Courses of the host"), _("Courses at home"), _("Decided by")]
    headers += [_("Decided on"), _("Valid until"), _("Withdrawn on")]
    found = queries.all_decisions(actor(), words=request.args.get("q", "")[:200])
    rows: list[list[Value]] = [
        [
            one.host_institution.name.in_(locale),
            "; ".join(f"{course.code} {course.title}" for course in queries.host_courses(one)),
            "; ".join(f"{course.code} {course.title}" for course in queries.home_courses(one)),
            one.decider.display_name,
            one.created_at.date(),
            one.valid_until,
            one.withdrawn_at.date() if one.withdrawn_at else None,
        ]
        for one in found
    ]
    return download(_("Equivalent courses"), headers, rows, kind)


@bp.route(f"{_OF_STAY}/new", methods=["GET", "POST"])
@signed_in
@once
def equivalence_new(mobility_id: UUID) -> ResponseReturnValue:
    """Remember that courses of an agreement stand for each other."""
    reading = pages.reading(actor(), mobility_id)
    if Party.HOME_COORDINATOR not in reading.parties:
        raise Forbidden(_("The coordinator at home decides what stands for what."))
    form = EquivalenceForm()
    form.offer(
        [one for one in reading.components if one.table in OF_HOST],
        [one for one in reading.components if one.table == Table.RECOGNISED],
    )
    if form.accepted(
        lambda: services.decide(
            actor(),
            mobility_id,
            host=form.host.data or [],
            home=form.home.data or [],
            valid_until=form.valid_until.data,
            note=form.note.data or "",
        )
    ):
        tell(_("Remembered. It is offered to the next who plan these courses."))
        return see_other("exchanges.learning_agreement", mobility_id=mobility_id)
    return page(form=form, mobility=reading.stay)


@bp.post(f"{_OF_STAY}/<uuid:decision_id>/use")
@signed_in
def equivalence_use(mobility_id: UUID, decision_id: UUID) -> ResponseReturnValue:
    """Put the courses of a decision into one's draft."""
    chosen = request.form.get("term", "")
    known = {f"{number}/{total}" for total in range(1, 5) for number in range(1, total + 1)}
    term = term_of(chosen if chosen in known else "") or (2, 2)
    added = services.use(actor(), mobility_id, decision_id, term=term)
    tell(_("Added: %(titles)s", titles=", ".join(one.title for one in added)))
    return see_other("exchanges.learning_agreement", mobility_id=mobility_id)


@bp.route("/exchanges/equivalences/<uuid:decision_id>/withdraw", methods=["GET", "POST"])
@signed_in
def equivalence_withdraw(decision_id: UUID) -> ResponseReturnValue:
    """Offer a decision no more, after a page that says what follows."""
    decision = queries.decision_for(actor(), decision_id)
    if not _withdraws(decision):
        raise Forbidden(_("Who decided it or the exchange office at home withdraws it."))
    form = WithdrawForm()
    if form.accepted(
        lambda: services.withdraw(actor(), decision_id, reason=form.reason.data or "")
    ):
        tell(_("Withdrawn. Agreements that used it stand."))
        return see_other("exchanges.equivalences_list")
    decision = queries.decision_for(actor(), decision_id)
    return page(form=form, decision=decision, host_courses=queries.host_courses(decision))


def _withdraws(decision: EquivalenceDecision) -> bool:
    is_theirs = decision.decided_by == actor().user_id
    return is_theirs or in_office(actor(), decision.home_institution_id)
