"""The visit of a stay: checklist, papers, arrival, interruption, departure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request
from flask.typing import ResponseReturnValue

from app.core.clock import now
from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.courses.rules.clocks import LocalTimeProblem, to_utc
from app.exchanges.forms.visits import (
    ArrivalForm,
    CitizenshipForm,
    CloseForm,
    ContactForm,
    DepartForm,
    DetailsForm,
    DoneForm,
    EndEarlyForm,
    InsuranceForm,
    InterruptForm,
    LeaveOutForm,
    NoShowForm,
    ResumeForm,
)
from app.exchanges.models.mobilities import Mobility
from app.exchanges.policies import parties
from app.exchanges.queries import mobilities
from app.exchanges.queries import visits as queries
from app.exchanges.queries.travellers import citizenships_of
from app.exchanges.rules.checklists import SEEN, Item
from app.exchanges.rules.legal_clocks import CLOCKS
from app.exchanges.services import legal_clocks, travellers
from app.exchanges.services import visits as services
from app.exchanges.services.visit_days import CORRECTABLE
from app.exchanges.states.mobilities import ABROAD, BEFORE_ARRIVAL, MOBILITY
from app.exchanges.states.parties import Party
from app.exchanges.views.blueprint import bp
from app.exchanges.views.for_host import ask_evidence, evidence_of
from app.exchanges.words import visits as words
from app.exchanges.words.fields import country_name
from app.web.access import actor, signed_in
from app.web.forms import Form
from app.web.once import once
from app.web.pages import acted, page, see_other, tell

_SOURCES = {one.id: one.source for one in CLOCKS}


@bp.get("/exchanges/stays/<uuid:mobility_id>/visit")
@signed_in
def visit(mobility_id: UUID) -> ResponseReturnValue:
    """Show what is ready, what the law wants by when, and who is where."""
    mobility = mobilities.mobility_for(actor(), mobility_id)
    who = parties.in_mobility(actor(), mobility)
    actions = MOBILITY.open_to(who, mobility.state)
    waits = mobility.state in BEFORE_ARRIVAL and queries.waits_for_answer(mobility_id)
    known, citizenships = queries.visit_of(mobility_id), citizenships_of(mobility.person_id)
    return page(
        mobility=mobility,
        visit=known,
        checklist=queries.checklist_of(mobility),
        contacts=queries.contacts_of(mobility_id),
        insurances=queries.insurances_of(mobility_id),
        interruptions=queries.interruptions_of(mobility_id),
        steps=queries.steps_of(mobility_id),
        citizenships=citizenships,
        opens=legal_clocks.openings_of(mobility, known, citizenships),
        country=country_name,
        sources=_SOURCES,
        actions=actions - services.AFTER_ANSWER if waits else actions,
        waits_for_answer=waits,
        corrects=MOBILITY.allows(who, "arrive") and mobility.state in CORRECTABLE,
        is_own=Party.APPLICANT in who,
        in_office=bool(who & {Party.HOME_OFFICER, Party.HOST_OFFICER}),
        at_home=Party.HOME_OFFICER in who,
        is_open=mobility.state in ABROAD | BEFORE_ARRIVAL,
        items=Item,
        seen=SEEN,
        words=words,
        moment=now(),
        zones=[mobility.receiving_institution.timezone, mobility.sending_institution.timezone],
    )


@bp.route("/exchanges/stays/<uuid:mobility_id>/visit/details", methods=["GET", "POST"])
@signed_in
def visit_details(mobility_id: UUID) -> ResponseReturnValue:
    """Write down address, phone and until when papers hold."""
    mobility = mobilities.mobility_for(actor(), mobility_id)
    form = DetailsForm()
    if request.method == "GET":
        form = DetailsForm.of(queries.visit_of(mobility_id))
    typed = form.version.data or ""
    version = int(typed) if typed.isdecimal() and len(typed) < 10 else 0  # noqa: PLR2004 -- an integer
    return _answer(
        mobility,
        form,
        lambda: services.save_details(actor(), mobility_id, form.content(), version=version),
        _("The details are saved."),
    )


@bp.route("/exchanges/stays/<uuid:mobility_id>/visit/citizenship", methods=["GET", "POST"])
@signed_in
def visit_citizenship(mobility_id: UUID) -> ResponseReturnValue:
    """Write down of which countries the person is a citizen; it holds for all their stays."""
    mobility = mobilities.mobility_for(actor(), mobility_id)
    travellers.require_writer(actor(), mobility)
    form = CitizenshipForm.known_as(citizenships_of(mobility.person_id))
    return _answer(
        mobility,
        form,
        lambda: travellers.save_citizenships(actor(), mobility_id, form.codes()),
        _("The citizenship is saved."),
    )


@bp.route("/exchanges/stays/<uuid:mobility_id>/visit/contacts/new", methods=["GET", "POST"])
@signed_in
@once
def visit_contact(mobility_id: UUID) -> ResponseReturnValue:
    """Name whom to call in an emergency."""
    mobility = mobilities.mobility_for(actor(), mobility_id)
    form = ContactForm()

    def add() -> None:
        services.add_contact(
            actor(),
            mobility_id,
            name=form.name.data or "",
            relation=form.relation.data or "",
            phone=form.phone.data or "",
            email=form.email.data or "",
        )

    return _answer(mobility, form, add, _("The contact is saved."))


@bp.route("/exchanges/stays/<uuid:mobility_id>/visit/insurances/new", methods=["GET", "POST"])
@signed_in
@once
def visit_insurance(mobility_id: UUID) -> ResponseReturnValue:
    """Add a policy."""
    mobility = mobilities.mobility_for(actor(), mobility_id)
    form = InsuranceForm()

    def add() -> None:
        services.add_insurance(
            actor(),
            mobility_id,
            company=form.company.data or "",
            policy_number=form.policy_number.data or "",
            phone=form.phone.data or "",
            valid_from=form.valid_from.day,
            valid_until=form.valid_until.day,
        )

    return _answer(mobility, form, add, _("The policy is saved."))


@bp.post("/exchanges/stays/<uuid:mobility_id>/visit/<any(contact, insurance):kind>/<uuid:row_id>")
@signed_in
def visit_remove(mobility_id: UUID, kind: str, row_id: UUID) -> ResponseReturnValue:
    """Take back a contact or a policy."""
    services.remove(actor(), mobility_id, kind, row_id)
    tell(_("It is removed."))
    return see_other("exchanges.visit", mobility_id=mobility_id)


@bp.post("/exchanges/stays/<uuid:mobility_id>/visit/checklist/<string(maxlength=40):item>")
@signed_in
def visit_tick(mobility_id: UUID, item: str) -> ResponseReturnValue:
    """Note that a thing of the checklist is done, or not."""
    services.tick(actor(), mobility_id, _item(item), done=request.form.get("done") == "1")
    return see_other("exchanges.visit", mobility_id=mobility_id)


@bp.route(
    "/exchanges/stays/<uuid:mobility_id>/visit/checklist/<string(maxlength=40):item>/leave-out",
    methods=["GET", "POST"],
)
@signed_in
def visit_leave_out(mobility_id: UUID, item: str) -> ResponseReturnValue:
    """Say why a thing of the checklist does not apply."""
    mobility = mobilities.mobility_for(actor(), mobility_id)
    form, thing = LeaveOutForm(), _item(item)
    return _answer(
        mobility,
        form,
        lambda: services.tick(
            actor(), mobility_id, thing, done=True, left_out_because=form.reason.data or ""
        ),
        _("It is left out of this checklist."),
        item=words.ITEM_LABELS[thing],
    )


@bp.route(
    "/exchanges/stays/<uuid:mobility_id>/visit/clocks/<string(maxlength=60):clock>",
    methods=["GET", "POST"],
)
@signed_in
def visit_clock(mobility_id: UUID, clock: str) -> ResponseReturnValue:
    """Note that something was done with an authority."""
    mobility = mobilities.mobility_for(actor(), mobility_id)
    step, form = queries.step(mobility_id, clock), DoneForm()
    return _answer(
        mobility,
        form,
        lambda: legal_clocks.note_done(
            actor(), mobility_id, clock, on=form.on.day, evidence=form.evidence.data or ""
        ),
        _("It is noted as done."),
        label=words.CLOCK_LABELS.get(step.clock, step.clock),
        note=words.CLOCK_NOTES.get(step.clock, ""),
        source=_SOURCES.get(step.clock, ""),
    )


@bp.route("/exchanges/stays/<uuid:mobility_id>/visit/arrive", methods=["GET", "POST"])
@signed_in
def visit_arrive(mobility_id: UUID) -> ResponseReturnValue:
    """Confirm as the host that somebody came."""
    mobility = mobilities.mobility_for(actor(), mobility_id)
    MOBILITY.require(parties.in_mobility(actor(), mobility), "arrive")
    form, zone = ArrivalForm(), mobility.receiving_institution.timezone
    ask_evidence(form, mobility, MOBILITY, "arrive")
    if request.method == "GET":
        form.arrived_at.data = now().astimezone(ZoneInfo(zone)).replace(tzinfo=None)

    def confirm() -> None:
        try:
            moment = to_utc(form.moment, zone, fold=0)
        except LocalTimeProblem as problem:
            raise Invalid(_("There is no such time on that day."), field="arrived_at") from problem
        services.arrive(actor(), mobility_id, moment, evidence=evidence_of(form))

    return _answer(mobility, form, confirm, _("The arrival is confirmed."), zone=zone)


@dataclass(frozen=True, slots=True)
class Step:
    """What one step of a stay asks for, does and says when it is done."""

    form: type[Form]
    act: Callable[[UUID, Any], object]
    done: str


STEPS: dict[str, Step] = {
    "interrupt": Step(
        InterruptForm,
        lambda stay, form: services.interrupt(
            actor(), stay, form.since.day, form.reason.data or ""
        ),
        _l("The interruption is noted."),
    ),
    "resume": Step(
        ResumeForm,
        lambda stay, form: services.resume(actor(), stay, form.until.day),
        _l("The stay goes on."),
    ),
    "depart": Step(
        DepartForm,
        lambda stay, form: services.depart(
            actor(), stay, form.last_day.day, evidence=evidence_of(form)
        ),
        _l("The departure is confirmed."),
    ),
    "end-early": Step(
        EndEarlyForm,
        lambda stay, form: services.end_early(
            actor(),
            stay,
            form.last_day.day,
            reason=form.reason.data or "",
            force_majeure=bool(form.force_majeure.data),
        ),
        _l("The stay is over."),
    ),
    "no-show": Step(
        NoShowForm,
        lambda stay, form: services.note_no_show(
            actor(), stay, form.reason.data or "", evidence=evidence_of(form)
        ),
        _l("It is noted that nobody came."),
    ),
    "close": Step(
        CloseForm,
        lambda stay, form: services.close(
            actor(), stay, reason=(form["reason"].data or "") if "reason" in form else ""
        ),
        _l("The stay is closed."),
    ),
}
"""The steps that a page asks about and takes, by the last word of its address."""


@bp.route(
    "/exchanges/stays/<uuid:mobility_id>/visit/"
    "<any(interrupt, resume, depart, 'end-early', 'no-show', close):way>",
    methods=["GET", "POST"],
)
@signed_in
def visit_step(mobility_id: UUID, way: str) -> ResponseReturnValue:
    """Say what a step of the stay means, ask what it needs, and take it."""
    mobility = mobilities.mobility_for(actor(), mobility_id)
    action, step = way.replace("-", "_"), STEPS[way]
    MOBILITY.require(parties.in_mobility(actor(), mobility), action)
    form = step.form()
    ask_evidence(form, mobility, MOBILITY, action)
    loses = action == "close" and services.loses_records(mobility)
    if isinstance(form, CloseForm) and not loses:
        del form.reason
    return _answer(
        mobility,
        form,
        lambda: step.act(mobility_id, form),
        str(step.done),
        action=action,
        loses=loses,
        words=words,
    )


def _answer(
    mobility: Mobility, form: Form, act: Callable[[], object], done: str, **values: Any
) -> ResponseReturnValue:
    """Do what the form asks and go back to the visit, or show the form."""
    mobility_id = mobility.id
    if answer := acted(form, act, done, "exchanges.visit", mobility_id=mobility_id):
        return answer
    return page(form=form, mobility=mobilities.mobility_for(actor(), mobility_id), **values)


def _item(text: str) -> Item:
    if text not in set(Item):
        raise NotFound(_("There is no such thing on the checklist."))
    return Item(text)
