"""Pages about stays as a whole: the offices' list, one's own, one of them."""

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from app.accounts.queries import people
from app.core.clock import now
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.exchanges.forms.letters import ManyLettersForm
from app.exchanges.forms.nominations import CoordinatorForm, ReasonForm
from app.exchanges.models.mobilities import Mobility
from app.exchanges.policies import letters as letter_policies
from app.exchanges.policies import parties
from app.exchanges.queries import admissions, for_host, letters, nominations
from app.exchanges.queries import mobilities as queries
from app.exchanges.queries.mobilities import Filters
from app.exchanges.services import mobilities as services
from app.exchanges.services import nominations as nomination_services
from app.exchanges.states.letters import LetterKind
from app.exchanges.states.mobilities import (
    ADMISSION,
    BEFORE_ARRIVAL,
    CONDITION,
    MOBILITY,
    MobilityState,
)
from app.exchanges.states.parties import Party
from app.exchanges.views.blueprint import bp
from app.exchanges.words import admissions as admission_words
from app.exchanges.words import letters as letter_words
from app.exchanges.words import mobilities as words
from app.exchanges.words import nominations as nomination_words
from app.exchanges.words import trail
from app.exchanges.words.fields import country_name
from app.web.access import actor, signed_in
from app.web.downloads import download, kind_of
from app.web.pages import acted, page, see_other

LIST_ARGUMENTS = ("q", "state", "side", "sort", "overdue", "cursor")
"""What the address of the list may say: which stays, in which order, and which part of them."""

_OFFICES = frozenset({Party.HOME_OFFICER, Party.HOST_OFFICER})


@bp.get("/exchanges/stays")
@signed_in
def stays_list() -> ResponseReturnValue:
    """List the stays of one's offices, out and in."""
    filters = _filters()
    found = queries.stays(actor(), filters, cursor=request.args.get("cursor"))
    return page(
        stays=found,
        filters=filters,
        words=words,
        letter_form=ManyLettersForm(),
        issuable={one.id for one in found.items if _issues(one)},
        kept={name: request.args[name] for name in LIST_ARGUMENTS if name in request.args},
    )


@bp.get("/exchanges/stays.<string(maxlength=4):kind>")
@signed_in
def stays_file(kind: str) -> ResponseReturnValue:
    """Save the stays of one's offices as a table."""
    headers = [
        _("Number of the stay"), _("Name"), _("Home institution"), _("Host institution"),
        _("Kind of stay"),
        _("Academic year"), _("First day"), _("Last day"), _("Arrived on"), _("Departed on"),
        _("State"), _("Overdue with authorities"),
    ]  # fmt: skip
    late = queries.overdue_with_authorities()
    rows = [
        [*_row(one), _("Yes") if one.id in late else ""]
        for one in queries.all_stays(actor(), _filters())
    ]
    return download(_("Stays"), headers, rows, kind_of(kind))


@bp.get("/exchanges/my-stays")
@signed_in
def my_stays() -> ResponseReturnValue:
    """List one's own stays."""
    return page(stays=queries.own(actor()), words=words)


@bp.get("/exchanges/stays/<uuid:mobility_id>")
@signed_in
def stay_detail(mobility_id: UUID) -> ResponseReturnValue:
    """Show one stay: nomination, admission, letters, and who coordinates it.

    A host for which it is over is led to what it answered.
    """
    stay = queries.even_over(actor(), mobility_id)
    nomination = nominations.of_stay(stay.id)
    if nomination and queries.is_over_for(actor(), stay):
        return see_other(".nomination_detail", nomination_id=nomination.id)
    mine = parties.in_mobility(actor(), stay)
    admission = admissions.of_stay(stay.id)
    conditions = admissions.conditions_of(admission.id) if admission else []
    state = admissions.shown_state(admission, conditions, now()) if admission else None
    coordinators = [one for one in (stay.home_coordinator_id, stay.host_coordinator_id) if one]
    return page(
        mobility=stay,
        nomination=nomination,
        admission=admission,
        admission_state=state,
        actions=ADMISSION.open_to(mine, state) if state else frozenset(),
        stay_actions=MOBILITY.open_to(mine, stay.state),
        conditions=conditions,
        may_settle=CONDITION.allows(mine, "meet"),
        evidence=admissions.evidence_of(admission.id) if conditions and admission else {},
        documents=admissions.documents_of(admission.id) if admission else [],
        comes_yet=BEFORE_ARRIVAL,
        is_applicant=Party.APPLICANT in mine,
        names_coordinator=bool(mine & _OFFICES),
        names=people.display_names(coordinators),
        stands_in=Party.FOR_HOST in mine,
        acts_for_host=for_host.acts_of(stay.id),
        step_words=trail.ACTIONS,
        letters=letters.of_stay(stay.id),
        issues_letters=letter_policies.may_issue(actor(), stay, LetterKind.ACCEPTANCE),
        country=country_name,
        words=words,
        nomination_words=nomination_words,
        admission_words=admission_words,
        letter_words=letter_words,
    )


@bp.route("/exchanges/stays/<uuid:mobility_id>/coordinator", methods=["GET", "POST"])
@signed_in
def stay_coordinator(mobility_id: UUID) -> ResponseReturnValue:
    """Name who coordinates a stay on the side of one's office."""
    stay = queries.mobility_for(actor(), mobility_id)
    at_home = Party.HOME_OFFICER in parties.in_mobility(actor(), stay)
    named = stay.home_coordinator_id if at_home else stay.host_coordinator_id
    form = CoordinatorForm(data={"coordinator": str(named or "")})
    where = stay.sending_institution_id if at_home else stay.receiving_institution_id
    pickable(form.coordinator, where)

    def act() -> None:
        chosen = form.coordinator.data
        services.name_coordinator(actor(), mobility_id, UUID(chosen) if chosen else None)

    if answer := acted(
        form, act, _("The coordinator was named."), ".stay_detail", mobility_id=mobility_id
    ):
        return answer
    return page(form=form, mobility=queries.mobility_for(actor(), mobility_id))


@bp.route("/exchanges/stays/<uuid:mobility_id>/cancel", methods=["GET", "POST"])
@signed_in
def stay_cancel(mobility_id: UUID) -> ResponseReturnValue:
    """Give a stay up before it begins, after a page that says what will happen."""
    stay = queries.mobility_for(actor(), mobility_id)
    MOBILITY.require(parties.in_mobility(actor(), stay), "cancel")
    form = ReasonForm()
    if answer := acted(
        form,
        lambda: nomination_services.give_up(actor(), mobility_id, form.reason.data or ""),
        _("The stay was given up, and its place is free again."),
        ".stay_detail",
        mobility_id=mobility_id,
    ):
        return answer
    return page(form=form, mobility=queries.mobility_for(actor(), mobility_id))


def pickable(field: Any, institution_id: UUID) -> None:
    """Offer whoever may coordinate stays for an institution, and nobody."""
    field.choices = [
        SelectChoice("", _("Not named yet")),
        *(
            SelectChoice(str(one), name)
            for one, name in nominations.coordinators_at(institution_id)
        ),
    ]


def _issues(stay: Mobility) -> bool:
    """Tell whether the actor issues the letters that are asked for from the list."""
    return letter_policies.may_issue(actor(), stay, LetterKind.ACCEPTANCE)


def _filters() -> Filters:
    state, side = request.args.get("state", ""), request.args.get("side", "")
    return Filters(
        words=request.args.get("q", "")[:200],
        state=MobilityState(state) if state in set(MobilityState) else None,
        side=side if side in ("in", "out") else "",
        sort=request.args.get("sort", "")[:20],
        overdue=request.args.get("overdue") == "1",
    )


def _row(one: Mobility) -> list[str]:
    locale = current_locale()
    return [
        one.number,
        one.person.display_name,
        one.sending_institution.name.in_(locale),
        one.receiving_institution.name.in_(locale),
        str(words.STAY_KINDS[one.kind]),
        words.year_in_words(one.academic_year),
        one.planned_from.isoformat(),
        one.planned_until.isoformat(),
        one.actual_from.isoformat() if one.actual_from else "",
        one.actual_until.isoformat() if one.actual_until else "",
        str(words.MOBILITY_LABELS[one.state]),
    ]
