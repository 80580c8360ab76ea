"""Keeping a register: marks, undo, closing, opening again."""

from collections import defaultdict
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import User
from app.attendance import invariants, queries, services
from app.attendance.events import SessionHeld
from app.attendance.models import Record, RecordEvent
from app.attendance.services.marking import Details, StaleMark
from app.attendance.states import RecordSource, StatusKind
from app.core import events
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.core.jobs.embedded import do_all
from app.courses.events import SessionMoved
from app.courses.models.enrolments import Enrolment
from app.courses.models.timetable import Session
from app.courses.states import EnrolmentState, SessionState
from app.notifications.models import Notice
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.attendance import a_held_session, a_mark
from tests.factories.courses import a_run, a_session, a_teacher_of, an_enrolment

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session")]


@pytest.fixture
def run():
    return a_run(capacity=None)


@pytest.fixture
def teacher(run):
    return a_teacher_of(run)


def status_of(session, enrolment):
    return queries.registers.row_of(session, enrolment.id).status


def test_the_first_mark_holds_the_session(run, teacher, monkeypatch):
    heard = []
    monkeypatch.setattr(events, "_listeners", defaultdict(list, {SessionHeld: [heard.append]}))
    session, place = a_held_session(run), an_enrolment(run)

    row = services.marking.mark(teacher, session.id, place.id, StatusKind.PRESENT, version=0)

    assert (row.status, row.version) == (StatusKind.PRESENT, 1)
    assert db.session.get(Session, session.id).state == SessionState.HELD
    assert heard == [SessionHeld(session.id, run.id)]


def test_a_mark_on_a_stale_page_shows_the_other_mark_and_changes_nothing(run, teacher):
    session, place = a_held_session(run), an_enrolment(run)
    other = a_teacher_of(run)
    services.marking.mark(other, session.id, place.id, StatusKind.ABSENT, version=0)

    with pytest.raises(StaleMark) as refused:
        services.marking.mark(teacher, session.id, place.id, StatusKind.PRESENT, version=0)

    assert refused.value.row.status == StatusKind.ABSENT
    assert refused.value.row.marked_by in str(refused.value)
    assert status_of(session, place) == StatusKind.ABSENT
    assert db.session.scalar(select(func.count(RecordEvent.id))) == 1


def test_the_same_click_twice_acts_once(run, teacher):
    session, place = a_held_session(run), an_enrolment(run)

    for _ in range(2):
        services.marking.mark(
            teacher, session.id, place.id, StatusKind.LATE, version=0, client_key="click-1"
        )

    assert db.session.scalar(select(func.count(RecordEvent.id))) == 1


def test_late_takes_the_minutes_from_the_clock(run, teacher):
    session, place = a_held_session(run), an_enrolment(run)

    row = services.marking.mark(teacher, session.id, place.id, StatusKind.LATE, version=0)

    assert row.minutes_late in (5, 6)


def test_undo_brings_back_what_was_and_keeps_both_in_the_history(run, teacher):
    session, place = a_held_session(run), an_enrolment(run)
    services.marking.mark(teacher, session.id, place.id, StatusKind.PRESENT, version=0)
    services.marking.mark(teacher, session.id, place.id, StatusKind.ABSENT, version=1)

    row = services.marking.take_back(teacher, session.id, place.id, version=2)
    assert (row.status, row.version) == (StatusKind.PRESENT, 3)

    history = queries.marks.history(row.record_id)
    assert [(one.before, one.after) for one in history] == [
        (StatusKind.ABSENT, StatusKind.PRESENT),
        (StatusKind.PRESENT, StatusKind.ABSENT),
        (None, StatusKind.PRESENT),
    ]
    assert list(invariants.history_is_whole()) == []


def test_undoing_the_first_mark_leaves_the_person_unmarked(run, teacher):
    session, place = a_held_session(run), an_enrolment(run)
    services.marking.mark(teacher, session.id, place.id, StatusKind.PRESENT, version=0)

    row = services.marking.take_back(teacher, session.id, place.id, version=1)

    assert row.status is None
    assert queries.registers.counts_of(session) == {None: 1}


def test_marking_all_present_touches_only_the_unmarked_who_are_shown(run, teacher):
    session = a_held_session(run)
    shown, marked, hidden = an_enrolment(run), an_enrolment(run), an_enrolment(run)
    services.marking.mark(teacher, session.id, marked.id, StatusKind.ABSENT, version=0)

    number = services.marking.mark_all_present(teacher, session.id, [shown.id, marked.id])

    assert number == 1
    assert [status_of(session, one) for one in (shown, marked, hidden)] == [
        StatusKind.PRESENT,
        StatusKind.ABSENT,
        None,
    ]


def test_unmarked_becomes_absent_only_when_the_register_is_closed(run, teacher):
    session, came, missing = a_held_session(run), an_enrolment(run), an_enrolment(run)
    services.marking.mark(teacher, session.id, came.id, StatusKind.PRESENT, version=0)
    assert status_of(session, missing) is None

    assert services.registers.lock(teacher, session.id) == 1

    row = queries.registers.row_of(session, missing.id)
    assert (row.status, row.source) == (StatusKind.ABSENT, RecordSource.AUTO_CLOSE)
    assert list(invariants.closed_registers_are_complete()) == []
    with pytest.raises(WrongState):
        services.marking.mark(teacher, session.id, came.id, StatusKind.ABSENT, version=1)


def test_only_a_registrar_opens_a_closed_register_and_says_why(run, teacher):
    session = a_held_session(run, people=1)
    services.registers.lock(teacher, session.id)
    registrar = an_actor("registrar", run.institution_id)

    with pytest.raises(Forbidden):
        services.registers.unlock(teacher, session.id, reason="I forgot")
    with pytest.raises(Invalid):
        services.registers.unlock(registrar, session.id, reason="  ")
    services.registers.unlock(registrar, session.id, reason="Two people mixed up")

    stored = db.session.get(Session, session.id)
    assert (stored.state, stored.locked_at) == (SessionState.HELD, None)


def test_a_session_to_come_has_no_register_yet(run, teacher):
    session = a_session(run, starts_at=now() + timedelta(days=1))
    place = an_enrolment(run)

    with pytest.raises(Invalid):
        services.marking.mark(teacher, session.id, place.id, StatusKind.PRESENT, version=0)
    with pytest.raises(Invalid):
        services.registers.lock(teacher, session.id)


def test_a_cancelled_session_takes_no_marks(run, teacher):
    session = a_held_session(run, state=SessionState.CANCELLED)

    with pytest.raises(WrongState):
        services.marking.mark(
            teacher, session.id, an_enrolment(run).id, StatusKind.PRESENT, version=0
        )


def test_late_joiners_and_leavers_are_on_the_registers_of_their_own_time(run, teacher):
    early = a_session(run, starts_at=now() - timedelta(days=20), state=SessionState.HELD)
    late = a_session(run, starts_at=now() - timedelta(days=2), state=SessionState.HELD, number=2)
    joiner, leaver = an_enrolment(run), an_enrolment(run, state=EnrolmentState.WITHDRAWN)
    with atomic():
        db.session.get(Enrolment, joiner.id).active_from = now() - timedelta(days=10)
        db.session.get(Enrolment, leaver.id).active_to = now() - timedelta(days=10)

    assert [row.enrolment_id for row in queries.registers.all_of(early)] == [leaver.id]
    assert [row.enrolment_id for row in queries.registers.all_of(late)] == [joiner.id]


@pytest.mark.parametrize(("hours", "flagged"), [(1, False), (30, True)])
def test_marks_survive_a_move_and_are_flagged_when_the_times_do_not_touch(
    run, teacher, hours, flagged
):
    session, place = a_held_session(run, minutes=90), an_enrolment(run)
    a_mark(session, place.id)
    before = session.starts_at, session.ends_at
    with atomic():
        stored = db.session.get(Session, session.id)
        stored.starts_at += timedelta(hours=hours)
        stored.ends_at += timedelta(hours=hours)
        db.session.flush()
        events.announce(SessionMoved(session.id, run.id, *before))

    record = db.session.scalars(select(Record)).one()
    assert (record.status, record.moved_away) == (StatusKind.PRESENT, flagged)


def test_saving_a_flagged_mark_again_confirms_it(run, teacher):
    session, place = a_held_session(run), an_enrolment(run)
    a_mark(session, place.id, moved_away=True)

    row = services.marking.mark(
        teacher, session.id, place.id, StatusKind.PRESENT, version=1, details=Details(note="")
    )

    assert (row.moved_away, row.version) == (False, 2)


def test_a_change_in_a_register_opened_again_is_told_in_the_persons_language(
    run, teacher, browse_as, mail
):
    session, who, other = a_held_session(run), a_trainee(), a_trainee()
    with atomic():
        db.session.get_one(User, who.user_id).locale = "sr_Latn"
    place, others = an_enrolment(run, who.user_id), an_enrolment(run, other.user_id)
    for one in (place, others):
        a_mark(session, one.id, StatusKind.PRESENT)
        services.marking.mark(teacher, session.id, one.id, StatusKind.LATE, version=1)
    services.registers.lock(teacher, session.id)
    registrar = an_actor("registrar", run.institution_id)
    services.registers.unlock(registrar, session.id, reason="Two people mixed up")
    assert db.session.scalars(select(Notice)).all() == []

    services.marking.mark(
        teacher, session.id, place.id, StatusKind.ABSENT, version=2, details=Details(reason="Mixed")
    )

    (told,) = db.session.scalars(select(Notice)).all()
    assert (told.user_id, told.kind) == (who.user_id, "attendance/mark-changed")
    assert (told.values["before"], told.values["after"]) == ("late", "absent")
    path = told.path
    do_all()
    assert "Mixed" in mail[0].text
    assert "Odsutan" in mail[0].text
    assert browse_as(who).get(path).status_code == 200


@pytest.mark.parametrize("action", ["mark", "all", "undo", "lock", "hold", "unlock"])
def test_a_stranger_is_told_there_is_no_such_session(run, action):
    session, place = a_held_session(run), an_enrolment(run)
    strangers = [a_trainee(), an_actor("faculty", a_run().institution_id)]
    acts = {
        "mark": lambda who: services.marking.mark(
            who, session.id, place.id, StatusKind.PRESENT, version=0
        ),
        "all": lambda who: services.marking.mark_all_present(who, session.id, [place.id]),
        "undo": lambda who: services.marking.take_back(who, session.id, place.id, version=1),
        "lock": lambda who: services.registers.lock(who, session.id),
        "hold": lambda who: services.registers.hold(who, session.id),
        "unlock": lambda who: services.registers.unlock(who, session.id, reason="x"),
    }

    for stranger in strangers:
        with pytest.raises(NotFound):
            acts[action](stranger)


def test_a_person_of_another_run_is_not_in_the_register(run, teacher):
    session, foreign = a_held_session(run), an_enrolment(a_run())

    with pytest.raises(NotFound):
        services.marking.mark(teacher, session.id, foreign.id, StatusKind.PRESENT, version=0)


STATES = list(SessionState)
ROLES = ["teacher", "faculty", "registrar", "administrator", "centre_administrator"]
MAY = {
    ("mark", SessionState.SCHEDULED): set(ROLES),
    ("mark", SessionState.HELD): set(ROLES),
    ("hold", SessionState.SCHEDULED): set(ROLES),
    ("lock", SessionState.SCHEDULED): set(ROLES),
    ("lock", SessionState.HELD): set(ROLES),
    ("unlock", SessionState.LOCKED): {"registrar", "administrator", "centre_administrator"},
}


@pytest.mark.one_engine
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", ["mark", "hold", "lock", "unlock"])
def test_what_each_role_may_do_in_each_state(run, state, role, action):
    session, place = a_held_session(run, state=state), an_enrolment(run)
    at = None if role == "centre_administrator" else run.institution_id
    who = a_teacher_of(run) if role == "teacher" else an_actor(role, at)
    acts = {
        "mark": lambda: services.marking.mark(
            who, session.id, place.id, StatusKind.PRESENT, version=0
        ),
        "hold": lambda: services.registers.hold(who, session.id),
        "lock": lambda: services.registers.lock(who, session.id),
        "unlock": lambda: services.registers.unlock(who, session.id, reason="Corrected"),
    }

    if role in MAY.get((action, state), set()):
        acts[action]()
        return
    with pytest.raises((Forbidden, WrongState)):
        acts[action]()
    assert db.session.get(Session, session.id).state == state
