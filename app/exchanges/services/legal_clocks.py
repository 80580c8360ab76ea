"""The clocks of the law for one stay: computed, done, reminded of."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Forbidden, Invalid, WrongState
from app.core.i18n import gettext as _
from app.exchanges.jobs import REMIND_OF_CLOCK
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.visits import ClockStep, Visit
from app.exchanges.notices import visits as notices
from app.exchanges.policies import parties
from app.exchanges.queries import mobilities, travellers
from app.exchanges.queries import visits as queries
from app.exchanges.rules import legal_clocks as rules
from app.exchanges.services import readiness
from app.exchanges.states.mobilities import ABROAD, BEFORE_ARRIVAL, MOBILITY
from app.exchanges.states.parties import Party

REMIND_BEFORE = timedelta(days=7)
"""How long before a step is due its person is reminded; shorter clocks at once."""

LONGEST_BEFORE = timedelta(days=366)
"""How long before a stay something can have been done for it."""


def facts_of(mobility: Mobility, visit: Visit, citizenships: Iterable[str]) -> rules.Facts:
    """Return what the clocks depend on; the stay's host must be loaded."""
    host = mobility.receiving_institution
    return rules.Facts(
        country=host.country,
        timezone=host.timezone,
        citizenships=frozenset(citizenships),
        first_day=mobility.planned_from,
        last_day=mobility.planned_until,
        arrived_at=visit.arrived_at,
        visa_until=visit.visa_until,
        permit_until=visit.permit_until,
    )


def day_at_host(mobility: Mobility, moment: datetime) -> date:
    """Return which day it was at the host."""
    return moment.astimezone(ZoneInfo(mobility.receiving_institution.timezone)).date()


def refresh(mobility: Mobility, visit: Visit) -> None:
    """Compute the clocks anew inside the caller's transaction, with the stay locked.

    What is done stays done; what does not concern the person any more no longer applies.
    """
    facts = facts_of(mobility, visit, travellers.citizenships_of(mobility.person_id))
    wanted = {step.clock.id: step.due_at for step in rules.steps(facts)}
    kept = {
        one.clock: one
        for one in db.session.scalars(select(ClockStep).where(ClockStep.mobility_id == mobility.id))
    }
    for clock, due_at in wanted.items():
        step = kept.get(clock) or ClockStep(mobility_id=mobility.id, clock=clock)
        if step.due_at != due_at:
            step.reminded_at = None
        step.due_at, step.applies = due_at, True
        db.session.add(step)
    for clock, step in kept.items():
        if clock not in wanted:
            step.applies = False


def openings_of(
    mobility: Mobility, visit: Visit, citizenships: Iterable[str]
) -> dict[str, datetime]:
    """Return from when the things can be done that cannot be done at any time, by their clock."""
    found = rules.steps(facts_of(mobility, visit, citizenships))
    return {one.clock.id: one.opens_at for one in found if one.opens_at is not None}


def follow_plan(mobility: Mobility) -> None:
    """Look anew at what rests on the days of a stay or on citizenships: clocks and readiness."""
    if queries.has_clocks(mobility):
        refresh(mobility, queries.visit_of(mobility.id))
    readiness.look_again(mobility)


@atomic()
def note_done(actor: Actor, mobility_id: UUID, clock: str, *, on: date, evidence: str) -> None:
    """Note that somebody has done what a clock asks for.

    Raises NotFound, Forbidden, Invalid (a day to come, before the arrival, or long ago).
    """
    mobility, step = _step_to_write(actor, mobility_id, clock)
    if on > day_at_host(mobility, now()):
        raise Invalid(_("This day is still to come."), field="on")
    if rules.runs_from_arrival(clock):
        if mobility.actual_from is None:
            raise Invalid(_("Nobody has arrived yet: this is done afterwards."), field="on")
        if on < mobility.actual_from:
            raise Invalid(_("This day is before the arrival."), field="on")
    if on < mobility.planned_from - LONGEST_BEFORE:
        raise Invalid(_("This day is too long before the stay."), field="on")
    former = step.done_on
    step.done_on, step.evidence, step.done_by = on, evidence, actor.user_id
    _note(actor, mobility, "visit.clock_done", {clock: [former, on]})


@atomic()
def take_back_done(actor: Actor, mobility_id: UUID, clock: str) -> None:
    """Take back that something was done. Raises NotFound, Forbidden, WrongState (it was not)."""
    mobility, step = _step_to_write(actor, mobility_id, clock)
    if step.done_on is None:
        raise WrongState(_("This is not noted as done."))
    _note(actor, mobility, "visit.clock_undone", {clock: [step.done_on, None]})
    step.done_on, step.evidence, step.done_by = None, "", None


def _step_to_write(actor: Actor, mobility_id: UUID, clock: str) -> tuple[Mobility, ClockStep]:
    mobility = mobilities.locked_for(actor, mobility_id)
    who = parties.in_mobility(actor, mobility)
    if not who & {Party.APPLICANT, Party.HOST_OFFICER, Party.HOME_OFFICER}:
        raise Forbidden(_("This is for somebody else in this exchange to write."))
    return mobility, queries.step(mobility_id, clock)


def _note(
    actor: Actor, mobility: Mobility, action: str, changes: dict[str, list[date | None]]
) -> None:
    audit.record(
        actor,
        action,
        mobility.id,
        kind=MOBILITY.kind,
        institution_id=mobility.receiving_institution_id,
        changes=changes,
    )


@atomic()
def put_off_reminders() -> None:
    """Put off a reminder of each step that is due soon: one that fails stops no other.

    Each is put off once for its due time; one that failed for good waits for the operator.
    """
    for step, mobility in queries.due_before(now() + REMIND_BEFORE):
        if step.reminded_at is None:
            key = f"{REMIND_OF_CLOCK.name}:{step.id}@{step.due_at}"
            REMIND_OF_CLOCK.put(mobility.id, step.clock, key=key)


@atomic()
def remind(mobility_id: UUID, clock: str) -> None:
    """Remind a person of one step, unless it is done, has no time any more, or they were told."""
    mobility = mobilities.locked(mobility_id)
    step = queries.step_or_none(mobility_id, clock)
    if step is None or mobility.state not in ABROAD | BEFORE_ARRIVAL:
        return
    if step.reminded_at is None and step.done_on is None and step.due_at is not None:
        step.reminded_at = now()
        notices.clock_runs(mobility, step)
