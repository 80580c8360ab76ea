"""Pages of offices about nominations: the list, one of them, proposing, correcting, taking back."""

from collections.abc import Callable
from dataclasses import fields
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.exchanges.forms.nominations import (
    GuestLinkForm,
    NominateForm,
    PersonalForm,
    PlanForm,
    ReasonForm,
)
from app.exchanges.models.nominations import Nomination
from app.exchanges.policies import parties
from app.exchanges.queries import applications, guest_links, quota_terms
from app.exchanges.queries import nominations as queries
from app.exchanges.queries.nominations import Filters
from app.exchanges.queries.offices import has_office, require_no_office
from app.exchanges.rules.nominations import changed
from app.exchanges.services import nomination_answers as answers
from app.exchanges.services import nominations as services
from app.exchanges.states.applications import APPLICATION
from app.exchanges.states.calls import AcademicTerm
from app.exchanges.states.mobilities import NOMINATION, OVER_FOR_HOST, NominationState
from app.exchanges.states.parties import Party
from app.exchanges.views.blueprint import bp
from app.exchanges.views.stays import pickable
from app.exchanges.words import nominations as words
from app.exchanges.words.mobilities import STAY_KINDS, year_in_words
from app.web.access import actor, signed_in
from app.web.downloads import download, kind_of
from app.web.forms import Form
from app.web.once import once
from app.web.pages import acted, page, see_other, tell


@bp.get("/exchanges/nominations")
@signed_in
def nominations_list() -> ResponseReturnValue:
    """List the nominations of one's offices, and who may be nominated now."""
    filters = _filters()
    found = queries.nominations(actor(), filters, cursor=request.args.get("cursor"))
    plain = not (filters.words or filters.state or filters.side or request.args.get("cursor"))
    return page(
        nominations=found,
        filters=filters,
        counts=queries.counts_by_state(actor(), filters.side),
        awaiting=queries.awaiting(actor()) if plain else [],
        words=words,
    )


@bp.get("/exchanges/nominations.<string(maxlength=4):kind>")
@signed_in
def nominations_file(kind: str) -> ResponseReturnValue:
    """Save the nominations of one's offices as a table."""
    headers = [
        _("Number of the stay"), _("Name"), _("Home institution"), _("Host institution"),
        _("Kind of stay"),
        _("Academic year"), _("First day"), _("Last day"), _("Proposed"), _("State"), _("Answer"),
    ]  # fmt: skip
    rows = [_row(one) for one in queries.all_nominations(actor(), _filters())]
    return download(_("Nominations"), headers, rows, kind_of(kind))


@bp.route("/exchanges/applications/<uuid:application_id>/nominate", methods=["GET", "POST"])
@signed_in
@once
def nomination_new(application_id: UUID) -> ResponseReturnValue:
    """Nominate who has confirmed a place."""
    application = applications.application_for(actor(), application_id)
    APPLICATION.require(parties.in_application(actor(), application, application.call), "nominate")
    plan = services.plan_of(application, application.call)
    form = NominateForm(data=_as_data(plan) | {"coordinator": ""})
    pickable(form.coordinator, application.institution_id)
    made: list[Nomination] = []
    if form.accepted(
        lambda: made.append(
            services.nominate(
                actor(),
                application_id,
                _plan(form),
                home_coordinator_id=_id(form.coordinator.data),
            )
        )
    ):
        tell(_("The nomination was sent to the host."))
        return see_other(".nomination_detail", nomination_id=made[0].id)
    application = applications.application_for(actor(), application_id)
    return page(form=form, application=application, call=application.call)


@bp.get("/exchanges/nominations/<uuid:nomination_id>")
@signed_in
def nomination_detail(nomination_id: UUID) -> ResponseReturnValue:
    """Show one nomination: what is proposed, what changed, and what was answered."""
    found = queries.nomination_for(actor(), nomination_id)
    mine = parties.in_mobility(actor(), found.mobility)
    seen = queries.last_seen(found.id)
    is_new = seen is not None and found.state == NominationState.PENDING
    may_send = _may_send_link(found, mine)
    is_over = parties.is_host_alone(mine) and found.state in OVER_FOR_HOST
    decisions = queries.decisions_of(found.id)
    return page(
        nomination=found,
        mobility=found.mobility,
        actions=NOMINATION.open_to(mine, found.state),
        is_home=Party.HOME_OFFICER in mine,
        changes=_changes(seen.content, found.content) if seen and is_new else [],
        is_over=is_over,
        proposals=[] if is_over else queries.proposals_of(found.id),
        decisions=decisions,
        confirmed=quota_terms.confirmations(found.id),
        is_kept=found.state == NominationState.APPROVED
        and bool(decisions)
        and decisions[0].decision == "reject",
        links=guest_links.open_links(answers.LINK, found.id) if may_send else [],
        may_send=may_send,
        words=words,
    )


@bp.route("/exchanges/nominations/<uuid:nomination_id>/edit", methods=["GET", "POST"])
@signed_in
@once
def nomination_edit(nomination_id: UUID) -> ResponseReturnValue:
    """Change what is proposed; the host sees it anew."""
    found = queries.nomination_for(actor(), nomination_id)
    NOMINATION.require(parties.in_mobility(actor(), found.mobility), "propose")
    form = PlanForm(data=_as_data(_plan_of(found)))
    new: list[bool] = []
    if form.accepted(lambda: new.append(services.propose(actor(), nomination_id, _plan(form)))):
        tell(_("The host sees the changed proposal now.") if new[0] else _("Nothing was changed."))
        return see_other(".nomination_detail", nomination_id=nomination_id)
    found = queries.nomination_for(actor(), nomination_id)
    return page(form=form, nomination=found, mobility=found.mobility)


@bp.route("/exchanges/nominations/<uuid:nomination_id>/person", methods=["GET", "POST"])
@signed_in
def nomination_person(nomination_id: UUID) -> ResponseReturnValue:
    """Correct names and contacts; what was decided stays."""
    found = queries.nomination_for(actor(), nomination_id)
    NOMINATION.require(parties.in_mobility(actor(), found.mobility), "propose")
    form = PersonalForm(data=found.personal)

    def act() -> None:
        values = {name: form[name].data or "" for name in ("name", "email", "phone")}
        services.correct(actor(), nomination_id, values)

    done = _("The particulars were corrected. The host's answer stays as it is.")
    return _acted(form, act, nomination_id, done)


@bp.route("/exchanges/nominations/<uuid:nomination_id>/guest", methods=["GET", "POST"])
@signed_in
@once
def nomination_ask(nomination_id: UUID) -> ResponseReturnValue:
    """Send somebody at the host, who has no account, a link to answer by."""
    found = queries.nomination_for(actor(), nomination_id)
    NOMINATION.require(parties.in_mobility(actor(), found.mobility), "propose")
    require_no_office(found.mobility.receiving_institution_id)
    form = GuestLinkForm()

    def act() -> None:
        answers.ask_guest(
            actor(),
            nomination_id,
            name=form.name.data or "",
            email=form.email.data or "",
            locale=form.locale.data or "en",
            days=form.days.data or 30,
        )

    done = _("The link was sent. Former links to this nomination no longer work.")
    return _acted(form, act, nomination_id, done)


@bp.route("/exchanges/nominations/<uuid:nomination_id>/cancel", methods=["GET", "POST"])
@signed_in
def nomination_cancel(nomination_id: UUID) -> ResponseReturnValue:
    """Take a nomination back, after a page that says what will happen."""
    found = queries.nomination_for(actor(), nomination_id)
    NOMINATION.require(parties.in_mobility(actor(), found.mobility), "cancel")
    form = ReasonForm()
    done = _("The nomination was taken back, and the place is free again.")

    def act() -> None:
        services.cancel(actor(), nomination_id, form.reason.data or "")

    return _acted(form, act, nomination_id, done)


def _acted(
    form: Form, act: Callable[[], None], nomination_id: UUID, done: str
) -> ResponseReturnValue:
    """Do it and go back to the nomination, or show the page that asks."""
    if answer := acted(form, act, done, ".nomination_detail", nomination_id=nomination_id):
        return answer
    found = queries.nomination_for(actor(), nomination_id)
    return page(form=form, nomination=found, mobility=found.mobility)


def _may_send_link(nomination: Nomination, mine: parties.Parties) -> bool:
    """Tell whether the host is to be asked by a link: nobody there has an account to answer by."""
    return (
        NOMINATION.allows(mine, "propose")
        and nomination.state == NominationState.PENDING
        and not has_office(nomination.mobility.receiving_institution_id)
    )


def _filters() -> Filters:
    state = request.args.get("state", "")
    side = request.args.get("side", "")
    return Filters(
        words=request.args.get("q", "")[:200],
        state=NominationState(state) if state in set(NominationState) else None,
        side=side if side in ("in", "out") else "",
        sort=request.args.get("sort", "")[:20],
    )


def _row(one: Nomination) -> list[str]:
    stay, locale = one.mobility, current_locale()
    return [
        stay.number,
        stay.person.display_name,
        stay.sending_institution.name.in_(locale),
        stay.receiving_institution.name.in_(locale),
        str(STAY_KINDS[stay.kind]),
        year_in_words(stay.academic_year),
        stay.planned_from.isoformat(),
        stay.planned_until.isoformat(),
        one.proposed_at.date().isoformat(),
        str(words.NOMINATION_LABELS[one.state]),
        one.decision_comment,
    ]


def _changes(before: dict[str, object], after: dict[str, object]) -> list[tuple[str, str, str]]:
    return [
        (
            words.FIELD_LABELS[name],
            words.value_in_words(name, was),
            words.value_in_words(name, is_now),
        )
        for name, (was, is_now) in changed(before, after).items()
        if name in words.FIELD_LABELS
    ]


def _plan_of(nomination: Nomination) -> services.Plan:
    stay = nomination.mobility
    return services.Plan(
        planned_from=stay.planned_from,
        planned_until=stay.planned_until,
        term=stay.term,
        isced=stay.isced,
        eqf_level=stay.eqf_level,
        comment=nomination.content.get("comment", ""),
    )


def _as_data(plan: services.Plan) -> dict[str, object]:
    return {one.name: getattr(plan, one.name) for one in fields(plan)}


def _plan(form: PlanForm) -> services.Plan:
    first, last = form.planned_from.data, form.planned_until.data
    assert first  # noqa: S101 -- the form requires it
    assert last  # noqa: S101 -- the form requires it
    return services.Plan(
        planned_from=first,
        planned_until=last,
        term=AcademicTerm(form.term.data),
        isced=(form.isced.data or "").strip(),
        eqf_level=form.eqf_level.data,
        comment=(form.comment.data or "").strip(),
        confirmed=(form.confirmed.data or "").strip(),
    )


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
