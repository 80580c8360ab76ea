"""Reading how far the stays of applications have come, with what the host has answered."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.core.clock import now
from app.core.database import db
from app.exchanges.models.admissions import AdmissionCondition, HostAdmission
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.nominations import Nomination
from app.exchanges.states.agreements import WITH_RECORDS
from app.exchanges.states.mobilities import (
    AdmissionState,
    ConditionState,
    MobilityState,
    NominationState,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a stay has come; nothing of it before somebody is nominated."""

    stay: MobilityState | None = None
    nomination: NominationState | None = None
    admission: AdmissionState | None = None
    has_records: bool = True


NONE = Standing()


def of_applications(ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Return how far the stays of these applications have come, where there are any. One query.

    An admission whose condition is past its day has lapsed, also before the clock has noted it.
    """
    is_late = (
        select(AdmissionCondition.id)
        .where(
            AdmissionCondition.admission_id == HostAdmission.id,
            AdmissionCondition.state == ConditionState.OPEN,
            AdmissionCondition.due_at <= now(),
        )
        .exists()
    )
    query = (
        select(
            Mobility.application_id,
            Mobility.state,
            Nomination.state,
            HostAdmission.state,
            is_late,
            Mobility.kind,
        )
        .outerjoin(Nomination, Nomination.mobility_id == Mobility.id)
        .outerjoin(HostAdmission, HostAdmission.mobility_id == Mobility.id)
        .where(Mobility.application_id.in_(ids))
    )
    return {
        application_id: Standing(
            stay, nomination, _shown(admission, is_late=late), kind in WITH_RECORDS
        )
        for application_id, stay, nomination, admission, late, kind in db.session.execute(query)
        if application_id is not None
    }


def _shown(admission: AdmissionState | None, *, is_late: bool) -> AdmissionState | None:
    is_over = is_late and admission == AdmissionState.CONDITIONAL
    return AdmissionState.LAPSED if is_over else admission
