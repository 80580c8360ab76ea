"""Checking in: codes, claims, devices, passes."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.attendance import checkin as codes
from app.attendance import invariants, queries, services
from app.attendance.models import PresenceClaim, Record, RecordEvent
from app.attendance.services import checkin as checkin_service
from app.attendance.states import RecordSource, StatusKind
from app.core import clock
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Forbidden, Gone, NotFound, WrongState
from app.courses.models.timetable import Session
from app.courses.states import SessionState
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.attendance import a_held_session, a_mark
from tests.factories.courses import a_run, a_session, a_teacher_of, an_enrolment

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session")]


@pytest.fixture
def run():
    return a_run(capacity=None)


@pytest.fixture
def trainee(run):
    actor = a_trainee()
    an_enrolment(run, actor.user_id)
    return actor


def code_of(session, at=None):
    return codes.code_for(session.checkin_secret.encode(), session.id, at or now())


def at_minute(session, minute, monkeypatch):
    """Let the clock stand at a minute after the start of the session."""
    moment = session.starts_at + timedelta(minutes=minute)
    for module in (checkin_service, services.registers, services.marking):
        monkeypatch.setattr(module, "now", lambda: moment)
    assert clock.now() is not None
    return moment


def test_a_scanned_code_marks_its_finder_present_once(run, trainee):
    session = a_session(run)
    token = services.checkin.prove(session.id, code_of(session))

    first = services.checkin.use_claim(trainee, token, device="d")
    again = services.checkin.use_claim(trainee, token, device="d")

    assert (first.status, first.is_new, again.is_new) == (StatusKind.PRESENT, True, False)
    record = db.session.scalars(select(Record)).one()
    assert (record.source, record.version) == (RecordSource.SELF_QR, 1)
    assert db.session.scalar(select(func.count(RecordEvent.id))) == 1
    assert db.session.get(Session, session.id).state == SessionState.HELD
    assert list(invariants.history_is_whole()) == []


@pytest.mark.parametrize(
    ("minute", "status"),
    [
        (-15, StatusKind.PRESENT),
        (10, StatusKind.PRESENT),
        (11, StatusKind.LATE),
        (45, StatusKind.LATE),
        (46, StatusKind.ABSENT),
    ],
)
def test_when_somebody_arrives_decides_the_mark(run, trainee, monkeypatch, minute, status):
    session = a_session(run)
    moment = at_minute(session, minute, monkeypatch)

    done = services.checkin.use_claim(
        trainee, services.checkin.prove(session.id, code_of(session, moment))
    )

    assert done.status == status


@pytest.mark.parametrize("minute", [-16, 90])
def test_outside_the_window_nobody_checks_in(run, monkeypatch, minute):
    session = a_session(run)
    moment = at_minute(session, minute, monkeypatch)

    with pytest.raises(WrongState):
        services.checkin.prove(session.id, code_of(session, moment))


def test_the_code_of_the_step_before_is_taken_and_an_older_one_is_not(run, monkeypatch):
    session = a_session(run)
    moment = at_minute(session, 1, monkeypatch)

    assert services.checkin.prove(session.id, code_of(session, moment - timedelta(seconds=30)))
    with pytest.raises(Gone):
        services.checkin.prove(session.id, code_of(session, moment - timedelta(seconds=60)))
    with pytest.raises(Gone):
        services.checkin.prove(session.id, "AAAAAAAA")


def test_a_slow_sign_in_of_nine_minutes_does_not_lose_the_proof(run, trainee, monkeypatch):
    session = a_session(run)
    moment = at_minute(session, 9, monkeypatch)
    token = services.checkin.prove(session.id, code_of(session, moment))

    at_minute(session, 18, monkeypatch)
    done = services.checkin.use_claim(trainee, token)

    assert done.status == StatusKind.PRESENT  # when the code was read, not when sign-in ended


def test_a_proof_lapses_after_ten_minutes(run, trainee, monkeypatch):
    session = a_session(run)
    moment = at_minute(session, 1, monkeypatch)
    token = services.checkin.prove(session.id, code_of(session, moment))

    at_minute(session, 12, monkeypatch)
    with pytest.raises(Gone):
        services.checkin.use_claim(trainee, token)


def test_a_proof_serves_one_person(run, trainee):
    session, other = a_session(run), a_trainee()
    an_enrolment(run, other.user_id)
    token = services.checkin.prove(session.id, code_of(session))
    services.checkin.use_claim(trainee, token)

    with pytest.raises(Conflict):
        services.checkin.use_claim(other, token)

    assert db.session.scalar(select(func.count(Record.id))) == 1


def test_two_people_on_one_phone_are_shown_to_staff_and_not_stopped(run, trainee):
    session, other = a_session(run), a_trainee()
    an_enrolment(run, other.user_id)
    for who in (trainee, other):
        token = services.checkin.prove(session.id, code_of(session))
        assert services.checkin.use_claim(who, token, device="same").is_new

    assert queries.registers.device_sharers(session.id) == {
        one.enrolment_id for one in queries.registers.all_of(session)
    }


def test_who_is_not_enrolled_cannot_check_in(run):
    session = a_session(run)
    token = services.checkin.prove(session.id, code_of(session))

    with pytest.raises(Forbidden):
        services.checkin.use_claim(a_trainee(), token)
    assert db.session.scalar(select(func.count(PresenceClaim.claim))) == 0


def test_check_in_never_writes_over_what_staff_marked(run, trainee):
    session = a_held_session(run)
    place = queries.registers.all_of(session)[0]
    services.marking.mark(
        a_teacher_of(run), session.id, place.enrolment_id, StatusKind.ABSENT, version=0
    )

    done = services.checkin.use_claim(trainee, services.checkin.prove(session.id, code_of(session)))

    assert (done.status, done.is_new) == (StatusKind.ABSENT, False)


def test_check_in_betters_an_automatic_mark(run, trainee):
    session = a_session(run)
    place = queries.registers.all_of(session)[0]
    a_mark(session, place.enrolment_id, StatusKind.LATE, source=RecordSource.SELF_CODE)

    done = services.checkin.use_claim(trainee, services.checkin.prove(session.id, code_of(session)))

    assert (done.status, done.is_new) == (StatusKind.PRESENT, True)
    assert list(invariants.history_is_whole()) == []


def test_a_mark_that_staff_took_back_is_not_brought_again_by_the_same_proof(run, trainee):
    session = a_session(run)
    token = services.checkin.prove(session.id, code_of(session))
    services.checkin.use_claim(trainee, token)
    row = queries.registers.all_of(session)[0]
    services.marking.take_back(a_teacher_of(run), session.id, row.enrolment_id, version=1)

    with pytest.raises(Gone):
        services.checkin.use_claim(trainee, token)


def test_a_closed_register_takes_no_check_in(run, trainee):
    session = a_held_session(run)
    token = services.checkin.prove(session.id, code_of(session))
    teacher = a_teacher_of(run)
    services.registers.lock(teacher, session.id)

    with pytest.raises(WrongState):
        services.checkin.use_claim(trainee, token)


def test_a_typed_code_finds_its_session(run, trainee):
    a_session(run, number=1)
    wanted = a_session(run, number=2)
    typed = code_of(wanted).lower()

    done = services.checkin.check_in_by_code(trainee, f"{typed[:4]} - {typed[4:]}")

    assert done.session_id == wanted.id
    with pytest.raises(Gone):
        services.checkin.check_in_by_code(trainee, "ZZZZZZZZ")
    with pytest.raises(Forbidden):
        services.checkin.check_in_by_code(a_trainee(), typed)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é" * 50, "x" * 5000])
def test_a_forged_claim_is_refused(trainee, token):
    with pytest.raises(Gone):
        services.checkin.use_claim(trainee, token)


def test_a_pass_at_the_door_marks_its_holder(run, trainee):
    session, teacher = a_held_session(run), a_teacher_of(run)
    code, _seconds = services.checkin.pass_of(trainee.user_id)

    done = services.checkin.admit(teacher, session.id, trainee.user_id, code)
    again, name = services.checkin.admit_by_code(teacher, session.id, code)

    assert (done.status, done.is_new, again.is_new) == (StatusKind.PRESENT, True, False)
    assert name == "Ana Anić"


def test_a_pass_of_somebody_else_or_of_before_is_refused(run, trainee, monkeypatch):
    session, teacher = a_held_session(run), a_teacher_of(run)
    code, _seconds = services.checkin.pass_of(a_trainee().user_id)
    with pytest.raises(Gone):
        services.checkin.admit(teacher, session.id, trainee.user_id, code)
    with pytest.raises(Gone):
        services.checkin.admit_by_code(teacher, session.id, code)

    own, _seconds = services.checkin.pass_of(trainee.user_id)
    later = now() + timedelta(minutes=3)
    monkeypatch.setattr(checkin_service, "now", lambda: later)
    with pytest.raises(Gone):
        services.checkin.admit(teacher, session.id, trainee.user_id, own)


def test_only_staff_of_the_run_admit(run, trainee):
    session = a_held_session(run)
    code, _seconds = services.checkin.pass_of(trainee.user_id)

    for who in (a_trainee(), an_actor("faculty", a_run().institution_id)):
        with pytest.raises(NotFound):
            services.checkin.admit(who, session.id, trainee.user_id, code)


def test_checking_in_takes_few_statements(run, trainee, statements):
    session = a_held_session(run, state=SessionState.HELD)
    token = services.checkin.prove(session.id, code_of(session))
    statements.clear()

    services.checkin.use_claim(trainee, token)

    asked = [one for one in statements if one.lower().startswith(("select", "insert", "update"))]
    assert len(asked) == 4


def test_the_pass_changes_every_minute(run, trainee):
    with atomic():
        pass
    key = b"k" * 32
    moment = now().replace(second=5, microsecond=0)

    assert codes.pass_at(key, trainee.user_id, moment) == codes.pass_at(
        key, trainee.user_id, moment + timedelta(seconds=50)
    )
    assert codes.pass_at(key, trainee.user_id, moment) != codes.pass_at(
        key, trainee.user_id, moment + timedelta(seconds=60)
    )
