"""Certificates are issued once, whole, with gapless numbers, and frozen for ever."""

import hashlib
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import PersonName
from app.accounts.queries import actor_for
from app.certificates import services, snapshots
from app.certificates.jobs import ISSUE_FOR_RUN
from app.certificates.models import Certificate, CertificateEvent
from app.certificates.reasons import Kind, Obstacle
from app.certificates.services.issuing import NotReady
from app.certificates.states import CertificateState
from app.completion.models import Decision, Review
from app.completion.states import ReviewState
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Forbidden
from app.core.jobs import PendingJob
from app.core.jobs.running import do_next
from app.core.serials import read_serial
from app.courses.states import EnrolmentState, RunState, SessionState
from app.files.models import StoredFile
from app.files.vault import store
from app.notifications.models import Notice
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.certificates import a_certificate, a_completion, a_registrar, an_order
from tests.factories.courses import a_run, a_session
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database


def obstacles_of(run, enrolment, order, actor=None):
    with pytest.raises(NotReady) as caught:
        services.issuing.issue(
            actor or a_registrar(run.institution_id), run.id, enrolment.id, order
        )
    return [one.obstacle for one in caught.value.hindrances]


def test_an_issued_certificate_is_frozen_with_its_file_and_hashes(session):
    run = a_run()

    certificate = a_certificate(run, "en", "zh_Hans_CN", name="Wang Xiaoming", han="王小明")

    assert certificate.state == CertificateState.ISSUED
    assert certificate.snapshot["names"] == {"latin": "Wang Xiaoming", "han": "王小明"}
    assert certificate.snapshot_sha256 == snapshots.digest(certificate.snapshot)
    made = store().get(certificate.pdf_sha256)
    assert made.startswith(b"%PDF-1.7")
    assert hashlib.sha256(made).hexdigest() == certificate.pdf_sha256
    stored = session.get_one(StoredFile, certificate.file_id)
    assert (stored.media_type, stored.size) == ("application/pdf", len(made))


def test_the_holder_is_told_once(session):
    certificate = a_certificate(a_run())

    services.issuing.print_and_issue(certificate.id)

    kinds = session.scalars(select(Notice.kind).where(Notice.user_id == certificate.holder_id))
    assert kinds.all() == ["certificates/issued"]


def test_printing_twice_changes_nothing(session):
    certificate = a_certificate(a_run())
    before = (certificate.file_id, certificate.issued_at)

    services.issuing.print_and_issue(certificate.id)

    session.refresh(certificate)
    assert (certificate.file_id, certificate.issued_at) == before


def test_numbers_have_no_gap_and_check_out(session):
    run = a_run()
    order = an_order(run)

    numbers = [a_certificate(run, order=order, is_printed=False).number for _ in range(3)]

    serials = [read_serial(number) for number in numbers]
    assert [serial.number for serial in serials] == [1, 2, 3]


def test_a_refused_certificate_uses_no_number(session):
    run = a_run()
    order = an_order(run)
    a_certificate(run, order=order, is_printed=False)
    refused = a_completion(run, outcome="not_met")
    obstacles_of(run, refused, order)

    after = a_certificate(run, order=order, is_printed=False)

    assert read_serial(after.number).number == 2


def test_the_snapshot_outlives_a_change_of_name_and_title(session):
    run = a_run()
    certificate = a_certificate(run, name="Ana Anić", is_printed=False)
    with atomic():
        run.title["en"] = "Another title"
        for row in session.scalars(select(PersonName)):
            row.given = "Other"

    services.issuing.print_and_issue(certificate.id)

    session.refresh(certificate)
    assert certificate.snapshot["names"]["latin"] == "Ana Anić"
    assert certificate.snapshot["course"]["en"] == "Technology transfer essentials"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"state": EnrolmentState.ACTIVE}, Obstacle.NOT_COMPLETED),
        ({"outcome": "pending"}, Obstacle.NOT_MET),
        ({"is_confirmed": False}, Obstacle.NAME_UNCONFIRMED),
        ({"name": "Ana 김"}, Obstacle.NAME_UNDRAWABLE),
    ],
)
def test_what_is_missing_is_named(session, values, expected):
    run = a_run()

    assert obstacles_of(run, a_completion(run, **values), an_order(run)) == [expected]


def test_an_open_review_stands_in_the_way(session):
    run = a_run()
    enrolment = a_completion(run)
    decision = db.session.scalars(select(Decision)).first()
    with atomic():
        db.session.add(
            Review(enrolment_id=enrolment.id, decision_id=decision.id, state=ReviewState.OPEN)
        )

    assert obstacles_of(run, enrolment, an_order(run)) == [Obstacle.UNDER_REVIEW]


def test_only_registers_of_sessions_that_count_for_the_person_must_be_locked(session):
    run = a_run()
    enrolment = a_completion(run)
    a_session(run, state=SessionState.LOCKED, number=1)
    a_session(run, state=SessionState.CANCELLED, number=2)
    a_session(run, state=SessionState.HELD, required=False, number=3)
    a_session(run, starts_at=now() - timedelta(days=200), state=SessionState.HELD, number=4)
    order = an_order(run)
    held = a_session(run, state=SessionState.HELD, number=5)

    assert obstacles_of(run, enrolment, order) == [Obstacle.REGISTER_OPEN]
    with atomic():
        held.state, held.locked_at = SessionState.LOCKED, now()
    issued = services.issuing.issue(a_registrar(run.institution_id), run.id, enrolment.id, order)
    assert issued.number


def test_a_certificate_of_attendance_needs_the_attendance_and_no_completion(session):
    run = a_run()
    enrolment = a_completion(run, state=EnrolmentState.NOT_COMPLETED)
    order = an_order(run, kind=Kind.ATTENDANCE)

    certificate = services.issuing.issue(
        a_registrar(run.institution_id), run.id, enrolment.id, order
    )

    assert certificate.kind == Kind.ATTENDANCE


@pytest.mark.parametrize("role", ["trainee", "faculty", "officer"])
def test_only_the_registry_issues(session, role):
    run = a_run()
    enrolment, order = a_completion(run), an_order(run)

    with pytest.raises(Forbidden):
        services.issuing.issue(an_actor(role, run.institution_id), run.id, enrolment.id, order)
    with pytest.raises(Forbidden):
        services.issuing.issue(a_registrar(an_institution().id), run.id, enrolment.id, order)


def test_a_second_certificate_of_the_same_kind_is_refused(session):
    run = a_run()
    enrolment, order = a_completion(run), an_order(run)
    registrar = a_registrar(run.institution_id)
    services.issuing.issue(registrar, run.id, enrolment.id, order)

    assert obstacles_of(run, enrolment, order, registrar) == [Obstacle.ALREADY_ISSUED]


def test_a_job_issues_for_those_who_are_ready_and_says_why_not_for_the_others(session):
    run = a_run()
    ready, failed = a_completion(run), a_completion(run, outcome="not_met")
    registrar, order = a_registrar(run.institution_id), an_order(run)
    ids = [ready.id, failed.id]

    job_id = services.issuing.issue_for_run(registrar, run.id, order, ids)
    do_next(job_id)

    job = session.get_one(PendingJob, job_id, populate_existing=True)
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    outcomes = [(row["enrolment"], row["outcome"]) for row in job.results]
    assert outcomes == [(str(ids[0]), "issued"), (str(ids[1]), "not_ready")]
    assert job.results[1]["why"] == [["not_met", {}]]


def test_doing_a_job_again_doubles_nothing(session):
    run = a_run()
    people = [a_completion(run) for _ in range(3)]
    registrar, order = a_registrar(run.institution_id), an_order(run)
    services.issuing.prepare(registrar, run.id, people[0].id, order)
    ids = [one.id for one in people]

    for _ in range(2):
        services.issuing.work_through(run.id, order, ids, registrar.user_id)

    states = session.scalars(select(Certificate.state)).all()
    assert states == [CertificateState.ISSUED] * 3


def test_a_finished_run_can_be_archived_and_the_holder_keeps_access(session, browse_as):
    run = a_run()
    certificate = a_certificate(run)
    with atomic():
        run.state = RunState.ARCHIVED
    holder = actor_for(certificate.holder_id)

    answer = browse_as(holder).get(f"/certificates/{certificate.id}/certificate.pdf")

    assert answer.status_code == 200
    assert hashlib.sha256(answer.data).hexdigest() == certificate.pdf_sha256


def test_completing_a_run_that_promises_a_certificate_issues_it(session):
    run = a_run()
    order = an_order(run)
    enrolment = a_completion(run)
    with atomic():
        run.certificate_design_id = services.designs.queries.designs.version_of(
            order.design_version_id
        ).design_id

    services.issuing.issue_when_ready(enrolment.id)

    assert session.scalars(select(Certificate.state)).all() == [CertificateState.ISSUED]


def test_every_step_is_in_the_history(session):
    certificate = a_certificate(a_run())

    actions = session.scalars(
        select(CertificateEvent.action).order_by(CertificateEvent.at, CertificateEvent.id)
    )
    assert actions.all() == ["prepare", "issue"]
    assert a_trainee().user_id != certificate.holder_id
    assert ISSUE_FOR_RUN.work is not None


def test_threads_that_issue_at_once_make_one_certificate_each_without_gaps(world):
    run = a_run()
    people = [a_completion(run) for _ in range(4)]
    registrar, order = a_registrar(run.institution_id), an_order(run)
    failures = []

    def work(enrolment_id):
        with world.app_context():
            try:
                services.issuing.prepare(registrar, run.id, enrolment_id, order)
            except Exception as error:  # noqa: BLE001 -- shown below
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work, args=(one.id,)) for one in people for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    db.session.rollback()
    rows = db.session.scalars(select(Certificate.number)).all()
    assert sorted(read_serial(number).number for number in rows) == [1, 2, 3, 4]
