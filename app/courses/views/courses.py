"""Pages on which courses are written, reviewed and published."""

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.core.errors import Conflict, NotFound
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.courses import policies, queries
from app.courses.forms.catalogue import (
    CourseForm,
    NewCourseForm,
    ReasonForm,
    version_of,
)
from app.courses.forms.choices import id_choices, id_of, member
from app.courses.services import catalogue as services
from app.courses.states import COURSE, CourseState
from app.courses.views import bp
from app.courses.views.exports import kept_file
from app.courses.words import COURSE_CHIPS, COURSE_LABELS, DELIVERY_LABELS, TRACK_LABELS
from app.web.access import actor, signed_in
from app.web.once import once
from app.web.pages import fragment, page, see_other, tell, wants_fragment

SORTS = ("code", "title", "newest")
WORDS: dict[str, Any] = {
    "COURSE_LABELS": COURSE_LABELS,
    "COURSE_CHIPS": COURSE_CHIPS,
    "DELIVERY_LABELS": DELIVERY_LABELS,
    "TRACK_LABELS": TRACK_LABELS,
}


@bp.get("/teaching/courses")
@signed_in
def kept_courses() -> ResponseReturnValue:
    """List the courses of the institutions where one plans."""
    if not policies.plans_somewhere(actor()):
        raise NotFound(_("There is no such page, or it is not for you."))
    sort = request.args.get("sort", "")
    state = member(CourseState)(request.args.get("state"))
    found = queries.planning.kept_by(
        actor(),
        text=request.args.get("q", "")[:200],
        state=state,
        sort=sort if sort.removeprefix("-") in SORTS else "code",
        cursor=request.args.get("cursor"),
    )
    values: dict[str, Any] = {"page": found, "state": state, **WORDS}
    if wants_fragment():
        return fragment("courses/_kept_courses.html", **values)
    return page(**values)


@bp.get("/teaching/courses.<any(csv, xlsx):kind>")
@signed_in
def kept_courses_file(kind: str) -> ResponseReturnValue:
    """Give the courses of the institutions where one plans as a table."""
    if not policies.plans_somewhere(actor()):
        raise NotFound(_("There is no such page, or it is not for you."))
    text = request.args.get("q", "")[:200]
    state = member(CourseState)(request.args.get("state"))
    return kept_file(queries.planning.all_kept_by(actor(), text=text, state=state), kind)


@bp.route("/teaching/courses/new", methods=["GET", "POST"])
@signed_in
@once
def new_course() -> ResponseReturnValue:
    """Begin a course."""
    institutions = queries.planning.institutions_planned_by(actor())
    if not institutions:
        raise NotFound(_("There is no such page, or it is not for you."))
    form = NewCourseForm()
    form.institution.choices = id_choices(
        (one.id, one.name.in_(current_locale())) for one in institutions
    )
    made: list[UUID] = []

    def create() -> None:
        institution_id = id_of(form.institution.data) or institutions[0].id
        made.append(services.create_course(actor(), institution_id, form.content()))

    if form.accepted(create):
        tell(_("The course is a draft. Submit it when it can be published."))
        return see_other("courses.manage_course", course_id=made[0])
    return page(form=form)


@bp.get("/courses/<uuid:course_id>/manage")
@signed_in
def manage_course(course_id: UUID) -> ResponseReturnValue:
    """Show where a course stands, its versions, and what can be done with it."""
    course = queries.catalogue.course_for(actor(), course_id)
    policies.may_create_course.require(actor(), course.institution_id)
    return page(
        course=course,
        versions=queries.catalogue.versions_of(course.id),
        actions=COURSE.actions(course.state),
        may_edit=policies.may_edit_course(actor(), course),
        may_publish=policies.may_publish_course(actor(), course),
        **WORDS,
    )


@bp.route("/courses/<uuid:course_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_course(course_id: UUID) -> ResponseReturnValue:
    """Change what is written about a course."""
    course = queries.catalogue.edited_by(actor(), course_id)
    form = CourseForm() if request.method == "POST" else CourseForm.of(course)
    form.leave_out(course_id)
    try:
        saved = form.accepted(
            lambda: services.edit_course(
                actor(), course_id, form.content(), version=version_of(form)
            )
        )
    except Conflict as conflict:
        course = queries.catalogue.edited_by(actor(), course_id)
        form.form_errors.append(str(conflict))
        form.version.data = str(course.version)
        return page(form=form, status=409, course=course, theirs=CourseForm.of(course))
    if saved:
        tell(_("The course is saved."))
        return see_other("courses.manage_course", course_id=course_id)
    return page(form=form, course=course, theirs=None)


@bp.post("/courses/<uuid:course_id>/submit")
@signed_in
def submit_course(course_id: UUID) -> ResponseReturnValue:
    """Ask for a course to be published."""
    services.submit_course(actor(), course_id)
    tell(_("The course waits for review."))
    return see_other("courses.manage_course", course_id=course_id)


@bp.post("/courses/<uuid:course_id>/publish")
@signed_in
def publish_course(course_id: UUID) -> ResponseReturnValue:
    """Show a course in the catalogue."""
    services.publish_course(actor(), course_id)
    tell(_("The course is in the catalogue."))
    return see_other("courses.manage_course", course_id=course_id)


@bp.post("/courses/<uuid:course_id>/restore")
@signed_in
def restore_course(course_id: UUID) -> ResponseReturnValue:
    """Show a retired course in the catalogue again."""
    services.restore_course(actor(), course_id)
    tell(_("The course is in the catalogue."))
    return see_other("courses.manage_course", course_id=course_id)


@bp.route("/courses/<uuid:course_id>/send-back", methods=["GET", "POST"])
@signed_in
def send_back_course(course_id: UUID) -> ResponseReturnValue:
    """Return a course to its writers, with a reason."""
    course = queries.catalogue.course_for(actor(), course_id)
    policies.may_publish_course.require(actor(), course)
    form = ReasonForm()
    if form.accepted(lambda: services.send_back_course(actor(), course_id, form.words)):
        tell(_("The course is a draft again."))
        return see_other("courses.manage_course", course_id=course_id)
    return page(form=form, course=course)


@bp.route("/courses/<uuid:course_id>/retire", methods=["GET", "POST"])
@signed_in
def retire_course(course_id: UUID) -> ResponseReturnValue:
    """Take a course out of the catalogue, with a reason."""
    course = queries.catalogue.course_for(actor(), course_id)
    policies.may_publish_course.require(actor(), course)
    form = ReasonForm()
    if form.accepted(lambda: services.retire_course(actor(), course_id, form.words)):
        tell(_("The course is no longer in the catalogue."))
        return see_other("courses.manage_course", course_id=course_id)
    return page(form=form, course=course)
