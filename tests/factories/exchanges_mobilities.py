"""Stays to test with, in any state and with the history that leads there."""

from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import actor_for
from app.audit import services as audit
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import Text, atomic, db
from app.core.machine import Machine
from app.core.names import search_text
from app.exchanges.models.admissions import HostAdmission
from app.exchanges.models.agreements import Allocation, Quota
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call, Destination
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.nominations import Nomination, NominationDecision, NominationProposal
from app.exchanges.rules.nominations import content_of, proposal_id
from app.exchanges.services import series
from app.exchanges.states.agreements import ALLOCATION, ExchangeKind
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import CALL, AcademicTerm
from app.exchanges.states.mobilities import (
    ADMISSION,
    MOBILITY,
    NOMINATION,
    AdmissionState,
    MobilityState,
    NominationState,
)
from app.institutions.models import Institution
from tests.factories.accounts import an_actor
from tests.factories.exchanges_agreements import an_agreement_in_force, the_quota
from tests.factories.exchanges_applications import an_application

_numbers = count(1)
_M, _N, _A = MobilityState, NominationState, AdmissionState
_TO_ARRIVED = ("prepare", "make_ready", "arrive")
WAY_TO_MOBILITY: dict[MobilityState, tuple[str, ...]] = {
    _M.PLANNED: (),
    _M.PRE_DEPARTURE: ("prepare",),
    _M.READY: ("prepare", "make_ready"),
    _M.ARRIVED: _TO_ARRIVED,
    _M.IN_PROGRESS: (*_TO_ARRIVED, "begin"),
    _M.INTERRUPTED: (*_TO_ARRIVED, "begin", "interrupt"),
    _M.DEPARTED: (*_TO_ARRIVED, "begin", "depart"),
    _M.ENDED_EARLY: (*_TO_ARRIVED, "begin", "end_early"),
    _M.RECORDS_RECEIVED: (*_TO_ARRIVED, "begin", "depart", "receive_records"),
    _M.RECOGNISED: (*_TO_ARRIVED, "begin", "depart", "receive_records", "recognise"),
    _M.CLOSED: (*_TO_ARRIVED, "begin", "depart", "receive_records", "recognise", "close"),
    _M.CANCELLED: ("cancel",),
    _M.NO_SHOW: ("prepare", "no_show"),
}
"""How a stay comes into each state."""

WAY_TO_NOMINATION: dict[NominationState, tuple[str, ...]] = {
    _N.PENDING: (),
    _N.APPROVED: ("approve",),
    _N.REJECTED: ("reject",),
    _N.CANCELLED: ("cancel",),
}
WAY_TO_ADMISSION: dict[AdmissionState, tuple[str, ...]] = {
    _A.AWAITING_DOCUMENTS: (),
    _A.COMPLETE: ("complete",),
    _A.CONDITIONAL: ("complete", "accept_conditionally"),
    _A.ACCEPTED: ("complete", "accept"),
    _A.REFUSED: ("complete", "refuse"),
    _A.LAPSED: ("complete", "accept_conditionally", "lapse"),
    _A.LETTER_ISSUED: ("complete", "accept", "issue_letter"),
    _A.CONFIRMED_COMING: ("complete", "accept", "issue_letter", "confirm_coming"),
}
_TO_FINALISED = (
    "publish",
    "open",
    "close",
    "begin_selection",
    "decide",
    "release",
    "finalise",
)
_HAVE_LEFT = {_M.DEPARTED, _M.ENDED_EARLY, _M.RECORDS_RECEIVED, _M.RECOGNISED, _M.CLOSED}
_NEVER_CAME = {_M.PLANNED, _M.PRE_DEPARTURE, _M.READY, _M.CANCELLED, _M.NO_SHOW}


def a_mobility(
    home: Institution,
    host: Institution,
    *,
    person: Actor | UUID | None = None,
    state: MobilityState = MobilityState.PLANNED,
    nomination: NominationState | None = None,
    admission: AdmissionState | None = None,
    home_coordinator: Actor | UUID | None = None,
    host_coordinator: Actor | UUID | None = None,
    kind: ExchangeKind = ExchangeKind.STUDIES,
    term: AcademicTerm = AcademicTerm.SPRING,
    quota: Quota | None = None,
    planned_from: date | None = None,
    planned_until: date | None = None,
    name: str = "Milijana Radić",
    **values: Any,
) -> Mobility:
    """Return a stored stay in this state, with its application, nomination and admission.

    A stay that is planned waits for the host's answer, and is not admitted before there is one;
    one that is further is approved and admitted; `nomination` and `admission` say otherwise. Who is
    on the stay holds a place, except when it was cancelled or nobody came. Coordinators are
    people of each side when not given. `values` are columns, such as `isced` or `actual_from`.
    """
    quota = quota or the_quota(an_agreement_in_force(home, host, kind=kind))
    call = a_call(home, host, quota, term)
    first = planned_from or now().date() + timedelta(days=30)
    last = planned_until or first + timedelta(days=140)
    application = an_application(
        call, applicant=person, state=ApplicationState.NOMINATED, name=name
    )
    traveller = db.session.get_one(User, application.applicant_id)
    with atomic():
        mobility = Mobility(
            application_id=application.id,
            quota_id=quota.id,
            number=str(series.next_number(home, series.STAYS, quota.academic_year)),
            person_id=traveller.id,
            kind=kind,
            sending_institution_id=home.id,
            receiving_institution_id=host.id,
            academic_year=quota.academic_year,
            term=term,
            isced="0912",
            eqf_level=6,
            planned_from=first,
            planned_until=last,
            home_coordinator_id=_id(home_coordinator, home, "Mira Katić"),
            host_coordinator_id=_id(host_coordinator, host, "Wei Chen"),
            **_actual(state, first, last),
        )
        for column, value in values.items():
            setattr(mobility, column, value)
        mobility.search_text = search_text(
            traveller.display_name, mobility.number, *home.name.values(), *host.name.values()
        )[:1000]
        _live(mobility, MOBILITY.machine, MOBILITY.kind, WAY_TO_MOBILITY[state], home.id)
    answer = nomination or _answer(state, admission)
    a_nomination(mobility, answer)
    if admission is None and answer == _N.APPROVED:
        waits = state in {_M.PLANNED, _M.CANCELLED}
        admission = _A.AWAITING_DOCUMENTS if waits else _A.CONFIRMED_COMING
    if admission is not None:
        an_admission(mobility, admission)
    is_free = answer in {_N.REJECTED, _N.CANCELLED} or admission in {_A.REFUSED, _A.LAPSED}
    if state in {_M.CANCELLED, _M.NO_SHOW} or is_free:
        _give_back(application)
    return mobility


def a_nomination(
    mobility: Mobility, state: NominationState = NominationState.PENDING
) -> Nomination:
    """Return a stored nomination of a stay that has none yet."""
    content = content_of(mobility)
    moment = now()
    with atomic():
        nomination = Nomination(
            mobility_id=mobility.id,
            proposal_id=proposal_id(content),
            content=content,
            personal={"name": "Milijana Radić", "email": "milijana@example.org"},
            proposed_at=moment,
        )
        if state in {_N.APPROVED, _N.REJECTED}:
            nomination.decided_at, nomination.decision_comment = moment, "Seen by the board."
        where = mobility.sending_institution_id
        _live(nomination, NOMINATION.machine, NOMINATION.kind, WAY_TO_NOMINATION[state], where)
        db.session.add(
            NominationProposal(
                nomination_id=nomination.id,
                number=1,
                proposal_id=nomination.proposal_id,
                content=content,
                by=SYSTEM.user_id,
            )
        )
        if state in {_N.APPROVED, _N.REJECTED}:
            db.session.add(
                NominationDecision(
                    nomination_id=nomination.id,
                    proposal_id=nomination.proposal_id,
                    decision="approve" if state == _N.APPROVED else "reject",
                    comment="Seen by the board.",
                    by=SYSTEM.user_id,
                )
            )
    return nomination


def an_admission(
    mobility: Mobility, state: AdmissionState = AdmissionState.AWAITING_DOCUMENTS
) -> HostAdmission:
    """Return the stored admission of a stay that has none yet; conditions are not made."""
    with atomic():
        admission = HostAdmission(mobility_id=mobility.id)
        if state != _A.AWAITING_DOCUMENTS:
            admission.completed_at = now()
            admission.details = {"passport_name": "RADIC MILIJANA", "citizenship": "BA"}
        if state == _A.REFUSED:
            admission.comment = "The course is not held this year."
        _live(
            admission,
            ADMISSION.machine,
            ADMISSION.kind,
            WAY_TO_ADMISSION[state],
            mobility.receiving_institution_id,
        )
    return admission


def a_call(
    home: Institution,
    host: Institution,
    quota: Quota,
    term: AcademicTerm = AcademicTerm.SPRING,
) -> Call:
    """Return a stored call that is over, which offered the places of a quota."""
    moment = now()
    with atomic():
        call = Call(
            institution_id=home.id,
            code=f"STAY-{next(_numbers)}",
            title=Text(en="A term abroad"),
            summary=Text(),
            description=Text(),
            kind=quota.kind,
            academic_year=quota.academic_year,
            term=term,
            stay_from=moment.date(),
            stay_until=moment.date() + timedelta(days=300),
            timezone=home.timezone,
            opens_at=moment - timedelta(days=60),
            closes_at=moment - timedelta(days=30),
            release_at=moment - timedelta(days=10),
            created_by=SYSTEM.user_id,
        )
        _live(call, CALL.machine, CALL.kind, _TO_FINALISED, home.id)
        db.session.add(
            Destination(
                call_id=call.id, quota_id=quota.id, institution_id=host.id, position=1, note=Text()
            )
        )
    return call


def _answer(state: MobilityState, admission: AdmissionState | None) -> NominationState:
    if state == _M.CANCELLED:
        return _N.CANCELLED
    return _N.PENDING if state == _M.PLANNED and admission is None else _N.APPROVED


def _live(
    thing: Any, machine: Machine[Any], kind: str, way: tuple[str, ...], institution_id: UUID
) -> None:
    audit.begin(SYSTEM, thing, machine, kind=kind, institution_id=institution_id)
    db.session.add(thing)
    db.session.flush()
    for action in way:
        audit.move(SYSTEM, thing, machine, action, kind=kind, institution_id=institution_id)
        db.session.flush()  # one moment each: the trail is read in the order of time


def _actual(state: MobilityState, first: date, last: date) -> dict[str, date]:
    if state in _NEVER_CAME:
        return {}
    return {"actual_from": first} | ({"actual_until": last} if state in _HAVE_LEFT else {})


def _id(given: Actor | UUID | None, where: Institution, name: str) -> UUID:
    if given is None:
        return an_actor("faculty", where.id, name=name).user_id
    return given if isinstance(given, UUID) else given.user_id


def _give_back(application: Application) -> None:
    with atomic():
        query = select(Allocation).where(Allocation.application_id == application.id)
        allocation = db.session.scalars(query).one()
        db.session.get_one(Quota, allocation.quota_id).used_persons -= 1
        allocation.released_at = now()
        audit.move(SYSTEM, allocation, ALLOCATION.machine, "release", kind=ALLOCATION.kind)


def traveller(mobility: Mobility) -> Actor:
    """Return whose stay it is, as an actor."""
    return actor_for(mobility.person_id)
