"""The pages of completions: standing, policies, reviews."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.attendance.states import StatusKind
from app.completion import queries, services
from app.completion.models import Review
from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.database import atomic, db
from app.courses.models.enrolments import Enrolment
from app.courses.states import EnrolmentState, SessionState
from tests.factories.accounts import a_trainee, a_user, an_actor
from tests.factories.attendance import a_mark
from tests.factories.courses import a_run, a_session, a_teacher_of, an_enrolment

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session")]


@pytest.fixture
def run():
    return a_run(capacity=None)


@pytest.fixture
def registrar(run):
    return an_actor("registrar", run.institution_id)


def marked(run, place, statuses):
    for number, status in enumerate(statuses, start=1):
        session = a_session(
            run,
            starts_at=now() - timedelta(days=30 - number),
            number=number,
            state=SessionState.LOCKED,
        )
        a_mark(session, place.id, status)


PRESENT, ABSENT = StatusKind.PRESENT, StatusKind.ABSENT


def test_a_trainee_sees_three_numbers(run, browse_as):
    trainee = a_trainee()
    place = an_enrolment(run, trainee.user_id)
    marked(run, place, [PRESENT, PRESENT, PRESENT, ABSENT])
    for number in range(5, 11):
        a_session(run, starts_at=now() + timedelta(days=number), number=number)

    html = browse_as(trainee).get(f"/enrolments/{place.id}/standing").text

    assert "<dd>75%</dd>" in html  # so far
    assert "<dd>90%</dd>" in html  # best still possible
    assert "<dd>1</dd>" in html  # may still miss
    assert browse_as(a_trainee()).get(f"/enrolments/{place.id}/standing").status_code == 404


@pytest.mark.parametrize("people", [1, 3, 60])
def test_lists_ask_the_database_as_often_for_many_as_for_one(
    run, registrar, browse_as, statements, people
):
    for number in range(people):
        an_enrolment(run, a_user(name=f"Person {number:03}").id)
    services.policies.freeze(run.id)
    browser = browse_as(registrar)
    for path, most in (
        (f"/runs/{run.id}/completion", 10),
        ("/completion-policies", 5),
        ("/completion-reviews", 4),
    ):
        browser.get(path)
        statements.clear()

        assert browser.get(path).status_code == 200
        asked = [one for one in statements if one.lower().startswith("select")]
        assert len(asked) <= most, "\n".join(asked)


def test_a_policy_is_written_and_rewritten(run, registrar, browse_as):
    browser = browse_as(registrar)
    sent = {
        "institution": str(run.institution_id),
        "name-en": "Three quarters",
        "threshold": "75",
        "late_limit": "15",
        "late_credit": "100",
        "too_late_credit": "50",
        "excused_share": "25",
        "is_default": "y",
    }
    assert browser.get("/completion-policies/new").status_code == 200
    assert browser.post("/completion-policies/new", data=sent).status_code == 303
    listed = queries.policies.listed_for(registrar)
    assert len(listed) == 1

    url = f"/completion-policies/{listed[0].policy.id}"
    assert browser.post(url, data=sent | {"threshold": "70"}).status_code == 303
    assert browser.post(url, data=sent | {"threshold": "170"}).status_code == 422
    versions = queries.policies.versions_of(listed[0].policy.id)
    assert [one.rule["rule"]["all"][0]["threshold_bp"] for one in versions] == [7000, 7500]
    foreign = an_actor("registrar", a_run().institution_id)
    assert browse_as(foreign).get(url).status_code == 404
    assert browse_as(a_trainee()).get("/completion-policies").status_code == 403


def test_another_policy_is_applied_after_a_look_ahead(run, registrar, browse_as):
    place = an_enrolment(run)
    marked(run, place, [PRESENT, PRESENT, PRESENT, PRESENT, ABSENT])
    services.policies.freeze(run.id)
    rule = {"rule": {"all": [{"criterion": "attendance", "threshold_bp": 9000}]}}
    strict = services.policies.create(
        registrar, run.institution_id, name={"en": "Strict"}, rule=rule
    )
    version, frozen = queries.policies.versions_of(strict.id)[0], queries.policies.of_run(run.id)
    url = f"/runs/{run.id}/completion/policy"
    browser = browse_as(registrar)

    html = browser.get(f"{url}?version={version.id}").text
    assert "1 outcome would change" in html
    assert "Met → Not met" in html
    sent = {"version": str(version.id), "instead_of": str(frozen.id), "reason": "Agreed"}
    assert browser.post(url, data=sent).status_code == 303
    assert browser.post(url, data=sent).status_code == 409
    assert browse_as(a_teacher_of(run)).get(url).status_code == 404


def test_a_review_is_decided_on_its_page(run, registrar, browse_as):
    place = an_enrolment(run)
    marked(run, place, [PRESENT, ABSENT])
    services.policies.freeze(run.id)
    with atomic():
        db.session.get(Enrolment, place.id).state = EnrolmentState.COMPLETED
    services.decisions.decide(SYSTEM, [place.id])
    review = db.session.scalars(select(Review)).one()
    browser = browse_as(registrar)

    assert "Ana Anić" in browser.get("/completion-reviews").text
    url = f"/completion-reviews/{review.id}"
    assert browser.get(url).status_code == 200
    assert browser.post(url, data={"outcome": "reverse", "reason": ""}).status_code == 422
    assert browser.post(url, data={"outcome": "reverse", "reason": "So"}).status_code == 303
    assert db.session.get(Enrolment, place.id).state == EnrolmentState.NOT_COMPLETED
    assert "Ana Anić" in browser.get("/completion-reviews?show=closed").text
    assert browse_as(a_teacher_of(run)).get(url).status_code == 404


def test_a_criterion_is_waived_on_its_page(run, registrar, browse_as):
    place = an_enrolment(run)
    marked(run, place, [ABSENT])
    services.policies.freeze(run.id)
    url = f"/enrolments/{place.id}/standing/waive/rule.all.0"
    browser = browse_as(registrar)

    assert browser.get(url).status_code == 200
    assert browser.post(url, data={"reason": "Long illness"}).status_code == 303
    assert "Waived: Long illness" in browser.get(f"/enrolments/{place.id}/standing").text
    assert browse_as(a_teacher_of(run)).get(url).status_code == 403


def test_the_list_of_a_run_is_searched_sorted_and_saved(run, registrar, browse_as):
    places = [
        an_enrolment(run, a_user(name=name).id) for name in ("Ana Bilić", "王晓明", "Eva Cosic")
    ]
    session = a_session(run, starts_at=now() - timedelta(days=9), state=SessionState.LOCKED)
    for place, status in zip(places[:2], (PRESENT, ABSENT), strict=True):
        a_mark(session, place.id, status)
    page, browser = f"/runs/{run.id}/completion", browse_as(registrar)

    found = browser.get(f"{page}?q=cosic").text
    assert ("Eva Cosic" in found, "Ana Bilić" in found) == (True, False)
    assert "Nobody is called that" in browser.get(f"{page}?q=nobody").text
    lowest = browser.get(f"{page}?sort=so_far").text
    assert lowest.index("王晓明") < lowest.index("Ana Bilić")
    assert browser.get(f"{page}?sort=%27").status_code == 200
    table = browser.get(f"{page}.csv?sort=-so_far").get_data(as_text=True).splitlines()
    assert table[1].startswith('"Ana Bilić"')
    assert '"100"' in table[1]
    assert browser.get(f"{page}.xlsx?q=ana").status_code == 200
    assert browse_as(a_trainee()).get(f"{page}.csv").status_code == 404


def test_reviews_are_found_by_name_and_run(run, registrar, browse_as):
    place = an_enrolment(run, a_user(name="Ana Bilic").id)
    marked(run, place, [PRESENT, ABSENT])
    services.policies.freeze(run.id)
    with atomic():
        db.session.get(Enrolment, place.id).state = EnrolmentState.COMPLETED
    services.decisions.decide(SYSTEM, [place.id])
    browser = browse_as(registrar)

    for words, is_found in (("bilic", True), (run.code, True), ("nobody", False), ("%", True)):
        html = browser.get("/completion-reviews", query_string={"q": words}).text
        assert ("Ana Bilic" in html) is is_found
