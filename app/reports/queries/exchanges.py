"""What waits for somebody in exchanges: as an applicant, a reviewer, an office, a coordinator."""

from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
)

from app.core.actor import Actor
from app.core.clock import now
from app.core.database import Model, is_any, read_prepared, read_rows
from app.core.prepared import Prepared
from app.exchanges.models.admissions import HostAdmission
from app.exchanges.models.agreements import Agreement, AgreementVersion
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call
from app.exchanges.models.learning_agreements import LearningAgreement
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.nominations import Nomination
from app.exchanges.models.reviews import ReviewAssignment
from app.exchanges.models.visits import ClockStep
from app.exchanges.policies.learning_agreements import READ_ONLY
from app.exchanges.policies.parties import OFFICE
from app.exchanges.queries.desk import BY_STATE
from app.exchanges.states.agreements import WITH_RECORDS, AgreementState
from app.exchanges.states.applications import ApplicationState, Conflict
from app.exchanges.states.calls import RESULTS_KNOWN, CallState
from app.exchanges.states.learning_agreements import LearningAgreementState
from app.exchanges.states.mobilities import (
    ABROAD,
    BEFORE_ARRIVAL,
    NOT_ADMITTED,
    AdmissionState,
    MobilityState,
    NominationState,
)

STAFF = (*OFFICE, "faculty", "registrar")
"""Roles whose holders may have something to do in other people's exchanges."""

_HELD = {
    "office": OFFICE,
    "staff": STAFF,
    "records": ("registrar",),
    "signing": ("administrator",),
}
"""Whose institutions each of the parameters below holds."""

_ME: BindParameter[UUID] = bindparam("person")
_AT: Mapping[str, BindParameter[Collection[UUID]]] = {
    name: bindparam(name, expanding=True) for name in _HELD
}
_OF_STAY = {
    one: one.mobility_id == Mobility.id for one in (HostAdmission, LearningAgreement, Nomination)
}
_S = AgreementState


def waiting_for(actor: Actor, today: date) -> dict[str, int]:
    """Return how much of each kind waits for the actor, without what does not. One query.

    The keys are those of `words.EXCHANGE_TASKS`.
    """
    where = {name: list(actor.institutions(*roles) or ()) for name, roles in _HELD.items()}
    if actor.holds(*STAFF):
        query = _with_work(office=bool(where["office"]), records=bool(where["records"]))
        row = read_rows(
            query, {"person": actor.user_id, "today": today, "moment": now(), **where}
        ).one()
    else:
        row = read_prepared(_OF_OTHERS, {"person": actor.user_id})[0]
    counts: dict[str, int] = {}
    for name, number in row._asdict().items():
        key = name.removeprefix("own_")
        counts[key] = counts.get(key, 0) + int(number)
    return {key: number for key, number in counts.items() if number}


_RUNS = Application.call_id.not_in(select(Call.id).where(Call.state == CallState.CANCELLED))
"""Whether the call of an application goes on: nothing waits in one that was cancelled."""


def _count(source: type[Model], *rules: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(source).where(*rules).scalar_subquery()


def _of_stays(source: Any, *rules: ColumnElement[bool]) -> ScalarSelect[int]:
    query = select(func.count()).select_from(Mobility).join(source, _OF_STAY[source])
    return query.where(*rules).scalar_subquery()


def _own() -> Mapping[str, ScalarSelect[int]]:
    mine, coming = Mobility.person_id == _ME, is_any(Mobility.state, *BEFORE_ARRIVAL)
    offered = and_(
        Application.applicant_id == _ME,
        Application.state == ApplicationState.SELECTED,
        Call.id == Application.call_id,
        is_any(Call.state, *RESULTS_KNOWN),
    )
    return {
        "returned": _count(
            Application,
            Application.applicant_id == _ME,
            Application.state == ApplicationState.RETURNED,
        ),
        "offers": select(func.count(Application.id)).where(offered).scalar_subquery(),
        "papers": _of_stays(
            HostAdmission, mine, coming, HostAdmission.state == AdmissionState.AWAITING_DOCUMENTS
        ),
        "coming": _of_stays(
            HostAdmission, mine, coming, HostAdmission.state == AdmissionState.LETTER_ISSUED
        ),
        "own_agreements": _of_stays(
            LearningAgreement,
            mine,
            not_(is_any(Mobility.state, *READ_ONLY)),
            LearningAgreement.state == LearningAgreementState.EDITING,
        ),
        "reviews": _count(
            ReviewAssignment,
            ReviewAssignment.reviewer_id == _ME,
            ReviewAssignment.locked_at.is_(None),
            ReviewAssignment.removed_at.is_(None),
            ReviewAssignment.conflict == Conflict.NONE,
            exists().where(
                Application.id == ReviewAssignment.application_id,
                Application.state == ApplicationState.UNDER_REVIEW,
                _RUNS,
            ),
        ),
    }


_OWN: Select[*tuple[Any, ...]] = select(*(one.label(name) for name, one in _own().items()))
_OF_OTHERS = Prepared(_OWN)
"""What the start page asks of everybody without such a role."""


@cache
def _with_work(*, office: bool, records: bool) -> Select[*tuple[Any, ...]]:
    """Return the statement of staff: with what an office does, and with what a registrar does."""
    work = _work(office=office, records=records)
    return _OWN.add_columns(*(one.label(name) for name, one in work))


def _work(*, office: bool, records: bool) -> list[tuple[str, ScalarSelect[int]]]:
    home, host = Mobility.sending_institution_id, Mobility.receiving_institution_id
    as_home = and_(home.in_(_AT["staff"]), Mobility.home_coordinator_id == _ME)
    as_host = and_(host.in_(_AT["staff"]), Mobility.host_coordinator_id == _ME)
    coming = Mobility.state.in_(BEFORE_ARRIVAL)
    found = [
        (
            "agreements",
            _of_stays(
                LearningAgreement,
                Mobility.state.not_in(READ_ONLY),
                or_(
                    and_(as_home, LearningAgreement.state == LearningAgreementState.SIGNED_STUDENT),
                    and_(as_host, LearningAgreement.state == LearningAgreementState.PROPOSED),
                ),
            ),
        ),
        (
            "admissions",
            _of_stays(
                HostAdmission, as_host, coming, HostAdmission.state == AdmissionState.COMPLETE
            ),
        ),
        ("appeals", _appeals()),
    ]
    if office:
        found += [
            (
                "desk",
                _count(
                    Application,
                    Application.institution_id.in_(_AT["office"]),
                    Application.state.in_(BY_STATE["waiting"]),
                    _RUNS,
                    Application.applicant_id != _ME,
                ),
            ),
            (
                "nominations",
                _of_stays(
                    Nomination, host.in_(_AT["office"]), Nomination.state == NominationState.PENDING
                ),
            ),
            (
                "letters",
                _of_stays(
                    HostAdmission,
                    host.in_(_AT["office"]),
                    coming,
                    HostAdmission.state == AdmissionState.ACCEPTED,
                ),
            ),
            (
                "arrivals",
                _count(
                    Mobility,
                    host.in_(_AT["office"]),
                    Mobility.state.in_((MobilityState.PRE_DEPARTURE, MobilityState.READY)),
                    Mobility.planned_from <= bindparam("today"),
                ),
            ),
            (
                "records",
                _count(
                    Mobility,
                    host.in_(_AT["office"]),
                    Mobility.state.in_((MobilityState.DEPARTED, MobilityState.ENDED_EARLY)),
                    Mobility.kind.in_(WITH_RECORDS),
                ),
            ),
            (
                "overdue",
                _count(
                    Mobility,
                    host.in_(_AT["office"]),
                    is_any(Mobility.state, *ABROAD),
                    exists().where(
                        ClockStep.mobility_id == Mobility.id,
                        ClockStep.applies,
                        ClockStep.done_on.is_(None),
                        ClockStep.due_at < bindparam("moment"),
                    ),
                ),
            ),
            ("refused", _refused()),
            ("for_host", _for_hosts()),
            ("signatures", _signatures()),
        ]
    if records:
        received = Mobility.state == MobilityState.RECORDS_RECEIVED
        found.append(("recognition", _count(Mobility, home.in_(_AT["records"]), received)))
    return found


def _appeals() -> ScalarSelect[int]:
    # Who works in the office finds appeals at its desk.
    elsewhere = Application.institution_id.not_in(_AT["office"])
    query = select(func.count(Application.id)).join(Call, Call.id == Application.call_id)
    return query.where(
        Call.chair_id == _ME, Application.state == ApplicationState.UNDER_APPEAL, elsewhere
    ).scalar_subquery()


def _for_hosts() -> ScalarSelect[int]:
    """Return how many stays wait for what the office writes for a host without an account."""
    comes = and_(
        Mobility.state.in_((MobilityState.PRE_DEPARTURE, MobilityState.READY)),
        Mobility.planned_from <= bindparam("today"),
    )
    waits = HostAdmission.state.in_((AdmissionState.COMPLETE, AdmissionState.ACCEPTED))
    query = (
        select(func.count())
        .select_from(Mobility)
        .join(HostAdmission, _OF_STAY[HostAdmission])
        .where(
            Mobility.sending_institution_id.in_(_AT["office"]),
            Mobility.state.in_(BEFORE_ARRIVAL),
            Mobility.person_id != _ME,
            or_(waits, comes),
            not_(Mobility.host_has_office),
        )
    )
    return query.scalar_subquery()


def _refused() -> ScalarSelect[int]:
    """Return how many stays a host said no to, for their offices at home to settle."""
    no = or_(
        Nomination.state == NominationState.REJECTED,
        and_(Nomination.state == NominationState.APPROVED, HostAdmission.state.in_(NOT_ADMITTED)),
    )
    query = (
        select(func.count())
        .select_from(Mobility)
        .join(Nomination, _OF_STAY[Nomination])
        .outerjoin(HostAdmission, _OF_STAY[HostAdmission])
        .where(
            Mobility.sending_institution_id.in_(_AT["office"]),
            Mobility.state == MobilityState.PLANNED,
            no,
        )
    )
    return query.scalar_subquery()


def _signatures() -> ScalarSelect[int]:
    """Return how many agreements wait: for our own representative, or for us as the partner."""
    ours = and_(
        Agreement.institution_id.in_(_AT["signing"]),
        AgreementVersion.state.in_((_S.SHARED, _S.APPROVED_BY_PARTNER)),
    )
    theirs = and_(
        Agreement.partner_id.in_(_AT["office"]),
        AgreementVersion.state.in_((_S.SHARED, _S.APPROVED_BY_US)),
    )
    query = select(func.count(AgreementVersion.id)).join(
        Agreement, Agreement.id == AgreementVersion.agreement_id
    )
    return query.where(or_(ours, theirs)).scalar_subquery()
