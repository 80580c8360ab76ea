"""The priority of those who wait: set by the office with a reason, and kept to strictly."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core.database import db
from app.core.errors import Forbidden, Invalid, WrongState
from app.courses import invariants
from app.courses.models.enrolments import Enrolment
from app.courses.services import enrolments, queue
from app.courses.states import EnrolmentState, StaffRole
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.courses import a_run, a_teacher_of
from tests.factories.institutions import an_institution

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session")]

S = EnrolmentState


@pytest.fixture
def full():
    """A run with one seat, taken by the first of five people; the others wait."""
    run = a_run(capacity=1)
    people = [a_trainee(f"Person {letter}") for letter in "ABCDE"]
    return run, people, [enrolments.enrol(one, run.id).id for one in people]


def state_of(enrolment_id) -> EnrolmentState:
    return db.session.get_one(Enrolment, enrolment_id, populate_existing=True).state


def test_priority_goes_first_and_then_the_number(full, browse_as):
    run, people, places = full
    office = an_actor("registrar", run.institution_id)
    browser = browse_as(office)
    address = f"/places/{places[3]}/priority"

    assert "Now number 3 in line" in browser.get(address).text
    assert browser.post(address, data={"priority": "2", "reason": " "}).status_code == 422
    assert browser.post(address, data={"priority": "10", "reason": "x"}).status_code == 422
    sent = browser.post(address, data={"priority": "2", "reason": "Comes from far away."})
    assert sent.location == f"/runs/{run.id}/queue"
    line = browser.get(sent.location).text
    assert line.index("Person D") < line.index("Person B") < line.index("Person C")
    assert "Priority 2" in browser.get(f"/runs/{run.id}/people").text

    enrolments.withdraw(people[0], places[0])
    enrolments.withdraw(people[3], places[3])

    assert state_of(places[3]) == S.WITHDRAWN
    assert [state_of(one) for one in places[1:3]] == [S.ACTIVE, S.WAITLISTED]
    assert list(invariants.queues()) == []
    noted = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "courses.set_priority")
    ).one()
    assert (noted.changes, noted.reason) == ({"priority": [0, 2]}, "Comes from far away.")


def test_who_is_ranked_later_was_not_passed_over(full):
    run, people, places = full
    office = an_actor("registrar", run.institution_id)
    queue.set_priority(office, places[4], 3, reason="A guest.")
    enrolments.withdraw(people[0], places[0])
    assert state_of(places[4]) == S.ACTIVE

    queue.set_priority(office, places[2], 5, reason="Was forgotten.")

    assert list(invariants.queues()) == []


def test_only_the_office_ranks_and_never_itself_and_only_those_who_wait(full, browse_as):
    run, people, places = full
    office = an_actor("registrar", run.institution_id)
    own = enrolments.enrol(office, run.id).id
    with pytest.raises(Forbidden):
        queue.set_priority(office, own, 9, reason="Me first.")
    with pytest.raises(Forbidden):
        queue.set_priority(people[1], places[1], 9, reason="Me first.")
    assistant = a_teacher_of(run, StaffRole.ASSISTANT)
    with pytest.raises(Forbidden):
        queue.set_priority(assistant, places[1], 9, reason="A friend.")
    with pytest.raises(WrongState):
        queue.set_priority(office, places[0], 1, reason="Has a seat.")
    with pytest.raises(Invalid):
        queue.set_priority(office, places[1], -1, reason="Last.")
    stranger = browse_as(an_actor("registrar", an_institution().id))
    assert stranger.get(f"/places/{places[1]}/priority").status_code == 404
    assert browse_as(people[1]).get(f"/places/{places[1]}/priority").status_code == 403
