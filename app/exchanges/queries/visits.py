"""Reading what belongs to a stay abroad."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.exchanges.models.learning_agreements import LearningAgreement
from app.exchanges.models.letters import IssuedDocument
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.nominations import Nomination
from app.exchanges.models.visits import (
    ChecklistTick,
    ClockStep,
    EmergencyContact,
    Insurance,
    Interruption,
    Visit,
)
from app.exchanges.rules.checklists import Item, is_covered, missing
from app.exchanges.states.agreements import WITH_RECORDS
from app.exchanges.states.letters import LetterKind, LetterState
from app.exchanges.states.mobilities import (
    ABROAD,
    BEFORE_ARRIVAL,
    MobilityState,
    NominationState,
)
from app.institutions.models import Institution


@dataclass(frozen=True, slots=True)
class Checklist:
    """What is done, what does not apply, what is missing."""

    done: frozenset[Item]
    left_out: dict[Item, str]
    missing: list[Item]


def visit_of(mobility_id: UUID) -> Visit:
    """Return what is known of a visit; a new, empty one when nothing is stored yet."""
    found = db.session.get(Visit, mobility_id, populate_existing=True)
    return found or Visit(mobility_id=mobility_id, version=1)


def waits_for_answer(mobility_id: UUID) -> bool:
    """Tell whether the host has still to answer to what was proposed for a stay."""
    query = select(Nomination.id).where(
        Nomination.mobility_id == mobility_id, Nomination.state == NominationState.PENDING
    )
    return db.session.scalar(query) is not None


def contacts_of(mobility_id: UUID) -> Sequence[EmergencyContact]:
    """Return whom to call."""
    query = select(EmergencyContact).where(EmergencyContact.mobility_id == mobility_id)
    return db.session.scalars(query.order_by(EmergencyContact.id)).all()


def insurances_of(mobility_id: UUID) -> Sequence[Insurance]:
    """Return the policies, by their first day."""
    query = select(Insurance).where(Insurance.mobility_id == mobility_id)
    return db.session.scalars(query.order_by(Insurance.valid_from, Insurance.id)).all()


def interruptions_of(mobility_id: UUID) -> Sequence[Interruption]:
    """Return the interruptions, by their first day."""
    query = select(Interruption).where(Interruption.mobility_id == mobility_id)
    return db.session.scalars(query.order_by(Interruption.since, Interruption.id)).all()


def steps_of(mobility_id: UUID) -> Sequence[ClockStep]:
    """Return the clocks that run for somebody, by when they are due; without a time last."""
    query = (
        select(ClockStep)
        .where(ClockStep.mobility_id == mobility_id, ClockStep.applies)
        .order_by(ClockStep.due_at.is_(None), ClockStep.due_at, ClockStep.clock)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


def has_clocks(mobility: Mobility) -> bool:
    """Tell whether the clocks of a stay are computed, whether any runs or not."""
    if mobility.state != MobilityState.PLANNED:
        return True
    kept = select(Visit.mobility_id).where(Visit.mobility_id == mobility.id)
    steps = select(ClockStep.mobility_id).where(ClockStep.mobility_id == mobility.id)
    return db.session.scalar(kept.union_all(steps).limit(1)) is not None


def step(mobility_id: UUID, clock: str) -> ClockStep:
    """Return one clock of a stay; raises NotFound. Lock the stay before changing it."""
    found = step_or_none(mobility_id, clock)
    if found is None:
        raise NotFound(_("There is no such step."))
    return found


def step_or_none(mobility_id: UUID, clock: str) -> ClockStep | None:
    """Return one clock of a stay if it runs. Lock the stay before changing it."""
    query = select(ClockStep).where(
        ClockStep.mobility_id == mobility_id, ClockStep.clock == clock, ClockStep.applies
    )
    return db.session.scalar(query.execution_options(populate_existing=True))


def checklist_of(mobility: Mobility) -> Checklist:
    """Return what the records show and what was ticked. Four queries."""
    ticks = db.session.scalars(
        select(ChecklistTick).where(ChecklistTick.mobility_id == mobility.id)
    ).all()
    done = {Item(one.item) for one in ticks if one.applies and one.item in set(Item)}
    left_out = {Item(one.item): one.note for one in ticks if not one.applies}
    if _has_agreement(mobility):
        done.add(Item.LEARNING_AGREEMENT)
    if _has_letter(mobility.id):
        done.add(Item.LETTER)
    if contacts_of(mobility.id):
        done.add(Item.EMERGENCY_CONTACT)
    covers = [(one.valid_from, one.valid_until) for one in insurances_of(mobility.id)]
    if is_covered(mobility.planned_from, mobility.planned_until, covers):
        done.add(Item.INSURANCE)
    if mobility.kind not in WITH_RECORDS:
        left_out.setdefault(Item.LEARNING_AGREEMENT, "")
    return Checklist(frozenset(done), left_out, missing(done, left_out))


def _has_agreement(mobility: Mobility) -> bool:
    query = select(LearningAgreement.first_version.isnot(None)).where(
        LearningAgreement.mobility_id == mobility.id
    )
    return bool(db.session.scalar(query))


def _has_letter(mobility_id: UUID) -> bool:
    query = (
        select(IssuedDocument.id)
        .where(
            IssuedDocument.mobility_id == mobility_id,
            IssuedDocument.kind.in_((LetterKind.INVITATION, LetterKind.ACCEPTANCE)),
            IssuedDocument.state == LetterState.ISSUED,
        )
        .limit(1)
    )
    return db.session.scalar(query) is not None


def due_before(moment: datetime) -> Sequence[tuple[ClockStep, Mobility]]:
    """Return the steps not done that are due before a moment, of stays that go on."""
    query = (
        select(ClockStep, Mobility)
        .join(Mobility, Mobility.id == ClockStep.mobility_id)
        .where(
            ClockStep.applies,
            ClockStep.done_on.is_(None),
            ClockStep.due_at <= moment,
            Mobility.state.in_(ABROAD | BEFORE_ARRIVAL),
        )
        .order_by(ClockStep.due_at, ClockStep.id)
    )
    return [(one, stay) for one, stay in db.session.execute(query)]


def begun_by(moment: datetime) -> list[UUID]:
    """Return the stays whose person has arrived and whose first day has come at the host."""
    latest = (moment + timedelta(days=1)).date()
    query = (
        select(Mobility.id, Mobility.planned_from, Institution.timezone)
        .join(Institution, Institution.id == Mobility.receiving_institution_id)
        .where(Mobility.state == MobilityState.ARRIVED, Mobility.planned_from <= latest)
    )
    return [
        mobility_id
        for mobility_id, first, timezone in db.session.execute(query)
        if first <= moment.astimezone(ZoneInfo(timezone)).date()
    ]
