"""What follows from completions: promised certificates, reversals, and names that come later."""

import pytest
from sqlalchemy import select

from app.accounts.models import PersonName
from app.accounts.queries import actor_for
from app.accounts.states import NameOrder, Script
from app.certificates import queries, services
from app.certificates.invariants import certificates_are_frozen, numbers_have_no_gap
from app.certificates.models import Certificate
from app.certificates.states import CertificateState
from app.completion.events import CompletionReversed, CourseCompleted, ReissueAsked
from app.completion.models import Decision, Review
from app.completion.states import ReviewState
from app.core.clock import now
from app.core.database import atomic, db
from app.core.events import announce
from app.core.jobs.running import do_next, due_jobs
from app.notifications.models import Notice
from tests.factories.certificates import a_certificate, a_completion, a_decision, an_order
from tests.factories.courses import a_run

pytestmark = pytest.mark.database


def a_promising_run():
    run = a_run()
    version = queries.designs.version_of(an_order(run).design_version_id)
    with atomic():
        run.certificate_design_id = version.design_id
    return run


def told(event):
    with atomic():
        announce(event)
    for job_id in due_jobs():
        do_next(job_id)


def decision_of(enrolment):
    return db.session.scalars(select(Decision).where(Decision.enrolment_id == enrolment.id)).one()


def states(session):
    return session.scalars(select(Certificate.state).order_by(Certificate.number)).all()


def test_a_completion_brings_the_certificate_that_the_run_promises(session):
    enrolment = a_completion(a_promising_run())

    told(CourseCompleted(enrolment.id, decision_of(enrolment).id))

    assert states(session) == [CertificateState.ISSUED]


def test_a_completion_of_another_run_brings_none(session):
    run = a_run()
    an_order(run)
    enrolment = a_completion(run)

    told(CourseCompleted(enrolment.id, decision_of(enrolment).id))

    assert states(session) == []


def test_whoever_has_not_confirmed_names_is_asked_and_gets_it_afterwards(session):
    enrolment = a_completion(a_promising_run(), is_confirmed=False)
    trainee_id = enrolment.trainee_id
    told(CourseCompleted(enrolment.id, decision_of(enrolment).id))
    asked = session.scalars(select(Notice.kind).where(Notice.user_id == trainee_id)).all()

    typed = services.names.Typed("Ana", "Anić", NameOrder.GIVEN_FIRST)
    services.names.confirm(actor_for(trainee_id), {Script.LATIN: typed})
    for job_id in due_jobs():
        do_next(job_id)

    assert asked == ["certificates/names-wanted"]
    assert states(session) == [CertificateState.ISSUED]


def test_a_completion_that_is_taken_back_revokes_its_certificate(session):
    certificate = a_certificate(a_run())

    told(CompletionReversed(certificate.enrolment_id, certificate.id, "The register was wrong."))

    assert states(session) == [CertificateState.REVOKED]
    found = session.scalars(select(Certificate)).one()
    assert queries.verification.reason_of(found) == "completion_reversed"


def test_a_completion_that_stands_after_review_gets_a_new_certificate(session):
    certificate = a_certificate(a_run())
    first = db.session.scalars(select(Decision)).one()
    with atomic():
        second = a_decision(certificate, first, "not_met", number=2)
        second.enrolment_id = certificate.enrolment_id
        second.policy_version_id = first.policy_version_id
        db.session.add(second)
        db.session.flush()
        review = Review(
            enrolment_id=certificate.enrolment_id,
            decision_id=second.id,
            state=ReviewState.REISSUED,
            closed_at=now(),
        )
        db.session.add(review)

    told(ReissueAsked(certificate.enrolment_id, certificate.id, "Ill for a week."))

    assert states(session) == [CertificateState.SUPERSEDED, CertificateState.ISSUED]


def test_the_invariants_hold_and_name_what_was_tampered_with(session):
    certificate = a_certificate(a_run())
    assert [*certificates_are_frozen(), *numbers_have_no_gap()] == []

    with atomic():
        certificate.snapshot = {**certificate.snapshot, "names": {"latin": "Eva Ević"}}
        for name in session.scalars(select(PersonName)):
            name.given = "Eva"

    assert list(certificates_are_frozen()) == [f"{certificate.number}: the snapshot was changed"]
