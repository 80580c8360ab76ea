"""Conflicts of interest of those who decide in a call: they do not apply to it themselves."""

import pytest

from app.accounts.queries import actor_for
from app.core.database import atomic, db
from app.core.errors import Forbidden, Invalid
from app.exchanges.invariants import selection as invariants
from app.exchanges.models.calls import Call
from app.exchanges.services import applications, calls
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import CallState
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.exchanges_applications import a_ready_draft, an_application
from tests.factories.exchanges_calls import an_officer
from tests.factories.exchanges_reviews import a_chair, a_chaired_call, a_reviewer, an_assignment
from tests.factories.institutions import an_institution

_S = ApplicationState
pytestmark = [pytest.mark.usefixtures("session"), pytest.mark.one_engine]


@pytest.fixture
def home(session):
    return an_institution()


@pytest.fixture
def chaired(home):
    return a_chaired_call(home, state=CallState.OPEN, audience={"people": "both"})


def test_nobody_applies_where_they_chair_run_or_judge(browse_as, home, chaired):
    call, chair = chaired
    officer, reviewer = an_officer(home.id), a_reviewer()
    task = an_assignment(an_application(call, state=_S.SUBMITTED), reviewer)
    apply = f"/exchanges/calls/{call.id}/apply"

    for person, why in ((chair, "chair the comm"), (officer, "office runs"), (reviewer, "judge")):
        with pytest.raises(Forbidden, match="conflict of interest"):
            applications.start(person, call.id)
        browser = browse_as(person)
        assert apply not in browser.get(f"/exchanges/calls/{call.id}").text
        assert why in browser.get(f"/exchanges/calls/{call.id}").text
        assert "Begin the application" not in browser.get(apply).text
        assert browser.post(apply).status_code == 403
    with atomic():
        task.removed_at = task.created_at

    assert applications.start(reviewer, call.id)
    assert applications.start(an_officer(an_institution().id), call.id)


def test_a_draft_begun_before_is_not_sent_by_who_decides_now(home, chaired):
    call, _chair = chaired
    draft = a_ready_draft(call, applicant=a_trainee())
    with atomic():
        db.session.get_one(Call, call.id).chair_id = draft.applicant_id

    with pytest.raises(Forbidden, match="chair the committee"):
        applications.submit(actor_for(draft.applicant_id), draft.id)

    assert len(list(invariants.nobody_decides_beside_themselves())) == 1


def test_who_has_applied_is_not_made_chair(home, chaired):
    call, chair = chaired
    teacher, other = an_actor("faculty", home.id), a_chair(home.id)
    applied = an_application(call, applicant=teacher, state=_S.SUBMITTED)
    texts = {"title": call.title, "summary": call.summary, "description": call.description}

    def appoint(person):
        calls.edit_texts(an_officer(home.id), call.id, **texts, chair_id=person.user_id)

    with pytest.raises(Invalid, match="has applied") as refusal:
        appoint(teacher)
    assert refusal.value.field == "chair_id"
    assert call.chair_id == chair.user_id
    appoint(other)
    applications.withdraw(teacher, applied.id)
    appoint(teacher)

    assert list(invariants.nobody_decides_beside_themselves()) == []
