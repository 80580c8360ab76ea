"""Whatever happens to a mark, its history is whole and its author can be named."""

import contextlib
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.attendance import checkin as codes
from app.attendance import invariants, services
from app.attendance.models import Record, RecordEvent
from app.attendance.services.marking import StaleMark
from app.attendance.states import BY_A_PERSON, RecordSource, StatusKind
from app.core.clock import now
from app.core.database import db
from app.core.errors import Gone, WrongState
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.courses import a_run, a_session, a_teacher_of, an_enrolment

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session")]

MARKS = st.sampled_from([StatusKind.PRESENT, StatusKind.LATE, StatusKind.ABSENT])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("mark"), MARKS),
        st.tuples(st.just("stale"), MARKS),
        st.tuples(st.sampled_from(["undo", "check_in", "lock", "unlock"]), st.none()),
    ),
    max_size=12,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_every_change_is_one_line_of_the_history(steps):
    run = a_run(capacity=None)
    teacher, registrar = a_teacher_of(run), an_actor("registrar", run.institution_id)
    session, trainee = a_session(run, starts_at=now() - timedelta(minutes=5)), a_trainee()
    place = an_enrolment(run, trainee.user_id)

    for step, kind in steps:
        _do(step, kind, (session, place, trainee, teacher, registrar))

    assert list(invariants.history_is_whole()) == []
    assert list(invariants.closed_registers_are_complete()) == []
    _nothing_automatic_replaced_a_person(session)


def _do(step, kind, cast):
    session, place, trainee, teacher, registrar = cast
    query = select(Record.version).where(Record.session_id == session.id)
    version = db.session.scalar(query) or 0
    marking, registers = services.marking, services.registers
    acts = {
        "mark": lambda: marking.mark(teacher, session.id, place.id, kind, version=version),
        "stale": lambda: marking.mark(teacher, session.id, place.id, kind, version=version + 1),
        "undo": lambda: marking.take_back(teacher, session.id, place.id, version=version),
        "check_in": lambda: services.checkin.use_claim(
            trainee,
            services.checkin.prove(
                session.id,
                codes.code_for(session.checkin_secret.encode(), session.id, now()),
            ),
        ),
        "lock": lambda: registers.lock(teacher, session.id),
        "unlock": lambda: registers.unlock(registrar, session.id, reason="Corrected"),
    }
    with contextlib.suppress(StaleMark, WrongState, Gone):
        acts[step]()


def _nothing_automatic_replaced_a_person(session):
    query = (
        select(RecordEvent)
        .join(Record, Record.id == RecordEvent.record_id)
        .where(Record.session_id == session.id)
        .order_by(RecordEvent.number)
    )
    last = None
    for event in db.session.scalars(query):
        if event.source == RecordSource.SELF_QR and last is not None and last.after is not None:
            assert last.source not in BY_A_PERSON
        last = event
