"""Pages of runs: for everyone, and for those who plan them."""

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.core.clock import now
from app.core.errors import Conflict, NotFound
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.courses import policies, queries
from app.courses.forms.catalogue import version_of
from app.courses.forms.choices import id_choices, id_of, member
from app.courses.forms.runs import NewRunForm, RunForm, StaffForm
from app.courses.models.catalogue import Course
from app.courses.queries.prerequisites import required_by
from app.courses.rules.phases import standing
from app.courses.services import runs as services
from app.courses.services import staff as staffing
from app.courses.states import RUN, RunState, SessionState, StaffRole
from app.courses.views import bp
from app.courses.views.catalogue import CARD_WORDS
from app.courses.views.exports import planned_file
from app.courses.words import (
    ENROLMENT_LABELS,
    MODE_LABELS,
    RUN_CHIPS,
    RUN_LABELS,
    SESSION_CHIPS,
    SESSION_LABELS,
    STAFF_LABELS,
)
from app.web.access import actor, public, signed_in
from app.web.once import once
from app.web.pages import fragment, page, see_other, tell, wants_fragment
from app.web.zones import beside

SORTS = ("start", "title", "code")
WORDS: dict[str, Any] = {
    "RUN_LABELS": RUN_LABELS,
    "RUN_CHIPS": RUN_CHIPS,
    "SESSION_LABELS": SESSION_LABELS,
    "SESSION_CHIPS": SESSION_CHIPS,
    "SessionState": SessionState,
    "STAFF_LABELS": STAFF_LABELS,
    "MODE_LABELS": MODE_LABELS,
    **CARD_WORDS,
}


@bp.get("/runs/<uuid:run_id>")
@public
def run_detail(run_id: UUID) -> ResponseReturnValue:
    """Show a run: when, where, with whom, and how many seats are left."""
    run = queries.runs.run_for(actor(), run_id)
    moment = now()
    return page(
        run=run,
        stands=standing(run, queries.runs.waiting(run.id), moment),
        sessions=queries.timetable.sessions_of(run.id),
        staff=queries.runs.staff_of(run.id),
        required=required_by(run.course_id),
        place=queries.runs.place_of(actor(), run.id),
        zones=beside(run.timezone),
        may_manage=policies.may_manage_run(actor(), run),
        may_teach=policies.may_teach_run(actor(), run),
        moment=moment,
        ENROLMENT_LABELS=ENROLMENT_LABELS,
        **WORDS,
    )


@bp.get("/teaching")
@signed_in
def teaching() -> ResponseReturnValue:
    """List the runs that one plans or teaches."""
    sort = request.args.get("sort", "")
    state = member(RunState)(request.args.get("state"))
    found = queries.runs.planned_by(
        actor(),
        text=request.args.get("q", "")[:200],
        state=state,
        sort=sort if sort.removeprefix("-") in SORTS else "-start",
        cursor=request.args.get("cursor"),
    )
    values = {"page": found, "state": state, "moment": now(), **WORDS}
    if wants_fragment():
        return fragment("courses/_planned_runs.html", **values)
    return page(plans=policies.plans_somewhere(actor()), **values)


@bp.get("/teaching.<any(csv, xlsx):kind>")
@signed_in
def teaching_file(kind: str) -> ResponseReturnValue:
    """Give the runs that one plans or teaches as a table."""
    text = request.args.get("q", "")[:200]
    state = member(RunState)(request.args.get("state"))
    return planned_file(queries.runs.all_planned_by(actor(), text=text, state=state), kind)


@bp.get("/runs/<uuid:run_id>/manage")
@signed_in
def manage_run(run_id: UUID) -> ResponseReturnValue:
    """Show where a run stands and what can be done with it."""
    run = queries.runs.taught_by(actor(), run_id)
    return page(
        run=run,
        stands=standing(run, queries.runs.waiting(run.id), now()),
        staff=queries.runs.staff_of(run.id),
        sessions=queries.timetable.sessions_of(run.id),
        actions=RUN.actions(run.state),
        zones=beside(run.timezone),
        may_manage=policies.may_manage_run(actor(), run),
        may_reopen=policies.may_reopen_run(actor(), run),
        **WORDS,
    )


@bp.route("/courses/<uuid:course_id>/runs/new", methods=["GET", "POST"])
@signed_in
@once
def new_run(course_id: UUID) -> ResponseReturnValue:
    """Plan a run of a course."""
    course = queries.catalogue.course_for(actor(), course_id)
    policies.may_create_run.require(actor(), course)
    form = NewRunForm(data=_first_values(course))
    form.version_id.choices = id_choices(
        (one.id, _("Version %(number)s", number=one.number))
        for one in queries.catalogue.versions_of(course.id)
    )
    made: list[UUID] = []

    def create() -> None:
        version_id = id_of(form.version_id.data)
        made.append(services.create_run(actor(), course_id, form.plan(), version_id=version_id))

    if form.accepted(create):
        tell(_("The run is a draft. Plan its sessions, then publish it."))
        return see_other("courses.timetable", run_id=made[0])
    return page(form=form, course=queries.catalogue.course_for(actor(), course_id))


@bp.route("/runs/<uuid:run_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_run(run_id: UUID) -> ResponseReturnValue:
    """Change the plan of a run."""
    run = queries.runs.managed_by(actor(), run_id)
    form = RunForm() if request.method == "POST" else RunForm.of(run)
    try:
        saved = form.accepted(
            lambda: services.edit_run(actor(), run_id, form.plan(), version=version_of(form))
        )
    except Conflict as conflict:
        run = queries.runs.managed_by(actor(), run_id)
        form.form_errors.append(str(conflict))
        form.version.data = str(run.version)
        return page(form=form, status=409, run=run, theirs=RunForm.of(run))
    if saved:
        tell(_("The run is saved."))
        return _saved(run_id)
    return page(form=form, run=queries.runs.managed_by(actor(), run_id), theirs=None)


@bp.route("/runs/<uuid:run_id>/staff", methods=["GET", "POST"])
@signed_in
def run_staff(run_id: UUID) -> ResponseReturnValue:
    """Show the staff of a run, and add somebody."""
    run = queries.runs.managed_by(actor(), run_id)
    form = StaffForm()
    form.user_id.choices = id_choices(tuple(row) for row in queries.runs.teachers())

    def add() -> None:
        user_id = id_of(form.user_id.data)
        if user_id is None:
            raise NotFound(_("There is no such person."))
        staffing.add_staff(actor(), run_id, user_id, StaffRole(form.role.data))

    if form.accepted(add):
        tell(_("The staff of the run has changed."))
        return see_other("courses.run_staff", run_id=run_id)
    run = queries.runs.managed_by(actor(), run_id)
    return page(form=form, run=run, staff=queries.runs.staff_of(run.id), **WORDS)


@bp.post("/runs/<uuid:run_id>/staff/<uuid:user_id>/remove")
@signed_in
def remove_staff(run_id: UUID, user_id: UUID) -> ResponseReturnValue:
    """Take somebody off the staff of a run."""
    staffing.remove_staff(actor(), run_id, user_id)
    tell(_("The staff of the run has changed."))
    return see_other("courses.run_staff", run_id=run_id)


def _saved(run_id: UUID) -> ResponseReturnValue:
    """Lead on from a saved run; to its sessions while some are outside its dates."""
    number = queries.timetable.outside(queries.runs.managed_by(actor(), run_id))
    if not number:
        return see_other("courses.manage_run", run_id=run_id)
    words = ngettext(
        "%(num)s session is outside the dates of the run.",
        "%(num)s sessions are outside the dates of the run.",
        number,
    )
    tell(words, "wait")
    return see_other("courses.timetable", run_id=run_id)


def _first_values(course: Course) -> dict[str, Any]:
    return {
        "title": dict(course.title),
        "timezone": course.institution.timezone,
        "languages": course.languages,
        "delivery": str(course.delivery),
        "code": f"{course.code}-{now():%Y}",
    }
