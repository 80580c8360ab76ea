"""What an applicant does about a result: confirm, decline, appeal; and the chair's answer."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.exchanges.forms.selection import AnswerForm, AppealForm
from app.exchanges.models.applications import Application
from app.exchanges.policies.applications import parties_of
from app.exchanges.queries import applications
from app.exchanges.queries import offers as queries
from app.exchanges.services import appeals
from app.exchanges.services import offers as services
from app.exchanges.states.applications import APPLICATION
from app.exchanges.views.blueprint import bp
from app.exchanges.views.desk import back_to_list
from app.exchanges.views.desk_applications import application_to_judge
from app.web.access import actor, signed_in
from app.web.forms import Form
from app.web.pages import page, see_other, tell
from app.web.zones import beside


@bp.post("/exchanges/applications/<uuid:application_id>/offer/confirm")
@signed_in
def offer_confirm(application_id: UUID) -> ResponseReturnValue:
    """Take the place that is offered."""
    services.confirm(actor(), application_id)
    tell(_("Your place is confirmed."))
    return see_other("exchanges.application_detail", application_id=application_id)


@bp.route("/exchanges/applications/<uuid:application_id>/offer/decline", methods=["GET", "POST"])
@signed_in
def offer_decline(application_id: UUID) -> ResponseReturnValue:
    """Leave the place that is offered to the next in line, after a page that says so."""
    application, form = _own(application_id), Form()
    if form.accepted(lambda: services.decline(actor(), application_id)):
        tell(_("You declined the place. It goes to the next on the waiting list."))
        return see_other("exchanges.application_detail", application_id=application_id)
    return page(form=form, application=application, call=application.call)


@bp.route("/exchanges/applications/<uuid:application_id>/appeal", methods=["GET", "POST"])
@signed_in
def offer_appeal(application_id: UUID) -> ResponseReturnValue:
    """Object to a refusal."""
    application, form = _own(application_id), AppealForm()
    if form.accepted(lambda: appeals.appeal(actor(), application_id, form.text.data or "")):
        tell(_("Your appeal has arrived. The chair of the committee decides it."))
        return see_other("exchanges.application_detail", application_id=application_id)
    application = _own(application_id)
    return page(
        form=form,
        application=application,
        call=application.call,
        offer=queries.standing(application),
        beside=beside,
    )


@bp.route(
    "/exchanges/desk/<uuid:application_id>/appeal/<any(uphold, dismiss):decision>",
    methods=["GET", "POST"],
)
@signed_in
def appeal_decide(application_id: UUID, decision: str) -> ResponseReturnValue:
    """Uphold or dismiss an appeal, with reasons that the applicant reads."""
    application, form = application_to_judge(application_id), AnswerForm()
    APPLICATION.require(parties_of(actor(), application), decision)
    decide = appeals.uphold if decision == "uphold" else appeals.dismiss
    if form.accepted(lambda: decide(actor(), application_id, form.answer.data or "")):
        tell(_("The appeal is decided, and the applicant is told."))
        return back_to_list("exchanges.desk_application", application_id=application_id)
    application = application_to_judge(application_id)
    return page(
        form=form,
        application=application,
        call=application.call,
        appeals=queries.appeals_of(application_id),
        decision=decision,
    )


def _own(application_id: UUID) -> Application:
    application = applications.application_for(actor(), application_id)
    if application.applicant_id != actor().user_id:
        raise NotFound(_("There is no such application."))
    return application
