"""Pages that move a run through its life; what cannot be taken back names its consequences."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from app.core.i18n import gettext as _
from app.courses import policies, queries
from app.courses.forms.catalogue import ReasonForm
from app.courses.queries import enrolments
from app.courses.services import runs as services
from app.courses.states import UNDECIDED, SessionState
from app.courses.views import bp
from app.web.access import actor, signed_in
from app.web.forms import Form
from app.web.pages import page, see_other, tell


@bp.post("/runs/<uuid:run_id>/publish")
@signed_in
def publish_run(run_id: UUID) -> ResponseReturnValue:
    """Let everyone see a run."""
    services.publish_run(actor(), run_id)
    tell(_("The run is published."))
    return see_other("courses.manage_run", run_id=run_id)


@bp.route("/runs/<uuid:run_id>/close", methods=["GET", "POST"])
@signed_in
def close_run(run_id: UUID) -> ResponseReturnValue:
    """End the teaching of a run."""
    run = queries.runs.managed_by(actor(), run_id)
    form = Form()
    if form.accepted(lambda: services.close_run(actor(), run_id)):
        tell(_("The run is closed. Its results can be decided."))
        return see_other("courses.manage_run", run_id=run_id)
    counts = enrolments.counts(run.id)
    waiting = sum(counts.get(state, 0) for state in UNDECIDED)
    return page(form=form, run=run, left=_to_come(run_id), waiting=waiting)


@bp.route("/runs/<uuid:run_id>/reopen", methods=["GET", "POST"])
@signed_in
def reopen_run(run_id: UUID) -> ResponseReturnValue:
    """Let a closed run go on, with a reason."""
    run = queries.runs.run_for(actor(), run_id)
    policies.may_reopen_run.require(actor(), run)
    form = ReasonForm()
    if form.accepted(lambda: services.reopen_run(actor(), run_id, reason=form.words)):
        tell(_("The run goes on."))
        return see_other("courses.manage_run", run_id=run_id)
    return page(form=form, run=run)


@bp.route("/runs/<uuid:run_id>/archive", methods=["GET", "POST"])
@signed_in
def archive_run(run_id: UUID) -> ResponseReturnValue:
    """Put a closed run away for good."""
    run = queries.runs.managed_by(actor(), run_id)
    form = Form()
    if form.accepted(lambda: services.archive_run(actor(), run_id)):
        tell(_("The run is archived."))
        return see_other("courses.manage_run", run_id=run_id)
    return page(form=form, run=run)


@bp.route("/runs/<uuid:run_id>/cancel", methods=["GET", "POST"])
@signed_in
def cancel_run(run_id: UUID) -> ResponseReturnValue:
    """Give up a run, with a reason; the page says who is told and what is cancelled."""
    run = queries.runs.managed_by(actor(), run_id)
    form = ReasonForm()
    people, sessions = len(queries.runs.people_of(run_id)), _to_come(run_id)
    if form.accepted(lambda: services.cancel_run(actor(), run_id, reason=form.words)):
        tell(_("The run is cancelled, and everyone concerned is told."))
        return see_other("courses.manage_run", run_id=run_id)
    run = queries.runs.managed_by(actor(), run_id)
    return page(form=form, run=run, people=people, sessions=sessions)


def _to_come(run_id: UUID) -> int:
    sessions = queries.timetable.sessions_of(run_id)
    return sum(session.state == SessionState.SCHEDULED for session in sessions)
