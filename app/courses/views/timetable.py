"""Pages on which sessions are planned, moved and cancelled."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import current_app, request
from flask.typing import ResponseReturnValue

from app.core.errors import Conflict, Invalid, WrongState
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.courses import policies, queries
from app.courses.forms.catalogue import ReasonForm, version_of
from app.courses.forms.timetable import DetailsForm, SessionForm, WeeklyForm
from app.courses.models.runs import Run
from app.courses.models.timetable import Session
from app.courses.rules.clocks import NonexistentTime
from app.courses.rules.recurrence import (
    InvalidPattern,
    Plan,
    WarningKind,
    WeeklyPattern,
    days_of,
    plan,
    warnings_for,
)
from app.courses.services import timetable as services
from app.courses.states import RunState, SessionState
from app.courses.views import bp
from app.courses.words import FAULT_LABELS, RUN_CHIPS, RUN_LABELS, SESSION_CHIPS, SESSION_LABELS
from app.web.access import actor, signed_in
from app.web.once import once
from app.web.pages import fragment, page, see_other, tell
from app.web.zones import beside, other_zone

WORDS: dict[str, Any] = {
    "RUN_LABELS": RUN_LABELS,
    "RUN_CHIPS": RUN_CHIPS,
    "SESSION_LABELS": SESSION_LABELS,
    "SESSION_CHIPS": SESSION_CHIPS,
    "SessionState": SessionState,
    "WarningKind": WarningKind,
}


@bp.get("/runs/<uuid:run_id>/sessions")
@signed_in
def timetable(run_id: UUID) -> ResponseReturnValue:
    """Show every session of a run with what a planner should be warned of."""
    run = queries.runs.taught_by(actor(), run_id)
    sessions = queries.timetable.sessions_of(run.id)
    return page(
        run=run,
        sessions=sessions,
        warnings=_warnings(run, sessions),
        zones=beside(run.timezone),
        may_manage=_may_plan(run),
        has_register="attendance.register" in current_app.view_functions,
        **WORDS,
    )


@bp.route("/runs/<uuid:run_id>/sessions/plan", methods=["GET", "POST"])
@signed_in
@once
def plan_sessions(run_id: UUID) -> ResponseReturnValue:
    """Plan weekly sessions: first a preview with warnings, then they are created."""
    run = queries.runs.managed_by(actor(), run_id)
    form = WeeklyForm(data=_first_values(run))
    _offer(form, run)
    if request.form.get("step") == "change" or not form.validate_on_submit():
        return page(form=form, run=run)
    pattern = form.pattern(run.timezone, request.form)
    try:
        days_of(pattern)
        if request.form.get("step") == "confirm":
            ids = services.plan_sessions(actor(), run_id, pattern, form.details())
            tell(_("%(count)s sessions are planned.", count=len(ids)))
            return see_other("courses.timetable", run_id=run_id)
        made = _preview(run, form, pattern)
    except InvalidPattern as fault:
        form.blame(Invalid(FAULT_LABELS[fault.fault], field="weekdays"))
    except Invalid as refusal:
        form.blame(refusal)
    else:
        return fragment(
            "courses/_sessions_preview.html",
            run=run,
            plan=made,
            former=queries.timetable.last_number(run.id),
            problems=[(one, isinstance(one, NonexistentTime)) for one in made.problems],
            sent=_sent() + _settled(pattern, made),
            zones=beside(run.timezone),
            **WORDS,
        )
    return page(form=form, run=queries.runs.managed_by(actor(), run_id))


@bp.route("/runs/<uuid:run_id>/sessions/new", methods=["GET", "POST"])
@signed_in
@once
def new_session(run_id: UUID) -> ResponseReturnValue:
    """Add one session to a run."""
    run = queries.runs.managed_by(actor(), run_id)
    form = SessionForm(data=_first_values(run))
    _offer(form, run)
    if form.accepted(lambda: services.add_session(actor(), run_id, form.when(), form.details())):
        tell(_("The session is planned."))
        return see_other("courses.timetable", run_id=run_id)
    return page(form=form, run=queries.runs.managed_by(actor(), run_id))


@bp.route("/sessions/<uuid:session_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_session(session_id: UUID) -> ResponseReturnValue:
    """Change or move a session; people are told when it moves."""
    session = queries.timetable.managed_by(actor(), session_id)
    form = SessionForm() if request.method == "POST" else SessionForm.of(session)
    _offer(form, session.run, session)
    moved: list[bool] = []
    try:
        saved = form.accepted(
            lambda: moved.append(
                services.edit_session(
                    actor(), session_id, form.when(), form.details(), version=version_of(form)
                )
            )
        )
    except Conflict as conflict:
        session = queries.timetable.managed_by(actor(), session_id)
        form.form_errors.append(str(conflict))
        form.version.data = str(session.version)
        theirs = SessionForm.of(session)
        _offer(theirs, session.run, session)
        return page(form=form, status=409, session=session, theirs=theirs)
    session = queries.timetable.managed_by(actor(), session_id)
    if saved:
        is_told = any(moved) and session.run.state == RunState.PUBLISHED
        words = _("The session is moved, and its people are told.")
        tell(words if is_told else _("The session is saved."))
        return see_other("courses.timetable", run_id=session.run_id)
    return page(form=form, session=session, theirs=None)


@bp.route("/sessions/<uuid:session_id>/cancel", methods=["GET", "POST"])
@signed_in
def cancel_session(session_id: UUID) -> ResponseReturnValue:
    """Give up a session, with a reason."""
    session = queries.timetable.managed_by(actor(), session_id)
    if session.state != SessionState.SCHEDULED:
        raise WrongState(_("Only a session that has not been held can be cancelled."))
    form = ReasonForm()
    if form.accepted(lambda: services.cancel_session(actor(), session_id, reason=form.words)):
        tell(_("The session is cancelled, and its people are told."))
        session = queries.timetable.managed_by(actor(), session_id)
        return see_other("courses.timetable", run_id=session.run_id)
    session = queries.timetable.managed_by(actor(), session_id)
    people = len(queries.runs.holders_of(session.run_id))
    return page(form=form, session=session, people=people, zones=beside(session.timezone))


@bp.post("/sessions/<uuid:session_id>/restore")
@signed_in
def restore_session(session_id: UUID) -> ResponseReturnValue:
    """Hold a cancelled session after all."""
    run_id = queries.timetable.managed_by(actor(), session_id).run_id
    services.restore_session(actor(), session_id)
    tell(_("The session takes place after all, and its people are told."))
    return see_other("courses.timetable", run_id=run_id)


def _may_plan(run: Run) -> bool:
    is_open = run.state in (RunState.DRAFT, RunState.PUBLISHED)
    return is_open and policies.may_manage_run(actor(), run)


def _offer(form: DetailsForm, run: Run, session: Session | None = None) -> None:
    rooms = [(room.id, room.name) for room in queries.timetable.rooms_of(run.institution_id)]
    people = {row.id: row.display_name for row in queries.runs.teachers()}
    people |= {one.user_id: one.user.display_name for one in queries.runs.staff_of(run.id)}
    if session is not None and session.teacher is not None:
        people[session.teacher.id] = session.teacher.display_name
    form.offer(rooms, people.items())


def _first_values(run: Run) -> dict[str, Any]:
    return {
        "first_on": run.starts_on,
        "last_on": run.ends_on,
        "minutes": 90,
    }


def _sent() -> list[tuple[str, str]]:
    """Return what the form sent, to be sent again with the confirmation."""
    left_out = {"csrf_token", "once", "step"}
    return [
        (name, word)
        for name, word in request.form.items(multi=True)
        if name not in left_out and not name.startswith(("moved-", "fold-"))
    ]


def _settled(pattern: WeeklyPattern, made: Plan) -> list[tuple[str, str]]:
    """Return what was settled for days that are no problem any more."""
    open_days = {problem.local.date() for problem in made.problems}
    moved = [(f"moved-{day}", f"{time:%H:%M}") for day, time in pattern.moved.items()]
    folds = [(f"fold-{day}", str(fold)) for day, fold in pattern.folds.items()]
    return [pair for pair in moved + folds if date.fromisoformat(pair[0][-10:]) not in open_days]


def _preview(run: Run, form: WeeklyForm, pattern: WeeklyPattern) -> Plan:
    details = form.details()
    bare = plan(pattern).sessions
    among = (
        queries.timetable.taken(
            bare[0].starts_at,
            bare[-1].ends_at,
            [details.room_id] if details.room_id else [],
            [details.teacher_id] if details.teacher_id else [],
        )
        if bare
        else []
    )
    return plan(
        pattern,
        sides=queries.timetable.sides(run, other_zone()),
        busy=queries.timetable.busy(among, room_id=details.room_id, teacher_id=details.teacher_id),
        within=(run.starts_on, run.ends_on),
        language=current_locale(),
    )


def _warnings(run: Run, sessions: Any) -> dict[UUID, Any]:
    """Return the warnings of the sessions that are still to be held, by session."""
    planned = [one for one in sessions if one.state == SessionState.SCHEDULED]
    if not planned:
        return {}
    sides = queries.timetable.sides(run, other_zone())
    among = queries.timetable.taken(
        min(one.starts_at for one in planned),
        max(one.ends_at for one in planned),
        {one.room_id for one in planned if one.room_id},
        {one.teacher_id for one in planned if one.teacher_id},
    )
    first = next(one.starts_at for one in sessions if one.state != SessionState.CANCELLED)
    return {
        one.id: warnings_for(
            one.starts_at,
            one.ends_at,
            zone=run.timezone,
            sides=sides,
            busy=queries.timetable.busy(
                among, room_id=one.room_id, teacher_id=one.teacher_id, but=one.id
            ),
            first_starts_at=first,
            within=(run.starts_on, run.ends_on),
            language=current_locale(),
        )
        for one in planned
    }
