"""What people are told about completions, in their own language."""

from datetime import timedelta

import pytest

from app.accounts.models import User
from app.attendance.states import StatusKind
from app.completion import services
from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.database import atomic, db
from app.core.jobs import embedded
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.courses.states import EnrolmentState, RunState, SessionState
from tests.factories.accounts import an_actor
from tests.factories.attendance import a_mark
from tests.factories.courses import a_run, a_session, an_enrolment

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session")]


def a_closed_run(status):
    run = a_run(capacity=None)
    place = an_enrolment(run)
    held = a_session(run, starts_at=now() - timedelta(days=1), state=SessionState.LOCKED)
    a_mark(held, place.id, status)
    with atomic():
        db.session.get(Run, run.id).state = RunState.CLOSED
    services.policies.freeze(run.id)
    return run, place


@pytest.mark.parametrize(
    ("status", "subject"),
    [
        (StatusKind.PRESENT, "You have completed Technology transfer essentials"),
        (StatusKind.ABSENT, "Technology transfer essentials is over"),
    ],
)
def test_a_result_is_told_once(mail, status, subject):
    run, _place = a_closed_run(status)

    services.decisions.decide_run(SYSTEM, run.id)
    services.decisions.decide_run(SYSTEM, run.id)
    embedded.do_all()

    assert [message.subject for message in mail] == [subject]


def test_registrars_hear_of_a_contradiction_and_the_trainee_of_the_result(mail):
    run, place = a_closed_run(StatusKind.ABSENT)
    registrar = an_actor("registrar", run.institution_id)
    with atomic():
        db.session.get(Enrolment, place.id).state = EnrolmentState.COMPLETED
        db.session.get(User, place.trainee_id).locale = "zh_Hans_CN"

    services.decisions.decide_run(SYSTEM, run.id)
    embedded.do_all()

    assert [message.to for message in mail] == [registrar.email]
