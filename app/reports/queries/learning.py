"""What a trainee's start page shows beside the sessions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from app.certificates.models import Certificate
from app.certificates.states import CertificateState
from app.core.database import is_any, read_prepared
from app.core.prepared import Prepared
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.courses.models.timetable import Session
from app.courses.states import COUNTED_SESSIONS, OPEN, EnrolmentState, RunState, SessionState

_IN_RUN = select(func.count()).where(Session.run_id == Run.id).correlate(Run)
_IN_ALL = _IN_RUN.where(Session.state != SessionState.CANCELLED).scalar_subquery()
_HELD = _IN_RUN.where(is_any(Session.state, *COUNTED_SESSIONS)).scalar_subquery()
_FIRST = case(
    (is_any(Enrolment.state, EnrolmentState.OFFERED, EnrolmentState.ACTIVE), 0),
    (is_any(Enrolment.state, EnrolmentState.APPLIED, EnrolmentState.WAITLISTED), 1),
    else_=2,
)
_others = aliased(Enrolment)
_PLACE_IN_QUEUE = (
    select(func.count())
    .where(
        _others.run_id == Enrolment.run_id,
        _others.state == EnrolmentState.WAITLISTED,
        or_(
            _others.priority > Enrolment.priority,
            and_(
                _others.priority == Enrolment.priority,
                _others.queue_number <= Enrolment.queue_number,
            ),
        ),
    )
    .correlate(Enrolment)
    .scalar_subquery()
)
_PLACES = Prepared(
    select(
        Enrolment.id,
        Enrolment.run_id,
        Enrolment.state,
        case((Enrolment.state == EnrolmentState.WAITLISTED, _PLACE_IN_QUEUE), else_=0).label(
            "place_in_queue"
        ),
        Enrolment.offer_expires_at,
        Run.title,
        Run.code,
        Run.starts_on,
        Run.ends_on,
        Run.timezone,
        _IN_ALL.label("in_all"),
        _HELD.label("held"),
    )
    .join(Run, Run.id == Enrolment.run_id)
    .where(
        Enrolment.trainee_id == bindparam("person"),
        is_any(Enrolment.state, *OPEN),
        is_any(Run.state, RunState.PUBLISHED, RunState.CLOSED),
    )
    .order_by(_FIRST, Run.starts_on, Enrolment.id)
    .limit(6)
)
_CERTIFICATE = Prepared(
    select(Certificate.id, Certificate.snapshot, Certificate.number, Certificate.issued_at)
    .where(
        Certificate.holder_id == bindparam("person"),
        Certificate.state == CertificateState.ISSUED,
        Certificate.issued_at > bindparam("since"),
    )
    .order_by(Certificate.issued_at.desc())
    .limit(1)
)


def places_of(person: UUID) -> Sequence[Any]:
    """Return up to six open places of the person: those under way, the waiting, the ended."""
    return read_prepared(_PLACES, {"person": person})


def newest_certificate(person: UUID, since: datetime) -> Any | None:
    """Return the certificate that was issued last, if that was after this instant. One query."""
    found = read_prepared(_CERTIFICATE, {"person": person, "since": since})
    return next(iter(found), None)
