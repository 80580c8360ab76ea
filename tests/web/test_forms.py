"""What was typed stays when a service refuses for another reason than what was typed."""

import pytest

from app.core.errors import Conflict
from app.courses.services import enrolments, runs
from app.courses.states import EnrolmentMode
from app.web.forms import Form
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.courses import a_run, an_enrolment

pytestmark = pytest.mark.usefixtures("session")

WORDS = "A long text that somebody typed by hand"


def test_too_many_messages(browse_as):
    run = a_run()
    enrolment_id = an_enrolment(run, a_trainee().user_id).id
    browser = browse_as(an_actor("administrator", run.institution_id))
    sent = {"ids": str(enrolment_id), "subject": "Hello", "words": WORDS}

    for _ in range(11):
        answer = browser.post(f"/runs/{run.id}/people/write", data=sent)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert WORDS in answer.text
    assert 'id="errors"' in answer.text


def test_an_application_that_was_withdrawn_meanwhile(browse_as):
    run = a_run(mode=EnrolmentMode.APPROVAL)
    who = a_trainee()
    enrolment_id = enrolments.enrol(who, run.id, message="Please").id
    browser = browse_as(an_actor("administrator", run.institution_id))
    enrolments.withdraw(who, enrolment_id)

    answer = browser.post(f"/places/{enrolment_id}/decline", data={"reason": WORDS})

    assert answer.status_code == 409
    assert WORDS in answer.text


def test_a_run_that_closed_meanwhile(browse_as):
    run = a_run(mode=EnrolmentMode.APPROVAL)
    run_id = run.id
    runs.close_run(an_actor("administrator", run.institution_id), run_id)

    answer = browse_as(a_trainee()).post(
        f"/runs/{run_id}/enrol", data={"agreed": "y", "message": WORDS}
    )

    assert answer.status_code == 409
    assert WORDS in answer.text


def test_a_page_that_shows_both_texts_takes_the_conflict_itself(app):
    class Compared(Form):
        compares = True

    def refuse():
        raise Conflict("Somebody was faster.")

    with app.test_request_context(method="POST", data={"once": "x"}):
        plain = Form()
        assert not plain.accepted(refuse)
        assert plain.form_errors == ["Somebody was faster."]
        assert not Compared().accepted(refuse)
