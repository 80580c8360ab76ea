"""Designs, completed enrolments and certificates to test with."""

from itertools import count
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import PersonName
from app.accounts.states import NameOrder, Script
from app.certificates import services
from app.certificates.models import Certificate, Design, DesignVersion
from app.certificates.reasons import Kind
from app.completion.models import Decision, Policy, PolicyVersion
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import Text, atomic, db
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.courses.states import EnrolmentState
from tests.factories.accounts import a_user, an_actor
from tests.factories.courses import an_enrolment

_numbers = count(1)


def a_registrar(institution_id: UUID) -> Actor:
    """Return a stored registrar of the institution."""
    return an_actor("registrar", institution_id, name="Jelena Registar")


def a_design(
    institution_id: UUID, *languages: str, is_published: bool = True, name: str = "Completion"
) -> Design:
    """Return a stored design, by default published and in English."""
    actor = a_registrar(institution_id)
    design = services.designs.create(actor, institution_id, name, list(languages or ("en",)))
    if is_published:
        services.designs.publish(actor, design.id)
    return design


def an_order(run: Run, *languages: str, kind: Kind = Kind.COMPLETION) -> services.issuing.Order:
    """Return an order by a new published design of the run's institution."""
    design = a_design(run.institution_id, *languages)
    version = db.session.scalars(
        select(DesignVersion).where(DesignVersion.design_id == design.id)
    ).one()
    return services.issuing.Order(version.id, kind)


def a_completion(
    run: Run,
    *,
    name: str = "Ana Anić",
    han: str = "",
    outcome: str = "met",
    state: EnrolmentState = EnrolmentState.COMPLETED,
    is_confirmed: bool = True,
) -> Enrolment:
    """Return a stored enrolment with a decision; by default everything for a certificate."""
    user = a_user(name=name)
    enrolment = an_enrolment(run, user.id, state=state)
    with atomic():
        for row in db.session.scalars(select(PersonName).where(PersonName.user_id == user.id)):
            row.confirmed_at = now() if is_confirmed else None
        if han:
            db.session.add(
                PersonName(
                    user_id=user.id,
                    script=Script.HAN,
                    given=han[1:],
                    family=han[0],
                    order=NameOrder.FAMILY_FIRST,
                    confirmed_at=now() if is_confirmed else None,
                )
            )
        policy = Policy(institution_id=run.institution_id, name=Text(en="Eight of ten"))
        db.session.add(policy)
        db.session.flush()
        version = PolicyVersion(policy_id=policy.id, number=1, rule={}, created_by=user.id)
        db.session.add(version)
        db.session.flush()
        db.session.add(a_decision(enrolment, version, outcome))
    return enrolment


def a_decision(
    enrolment: Enrolment, version: PolicyVersion, outcome: str, number: int = 1
) -> Decision:
    """Return a decision that is not stored yet, on an attendance of 95 per cent."""
    criterion = {
        "path": "rule",
        "criterion": "attendance",
        "verdict": outcome,
        "value": 9500,
        "threshold": 8000,
        "evidence": [],
    }
    return Decision(
        enrolment_id=enrolment.id,
        number=number,
        policy_version_id=version.id,
        outcome=outcome,
        facts={},
        facts_digest=f"{next(_numbers):064d}",
        criteria=[criterion],
        decided_by=SYSTEM.user_id,
    )


def a_certificate(
    run: Run,
    *languages: str,
    name: str = "Ana Anić",
    han: str = "",
    is_printed: bool = True,
    order: services.issuing.Order | None = None,
) -> Certificate:
    """Return a stored certificate, by default issued."""
    enrolment = a_completion(run, name=name, han=han)
    order = order or an_order(run, *languages)
    actor = a_registrar(run.institution_id)
    certificate = services.issuing.prepare(actor, run.id, enrolment.id, order)
    if is_printed:
        services.issuing.print_and_issue(certificate.id)
    return db.session.get_one(Certificate, certificate.id, populate_existing=True)
