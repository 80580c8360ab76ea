"""Issuing: first the number, the code and what is printed are frozen, then it is printed.

A certificate that has its number is `pending` and becomes `issued` when its PDF is stored; both
steps are transactions of their own, and either may be repeated without making a second one.
"""

import secrets
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.accounts.queries import actor_for
from app.audit import services as audit
from app.certificates import awards, notices, policies, queries, rendering, snapshots
from app.certificates.events import CertificateIssued
from app.certificates.jobs import ISSUE_FOR_RUN, PRINT
from app.certificates.models import Certificate, CertificateEvent, DesignVersion, NumberSeries
from app.certificates.queries.eligibility import Candidate
from app.certificates.reasons import ABOUT_NAMES, Hindrance, Kind
from app.certificates.states import CERTIFICATE, CertificateState
from app.core import jobs
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import atomic, db, insert_new
from app.core.errors import Conflict, Invalid, NotFound
from app.core.events import announce
from app.core.i18n import gettext as _
from app.core.names import search_text
from app.core.pdf import Unprintable
from app.core.pdf_press import PRESS
from app.core.serials import CODE_BYTES, Serial, verification_code
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.files import services as files
from app.files.vault import store
from app.institutions.models import Institution

KIND = "certificate"
"""How the trail calls these things."""

MOST_AT_ONCE = 2000


class NotReady(Exception):
    """A person who cannot get a certificate yet, with everything that stands in the way."""

    def __init__(self, hindrances: list[Hindrance]) -> None:
        super().__init__(", ".join(one.obstacle for one in hindrances))
        self.hindrances = hindrances


@dataclass(frozen=True, slots=True)
class Order:
    """By which design, and of what kind, certificates are to be made."""

    design_version_id: UUID
    kind: Kind


@atomic()
def issue_for_run(actor: Actor, run_id: UUID, order: Order, enrolment_ids: list[UUID]) -> UUID:
    """Have certificates made for people of a run; return the job that does it."""
    run = _run(run_id)
    policies.may_issue.require(actor, run)
    _usable(order.design_version_id, run)
    if not enrolment_ids:
        raise Invalid(_("Choose at least one person."))
    if len(enrolment_ids) > MOST_AT_ONCE:
        raise Invalid(_("Choose at most %(max)s people at once.", max=MOST_AT_ONCE))
    ids = [str(one) for one in dict.fromkeys(enrolment_ids)]
    audit.record(
        actor,
        "certificates.issue_for_run",
        run.id,
        kind="course_run",
        institution_id=run.institution_id,
        changes={"people": [0, len(ids)], "kind": [None, order.kind]},
    )
    return ISSUE_FOR_RUN.put(
        run.id,
        order.design_version_id,
        order.kind,
        ids,
        actor.user_id,
        asked_by=actor.user_id,
        total=len(ids),
    )


def work_through(run_id: UUID, order: Order, enrolment_ids: list[UUID], asked_by: UUID) -> None:
    """Make the certificates one by one, noting what became of each in the job.

    Doing it again, after a worker was killed, finishes what was begun and doubles nothing.
    """
    total = len(enrolment_ids)
    for number, enrolment_id in enumerate(enrolment_ids, start=1):
        actor = actor_for(asked_by) if asked_by != SYSTEM.user_id else SYSTEM
        try:
            certificate = issue(actor, run_id, enrolment_id, order)
            is_cancelled = certificate.state == CertificateState.CANCELLED
            result: dict[str, object] = {
                "outcome": "cancelled" if is_cancelled else "issued",
                "number": certificate.number,
            }
        except NotReady as refusal:
            why = [[str(one.obstacle), one.values] for one in refusal.hindrances]
            result = {"outcome": "not_ready", "why": why}
        except NotFound:
            result = {"outcome": "gone"}
        except Unprintable as error:
            result = {"outcome": "unprintable", "error": str(error)[:200]}
        jobs.progress(number, total, {"enrolment": str(enrolment_id), **result})


def issue(actor: Actor, run_id: UUID, enrolment_id: UUID, order: Order) -> Certificate:
    """Issue one certificate, or finish one that was begun; raises NotReady, Unprintable."""
    certificate = prepare(actor, run_id, enrolment_id, order)
    print_and_issue(certificate.id)
    return db.session.get_one(Certificate, certificate.id, populate_existing=True)


def issue_when_ready(enrolment_id: UUID) -> None:
    """Issue the certificate that a run promises to those who complete it; else do nothing."""
    found = db.session.execute(
        select(Enrolment.run_id, Run.certificate_design_id)
        .join(Run, Run.id == Enrolment.run_id)
        .where(Enrolment.id == enrolment_id)
    ).one_or_none()
    if found is None or found.certificate_design_id is None:
        return
    version = queries.designs.newest_version(found.certificate_design_id, published=True)
    if version is None:
        return
    try:
        issue(SYSTEM, found.run_id, enrolment_id, Order(version.id, Kind.COMPLETION))
    except NotReady as refusal:
        if {one.obstacle for one in refusal.hindrances} <= ABOUT_NAMES:
            _ask_for_names(enrolment_id)
    except (Conflict, NotFound):
        return  # the design was put away, or the place given up, in the meantime


@atomic()
def _ask_for_names(enrolment_id: UUID) -> None:
    enrolment = db.session.get_one(Enrolment, enrolment_id)
    run = _run(enrolment.run_id)
    notices.names_wanted(enrolment.trainee_id, run, key=f"names-wanted:{enrolment_id}")


@atomic()
def prepare(
    actor: Actor,
    run_id: UUID,
    enrolment_id: UUID,
    order: Order,
    *,
    replaces: Certificate | None = None,
    is_printed_later: bool = False,
) -> Certificate:
    """Give a certificate its number and code and freeze what will be printed.

    Whoever has one that is being printed gets that one. Raises NotReady. With
    `is_printed_later` a job prints it after the commit.
    """
    run = _run(run_id)
    policies.may_issue.require(actor, run)
    _lock_enrolment(run_id, enrolment_id)
    version = _usable(order.design_version_id, run)
    candidate = queries.eligibility.candidate(enrolment_id, order.kind)
    if candidate is None:
        raise NotFound(_("There is no such enrolment."))
    if candidate.certificate and candidate.certificate.state == CertificateState.PENDING:
        return candidate.certificate
    scripts = snapshots.scripts_of(version.layout)
    if found := candidate.hindrances(order.kind, scripts):
        raise NotReady(found)
    certificate = _numbered(actor, run, version, candidate, order.kind)
    certificate.replaces_id = replaces.id if replaces else None
    if is_printed_later:
        PRINT.put(certificate.id, key=f"certificates.print:{certificate.id}")
    return certificate


def print_and_issue(certificate_id: UUID) -> None:
    """Print a certificate that has its number and bring it into force; twice does no more."""
    certificate = db.session.get(Certificate, certificate_id)
    if certificate is None or certificate.state != CertificateState.PENDING:
        db.session.rollback()
        return
    snapshot = certificate.snapshot
    if snapshots.digest(snapshot) != certificate.snapshot_sha256:
        raise Unprintable("the snapshot is not what was frozen")
    sheet = rendering.sheet(snapshot, images_of(snapshot))
    db.session.rollback()  # printing takes a while, and must not hold the database
    _bring_into_force(certificate_id, PRESS.print(sheet))


@atomic()
def print_later(actor: Actor, certificate_id: UUID) -> None:
    """Have a certificate printed that has its number but no file yet."""
    certificate = queries.certificates.locked(certificate_id)
    policies.may_withdraw.require(actor, certificate)
    if certificate.state == CertificateState.PENDING:
        PRINT.put(certificate.id)


def images_of(layout: snapshots.Layout) -> dict[str, tuple[str, bytes]]:
    """Return the pictures a layout or snapshot names: media type and bytes by digest."""
    kinds: dict[str, str] = layout.get("images") or {}
    return {digest: (kind, store().get(digest)) for digest, kind in kinds.items()}


@atomic()
def _bring_into_force(certificate_id: UUID, made: bytes) -> None:
    certificate = queries.certificates.locked(certificate_id)
    if certificate.state != CertificateState.PENDING:
        return  # issued by another worker, or cancelled while it was being printed
    file = files.keep(
        SYSTEM,
        made,
        name=f"{certificate.number}.pdf",
        media_type="application/pdf",
        purpose="certificate",
        owner_id=certificate.holder_id,
        institution_id=certificate.institution_id,
    )
    db.session.flush()
    certificate.file_id, certificate.pdf_sha256 = file.id, file.sha256
    certificate.issued_at = now()
    audit.move(
        SYSTEM,
        certificate,
        CERTIFICATE,
        "issue",
        kind=KIND,
        institution_id=certificate.institution_id,
    )
    note(certificate, "issue", by=certificate.issued_by)
    announce(CertificateIssued(certificate.id))
    notices.issued(certificate)


def note(
    certificate: Certificate, action: str, *, by: UUID, category: str = "", reason: str = ""
) -> None:
    """Add to the history of a certificate."""
    db.session.add(
        CertificateEvent(
            certificate_id=certificate.id,
            action=action,
            actor_id=by,
            category=category,
            reason=reason,
        )
    )


def _numbered(
    actor: Actor, run: Run, version: DesignVersion, candidate: Candidate, kind: Kind
) -> Certificate:
    institution = db.session.get_one(Institution, run.institution_id)
    today = now().astimezone(ZoneInfo(institution.timezone)).date()
    code = verification_code(secrets.token_bytes(CODE_BYTES))
    serial = Serial(institution.code, today.year, _next_number(institution.id, today.year))
    years = version.layout.get("valid_years")
    valid_until = _later(today, years) if years else None
    facts = awards.facts_of(candidate, snapshots.scripts_of(version.layout))
    identity = snapshots.Identity(
        str(serial), code, rendering.verification_address(code), today, valid_until
    )
    snapshot = snapshots.compose(version.layout, facts, identity)
    certificate = Certificate(
        institution_id=institution.id,
        holder_id=candidate.enrolment.trainee_id,
        enrolment_id=candidate.enrolment.id,
        run_id=run.id,
        decision_id=candidate.decision.id if candidate.decision else None,
        kind=kind,
        design_version_id=version.id,
        number=str(serial),
        code=code,
        snapshot=snapshot,
        snapshot_sha256=snapshots.digest(snapshot),
        search_text=search_text(
            str(serial), run.code, *candidate.names.values(), *facts.course.values()
        )[:1000],
        valid_until=valid_until,
        issued_by=actor.user_id,
    )
    audit.begin(actor, certificate, CERTIFICATE, kind=KIND, institution_id=institution.id)
    db.session.add(certificate)
    db.session.flush()
    note(certificate, "prepare", by=actor.user_id)
    return certificate


def _next_number(institution_id: UUID, year: int) -> int:
    """Return the next number of the institution and year; the row is ours until the commit."""
    insert_new(NumberSeries, institution_id=institution_id, year=year, last=0)
    query = (
        select(NumberSeries)
        .where(NumberSeries.institution_id == institution_id, NumberSeries.year == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    series = db.session.scalars(query).one()
    series.last += 1
    return series.last


def _later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _run(run_id: UUID) -> Run:
    run = db.session.get(Run, run_id)
    if run is None:
        raise NotFound(_("There is no such run."))
    return run


def _lock_enrolment(run_id: UUID, enrolment_id: UUID) -> None:
    query = (
        select(Enrolment)
        .where(Enrolment.id == enrolment_id, Enrolment.run_id == run_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if db.session.scalars(query).one_or_none() is None:
        raise NotFound(_("There is no such enrolment."))


def _usable(version_id: UUID, run: Run) -> DesignVersion:
    version = queries.designs.version_of(version_id)
    if version.design.institution_id != run.institution_id:
        raise NotFound(_("There is no such design."))
    if version.published_at is None or version.design.is_retired:
        raise Conflict(_("This design is not in use. Choose another one."))
    return version
