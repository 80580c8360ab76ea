"""What follows from completions: promised certificates, reversals, and names that come later."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import PersonName
from app.accounts.queries import actor_for
from app.accounts.states import NameOrder, Script
from app.attendance.events import RegisterLocked
from app.certificates import queries, services
from app.certificates.invariants import certificates_are_frozen, numbers_have_no_gap
from app.certificates.models import Certificate
from app.certificates.reasons import Reason
from app.certificates.states import CertificateState
from app.completion.events import (
    CompletionReversed,
    CompletionUpheld,
    CourseCompleted,
    ReissueAsked,
)
from app.completion.models import Decision, Review
from app.completion.states import ReviewState
from app.core.clock import now
from app.core.database import atomic, db
from app.core.events import announce
from app.core.jobs.running import do_next, due_jobs
from app.courses.models.timetable import Session
from app.courses.states import SessionState
from app.notifications.models import Notice
from tests.factories.certificates import (
    a_certificate,
    a_completion,
    a_decision,
    a_registrar,
    an_order,
)
from tests.factories.courses import a_run, a_session

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


def test_what_waited_for_an_open_register_comes_when_it_is_locked(session):
    run = a_promising_run()
    enrolment = a_completion(run)
    starts_at = now() - timedelta(hours=3)
    meeting_id = a_session(run, starts_at=starts_at, state=SessionState.HELD).id
    run_id = run.id
    told(CourseCompleted(enrolment.id, decision_of(enrolment).id))
    assert states(session) == []

    with atomic():
        meeting = db.session.get_one(Session, meeting_id)
        meeting.state, meeting.locked_at = SessionState.LOCKED, now()
    told(RegisterLocked(meeting_id, run_id))

    assert states(session) == [CertificateState.ISSUED]


def test_what_waited_for_a_review_comes_when_the_completion_is_upheld(session):
    enrolment = a_completion(a_promising_run())
    in_question = decision_of(enrolment).id
    review = Review(enrolment_id=enrolment.id, decision_id=in_question, state=ReviewState.OPEN)
    with atomic():
        db.session.add(review)
    enrolment_id, review_id = enrolment.id, review.id
    told(CourseCompleted(enrolment_id, decision_of(enrolment).id))
    assert states(session) == []

    with atomic():
        review = db.session.get_one(Review, review_id)
        review.state, review.closed_at = ReviewState.UPHELD, now()
    told(CompletionUpheld(enrolment_id, review_id))

    assert states(session) == [CertificateState.ISSUED]


def test_a_revoked_certificate_is_not_issued_again_with_the_next_register(session):
    run = a_promising_run()
    certificate = a_certificate(run)
    registrar = a_registrar(run.institution_id)
    services.withdrawing.revoke(registrar, certificate.id, Reason.OTHER, "Wrong.")

    told(RegisterLocked(certificate.id, run.id))

    assert states(session) == [CertificateState.REVOKED]


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


def an_unprinted(run):
    return a_certificate(run, is_printed=False)


def test_a_certificate_that_is_not_printed_yet_is_cancelled_when_the_completion_is_taken_back(
    session, browse_as
):
    run = a_run()
    certificate = an_unprinted(run)
    holder, registrar = certificate.holder_id, a_registrar(run.institution_id)
    one_id, number, code = certificate.id, certificate.number, certificate.code

    told(CompletionReversed(certificate.enrolment_id, one_id, "The register was wrong."))
    services.issuing.print_and_issue(one_id)  # the job that was under way

    assert states(session) == [CertificateState.CANCELLED]
    assert [*certificates_are_frozen(), *numbers_have_no_gap()] == []
    assert session.scalars(select(Notice).where(Notice.user_id == holder)).all() == []
    page = browse_as(registrar).get(f"/certificates/{one_id}").text
    assert "never issued" in page
    assert "The register was wrong." in page
    assert "The completion was taken back" in page
    assert browse_as(registrar).get(f"/certificates/{one_id}/certificate.pdf").status_code == 404
    assert number not in browse_as(actor_for(holder)).get("/certificates").text
    assert browse_as(None).get(f"/verify/{code}").status_code == 404


def test_a_reversal_while_the_page_is_being_printed_wins(session, monkeypatch):
    run = a_run()
    certificate = an_unprinted(run)

    def take_back_meanwhile(_sheet):
        told(CompletionReversed(certificate.enrolment_id, certificate.id, "Too early."))
        return b"%PDF-1.7"

    monkeypatch.setattr(services.issuing.PRESS, "print", take_back_meanwhile)

    services.issuing.print_and_issue(certificate.id)

    assert states(session) == [CertificateState.CANCELLED]


def test_who_completes_again_gets_a_certificate_with_another_number(session):
    run = a_promising_run()
    certificate = an_unprinted(run)
    enrolment_id, decision_id = certificate.enrolment_id, certificate.decision_id
    told(CompletionReversed(enrolment_id, certificate.id, "Too early."))

    told(CourseCompleted(enrolment_id, decision_id))

    assert states(session) == [CertificateState.CANCELLED, CertificateState.ISSUED]


def test_one_that_is_not_printed_is_made_anew_from_the_facts_after_a_review(session):
    certificate = an_unprinted(a_run())

    told(ReissueAsked(certificate.enrolment_id, certificate.id, "Two hours more."))

    assert states(session) == [CertificateState.CANCELLED, CertificateState.ISSUED]
