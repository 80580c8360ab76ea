"""Reading admissions by hosts, their conditions and the files that go with them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.actor import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.exchanges.models.admissions import (
    AdmissionCondition,
    AdmissionDocument,
    ConditionEvidence,
    HostAdmission,
)
from app.exchanges.models.mobilities import Mobility
from app.exchanges.queries import mobilities
from app.exchanges.states.mobilities import AdmissionState, ConditionState


def of_stay(mobility_id: UUID) -> HostAdmission | None:
    """Return the admission of a stay; there is none before the host approves the nomination."""
    query = select(HostAdmission).where(HostAdmission.mobility_id == mobility_id)
    return db.session.scalars(query).one_or_none()


def admission_of(mobility_id: UUID) -> HostAdmission:
    """Return the admission of a stay; NotFound before the host approves the nomination."""
    found = of_stay(mobility_id)
    if found is None:
        raise NotFound(_("The host has not begun to admit this person."))
    return found


def condition_for(actor: Actor, condition_id: UUID) -> tuple[AdmissionCondition, Mobility]:
    """Return a condition and its stay; NotFound unless the actor takes part in the stay."""
    query = (
        select(AdmissionCondition, HostAdmission.mobility_id)
        .join(HostAdmission, HostAdmission.id == AdmissionCondition.admission_id)
        .where(AdmissionCondition.id == condition_id)
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound(_("There is no such condition."))
    try:
        return row[0], mobilities.mobility_for(actor, row[1])
    except NotFound:
        raise NotFound(_("There is no such condition.")) from None


def locked_of(mobility_id: UUID) -> HostAdmission:
    """Return the admission of a stay, ours to change; lock the stay before."""
    query = (
        select(HostAdmission)
        .where(HostAdmission.mobility_id == mobility_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(_("The host has not begun to admit this person."))
    return found


def locked_for(actor: Actor, mobility_id: UUID) -> tuple[Mobility, HostAdmission]:
    """Lock the stay first and its admission second; NotFound also when it is not the actor's."""
    mobility = mobilities.locked_for(actor, mobility_id)
    return mobility, locked_of(mobility_id)


def locked_condition_for(
    actor: Actor, condition_id: UUID
) -> tuple[Mobility, HostAdmission, AdmissionCondition]:
    """Lock the stay, its admission and one of its conditions; NotFound when not the actor's."""
    mobility_id = db.session.scalar(
        select(HostAdmission.mobility_id)
        .join(AdmissionCondition, AdmissionCondition.admission_id == HostAdmission.id)
        .where(AdmissionCondition.id == condition_id)
    )
    if mobility_id is None:
        raise NotFound(_("There is no such condition."))
    try:
        mobility, admission = locked_for(actor, mobility_id)
    except NotFound:
        raise NotFound(_("There is no such condition.")) from None
    query = (
        select(AdmissionCondition)
        .where(AdmissionCondition.id == condition_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return mobility, admission, db.session.scalars(query).one()


def conditions_of(admission_id: UUID) -> Sequence[AdmissionCondition]:
    """Return the conditions of an admission in their order."""
    query = select(AdmissionCondition).where(AdmissionCondition.admission_id == admission_id)
    return db.session.scalars(
        query.order_by(AdmissionCondition.position).execution_options(populate_existing=True)
    ).all()


def documents_of(admission_id: UUID) -> Sequence[AdmissionDocument]:
    """Return what the applicant handed in for the host, with the files."""
    query = (
        select(AdmissionDocument)
        .where(AdmissionDocument.admission_id == admission_id)
        .options(joinedload(AdmissionDocument.file))
        .order_by(AdmissionDocument.id)
    )
    return db.session.scalars(query).all()


def evidence_of(admission_id: UUID) -> dict[UUID, list[ConditionEvidence]]:
    """Return what was handed in for each condition of an admission, with the files."""
    query = (
        select(ConditionEvidence)
        .join(AdmissionCondition, AdmissionCondition.id == ConditionEvidence.condition_id)
        .where(AdmissionCondition.admission_id == admission_id)
        .options(joinedload(ConditionEvidence.file))
        .order_by(ConditionEvidence.id)
    )
    found: dict[UUID, list[ConditionEvidence]] = {}
    for one in db.session.scalars(query):
        found.setdefault(one.condition_id, []).append(one)
    return found


def overdue(moment: datetime, *, most: int = 500) -> Sequence[UUID]:
    """Return the stays whose conditional admission has an open condition that is past its day."""
    query = (
        select(HostAdmission.mobility_id)
        .join(AdmissionCondition, AdmissionCondition.admission_id == HostAdmission.id)
        .where(
            HostAdmission.state == AdmissionState.CONDITIONAL,
            AdmissionCondition.state == ConditionState.OPEN,
            AdmissionCondition.due_at <= moment,
        )
        .distinct()
        .order_by(HostAdmission.mobility_id)
        .limit(most)
    )
    return db.session.scalars(query).all()


def shown_state(
    admission: HostAdmission, conditions: Sequence[AdmissionCondition], moment: datetime
) -> AdmissionState:
    """Return how an admission stands now, also when the clock's job has not run yet."""
    late = any(one.state == ConditionState.OPEN and one.due_at <= moment for one in conditions)
    if admission.state == AdmissionState.CONDITIONAL and late:
        return AdmissionState.LAPSED
    return admission.state
