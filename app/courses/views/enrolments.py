"""Pages about one's own places: asking, the list, one place, answering and giving up."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.audit.models import StateChange
from app.core.clock import now
from app.core.i18n import gettext as _
from app.courses import policies, words
from app.courses.forms.enrolments import AnswerForm, EnrolForm, ReasonForm
from app.courses.models.enrolments import Enrolment
from app.courses.queries import enrolments as queries
from app.courses.queries import learning, prerequisites, runs, timetable
from app.courses.rules.capacity import offer_stands
from app.courses.rules.phases import standing
from app.courses.services import enrolments as services
from app.courses.states import ENROLMENT, EnrolmentMode, EnrolmentState, RunState
from app.courses.views import bp
from app.web.access import actor, signed_in
from app.web.pages import page, see_other, tell
from app.web.zones import beside


@bp.route("/runs/<uuid:run_id>/enrol", methods=["GET", "POST"])
@signed_in
def enrol(run_id: UUID) -> ResponseReturnValue:
    """Ask for a place in a run."""
    run = runs.run_for(actor(), run_id)
    existing = queries.open_one(run.id, actor().user_id)
    if existing is not None:
        return see_other("courses.place", enrolment_id=existing.id)
    form = EnrolForm()
    _fit(form, run.mode)
    got: list[Enrolment] = []
    if form.accepted(
        lambda: got.append(
            services.enrol(
                actor(),
                run_id,
                key=form.key.data if "key" in form else None,
                message=(form.message.data or "") if "message" in form else "",
            )
        )
    ):
        _tell_place(got[0])
        return see_other("courses.place", enrolment_id=got[0].id)
    run = runs.run_for(actor(), run_id)
    return page(
        form=form,
        run=run,
        stands=standing(run, queries.queue_length(run.id), now()),
        sessions=timetable.sessions_of(run.id),
        lacking=prerequisites.missing(run.course_id, actor().user_id),
        clashes=queries.clashing_runs(actor().user_id, run.id),
        labels=words,
        beside=beside,
    )


@bp.get("/learning")
@signed_in
def my_learning() -> ResponseReturnValue:
    """List one's own places."""
    group = request.args.get("show", "")
    text = request.args.get("q", "")[:200]
    found = learning.mine(actor(), text=text, group=group, cursor=request.args.get("cursor"))
    return page(page=found, text=text, group=group, labels=words, lapsed=_lapsed, beside=beside)


@bp.get("/places/<uuid:enrolment_id>")
@signed_in
def place(enrolment_id: UUID) -> ResponseReturnValue:
    """Show one place: its state, what can be done, its sessions and its history."""
    enrolment = queries.enrolment_for(actor(), enrolment_id)
    return page(
        enrolment=enrolment,
        run=enrolment.run,
        is_mine=enrolment.trainee_id == actor().user_id,
        lapsed=_lapsed(enrolment),
        number=queries.place_in_queue(enrolment),
        sessions=timetable.sessions_of(enrolment.run_id),
        history=_history(enrolment),
        actions=ENROLMENT.actions(enrolment.state),
        may_withdraw=policies.may_withdraw(actor(), enrolment) and _can_leave(enrolment),
        may_manage=policies.may_manage_places(actor(), enrolment.run),
        form=AnswerForm(),
        labels=words,
        beside=beside,
    )


@bp.post("/places/<uuid:enrolment_id>/accept")
@signed_in
def accept_offer(enrolment_id: UUID) -> ResponseReturnValue:
    """Take the seat that is held for one."""
    services.accept(actor(), enrolment_id)
    tell(_("The place is yours."))
    return see_other("courses.place", enrolment_id=enrolment_id)


@bp.post("/places/<uuid:enrolment_id>/refuse")
@signed_in
def refuse_offer(enrolment_id: UUID) -> ResponseReturnValue:
    """Leave the seat that is held for one to the next in line."""
    services.refuse(actor(), enrolment_id)
    tell(_("You refused the offer. It goes to the next in the queue."))
    return see_other("courses.place", enrolment_id=enrolment_id)


@bp.route("/places/<uuid:enrolment_id>/withdraw", methods=["GET", "POST"])
@signed_in
def withdraw(enrolment_id: UUID) -> ResponseReturnValue:
    """Give up a place, after a page that says what will happen."""
    enrolment = queries.enrolment_for(actor(), enrolment_id)
    is_mine = enrolment.trainee_id == actor().user_id
    form = AnswerForm() if is_mine else ReasonForm()
    reason = "" if is_mine else str(form.data.get("reason") or "")
    if form.accepted(lambda: services.withdraw(actor(), enrolment_id, reason=reason)):
        tell(_("The place was given up.") if is_mine else _("The person was taken out."))
        return see_other("courses.place", enrolment_id=enrolment_id)
    enrolment = queries.enrolment_for(actor(), enrolment_id)
    return page(form=form, enrolment=enrolment, run=enrolment.run, is_mine=is_mine)


def _fit(form: EnrolForm, mode: EnrolmentMode) -> None:
    if mode != EnrolmentMode.KEY:
        del form.key
    if mode != EnrolmentMode.APPROVAL:
        del form.message


def _tell_place(enrolment: Enrolment) -> None:
    messages = {
        EnrolmentState.ACTIVE: (_("You have a place."), "ok"),
        EnrolmentState.WAITLISTED: (_("All seats are taken. You are in the queue."), "wait"),
        EnrolmentState.APPLIED: (_("Your application has arrived."), "wait"),
    }
    message, kind = messages.get(enrolment.state, ("", "ok"))
    if message:
        tell(message, kind)


def _lapsed(place: Enrolment | learning.Place) -> bool:
    """Tell whether an offer is over, though nobody has noted it yet."""
    return (
        place.state == EnrolmentState.OFFERED
        and place.offer_expires_at is not None
        and not offer_stands(place.offer_expires_at, now())
    )


def _can_leave(enrolment: Enrolment) -> bool:
    if "withdraw" not in ENROLMENT.actions(enrolment.state):
        return False
    if actor().user_id != enrolment.trainee_id or enrolment.state != EnrolmentState.ACTIVE:
        return True
    run = enrolment.run
    return run.state == RunState.PUBLISHED and (
        run.withdraw_until is None or now() < run.withdraw_until
    )


def _history(enrolment: Enrolment) -> list[dict[str, object]]:
    steps = queries.steps_of(enrolment.id)
    return [
        {
            "title": words.ENROLMENT_STEPS.get(_step(step, enrolment), ""),
            "text": step.reason,
            "when": step.at,
            "state": "now" if step is steps[-1] else "done",
        }
        for step in steps
    ]


def _step(step: StateChange, enrolment: Enrolment) -> str:
    if step.action == "start":
        return f"start {step.after}"
    is_theirs = step.actor_id == enrolment.trainee_id
    return "withdraw by others" if step.action == "withdraw" and not is_theirs else step.action
