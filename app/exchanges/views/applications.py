"""Pages about one's own applications: the list, where one stands, withdrawing."""

from typing import Any
from uuid import UUID

from flask import current_app, request
from flask.typing import ResponseReturnValue

from app.audit.models import StateChange
from app.core.clock import now
from app.core.errors import NotFound
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.exchanges.forms.applications import StartForm, WithdrawForm
from app.exchanges.models.applications import Application
from app.exchanges.policies import applications as policies
from app.exchanges.queries import applications as queries
from app.exchanges.queries import calls, standings
from app.exchanges.queries import offers as offer_queries
from app.exchanges.queries import readiness as readiness_queries
from app.exchanges.queries.standings import Standing
from app.exchanges.rules.outlook import Dates, Outlook, outlook
from app.exchanges.rules.phases import accepts
from app.exchanges.services import applications as services
from app.exchanges.services import consents as consent_services
from app.exchanges.states.applications import APPLICATION, ApplicationState
from app.exchanges.states.calls import CallState
from app.exchanges.views import draft_steps
from app.exchanges.views.blueprint import bp
from app.exchanges.views.drafts import content_of
from app.exchanges.words import applications as words
from app.exchanges.words import consents as consent_words
from app.exchanges.words.findings import Explained, explain_stored
from app.web.access import actor, signed_in
from app.web.pages import page, see_other, tell
from app.web.zones import beside

OFFICE_PAGE = "exchanges.desk_application"


@bp.get("/exchanges/mine")
@signed_in
def my_exchanges() -> ResponseReturnValue:
    """List one's own applications, with the stays that came of them."""
    text, group = request.args.get("q", "")[:200], request.args.get("show", "")
    found = queries.own(actor(), text=text, group=group, cursor=request.args.get("cursor"))
    stood = standings.of_applications([row.id for row in found.items])
    shown = [
        (
            row,
            queries.shown_state(row, row.Call),
            outlook_of(row, row.Call, stood.get(row.id, standings.NONE)),
        )
        for row in found.items
    ]
    return page(page=found, rows=shown, text=text, group=group, labels=words, beside=beside)


@bp.get("/exchanges/applications/<uuid:application_id>")
@signed_in
def application_detail(application_id: UUID) -> ResponseReturnValue:
    """Show where one's application stands: all of it read from what has happened."""
    application = queries.application_for(actor(), application_id)
    if application.applicant_id != actor().user_id:
        return _for_others(application)
    draft = draft_steps.draft_of(application_id)
    shown = queries.shown_state(application, application.call)
    given = readiness_queries.standing_consents(application_id)
    stay = queries.stay_of(application_id)
    standing = standings.of_applications([application_id]).get(application_id, standings.NONE)
    return page(
        draft=draft,
        call=application.call,
        cancelled_because=_cancelled_because(application),
        shown=shown,
        outlook=outlook_of(application, application.call, standing),
        is_open=draft_steps.is_open(draft),
        history=history_of(application),
        findings=findings_of(application),
        consents=[one for one in given.values() if one.answer],
        titles=consent_words.TITLES,
        mobility=stay,
        offer=offer_queries.standing(application),
        may_withdraw=_may_withdraw(shown),
        labels=words,
        beside=beside,
        may_write=True,
        may_judge=False,
        gaps={},
        form=StartForm(),
        **content_of(draft),
    )


@bp.route("/exchanges/applications/<uuid:application_id>/withdraw", methods=["GET", "POST"])
@signed_in
def application_withdraw(application_id: UUID) -> ResponseReturnValue:
    """Take one's application back, after a page that says what will happen."""
    application = queries.application_for(actor(), application_id)
    if application.applicant_id != actor().user_id:
        raise NotFound(_("There is no such application."))
    form = WithdrawForm()
    if form.accepted(
        lambda: services.withdraw(actor(), application_id, reason=form.reason.data or "")
    ):
        tell(_("The application was withdrawn."))
        return see_other(".application_detail", application_id=application_id)
    application = queries.application_for(actor(), application_id)
    shown = queries.shown_state(application, application.call)
    return page(form=form, application=application, call=application.call, shown=shown)


@bp.post("/exchanges/consents/<uuid:consent_id>/take-back")
@signed_in
def consent_take_back(consent_id: UUID) -> ResponseReturnValue:
    """Take back a consent that was given freely."""
    application_id = consent_services.take_back(actor(), consent_id)
    tell(_("The consent was taken back."))
    return see_other(".application_detail", application_id=application_id)


def outlook_of(application: Any, call: Any, standing: Standing) -> Outlook:
    """Return whose turn it is and what follows, from what an applicant may know."""
    shown = queries.shown_state(application, call)
    moment = now()
    knows_offer = shown == ApplicationState.SELECTED
    dates = Dates(
        accepts=accepts(call, moment),
        is_cancelled=call.state == CallState.CANCELLED,
        closes_at=call.closes_at,
        release_at=call.release_at,
        due_at=application.due_at,
        offer_expires_at=application.offer_expires_at if knows_offer else None,
        stay=standing.stay,
        nomination=standing.nomination,
        admission=standing.admission,
        has_records=standing.has_records,
    )
    return outlook(shown, dates, moment)


def history_of(application: Application) -> list[dict[str, Any]]:
    """Return what has happened as an applicant may know it, the newest first."""
    steps = queries.steps_of(application, application.call, to_applicant=True)
    released = application.call.released_at
    return [
        {
            "title": words.APPLICATION_MOVES.get(step.action, step.action),
            "text": _told(step),
            "when": max(step.at, released) if _is_secret(step) and released else step.at,
            "state": "now" if step is steps[-1] else "done",
        }
        for step in reversed(steps)
    ]


def findings_of(application: Application) -> list[Explained]:
    """Return what the rules said when an application was sent, in words."""
    rows = queries.findings_of(application.id)
    sets = queries.rule_sets({one.rule_set_id for one in rows})
    rules = [rule for one in sets.values() for rule in one.rules]
    home = application.call.institution.name.in_(current_locale())
    return explain_stored(rows, rules, home)


def _told(step: StateChange) -> str:
    """Return the reason of a step where it was written for the applicant to read."""
    return (
        step.reason if step.action in {"return", "refuse", "dismiss", "uphold", "withdraw"} else ""
    )


def _cancelled_because(application: Application) -> str:
    is_cancelled = application.call.state == CallState.CANCELLED
    return calls.cancelled_because(application.call_id) if is_cancelled else ""


def _may_withdraw(shown: ApplicationState) -> bool:
    """Tell whether one may take back an application that is shown in this state."""
    is_refused = shown == ApplicationState.NOT_SELECTED
    return not is_refused and "withdraw" in APPLICATION.machine.actions(shown)


def _is_secret(step: StateChange) -> bool:
    return step.action in queries.SILENT


def _for_others(application: Application) -> ResponseReturnValue:
    """Lead the office to its own page of an application; nobody else is shown this one."""
    if OFFICE_PAGE not in current_app.view_functions or not policies.may_see(actor(), application):
        raise NotFound(_("There is no such application."))
    return see_other(OFFICE_PAGE, application_id=application.id)
