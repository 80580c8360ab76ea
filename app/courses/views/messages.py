"""Writing to people of a run who were ticked on its roster or its attendance board."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.courses.forms.enrolments import MessageForm
from app.courses.queries import roster as rosters
from app.courses.queries import runs
from app.courses.services import messages as services
from app.courses.views import bp
from app.courses.views.rosters import ids_ticked
from app.web.access import actor, signed_in
from app.web.once import once
from app.web.pages import page, see_other, tell


@bp.route("/runs/<uuid:run_id>/people/write", methods=["GET", "POST"])
@signed_in
@once
def write_to_people(run_id: UUID) -> ResponseReturnValue:
    """Write to the people who were ticked."""
    run = runs.taught_by(actor(), run_id)
    ids, form, number = ids_ticked(), MessageForm(), list[int]()
    if form.accepted(
        lambda: number.append(
            services.write(
                actor(), run_id, ids, subject=form.subject.data or "", words=form.words.data or ""
            )
        )
    ):
        tell(ngettext("%(num)s person was told.", "%(num)s people were told.", number[0]))
        return see_other("courses.roster", run_id=run_id)
    run = runs.taught_by(actor(), run_id)
    people = rosters.some(run.id, ids)
    if not people:
        tell(_("Tick whom you want to write to."), "no")
        return see_other("courses.roster", run_id=run_id)
    return page(form=form, run=run, people=people)
