"""Enrolling a list of people in three steps: upload, look, confirm."""

from typing import Any
from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from app.core import throttle
from app.core.i18n import current_locale, ngettext
from app.core.i18n import gettext as _
from app.core.spreadsheets import write_csv
from app.courses import policies
from app.courses.forms.enrolments import ApplyForm, ImportForm
from app.courses.queries import imports as queries
from app.courses.queries import runs
from app.courses.rules.capacity import free_seats
from app.courses.services import imports as services
from app.courses.views import bp
from app.courses.views.rosters import rights_over
from app.web.access import actor, signed_in
from app.web.filters import Formats
from app.web.locale import chosen_zone
from app.web.pages import page, see_other, tell
from app.web.uploads import takes_files


@bp.route("/runs/<uuid:run_id>/import", methods=["GET", "POST"])
@signed_in
@takes_files
def import_people(run_id: UUID) -> ResponseReturnValue:
    """Upload a list of people to enrol."""
    run = runs.taught_by(actor(), run_id)
    policies.may_manage_places.require(actor(), run)
    form, kept = ImportForm(), list[UUID]()
    if form.accepted(lambda: kept.append(_upload(run_id, form))):
        return see_other("courses.import_preview", import_id=kept[0])
    run = runs.taught_by(actor(), run_id)
    earlier = queries.imports_of(run.id)
    return page(form=form, run=run, earlier=earlier, **rights_over(run))


@bp.route("/imports/<uuid:import_id>", methods=["GET", "POST"])
@signed_in
def import_preview(import_id: UUID) -> ResponseReturnValue:
    """Show who would be enrolled and what is wrong, and enrol them."""
    kept, run = queries.import_for(actor(), import_id)
    form, done = ApplyForm(), list[services.Applied]()
    if form.accepted(
        lambda: done.append(
            services.apply(
                actor(),
                import_id,
                leave_out=bool(form.leave_out.data),
                reason=form.reason.data or "",
            )
        )
    ):
        _say(done[0])
        return see_other("courses.roster", run_id=run.id)
    kept, run = queries.import_for(actor(), import_id)
    good, bad = services.read_back(kept)
    left = free_seats(run.capacity, run.seats_taken)
    seated = len(good) if left is None else min(left, len(good))
    invited = sum(not line.user_id for line in good)
    shown: dict[str, Any] = {"kept": kept, "good": good, "bad": bad, "seated": seated}
    shown["invited"] = invited
    shown["lacking"] = len(services.lacking_in(run, good))
    return page(form=form, run=run, **shown, **rights_over(run))


@bp.get("/imports/<uuid:import_id>/errors.csv")
@signed_in
def import_errors(import_id: UUID) -> ResponseReturnValue:
    """Answer with the rows that have errors, as a spreadsheet."""
    kept, _run = queries.import_for(actor(), import_id)
    _good, bad = services.read_back(kept)
    headers = [_("Row"), _("Column"), _("Value"), _("What is wrong")]
    rows = [(fault.row, fault.column, fault.value, fault.reason) for fault in bad]
    answer = Response(write_csv(headers, rows), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename="errors.csv")
    return answer


def _say(done: services.Applied) -> None:
    if done.before is not None:
        when = Formats(current_locale(), chosen_zone).stamp(done.before)
        tell(_("This list was applied already, %(when)s. Nothing was changed.", when=when), "wait")
        return
    words = ngettext("%(num)s person was enrolled.", "%(num)s people were enrolled.", done.enrolled)
    if done.invited:
        words += " " + ngettext(
            "%(num)s of them was invited to make an account.",
            "%(num)s of them were invited to make an account.",
            done.invited,
        )
    tell(words)


def _upload(run_id: UUID, form: ImportForm) -> UUID:
    throttle.hit(f"import:{actor().user_id}", limit=30, seconds=600)
    sent = form.file.data
    return services.upload(actor(), run_id, sent.read(), sent.filename or "")
