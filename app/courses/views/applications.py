"""Pages on which applications are decided."""

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.core.i18n import current_locale, ngettext
from app.core.i18n import gettext as _
from app.core.spreadsheets import Value
from app.courses import policies, words
from app.courses.forms.choices import id_of
from app.courses.forms.enrolments import LetInForm, ReasonForm
from app.courses.queries import applications as queries
from app.courses.queries import enrolments, prerequisites
from app.courses.services import applications as services
from app.courses.views import bp
from app.courses.views.exports import file_of
from app.courses.views.rosters import ids_ticked
from app.web.access import actor, signed_in
from app.web.once import once
from app.web.pages import page, see_other, tell

SORTS = ("asked", "name", "run")


@bp.get("/applications")
@signed_in
def applications() -> ResponseReturnValue:
    """List the applications that wait for a decision, the oldest first."""
    wanted = _wanted()
    return page(
        page=queries.applications(actor(), wanted, cursor=request.args.get("cursor")),
        wanted=wanted,
        runs=queries.runs_with_some(actor()),
        can_approve=_approvable,
        may_decide=lambda run: policies.may_manage_places(actor(), run),
        labels=words,
    )


@bp.get("/applications.<any(csv, xlsx):kind>")
@signed_in
def applications_file(kind: str) -> ResponseReturnValue:
    """Give the applications that wait as a table, narrowed like the page."""
    locale = current_locale()
    headers = [
        _("Name"),
        _("E-mail address"),
        _("Run"),
        _("Title"),
        _("Asked on"),
        _("Approvals"),
        _("Courses to have completed before are missing"),
        _("Why you would like to join"),
    ]
    lines: list[list[Value]] = [
        [
            one.enrolment.trainee.display_name,
            one.enrolment.trainee.email,
            one.enrolment.run.code,
            one.enrolment.run.title.in_(locale),
            one.enrolment.created_at,
            one.approvals,
            _("Yes") if one.lacks_courses else _("No"),
            one.enrolment.message,
        ]
        for one in queries.everything(actor(), _wanted())
    ]
    return file_of(headers, lines, "applications", kind)


@bp.post("/applications/approve")
@signed_in
@once
def approve_ticked() -> ResponseReturnValue:
    """Approve the applications that were ticked, to whichever runs they are."""
    ids = ids_ticked()
    number = services.approve_across(actor(), ids)
    said = ngettext(
        "%(num)s application was approved.", "%(num)s applications were approved.", number
    )
    if left := len(ids) - number:
        said += " " + ngettext(
            "%(num)s is for somebody else to approve, or needs a reason.",
            "%(num)s are for somebody else to approve, or need a reason.",
            left,
        )
    tell(said, "wait" if left or not number else "ok")
    return see_other("courses.applications")


@bp.route("/places/<uuid:enrolment_id>/approve", methods=["GET", "POST"])
@signed_in
def approve(enrolment_id: UUID) -> ResponseReturnValue:
    """Agree to an application, with a reason where courses to complete before are missing."""
    enrolment = enrolments.enrolment_for(actor(), enrolment_id)
    policies.may_endorse.require(actor(), enrolment)
    form = LetInForm()
    if form.accepted(
        lambda: services.approve(actor(), enrolment_id, reason=form.reason.data or "")
    ):
        tell(_("The application was approved."))
        return see_other("courses.applications")
    enrolment = enrolments.enrolment_for(actor(), enrolment_id)
    lacking = prerequisites.missing(enrolment.run.course_id, enrolment.trainee_id)
    return page(form=form, enrolment=enrolment, run=enrolment.run, lacking=lacking)


@bp.route("/places/<uuid:enrolment_id>/decline", methods=["GET", "POST"])
@signed_in
def decline(enrolment_id: UUID) -> ResponseReturnValue:
    """Refuse an application, with a reason."""
    enrolment = enrolments.enrolment_for(actor(), enrolment_id)
    policies.may_approve.require(actor(), enrolment)
    form = ReasonForm()
    if form.accepted(
        lambda: services.decline(actor(), enrolment_id, reason=form.reason.data or "")
    ):
        tell(_("The application was declined."))
        return see_other("courses.applications")
    enrolment = enrolments.enrolment_for(actor(), enrolment_id)
    return page(form=form, enrolment=enrolment, run=enrolment.run)


def _wanted() -> queries.Wanted:
    sort = request.args.get("sort", "")
    return queries.Wanted(
        text=request.args.get("q", "")[:200],
        run_id=id_of(request.args.get("run")),
        sort=sort if sort.removeprefix("-") in SORTS else "asked",
    )


def _approvable(waits: queries.Waits) -> Any:
    if waits.approved_by_me:
        return False
    rule = policies.may_approve if waits.is_last_step else policies.may_endorse
    return rule(actor(), waits.enrolment)
