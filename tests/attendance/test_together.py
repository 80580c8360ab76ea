"""Many at once: check-ins and teachers on real threads and real commits."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.attendance import checkin as codes
from app.attendance import invariants, services
from app.attendance.models import PresenceClaim, Record, RecordEvent
from app.attendance.services.marking import StaleMark
from app.attendance.states import StatusKind
from app.audit.models import StateChange
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, WrongState
from tests.factories.accounts import a_trainee
from tests.factories.courses import a_run, a_session, a_teacher_of, an_enrolment

pytestmark = pytest.mark.database


def all_at_once(app, acts):
    """Do all of it in threads that start together; return what each answered."""
    gate = threading.Barrier(min(len(acts), 40))

    def one(numbered):
        number, act = numbered
        with app.app_context():
            if number < gate.parties:
                gate.wait(30)
            try:
                return act()
            except (Conflict, WrongState) as error:
                return type(error).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(max_workers=gate.parties) as pool:
        return list(pool.map(one, enumerate(acts)))


def a_token(session):
    code = codes.code_for(session.checkin_secret.encode(), session.id, now())
    return services.checkin.prove(session.id, code)


def test_forty_threads_with_one_claim_make_one_record(world):
    run = a_run(capacity=None)
    session, trainee = a_session(run), a_trainee()
    an_enrolment(run, trainee.user_id)
    token = a_token(session)
    db.session.remove()

    done = all_at_once(world, [lambda: services.checkin.use_claim(trainee, token)] * 40)

    assert Counter(one.is_new for one in done) == {True: 1, False: 39}
    assert db.session.scalar(select(func.count(Record.id))) == 1
    assert db.session.scalar(select(func.count(RecordEvent.id))) == 1
    held = select(func.count(StateChange.id)).where(StateChange.action == "hold")
    assert db.session.scalar(held) == 1


def test_forty_proofs_of_one_person_make_one_record(world):
    run = a_run(capacity=None)
    session, trainee = a_session(run), a_trainee()
    an_enrolment(run, trainee.user_id)
    tokens = [a_token(session) for _ in range(40)]
    db.session.remove()

    all_at_once(world, [lambda t=token: services.checkin.use_claim(trainee, t) for token in tokens])

    assert db.session.scalar(select(func.count(Record.id))) == 1
    assert list(invariants.history_is_whole()) == []


def test_one_claim_of_forty_people_serves_one(world):
    run = a_run(capacity=None)
    session, people = a_session(run), [a_trainee() for _ in range(40)]
    for one in people:
        an_enrolment(run, one.user_id)
    token = a_token(session)
    db.session.remove()

    done = all_at_once(
        world, [lambda who=one: services.checkin.use_claim(who, token) for one in people]
    )

    assert done.count("Conflict") == 39
    assert db.session.scalar(select(func.count(Record.id))) == 1
    assert db.session.scalar(select(func.count(PresenceClaim.claim))) == 1


def test_four_hundred_check_ins_at_once_are_all_stored(world):
    run = a_run(capacity=None)
    session, people = a_session(run), [a_trainee() for _ in range(400)]
    for one in people:
        an_enrolment(run, one.user_id)
    tokens = [a_token(session) for _ in people]
    db.session.remove()

    done = all_at_once(
        world,
        [
            lambda who=one, t=token: services.checkin.use_claim(who, t)
            for one, token in zip(people, tokens, strict=True)
        ],
    )

    assert Counter(one.is_new for one in done) == {True: 400}
    assert db.session.scalar(select(func.count(Record.id))) == 400
    assert db.session.scalar(select(func.count(RecordEvent.id))) == 400
    assert list(invariants.history_is_whole()) == []


def test_of_two_teachers_at_the_same_moment_one_sees_the_others_mark(world):
    run = a_run(capacity=None)
    teachers = [a_teacher_of(run), a_teacher_of(run)]
    for number in range(10):
        session = a_session(run, starts_at=now() - timedelta(minutes=5), number=number)
        place_id = an_enrolment(run).id
        session_id = session.id
        db.session.remove()
        wanted = [StatusKind.PRESENT, StatusKind.ABSENT]

        done = all_at_once(
            world,
            [
                lambda who=who, kind=kind, s=session_id, p=place_id: services.marking.mark(
                    who, s, p, kind, version=0
                )
                for who, kind in zip(teachers, wanted, strict=True)
            ],
        )

        assert done.count(StaleMark.__name__) == 1
        stored = db.session.scalars(select(Record).where(Record.session_id == session_id)).one()
        assert stored.version == 1
        db.session.remove()


def test_nobody_slips_into_a_register_while_it_is_closed(world):
    run = a_run(capacity=None)
    teacher = a_teacher_of(run)
    session = a_session(run, starts_at=now() - timedelta(minutes=5))
    people = [a_trainee() for _ in range(30)]
    for one in people:
        an_enrolment(run, one.user_id)
    tokens = [a_token(session) for _ in people]
    session_id = session.id
    db.session.remove()
    acts = [
        lambda who=one, t=token: services.checkin.use_claim(who, t)
        for one, token in zip(people, tokens, strict=True)
    ]
    acts.insert(15, lambda: services.registers.lock(teacher, session_id))

    all_at_once(world, acts)

    assert db.session.scalar(select(func.count(Record.id))) == 30
    assert list(invariants.closed_registers_are_complete()) == []
    assert list(invariants.history_is_whole()) == []
