"""Two officers decide about one application at once: one wins, and the other is told."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from app.core.clock import now
from app.core.database import atomic, db
from app.exchanges.invariants import applications as invariants
from app.exchanges.models.applications import Application, Document, EligibilityFinding
from app.exchanges.models.calls import RuleSet
from app.exchanges.states.applications import ApplicationState
from tests.factories.accounts import sign_in_secret
from tests.factories.exchanges_applications import a_document, an_application
from tests.factories.exchanges_calls import an_officer, an_open_call
from tests.factories.exchanges_reviews import an_assignment

pytestmark = pytest.mark.database

_S = ApplicationState
TOLD = "in the meantime"


def send_at_once(app, requests):
    """Send each (person, address, form) at the same moment from a browser of their own."""
    ready = threading.Barrier(len(requests))
    secrets = [sign_in_secret(person.user_id) for person, _path, _form in requests]
    db.session.commit()

    def send(number):
        _person, path, form = requests[number]
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = secrets[number]
        ready.wait(60)
        answer = client.post(path, data=form, headers={"Referer": f"http://localhost{path}"})
        return answer.status_code, answer.text

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(send, range(len(requests))))


@pytest.fixture
def case(world):
    application = an_application(an_open_call(), state=_S.SUBMITTED)
    people = [an_officer(application.institution_id, name=name) for name in ("Ana A", "Bo B")]
    return application.id, people


def is_one_told(answers):
    """Tell whether one was answered as ever, and the other with a page that says why not."""
    assert Counter(status for status, _text in answers) == {303: 1, 409: 1}
    page = next(text for status, text in answers if status == 409)
    return TOLD in page


def test_of_two_who_refuse_one_is_told(world, case):
    application_id, (ana, bo) = case
    path = f"/exchanges/desk/{application_id}/refuse"
    words = [{"rule_id": "office", "message": said} for said in ("Not a student", "Too late")]

    answers = send_at_once(world, [(ana, path, words[0]), (bo, path, words[1])])

    assert is_one_told(answers)
    late = next(number for number, (status, _text) in enumerate(answers) if status == 409)
    assert words[late]["message"] in answers[late][1], "what was typed is lost"
    db.session.rollback()
    found = db.session.get_one(Application, application_id)
    assert found.state == _S.INELIGIBLE
    assert found.reason in {"Not a student", "Too late"}
    assert list(invariants.histories()) == []


def test_of_two_who_send_to_review_and_refuse_one_is_told(world, case):
    application_id, (ana, bo) = case
    an_assignment(db.session.get_one(Application, application_id))
    refusing = f"/exchanges/desk/{application_id}/refuse"

    answers = send_at_once(
        world,
        [
            (ana, "/exchanges/desk/send", {"ids": str(application_id)}),
            (bo, refusing, {"rule_id": "office", "message": "No."}),
        ],
    )

    db.session.rollback()
    state = db.session.get_one(Application, application_id).state
    assert answers[1][0] == (409 if state == _S.UNDER_REVIEW else 303)
    client = world.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = sign_in_secret(ana.user_id)
    db.session.commit()
    late = client.post(
        "/exchanges/desk/send", data={"ids": str(application_id)}, follow_redirects=True
    )
    assert TOLD in late.text
    assert list(invariants.histories()) == []


def test_of_two_who_judge_a_document_one_is_told(world, case):
    application_id, (ana, bo) = case
    document_id = a_document(db.session.get_one(Application, application_id)).id
    own = f"/exchanges/documents/{document_id}"
    seen = {"seen": "handed_in"}

    answers = send_at_once(
        world, [(ana, f"{own}/accept", seen), (bo, f"{own}/refuse", seen | {"reason": "Dark"})]
    )

    db.session.rollback()
    refused = answers[1][0] == 303
    assert is_one_told(answers)
    state = db.session.get_one(Document, document_id).state
    assert state == ("refused" if refused else "accepted")


def test_of_two_who_decide_what_a_rule_could_not_one_is_told(world, case):
    application_id, (ana, bo) = case
    application = db.session.get_one(Application, application_id)
    rules = select(RuleSet.id).where(RuleSet.call_id == application.call_id)
    with atomic():
        finding = EligibilityFinding(
            application_id=application_id,
            rule_set_id=db.session.scalars(rules).one(),
            rule_id="ects",
            outcome="needs_human",
            at=now(),
        )
        db.session.add(finding)
    path = f"/exchanges/findings/{finding.id}/decide"
    seen = f"needs_human {finding.at.isoformat()}"

    answers = send_at_once(
        world,
        [
            (ana, path, {"seen": seen, "passes": "yes", "reason": "Exams are under way"}),
            (bo, path, {"seen": seen, "passes": "no", "reason": "They are not"}),
        ],
    )

    assert is_one_told(answers)
