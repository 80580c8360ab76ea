"""Pages by which hosts answer nominations: with an account, or through a link without one."""

from uuid import UUID

from flask import g, session
from flask.typing import ResponseReturnValue

from app.core.i18n import gettext as _
from app.exchanges.forms.nominations import AnswerForm, OfficeAnswerForm
from app.exchanges.policies import parties
from app.exchanges.queries import guest_links, nominations
from app.exchanges.services import nomination_answers as services
from app.exchanges.states.mobilities import NOMINATION
from app.exchanges.views.blueprint import bp
from app.exchanges.views.guests import COOKIE, PAGES, guest_token
from app.exchanges.views.stays import pickable
from app.exchanges.words import nominations as words
from app.web.access import actor, public, signed_in
from app.web.pages import page, see_other, tell

PAGES[services.LINK] = "exchanges.nomination_guest"


@bp.route("/exchanges/nominations/<uuid:nomination_id>/answer", methods=["GET", "POST"])
@signed_in
def nomination_answer(nomination_id: UUID) -> ResponseReturnValue:
    """Approve or reject what is proposed, as the host's office."""
    found = nominations.nomination_for(actor(), nomination_id)
    NOMINATION.require(parties.in_mobility(actor(), found.mobility), "approve")
    named = found.mobility.host_coordinator_id
    data = {"seen": found.proposal_id, "coordinator": str(named) if named else ""}
    form = OfficeAnswerForm(data=data)
    pickable(form.coordinator, found.mobility.receiving_institution_id)

    def act() -> None:
        seen, comment = form.seen.data or "", form.comment.data or ""
        if form.decision.data == "reject":
            services.reject(actor(), nomination_id, seen, comment)
        else:
            chosen = form.coordinator.data
            coordinator = UUID(chosen) if chosen else None
            services.approve(actor(), nomination_id, seen, comment, host_coordinator_id=coordinator)

    if form.accepted(act):
        tell(_("Your answer was sent to the home office and the applicant."))
        return see_other(".nomination_detail", nomination_id=nomination_id)
    found = nominations.nomination_for(actor(), nomination_id)
    return page(form=form, nomination=found, mobility=found.mobility, words=words)


@bp.route("/exchanges/guest/nomination", methods=["GET", "POST"])
@public
def nomination_guest() -> ResponseReturnValue:
    """Read a nomination and answer it for the host, through a link that works once."""
    g.no_store = True
    token = guest_token(services.LINK)
    link = guest_links.open_link(token, services.LINK)
    found = nominations.of_guest(link)
    form = AnswerForm(data={"seen": found.proposal_id})

    def act() -> None:
        services.decide_as_guest(
            token, form.seen.data or "", form.decision.data or "", form.comment.data or ""
        )

    if form.accepted(act):
        session.pop(COOKIE, None)
        tell(_("Your answer was sent to the home office and the applicant."))
        return see_other("exchanges.guest_done")
    found = nominations.of_guest(link)
    return page(
        form=form,
        link=link,
        nomination=found,
        mobility=found.mobility,
        is_changed=link.content.get("proposal_id") != found.proposal_id,
        words=words,
    )
