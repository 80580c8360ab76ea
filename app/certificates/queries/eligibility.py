"""Reading who of a run could get a certificate, and what stands in the way of the others."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import PersonName
from app.certificates.eligibility import Record, hindrances
from app.certificates.models import Certificate
from app.certificates.names import as_printed
from app.certificates.reasons import Hindrance, Kind
from app.certificates.states import CertificateState
from app.completion.models import Decision, Review
from app.completion.states import ReviewState
from app.core.database import db
from app.core.glyphs import undrawable
from app.courses.models.enrolments import Enrolment
from app.courses.models.timetable import Session
from app.courses.states import EnrolmentState, SessionState

LIVE = (CertificateState.PENDING, CertificateState.ISSUED, CertificateState.SUSPENDED)
_STANDS = (ReviewState.UPHELD, ReviewState.REISSUED)
_TAUGHT = (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED, EnrolmentState.NOT_COMPLETED)


@dataclass(frozen=True)
class Candidate:
    """One enrolment with all that decides about its certificate."""

    enrolment: Enrolment
    record: Record
    decision: Decision | None
    certificate: Certificate | None

    def hindrances(self, kind: Kind, scripts: Sequence[str]) -> list[Hindrance]:
        """Return what stands in the way of a certificate of that kind."""
        return hindrances(self.record, kind, scripts, letters_missing)

    @property
    def names(self) -> dict[str, str]:
        """Return the names as they would be printed, by script."""
        return {script: text for script, (text, _) in self.record.names.items()}


def letters_missing(text: str) -> list[str]:
    """Return the characters that no face has, each with its code and name."""
    return [
        f"{_shown(found.character)} ({found.code} {found.name})".strip()
        for found in undrawable(text)
    ]


def _shown(character: str) -> str:
    return character if character.isprintable() else ""


def candidates(run_id: UUID, kind: Kind) -> list[Candidate]:
    """Return everyone who was taught in the run, by name; six queries whatever their number."""
    query = (
        select(Enrolment)
        .where(Enrolment.run_id == run_id, Enrolment.state.in_(_TAUGHT))
        .options(joinedload(Enrolment.trainee))
    )
    enrolments = list(db.session.scalars(query))
    enrolments.sort(key=lambda one: (one.trainee.sort_name, one.id))
    return _candidates(enrolments, kind, run_id)


def candidate(enrolment_id: UUID, kind: Kind) -> Candidate | None:
    """Return one enrolment the same way; None when it was never taught."""
    query = (
        select(Enrolment)
        .where(Enrolment.id == enrolment_id, Enrolment.state.in_(_TAUGHT))
        .options(joinedload(Enrolment.trainee))
    )
    found = db.session.scalars(query).one_or_none()
    return _candidates([found], kind, found.run_id)[0] if found else None


def _candidates(enrolments: Sequence[Enrolment], kind: Kind, run_id: UUID) -> list[Candidate]:
    ids = [one.id for one in enrolments]
    decisions = _latest_decisions(ids)
    reviews = _reviews(ids)
    in_question = {one.enrolment_id for one in reviews if one.state == ReviewState.OPEN}
    upheld = {one.decision_id for one in reviews if one.state in _STANDS}
    certificates = _live(ids, kind)
    names = names_of({one.trainee_id for one in enrolments})
    unlocked = _open_registers(run_id)
    found = []
    for one in enrolments:
        decision = decisions.get(one.id)
        record = Record(
            state=one.state,
            outcome=_outcome(decision, upheld),
            criteria=decision.criteria if decision else (),
            has_open_review=one.id in in_question,
            open_registers=sum(
                (one.active_from is None or starts_at >= one.active_from)
                and (one.active_to is None or starts_at < one.active_to)
                for starts_at in unlocked
            ),
            names=names[one.trainee_id],
            has_certificate=one.id in certificates
            and certificates[one.id].state != CertificateState.PENDING,
        )
        found.append(Candidate(one, record, decision, certificates.get(one.id)))
    return found


def names_of(user_ids: Iterable[UUID]) -> defaultdict[UUID, dict[str, tuple[str, bool]]]:
    """Return each person's names as printed, and whether confirmed, by script."""
    found: defaultdict[UUID, dict[str, tuple[str, bool]]] = defaultdict(dict)
    for name in db.session.scalars(select(PersonName).where(PersonName.user_id.in_(user_ids))):
        found[name.user_id][str(name.script)] = (as_printed(name), name.confirmed_at is not None)
    return found


def _latest_decisions(ids: Sequence[UUID]) -> dict[UUID, Decision]:
    newest = (
        select(Decision.enrolment_id, func.max(Decision.number).label("number"))
        .where(Decision.enrolment_id.in_(ids))
        .group_by(Decision.enrolment_id)
        .subquery()
    )
    query = select(Decision).join(
        newest,
        (newest.c.enrolment_id == Decision.enrolment_id) & (newest.c.number == Decision.number),
    )
    return {one.enrolment_id: one for one in db.session.scalars(query)}


def _reviews(ids: Sequence[UUID]) -> Sequence[Review]:
    return db.session.scalars(select(Review).where(Review.enrolment_id.in_(ids))).all()


def _outcome(decision: Decision | None, upheld: set[UUID]) -> str | None:
    """Return what the latest decision says, or what people said of it when they reviewed it."""
    if decision is None:
        return None
    return "met" if decision.id in upheld else decision.outcome


def _live(ids: Sequence[UUID], kind: Kind) -> dict[UUID, Certificate]:
    query = select(Certificate).where(
        Certificate.enrolment_id.in_(ids), Certificate.kind == kind, Certificate.state.in_(LIVE)
    )
    return {one.enrolment_id: one for one in db.session.scalars(query) if one.enrolment_id}


def _open_registers(run_id: UUID) -> list[datetime]:
    """Return when each required session began whose register is not locked."""
    query = select(Session.starts_at).where(
        Session.run_id == run_id,
        Session.required,
        Session.state.in_((SessionState.SCHEDULED, SessionState.HELD)),
    )
    return list(db.session.scalars(query))
