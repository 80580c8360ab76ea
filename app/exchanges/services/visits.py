"""Preparing a stay, arriving, interrupting it, leaving: what people confirm, step by step."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from app.audit import services as audit
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.core.i18n import gettext as _
from app.exchanges.jobs import BEGIN_STAY
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.visits import (
    ChecklistTick,
    EmergencyContact,
    Insurance,
    Interruption,
)
from app.exchanges.notices import visits as notices
from app.exchanges.policies import parties
from app.exchanges.queries import mobilities, nominations
from app.exchanges.queries import visits as queries
from app.exchanges.rules.checklists import SEEN, Item
from app.exchanges.services import for_host, legal_clocks, quotas, readiness
from app.exchanges.services.steps import take
from app.exchanges.states.agreements import WITH_RECORDS
from app.exchanges.states.mobilities import (
    ABROAD,
    BEFORE_ARRIVAL,
    MOBILITY,
    MobilityState,
    NominationState,
)
from app.exchanges.states.parties import Party

NO_SHOW_DAYS = 7
"""How many days after the first day nobody counts as late any more."""

AFTER_ANSWER = frozenset({"arrive", "no_show"})
"""Steps that wait while the host has not answered a changed plan."""

MOST_ROWS = 20
_OPEN = ABROAD | BEFORE_ARRIVAL
_ITS_PEOPLE = {Party.APPLICANT, Party.HOME_OFFICER, Party.HOST_OFFICER}


@atomic()
def save_details(
    actor: Actor, mobility_id: UUID, details: Mapping[str, Any], *, version: int
) -> None:
    """Keep address, phone, contact at the host and until when papers hold.

    Raises NotFound, Forbidden, WrongState, and Invalid when somebody else saved first.
    """
    mobility = _open_to(actor, mobility_id, _ITS_PEOPLE)
    visit = queries.visit_of(mobility_id)
    if visit.version != version:
        raise Invalid(_("Somebody else saved these details in the meantime. Look at them again."))
    changes = {}
    for name in ("address", "phone", "host_contact", "visa_until", "permit_until"):
        before, after = getattr(visit, name) or None, details[name] or None
        if before != after:
            changes[name] = [before, after]
            setattr(visit, name, details[name])
    visit.version += 1
    db.session.add(visit)
    db.session.flush()
    _record(actor, mobility, "visit.save", {key: ["", ""] for key in changes})
    legal_clocks.refresh(mobility, visit)


@atomic()
def add_contact(
    actor: Actor, mobility_id: UUID, *, name: str, relation: str, phone: str, email: str = ""
) -> None:
    """Add whom to call in an emergency. Raises NotFound, Forbidden, Invalid."""
    mobility = _open_to(actor, mobility_id, {Party.APPLICANT})
    if len(queries.contacts_of(mobility_id)) >= MOST_ROWS:
        raise Invalid(_("There are enough contacts."), field="name")
    db.session.add(
        EmergencyContact(
            mobility_id=mobility_id, name=name, relation=relation, phone=phone, email=email
        )
    )
    _record(actor, mobility, "visit.add_contact")
    readiness.look_again(mobility)


@atomic()
def add_insurance(
    actor: Actor,
    mobility_id: UUID,
    *,
    company: str,
    policy_number: str,
    phone: str,
    valid_from: date,
    valid_until: date,
) -> None:
    """Add a policy. Raises NotFound, Forbidden, Invalid."""
    mobility = _open_to(actor, mobility_id, {Party.APPLICANT})
    if valid_until < valid_from:
        raise Invalid(_("It ends before it begins."), field="valid_until")
    if len(queries.insurances_of(mobility_id)) >= MOST_ROWS:
        raise Invalid(_("There are enough policies."), field="company")
    db.session.add(
        Insurance(
            mobility_id=mobility_id,
            company=company,
            policy_number=policy_number,
            phone=phone,
            valid_from=valid_from,
            valid_until=valid_until,
        )
    )
    _record(actor, mobility, "visit.add_insurance")
    readiness.look_again(mobility)


@atomic()
def remove(actor: Actor, mobility_id: UUID, kind: str, row_id: UUID) -> None:
    """Take back a contact or a policy. Raises NotFound, Forbidden, WrongState."""
    mobility = _open_to(actor, mobility_id, {Party.APPLICANT})
    model: Any = {"contact": EmergencyContact, "insurance": Insurance}[kind]
    gone = db.session.execute(
        delete(model).where(model.id == row_id, model.mobility_id == mobility_id)
    )
    if gone.rowcount != 1:  # type: ignore[attr-defined]  # a delete counts rows
        raise NotFound(_("It was removed already."))
    _record(actor, mobility, f"visit.remove_{kind}")
    readiness.look_again(mobility)


@atomic()
def tick(
    actor: Actor, mobility_id: UUID, item: Item, *, done: bool, left_out_because: str = ""
) -> None:
    """Note that a thing of the checklist is done, is not done, or does not apply.

    Raises NotFound, Forbidden, WrongState, Invalid (what the records show is not ticked).
    """
    who = {Party.HOME_OFFICER} if left_out_because else {Party.APPLICANT, Party.HOME_OFFICER}
    mobility = _open_to(actor, mobility_id, who)
    if item in SEEN and not left_out_because:
        raise Invalid(_("This is seen in the records; nobody ticks it."))
    found = db.session.get(ChecklistTick, (mobility_id, str(item)), populate_existing=True)
    if not done and not left_out_because:
        if found is not None:
            db.session.delete(found)
    else:
        ticked = found or ChecklistTick(mobility_id=mobility_id, item=str(item))
        ticked.applies, ticked.note = not left_out_because, left_out_because[:300]
        ticked.by, ticked.at = actor.user_id, now()
        db.session.add(ticked)
    _record(actor, mobility, "visit.tick", {str(item): [None, done]}, left_out_because)
    readiness.look_again(mobility)


def note_letter(actor: Actor, mobility: Mobility) -> None:
    """Tick that the letter of the host is there, for one that came outside of Most."""
    found = db.session.get(ChecklistTick, (mobility.id, str(Item.LETTER)), populate_existing=True)
    ticked = found or ChecklistTick(mobility_id=mobility.id, item=str(Item.LETTER))
    ticked.applies, ticked.note = True, ""
    ticked.by, ticked.at = actor.user_id, now()
    db.session.add(ticked)
    readiness.look_again(mobility)


@atomic()
def make_ready(mobility_id: UUID) -> None:
    """Move a stay to what its checklist says; else do nothing."""
    readiness.look_again(mobilities.locked(mobility_id))


@atomic()
def arrive(actor: Actor, mobility_id: UUID, arrived_at: datetime, *, evidence: str = "") -> None:
    """Confirm as the host that somebody came, and when; the clocks of the law begin to run.

    Whoever acts on behalf of a host without an account gives the evidence, here and below.

    Raises NotFound, Forbidden, WrongState, Invalid (a moment to come).
    """
    mobility = mobilities.locked_for(actor, mobility_id)
    MOBILITY.require(parties.in_mobility(actor, mobility), "arrive")
    MOBILITY.machine.after(mobility.state, "arrive")
    _require_agreed(mobility)
    if arrived_at > now():
        raise Invalid(_("This moment is still to come."), field="arrived_at")
    mobility.actual_from = legal_clocks.day_at_host(mobility, arrived_at)
    _note_for_host(actor, mobility, "arrive", evidence)
    visit = queries.visit_of(mobility_id)
    visit.arrived_at = arrived_at
    db.session.add(visit)
    _take(actor, mobility, "arrive")
    db.session.flush()
    legal_clocks.refresh(mobility, visit)
    notices.arrived(mobility)


@atomic()
def put_off_beginnings() -> None:
    """Put off the beginning of each stay whose day has come: one that fails stops no other."""
    for mobility_id in queries.begun_by(now()):
        BEGIN_STAY.put(mobility_id, key=f"{BEGIN_STAY.name}:{mobility_id}")


@atomic()
def begin(mobility_id: UUID) -> None:
    """Note that teaching began; the clock does it. Nothing to do is no error."""
    mobility = mobilities.locked(mobility_id)
    if mobility.state == MobilityState.ARRIVED and mobility.planned_from <= _today(mobility):
        _take(SYSTEM, mobility, "begin")


@atomic()
def interrupt(actor: Actor, mobility_id: UUID, since: date, reason: str) -> None:
    """Note from which day a stay does not go on. Raises as `depart`."""
    mobility = mobilities.locked_for(actor, mobility_id)
    _take(actor, mobility, "interrupt", reason)
    _within(mobility, since, "since")
    ended = [one.until for one in queries.interruptions_of(mobility_id) if one.until is not None]
    if ended and since <= max(ended):
        raise Invalid(_("The last interruption ends on this day or after it."), field="since")
    db.session.add(Interruption(mobility_id=mobility_id, since=since, reason=reason))
    notices.interrupted(mobility, since, reason)


@atomic()
def resume(actor: Actor, mobility_id: UUID, until: date) -> None:
    """Note the last day of an interruption. Raises NotFound, Forbidden, WrongState, Invalid."""
    mobility = mobilities.locked_for(actor, mobility_id)
    _take(actor, mobility, "resume")
    _within(mobility, until, "until")
    _end_interruption(mobility_id, until)


@atomic()
def depart(actor: Actor, mobility_id: UUID, last_day: date, *, evidence: str = "") -> None:
    """Confirm as the host when somebody left. Raises NotFound, Forbidden, WrongState, Invalid."""
    mobility = mobilities.locked_for(actor, mobility_id)
    _leave(actor, mobility, "depart", last_day)
    _note_for_host(actor, mobility, "depart", evidence)
    notices.departed(mobility)


@atomic()
def end_early(
    actor: Actor, mobility_id: UUID, last_day: date, *, reason: str, force_majeure: bool
) -> None:
    """End a stay before its time, with the reason. Raises as `depart`."""
    mobility = mobilities.locked_for(actor, mobility_id)
    _leave(actor, mobility, "end_early", last_day, reason)
    visit = queries.visit_of(mobility_id)
    visit.left_early, visit.early_reason, visit.force_majeure = True, reason, force_majeure
    db.session.add(visit)
    notices.departed(mobility)


@atomic()
def note_no_show(actor: Actor, mobility_id: UUID, reason: str, *, evidence: str = "") -> None:
    """Note as the host that nobody came; the place is given up.

    Raises NotFound, Forbidden, WrongState, Invalid (too early to say).
    """
    mobility = mobilities.locked_for(actor, mobility_id)
    MOBILITY.require(parties.in_mobility(actor, mobility), "no_show")
    MOBILITY.machine.after(mobility.state, "no_show")
    _require_agreed(mobility)
    _take(actor, mobility, "no_show", reason)
    if (_today(mobility) - mobility.planned_from).days < NO_SHOW_DAYS:
        raise Invalid(
            _("Wait until %(days)s days after the first day.", days=NO_SHOW_DAYS), field="reason"
        )
    if mobility.application_id:
        quotas.release(mobility.application_id)
    _note_for_host(actor, mobility, "no_show", evidence)
    notices.did_not_come(mobility, reason)


@atomic()
def close(actor: Actor, mobility_id: UUID, *, reason: str = "") -> None:
    """Close a stay of which nothing is left to do; results still to come are given up by a reason.

    Raises NotFound, Forbidden, WrongState, Invalid (results are to come and no reason is given).
    """
    mobility = mobilities.locked_for(actor, mobility_id)
    lost = loses_records(mobility)
    _take(actor, mobility, "close", reason)
    if lost and not reason.strip():
        raise Invalid(_("Say why this stay is closed without its results."), field="reason")


def loses_records(mobility: Mobility) -> bool:
    """Tell whether closing a stay now gives up a transcript and what it would count at home."""
    return mobility.kind in WITH_RECORDS and mobility.state != MobilityState.RECOGNISED


def _leave(actor: Actor, mobility: Mobility, action: str, last_day: date, reason: str = "") -> None:
    was_interrupted = mobility.state == MobilityState.INTERRUPTED
    MOBILITY.require(parties.in_mobility(actor, mobility), action)
    MOBILITY.machine.after(mobility.state, action)
    _within(mobility, last_day, "last_day")
    mobility.actual_until = last_day
    _take(actor, mobility, action, reason)
    if was_interrupted:
        _end_interruption(mobility.id, last_day)


def _note_for_host(actor: Actor, mobility: Mobility, action: str, evidence: str) -> None:
    found = parties.in_mobility(actor, mobility)
    for_host.note(actor, mobility, MOBILITY, action, found=found, evidence=evidence)


def _require_agreed(mobility: Mobility) -> None:
    """Raise WrongState while the host has not approved the plan as it is now."""
    if nominations.state_of(mobility.id) != NominationState.APPROVED:
        raise WrongState(_("The plan was changed: the host answers the nomination first."))


def _end_interruption(mobility_id: UUID, until: date) -> None:
    standing = next(one for one in queries.interruptions_of(mobility_id) if one.until is None)
    if until < standing.since:
        raise Invalid(_("It ends before it begins."), field="until")
    standing.until = until


def _within(mobility: Mobility, day: date, field: str) -> None:
    if mobility.actual_from is None or day < mobility.actual_from:
        raise Invalid(_("This day is before the arrival."), field=field)
    if day > _today(mobility):
        raise Invalid(_("This day is still to come."), field=field)


def _today(mobility: Mobility) -> date:
    return legal_clocks.day_at_host(mobility, now())


def _take(actor: Actor, mobility: Mobility, action: str, reason: str = "") -> None:
    take(
        actor,
        mobility,
        MOBILITY,
        action,
        parties=parties.in_mobility(actor, mobility),
        institution_id=mobility.sending_institution_id,
        reason=reason,
    )


def _open_to(actor: Actor, mobility_id: UUID, who: set[Party]) -> Mobility:
    mobility = mobilities.locked_for(actor, mobility_id)
    if not who & parties.in_mobility(actor, mobility):
        raise Forbidden(_("This is for somebody else in this exchange to write."))
    if mobility.state not in _OPEN:
        raise Invalid(_("The stay is over; nothing of this changes any more."))
    return mobility


def _record(
    actor: Actor,
    mobility: Mobility,
    action: str,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Note that something was changed; what people wrote of themselves stays out of the trail."""
    audit.record(
        actor,
        action,
        mobility.id,
        kind=MOBILITY.kind,
        institution_id=mobility.sending_institution_id,
        changes=changes,
        reason=reason,
    )
