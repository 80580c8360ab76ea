"""The office's pages of calls: the list, one call as a whole, and its life."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.audit.queries import history
from app.core.clock import now
from app.core.database import Text
from app.core.errors import Conflict
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.courses.forms.catalogue import ReasonForm, version_of
from app.courses.forms.choices import id_choices, id_of, member
from app.exchanges.forms.calls import (
    CallForm,
    CallTextsForm,
    CopyForm,
    ExtendForm,
    NewCallForm,
    local,
    offer_chairs,
)
from app.exchanges.models.calls import Call
from app.exchanges.policies import parties
from app.exchanges.queries import call_lists
from app.exchanges.queries import calls as queries
from app.exchanges.rules.academic_years import academic_year_of, year_label
from app.exchanges.rules.phases import RUBRIC_OPEN, TAKES_CHANGES, standing
from app.exchanges.rules.publication import gaps
from app.exchanges.services import call_copies
from app.exchanges.services import calls as services
from app.exchanges.states.calls import CALL, CallState
from app.exchanges.views.blueprint import bp
from app.exchanges.views.calls import WORDS
from app.exchanges.words.calls import CALL_LABELS, GAPS
from app.exchanges.words.mobilities import STAY_KINDS
from app.web.access import actor, signed_in
from app.web.downloads import download
from app.web.forms import Form
from app.web.once import once
from app.web.pages import fragment, page, see_other, tell, wants_fragment
from app.web.zones import beside

SORTS = ("closes", "code", "title")


@bp.get("/exchanges/calls/kept")
@signed_in
def kept_calls() -> ResponseReturnValue:
    """List the calls of the offices in which one works."""
    state = member(CallState)(request.args.get("state"))
    sort = request.args.get("sort", "")
    values = {
        "page": call_lists.office_calls(
            actor(),
            text=_text(),
            state=state,
            sort=sort if sort.removeprefix("-") in SORTS else "-closes",
            cursor=request.args.get("cursor"),
        ),
        "state": state,
        "moment": now(),
        **WORDS,
    }
    if wants_fragment():
        return fragment("exchanges/_kept_calls.html", **values)
    return page(**values)


@bp.get("/exchanges/calls/kept.<any(csv, xlsx):kind>")
@signed_in
def kept_calls_file(kind: str) -> ResponseReturnValue:
    """Give the calls of the offices in which one works as a table."""
    state = member(CallState)(request.args.get("state"))
    headers = [
        _("Code"),
        _("Title"),
        _("Institution"),
        _("What people go for"),
        _("Academic year"),
        _("State"),
        _("Opens"),
        _("Closes"),
        _("Time zone"),
        _("Applications sent"),
        _("Drafts"),
    ]
    rows = [
        [
            row.code,
            Text(row.title).in_(current_locale()),
            Text(row.institution).in_(current_locale()),
            str(STAY_KINDS[row.kind]),
            year_label(row.academic_year),
            str(CALL_LABELS[standing(row, now())]),
            f"{local(row.opens_at, row.timezone):%Y-%m-%d %H:%M}",
            f"{local(row.closes_at, row.timezone):%Y-%m-%d %H:%M}",
            row.timezone,
            row.sent,
            row.drafts,
        ]
        for row in call_lists.all_office_calls(actor(), text=_text(), state=state)
    ]
    return download(_("Calls"), headers, rows, kind)


@bp.route("/exchanges/calls/new", methods=["GET", "POST"])
@signed_in
@once
def new_call() -> ResponseReturnValue:
    """Write a new call."""
    places = call_lists.offices_of(actor()) if parties.works_in_an_office(actor()) else []
    form = NewCallForm(data=_first_values())
    form.institution_id.choices = id_choices(
        (key, Text(name).in_(current_locale())) for key, name in places
    )
    where = id_of(form.institution_id.data) or (places[0][0] if places else None)
    offer_chairs(form, queries.chairs(where) if where else [])
    made: list[UUID] = []

    def create() -> None:
        made.append(services.create_call(actor(), where or UUID(int=0), form.plan()))

    if form.accepted(create):
        tell(_("The call is a draft. Choose its destinations and build its form, then publish it."))
        return see_other("exchanges.call_manage", call_id=made[0])
    return page(form=form, places=places)


@bp.get("/exchanges/calls/<uuid:call_id>/manage")
@signed_in
def call_manage(call_id: UUID) -> ResponseReturnValue:
    """Show where a call stands, what it lacks and what can be done with it."""
    call = queries.office_call(actor(), call_id)
    moment = now()
    state = standing(call, moment)
    return page(
        call=call,
        now_is=state,
        zones=beside(call.timezone),
        gaps=[GAPS[gap] for gap in gaps(queries.contents(call), moment)],
        actions=CALL.open_to(parties.in_call(actor(), call), state),
        counts=queries.applications_by_state(call.id),
        history=history(call.id),
        **editing(call),
    )


@bp.route("/exchanges/calls/<uuid:call_id>/basics", methods=["GET", "POST"])
@signed_in
def call_basics(call_id: UUID) -> ResponseReturnValue:
    """Change what a draft says; of a published call, only how it is described."""
    call = queries.office_call(actor(), call_id)
    kind = CallForm if call.state == CallState.DRAFT else CallTextsForm
    form = kind() if request.method == "POST" else kind.of(call)
    offer_chairs(form, queries.chairs(call.institution_id))

    def save() -> None:
        if isinstance(form, CallForm):
            services.edit_call(actor(), call_id, form.plan(), version=version_of(form))
            return
        services.edit_texts(
            actor(),
            call_id,
            title=form.title.data,
            summary=form.summary.data,
            description=form.description.data,
            chair_id=form.chair,
            version=version_of(form),
        )

    try:
        if form.accepted(save):
            tell(_("The call is saved."))
            return see_other("exchanges.call_manage", call_id=call_id)
    except Conflict as conflict:
        call = queries.office_call(actor(), call_id)
        form.form_errors.append(str(conflict))
        form.version.data = str(call.version)
        return page(form=form, status=409, call=call, theirs=kind.of(call), **editing(call))
    call = queries.office_call(actor(), call_id)
    return page(form=form, call=call, theirs=None, **editing(call))


@bp.route("/exchanges/calls/<uuid:call_id>/publish", methods=["GET", "POST"])
@signed_in
def publish_call(call_id: UUID) -> ResponseReturnValue:
    """Let everyone read a call, after a look at what it lacks."""
    call = queries.office_call(actor(), call_id)
    form = Form()
    if form.accepted(lambda: services.publish(actor(), call_id)):
        tell(_("The call is published."))
        return see_other("exchanges.call_manage", call_id=call_id)
    call = queries.office_call(actor(), call_id)
    found = [GAPS[gap] for gap in gaps(queries.contents(call), now())]
    return page(form=form, call=call, gaps=found, zones=beside(call.timezone))


@bp.route("/exchanges/calls/<uuid:call_id>/extend", methods=["GET", "POST"])
@signed_in
def extend_call(call_id: UUID) -> ResponseReturnValue:
    """Let a call close later; everyone sees it."""
    call = queries.office_call(actor(), call_id)
    form = ExtendForm(data={"closes": local(call.closes_at, call.timezone)})

    def extend() -> None:
        services.extend(
            actor(),
            call_id,
            form.data["closes"],
            release=form.release.data,
            reason=form.words,
        )

    if form.accepted(extend):
        tell(_("The call closes later. People with unsent applications are told."))
        return see_other("exchanges.call_manage", call_id=call_id)
    call = queries.office_call(actor(), call_id)
    return page(form=form, call=call, zones=beside(call.timezone))


@bp.route("/exchanges/calls/<uuid:call_id>/close", methods=["GET", "POST"])
@signed_in
def close_call(call_id: UUID) -> ResponseReturnValue:
    """Take no more applications from now on."""
    done = _("The call is closed. People with unsent applications are told.")
    return _asked(call_id, Form(), lambda _form: services.close(actor(), call_id), done)


@bp.route("/exchanges/calls/<uuid:call_id>/cancel", methods=["GET", "POST"])
@signed_in
def cancel_call(call_id: UUID) -> ResponseReturnValue:
    """Give up a call, with a reason."""

    def cancel(form: Any) -> None:
        services.cancel(actor(), call_id, reason=form.words)

    done = _("The call is cancelled, and everyone who applied is told.")
    return _asked(call_id, ReasonForm(), cancel, done)


@bp.post("/exchanges/calls/<uuid:call_id>/begin-selection")
@signed_in
def begin_selection(call_id: UUID) -> ResponseReturnValue:
    """Begin to review what was sent."""
    services.begin_selection(actor(), call_id)
    tell(_("Selection has begun."))
    return see_other("exchanges.call_manage", call_id=call_id)


@bp.route("/exchanges/calls/<uuid:call_id>/archive", methods=["GET", "POST"])
@signed_in
def archive_call(call_id: UUID) -> ResponseReturnValue:
    """Put a call away that is over."""
    done = _("The call is archived.")
    left = queries.left_open(queries.office_call(actor(), call_id).id)
    return _asked(call_id, Form(), lambda _form: services.archive(actor(), call_id), done, left)


@bp.route("/exchanges/calls/<uuid:call_id>/copy", methods=["GET", "POST"])
@signed_in
@once
def copy_call(call_id: UUID) -> ResponseReturnValue:
    """Write a new draft like a call."""
    call = queries.office_call(actor(), call_id)
    form = CopyForm()
    made: list[UUID] = []

    def copy() -> None:
        later = bool(form.next_year.data)
        new = call_copies.copy_call(actor(), call_id, code=form.words, next_year=later)
        made.append(new)

    if form.accepted(copy):
        tell(_("The new call is a draft. Check its dates and destinations."))
        return see_other("exchanges.call_manage", call_id=made[0])
    return page(form=form, call=queries.office_call(actor(), call.id))


def editing(call: Call) -> dict[str, Any]:
    """Return what the head of every page of a call's editor needs."""
    state = standing(call, now())
    return {
        **WORDS,
        "moment": now(),
        "takes_changes": state in TAKES_CHANGES,
        "rubric_open": state in RUBRIC_OPEN,
    }


def _asked(
    call_id: UUID, form: Form, act: Callable[[Form], object], done: str, left: int = 0
) -> ResponseReturnValue:
    """Show the page that asks, and do it once it was answered."""
    call = queries.office_call(actor(), call_id)
    if form.accepted(lambda: act(form)):
        tell(done)
        return see_other("exchanges.call_manage", call_id=call_id)
    call = queries.office_call(actor(), call_id)
    return page(form=form, call=call, people=len(queries.applicants(call.id)), left=left)


def _text() -> str:
    return request.args.get("q", "").replace("\0", " ")[:200]


def _first_values() -> dict[str, Any]:
    return {"academic_year": str(academic_year_of(now().date()) + 1), "timezone": actor().timezone}
