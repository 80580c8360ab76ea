"""Reading certificates: a holder's own, the register, one of them, and what happened to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.certificates import policies
from app.certificates.models import Certificate, CertificateEvent
from app.certificates.reasons import Kind
from app.certificates.states import NEVER_ISSUED, CertificateState
from app.core.actor import SYSTEM, Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.names import search_terms
from app.core.paging import Page, paged
from app.core.serials import read_serial, read_verification_code
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.courses.states import EnrolmentState

EXPORT_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Filters:
    """What part of the register is asked for."""

    words: str = ""
    state: CertificateState | None = None
    institution_id: UUID | None = None
    run_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a certificate, and who caused it."""

    event: CertificateEvent
    by: str


def certificate_for(actor: Actor, certificate_id: UUID) -> Certificate:
    """Return the certificate; NotFound unless the actor holds it or keeps its register."""
    found = db.session.get(Certificate, certificate_id)
    if found is None or not policies.may_see(actor, found):
        raise NotFound(_("There is no such certificate."))
    return found


def locked(certificate_id: UUID) -> Certificate:
    """Return the certificate, ours to change until the transaction ends."""
    query = (
        select(Certificate)
        .where(Certificate.id == certificate_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(_("There is no such certificate."))
    return found


def history(certificate: Certificate) -> list[Happening]:
    """Return what happened to a certificate, oldest first."""
    query = (
        select(CertificateEvent, User.display_name)
        .outerjoin(User, User.id == CertificateEvent.actor_id)
        .where(CertificateEvent.certificate_id == certificate.id)
        .order_by(CertificateEvent.at, CertificateEvent.id)
    )
    return [
        Happening(event, name or (_("Most") if event.actor_id == SYSTEM.user_id else ""))
        for event, name in db.session.execute(query).all()
    ]


def replacement_of(certificate: Certificate) -> Certificate | None:
    """Return the certificate that took this one's place."""
    query = (
        select(Certificate)
        .where(Certificate.replaces_id == certificate.id)
        .order_by(Certificate.created_at.desc())
    )
    return db.session.scalars(query.limit(1)).first()


def in_force(enrolment_id: UUID) -> Sequence[Certificate]:
    """Return the certificates of completion of an enrolment that are valid or suspended."""
    return _of_completion(enrolment_id, CertificateState.ISSUED, CertificateState.SUSPENDED)


def unprinted(enrolment_id: UUID) -> Sequence[Certificate]:
    """Return the certificates of completion of an enrolment that have only their number yet."""
    return _of_completion(enrolment_id, CertificateState.PENDING)


def _of_completion(enrolment_id: UUID, *states: CertificateState) -> Sequence[Certificate]:
    query = select(Certificate).where(
        Certificate.enrolment_id == enrolment_id,
        Certificate.kind == Kind.COMPLETION,
        Certificate.state.in_(states),
    )
    return db.session.scalars(query.order_by(Certificate.id)).all()


def held_by(actor: Actor, *, cursor: str | None = None) -> Page[Certificate]:
    """Return the actor's own certificates, newest first, but none that was never issued."""
    query = select(Certificate).where(
        Certificate.holder_id == actor.user_id, Certificate.state.not_in(NEVER_ISSUED)
    )
    return paged(
        lambda asked: db.session.scalars(asked).all(),
        query,
        Certificate.id,
        cursor=cursor,
        key_of=lambda one: (one.id,),
        descending=True,
    )


def awaited_by(actor: Actor) -> Sequence[tuple[Enrolment, Run]]:
    """Return the actor's completed enrolments without a certificate, newest first."""
    issued = aliased(Certificate)
    query = (
        select(Enrolment, Run)
        .join(Run, Run.id == Enrolment.run_id)
        .outerjoin(
            issued,
            (issued.enrolment_id == Enrolment.id) & issued.state.not_in(NEVER_ISSUED),
        )
        .where(
            Enrolment.trainee_id == actor.user_id,
            Enrolment.state == EnrolmentState.COMPLETED,
            issued.id.is_(None),
        )
        .order_by(Run.ends_on.desc(), Enrolment.id)
        .limit(50)
    )
    return [(enrolment, run) for enrolment, run in db.session.execute(query).all()]


def promised_in_vain(*where: ColumnElement[bool]) -> Sequence[UUID]:
    """Return the completed enrolments whose run promises a certificate that they never had."""
    had = exists().where(
        Certificate.enrolment_id == Enrolment.id,
        Certificate.kind == Kind.COMPLETION,
        Certificate.state.not_in(NEVER_ISSUED),
    )
    query = (
        select(Enrolment.id)
        .join(Run, Run.id == Enrolment.run_id)
        .where(
            Enrolment.state == EnrolmentState.COMPLETED,
            Run.certificate_design_id.is_not(None),
            ~had,
            *where,
        )
        .order_by(Enrolment.id)
    )
    return db.session.scalars(query).all()


SORTS = ("-made", "made", "number", "-number", "state", "-state")
"""The orders of the register; the first is the one without being asked."""


def register(
    actor: Actor, filters: Filters, *, sort: str = SORTS[0], cursor: str | None = None
) -> Page[Certificate]:
    """Return a page of the certificates the actor keeps, newest first unless asked otherwise."""
    name = sort.removeprefix("-") if sort in SORTS else "made"
    former: list[Any] = [] if name == "made" else [getattr(Certificate, name)]
    return paged(
        lambda asked: db.session.scalars(asked).all(),
        _register(actor, filters),
        *former,
        Certificate.id,
        cursor=cursor,
        key_of=lambda one: (one.id,) if name == "made" else (str(getattr(one, name)), one.id),
        descending=sort.startswith("-") or sort not in SORTS,
    )


def whole_register(actor: Actor, filters: Filters) -> Iterator[Certificate]:
    """Yield the certificates the actor keeps by number, at most EXPORT_ROWS of them."""
    query = _register(actor, filters).order_by(Certificate.number).limit(EXPORT_ROWS)
    yield from db.session.scalars(query)


def counts_by_state(actor: Actor, filters: Filters) -> dict[CertificateState, int]:
    """Return how many certificates of each state the actor keeps."""
    inner = _register(actor, filters).with_only_columns(Certificate.state).subquery()
    query = select(inner.c.state, func.count()).group_by(inner.c.state)
    return {CertificateState(state): number for state, number in db.session.execute(query).all()}


def runs_to_serve(actor: Actor) -> Sequence[tuple[Run, int]]:
    """Return runs with people who have completed and have no certificate, and how many."""
    issued = aliased(Certificate)
    waiting = func.count(Enrolment.id)
    query = (
        select(Run, waiting)
        .join(Enrolment, Enrolment.run_id == Run.id)
        .outerjoin(
            issued,
            (issued.enrolment_id == Enrolment.id) & issued.state.not_in(NEVER_ISSUED),
        )
        .where(Enrolment.state == EnrolmentState.COMPLETED, issued.id.is_(None))
        .group_by(Run.id)
        .order_by(Run.ends_on.desc(), Run.id)
        .limit(8)
    )
    where = actor.institutions(*policies.ISSUERS)
    if where is not None:
        query = query.where(Run.institution_id.in_(where))
    return [(run, number) for run, number in db.session.execute(query).all()]


def _register(actor: Actor, filters: Filters) -> Select[Certificate]:
    query = select(Certificate)
    where = actor.institutions(*policies.ISSUERS)
    if where is not None:
        query = query.where(Certificate.institution_id.in_(where))
    if filters.institution_id is not None:
        query = query.where(Certificate.institution_id == filters.institution_id)
    if filters.run_id is not None:
        query = query.where(Certificate.run_id == filters.run_id)
    if filters.state is not None:
        query = query.where(Certificate.state == filters.state)
    return _matching(query, filters.words)


def _matching(query: Select[Certificate], words: str) -> Select[Certificate]:
    if serial := read_serial(words):
        return query.where(Certificate.number == str(serial))
    if code := read_verification_code(words):
        return query.where(Certificate.code == code)
    for term in search_terms(words)[:6]:
        query = query.where(Certificate.search_text.contains(term, autoescape=True))
    return query
