"""Pages for those who look after a run: its people, its queue, adding, moving and removing."""

from typing import Any
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.accounts.rules import address_key
from app.core.clock import now
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.spreadsheets import Value, write_csv, write_xlsx
from app.courses import policies, words
from app.courses.forms.enrolments import (
    AddPersonForm,
    InvitationsForm,
    PriorityForm,
    ReasonForm,
    TransferForm,
)
from app.courses.models.runs import Run
from app.courses.queries import enrolments as queries
from app.courses.queries import prerequisites, runs
from app.courses.queries import roster as rosters
from app.courses.rules.capacity import over_by
from app.courses.services import additions, enrolments, transfers
from app.courses.services import applications as decisions
from app.courses.services import queue as waiting
from app.courses.states import ENROLMENT, EnrolmentState
from app.courses.views import bp
from app.web.access import actor, signed_in
from app.web.once import once
from app.web.pages import page, see_other, tell
from app.web.zones import beside

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def rights_over(run: Run) -> dict[str, Any]:
    """Tell whether the actor gives places in a run, and whether they plan it."""
    return {
        "may_manage": policies.may_manage_places(actor(), run),
        "may_plan": policies.may_manage_run(actor(), run),
    }


@bp.get("/runs/<uuid:run_id>/people")
@signed_in
def roster(run_id: UUID) -> ResponseReturnValue:
    """List the people of a run, to search, filter and sort."""
    run = runs.taught_by(actor(), run_id)
    wanted = _wanted()
    return page(
        run=run,
        page=rosters.roster(run.id, wanted, cursor=request.args.get("cursor")),
        wanted=wanted,
        numbers=_numbers(queries.counts(run.id)),
        over=over_by(run.capacity, run.seats_taken),
        labels=words,
        **rights_over(run),
    )


@bp.get("/runs/<uuid:run_id>/people/<any(csv, xlsx):kind>")
@signed_in
def roster_file(run_id: UUID, kind: str) -> ResponseReturnValue:
    """Answer with the people of a run as a spreadsheet, filtered like the page."""
    run = runs.taught_by(actor(), run_id)
    headers, rows = _sheet(run)
    data = write_csv(headers, rows) if kind == "csv" else write_xlsx(headers, rows, run.code)
    answer = Response(data, mimetype="text/csv" if kind == "csv" else XLSX)
    name = f"{run.code}-{now():%Y-%m-%d}.{kind}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@bp.route("/runs/<uuid:run_id>/people/remove", methods=["GET", "POST"])
@signed_in
@once
def remove_people(run_id: UUID) -> ResponseReturnValue:
    """Remove the people who were ticked, after a page that names them and asks why."""
    run = runs.taught_by(actor(), run_id)
    policies.may_manage_places.require(actor(), run)
    ids, form, number = ids_ticked(), ReasonForm(), list[int]()
    if form.accepted(
        lambda: number.append(
            enrolments.remove_all(actor(), run_id, ids, reason=form.reason.data or "")
        )
    ):
        tell(ngettext("%(num)s person was removed.", "%(num)s people were removed.", number[0]))
        return see_other("courses.roster", run_id=run_id)
    people = [one for one in rosters.some(run.id, ids) if _removable(one)]
    if not people:
        tell(_("Tick somebody who has a place."), "no")
        return see_other("courses.roster", run_id=run_id)
    return page(form=form, run=run, people=people)


@bp.post("/runs/<uuid:run_id>/people/approve")
@signed_in
@once
def approve_people(run_id: UUID) -> ResponseReturnValue:
    """Approve the applications that were ticked."""
    number = decisions.approve_all(actor(), run_id, ids_ticked())
    tell(
        ngettext(
            "%(num)s application was approved.", "%(num)s applications were approved.", number
        ),
        "ok" if number else "no",
    )
    return see_other("courses.roster", run_id=run_id, show="applied")


@bp.get("/runs/<uuid:run_id>/queue")
@signed_in
def queue(run_id: UUID) -> ResponseReturnValue:
    """Show who waits for a seat, in order, and which offers are out."""
    run = runs.taught_by(actor(), run_id)
    return page(
        run=run,
        people=rosters.queue_of(run.id),
        over=over_by(run.capacity, run.seats_taken),
        labels=words,
        moment=now(),
        beside=beside,
        **rights_over(run),
    )


@bp.route("/runs/<uuid:run_id>/people/add", methods=["GET", "POST"])
@signed_in
@once
def add_person(run_id: UUID) -> ResponseReturnValue:
    """Give a place to somebody by their address, also when enrolment is closed."""
    run = runs.taught_by(actor(), run_id)
    policies.may_manage_places.require(actor(), run)
    form = AddPersonForm()
    if form.accepted(
        lambda: additions.add_person(
            actor(), run_id, form.email.data or "", reason=form.reason.data or ""
        )
    ):
        tell(_("The person was added."))
        return see_other("courses.roster", run_id=run_id)
    required = prerequisites.required_by(run.course_id)
    return page(form=form, run=run, required=required, **rights_over(run))


@bp.route("/runs/<uuid:run_id>/invitations", methods=["GET", "POST"])
@signed_in
@once
def invitations(run_id: UUID) -> ResponseReturnValue:
    """List who may enrol in a run that is by invitation, and invite more."""
    run = runs.taught_by(actor(), run_id)
    policies.may_manage_places.require(actor(), run)
    form, number = InvitationsForm(), list[int]()
    if form.accepted(
        lambda: number.append(additions.invite(actor(), run_id, form.emails.data or ""))
    ):
        tell(ngettext("%(num)s address was invited.", "%(num)s addresses were invited.", number[0]))
        return see_other("courses.invitations", run_id=run_id)
    return page(form=form, run=run, invited=queries.invitations(run_id), **rights_over(run))


@bp.route("/runs/<uuid:run_id>/invitations/remove", methods=["GET", "POST"])
@signed_in
def remove_invitation(run_id: UUID) -> ResponseReturnValue:
    """Take back an invitation, after a page that asks."""
    run = runs.taught_by(actor(), run_id)
    policies.may_manage_places.require(actor(), run)
    address = request.values.get("email", "")[:254]
    if request.method == "POST":
        additions.uninvite(actor(), run_id, address)
        tell(_("The invitation is taken back."))
        return see_other("courses.invitations", run_id=run_id)
    return page(run=run, invitation=queries.invitation_of(run.id, address_key(address)))


@bp.route("/places/<uuid:enrolment_id>/remove", methods=["GET", "POST"])
@signed_in
def remove(enrolment_id: UUID) -> ResponseReturnValue:
    """Take a place away, with a reason."""
    enrolment = queries.enrolment_for(actor(), enrolment_id)
    policies.may_manage_places.require(actor(), enrolment.run)
    form = ReasonForm()
    if form.accepted(
        lambda: enrolments.remove(actor(), enrolment_id, reason=form.reason.data or "")
    ):
        tell(_("The person was removed."))
        return see_other("courses.place", enrolment_id=enrolment_id)
    enrolment = queries.enrolment_for(actor(), enrolment_id)
    return page(form=form, enrolment=enrolment, run=enrolment.run)


@bp.route("/places/<uuid:enrolment_id>/priority", methods=["GET", "POST"])
@signed_in
def set_priority(enrolment_id: UUID) -> ResponseReturnValue:
    """Let somebody who waits go before others, with a reason."""
    enrolment = queries.enrolment_for(actor(), enrolment_id)
    policies.may_rank.require(actor(), enrolment)
    form = PriorityForm(data={"priority": enrolment.priority})
    if form.accepted(
        lambda: waiting.set_priority(
            actor(), enrolment_id, form.priority.data or 0, reason=form.reason.data or ""
        )
    ):
        tell(_("The priority is set."))
        return see_other("courses.queue", run_id=enrolment.run_id)
    enrolment = queries.enrolment_for(actor(), enrolment_id)
    return page(
        form=form, enrolment=enrolment, run=enrolment.run, number=queries.place_in_queue(enrolment)
    )


@bp.route("/places/<uuid:enrolment_id>/transfer", methods=["GET", "POST"])
@signed_in
def transfer(enrolment_id: UUID) -> ResponseReturnValue:
    """Move a person to another run of the offices the actor works for."""
    enrolment = queries.enrolment_for(actor(), enrolment_id)
    policies.may_manage_places.require(actor(), enrolment.run)
    form = TransferForm()
    targets = queries.transfer_targets(actor(), enrolment)
    form.run_id.choices = [(str(run.id), _target(run)) for run in targets]
    if form.accepted(
        lambda: transfers.transfer(
            actor(), enrolment_id, UUID(form.run_id.data), reason=form.reason.data or ""
        )
    ):
        tell(_("The person was moved."))
        return see_other("courses.place", enrolment_id=enrolment_id)
    enrolment = queries.enrolment_for(actor(), enrolment_id)
    return page(form=form, enrolment=enrolment, run=enrolment.run, targets=targets)


def _wanted() -> rosters.Wanted:
    return rosters.Wanted(
        text=request.args.get("q", "")[:200],
        group=request.args.get("show", ""),
        sort=request.args.get("sort", "name"),
    )


def _numbers(counts: dict[EnrolmentState, int]) -> dict[str, int]:
    """Count the people of each filter; "" is all of them."""
    found = {
        name: sum(counts.get(state, 0) for state in states)
        for name, states in rosters.GROUPS.items()
    }
    return found | {"": sum(counts.values())}


def ids_ticked() -> list[UUID]:
    """Return the ids that were ticked; what is no id is left out."""
    found = []
    for raw in request.values.getlist("ids")[:1000]:
        try:
            found.append(UUID(raw))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _removable(person: rosters.Person) -> bool:
    return "remove" in ENROLMENT.actions(person.state)


def _target(run: Run) -> str:
    return f"{run.code}, {run.starts_on:%Y-%m-%d}"


def _sheet(run: Run) -> tuple[list[str], list[list[Value]]]:
    headers = [
        _("Name"),
        _("E-mail address"),
        _("State"),
        _("Number in the queue"),
        _("Priority"),
        _("Attempt"),
        _("Asked on"),
        _("Place since"),
        _("Reason"),
    ]
    rows: list[list[Value]] = [
        [
            one.display_name,
            one.email,
            str(words.ENROLMENT_LABELS[one.state]),
            one.queue_number,
            one.priority,
            one.attempt,
            one.created_at,
            one.active_from,
            one.reason,
        ]
        for one in rosters.everybody(run.id, _wanted())
    ]
    return headers, rows
