"""The desk: views, search, sort, paging, exports, bulk deeds, and one application."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.clock import now
from app.core.database import db
from app.exchanges.models.desk import SavedView
from app.exchanges.models.reviews import ReviewAssignment, Score
from app.exchanges.states.applications import ApplicationState, Conflict, DocumentState
from tests.factories.exchanges_applications import a_document, an_application
from tests.factories.exchanges_calls import an_officer
from tests.factories.exchanges_reviews import (
    a_chaired_call,
    a_reviewer,
    an_appeal,
    an_assignment,
)
from tests.factories.institutions import an_institution

_S = ApplicationState


@pytest.fixture
def home(session):
    return an_institution()


@pytest.fixture
def call(home):
    return a_chaired_call(home)[0]


@pytest.fixture
def desk(browse_as, home):
    browser = browse_as(an_officer(home.id))

    def ask(path="", **query):
        return browser.get(f"/exchanges/desk{path}", query_string=query)

    ask.browser = browser
    return ask


def test_the_desk_shows_what_waits_and_what_is_elsewhere_in_other_views(desk, call):
    waits = an_application(call, state=_S.SUBMITTED, name="Waits Here")
    judged = an_application(call, state=_S.UNDER_REVIEW, name="Judged Already")
    an_application(call, state=_S.DRAFT, name="Not Sent")
    an_application(a_chaired_call(an_institution())[0], state=_S.SUBMITTED, name="Another Office")
    a_document(judged)
    a_document(waits, state=DocumentState.ACCEPTED)

    first, everything = desk().text, desk(show="all").text

    assert "Waits Here" in first
    assert "Judged Already" not in first
    assert ("Judged Already" in everything, "Not Sent" in everything) == (True, False)
    assert "Another Office" not in everything
    documents = desk(show="documents").text
    assert ("Judged Already" in documents, "Waits Here" in documents) == (True, False)
    assert "1 document to check" in documents
    assert "Judged Already" in desk(show="assign").text
    an_assignment(judged)
    assert "Judged Already" not in desk(show="assign").text
    an_assignment(judged, conflict=Conflict.DECLARED)
    assert "Judged Already" in desk(show="assign").text


def test_the_desk_is_searched_sorted_and_paged(desk, call):
    for number in range(53):
        an_application(call, state=_S.RANKED, name=f"Person {number:02}", score_milli=number * 1000)

    page = desk(show="all", sort="-points")
    assert page.text.index("Person 52") < page.text.index("Person 51")
    assert "Person 02" not in page.text
    assert "cursor=" in page.text
    found = desk(show="all", q="person 07").text
    assert ("Person 07" in found, "Person 08" in found) == (True, False)
    assert "No application matches" in desk(show="all", q="nobody at all").text


def questions(statements):
    return sum(one.startswith("SELECT") for one in statements)


def test_as_many_questions_for_many_rows_as_for_one(desk, call, statements):
    an_application(call, state=_S.SUBMITTED)
    desk()
    statements.clear()
    desk()
    one = questions(statements)
    for _ in range(3):
        application = an_application(call, state=_S.SUBMITTED)
        an_assignment(application)
        a_document(application)
    statements.clear()
    desk()

    assert questions(statements) == one
    assert one <= 12


def test_exports_hold_what_is_shown_or_ticked_and_no_formulas(desk, call):
    an_application(call, state=_S.SUBMITTED, name="=1+1")
    ticked = an_application(call, state=_S.SUBMITTED, name="Ana Anić")

    def rows(**query):
        data = desk("/applications.csv", **query).data.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(data), delimiter=";" if ";" in data[:60] else ","))

    names = [row[1] for row in rows()[1:]]
    assert len(names) == 2
    assert not any(name.startswith("=") for name in names)
    assert [row[1] for row in rows(ids=str(ticked.id))[1:]] == ["Ana Anić"]
    assert desk("/applications.xlsx").data[:2] == b"PK"


def test_reviewers_are_assigned_and_applications_sent_from_the_list(desk, call):
    applications = [an_application(call, state=_S.SUBMITTED) for _ in range(2)]
    ids = [str(one.id) for one in applications]
    reviewer = a_reviewer()
    email = reviewer.email

    form = desk("/assign", ids=ids)
    assert form.status_code == 200
    wrong = desk.browser.post(
        "/exchanges/desk/assign",
        data={"ids": ids, "addresses": "nobody@example.org", "due_at": "2030-01-02T10:00"},
    )
    assert wrong.status_code == 422
    assert "nobody@example.org" in wrong.text
    answer = desk.browser.post(
        "/exchanges/desk/assign",
        data={"ids": ids, "addresses": email, "due_at": "2030-01-02T10:00"},
    )
    assert answer.status_code == 303
    assert len(db.session.scalars(select(ReviewAssignment)).all()) == 2

    sent = desk.browser.post("/exchanges/desk/send", data={"ids": ids})

    assert sent.status_code == 303
    db.session.expire_all()
    assert {one.state for one in applications} == {_S.UNDER_REVIEW}
    again = desk.browser.post("/exchanges/desk/send", data={"ids": ids}, follow_redirects=True)
    assert "changed in the meantime" in again.text


def test_the_list_stays_the_same_through_what_is_done_from_it(desk, call):
    one, other = (
        an_application(call, state=_S.SUBMITTED, name=name) for name in ("Ana Same", "Bo Same")
    )
    an_application(call, state=_S.SUBMITTED, name="Cy Other")
    listed = {"q": "same", "sort": "-name", "show": "all"}

    shown = desk(**listed).text
    assert "All 2 that match" in shown
    assert 'data-check-all="desk-form"' in shown
    assert '<input type="hidden" name="sort" value="-name">' in shown
    everybody = desk("/assign", **listed, all="1").text
    assert everybody.count('name="ids"') == 2
    table = desk("/applications.csv", **listed, all="1", ids=str(one.id)).data.decode("utf-8-sig")
    assert table.index("Bo Same") < table.index("Ana Same")
    asked = desk.browser.post("/exchanges/desk/send", query_string=listed, data={"all": "1"})
    assert (asked.status_code, asked.text.count('name="ids"')) == (200, 2)
    sent = desk.browser.post(
        "/exchanges/desk/send", query_string=listed, data={"ids": [str(one.id), str(other.id)]}
    )
    assert "/exchanges/desk?" in sent.location
    assert all(f"{key}={value}" in sent.location for key, value in listed.items())

    answer = desk.browser.post(
        f"/exchanges/desk/{one.id}/refuse",
        query_string=listed,
        data={"rule_id": "office", "message": "No."},
    )
    assert "sort=-name" in answer.location
    assert f"/exchanges/desk/{other.id}?" in desk.browser.get(answer.location).text


def test_who_has_left_the_list_keeps_the_neighbours(desk, call):
    first, gone, last = (
        an_application(call, state=state, name="Ana A")
        for state in (_S.SUBMITTED, _S.UNDER_REVIEW, _S.SUBMITTED)
    )

    page = desk(f"/{gone.id}").text

    assert f'rel="next" href="/exchanges/desk/{last.id}"' in page
    assert f'rel="prev" href="/exchanges/desk/{first.id}"' in page


def test_no_more_are_done_at_once_than_can_be_looked_through(desk, call, monkeypatch):
    monkeypatch.setattr("app.exchanges.views.desk.MOST_TICKED", 1)
    for _ in range(2):
        an_application(call, state=_S.SUBMITTED)

    assert "More than 1 match" in desk().text
    answer = desk.browser.post("/exchanges/desk/send", data={"all": "1"}, follow_redirects=True)
    assert "narrow the list" in answer.text


def test_applications_are_returned_with_what_to_change(desk, call):
    application = an_application(call, state=_S.SUBMITTED)
    due = (now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")

    answer = desk.browser.post(
        "/exchanges/desk/return",
        data={"ids": str(application.id), "reason": "The photo is dark", "due_at": due},
    )

    assert answer.status_code == 303
    db.session.expire_all()
    assert application.state == _S.RETURNED


def test_filters_are_kept_under_a_name(desk, home, browse_as):
    answer = desk.browser.post(
        "/exchanges/desk/filters",
        data={"name": "Shanghai", "show": "all", "q": "shanghai"},
    )
    assert answer.status_code == 303
    page = desk().text
    assert "Shanghai" in page
    assert "q=shanghai" in page
    kept = db.session.scalars(select(SavedView)).one()
    other = browse_as(an_officer(home.id))
    assert other.post(f"/exchanges/desk/filters/{kept.id}/remove").status_code == 404
    assert desk.browser.post(f"/exchanges/desk/filters/{kept.id}/remove").status_code == 303
    assert desk.browser.post("/exchanges/desk/filters", data={"name": ""}).status_code == 303
    assert db.session.scalars(select(SavedView)).all() == []


@pytest.mark.parametrize("state", [one for one in _S if one != _S.DRAFT])
def test_the_page_of_one_application_in_every_state(desk, call, state):
    application = an_application(call, state=state, name="Milijana Radić")
    a_document(application)
    an_assignment(application, points=7, is_locked=True, comment="Strong")
    an_assignment(application)
    if state == _S.UNDER_APPEAL:
        an_appeal(application)

    page = desk(f"/{application.id}")

    assert page.status_code == 200
    assert "Milijana Radić" in page.text
    assert "7 of 10" in page.text
    assert ("Send to review" in page.text) == (state == _S.SUBMITTED)


def test_who_decides_reads_every_comment_and_what_is_still_to_do(desk, call):
    application = an_application(call, state=_S.UNDER_REVIEW, name="Milijana Radić")
    a_document(application)
    an_assignment(application)
    sheet = an_assignment(application, points=7, is_locked=True)
    line = db.session.scalars(select(Score).where(Score.assignment_id == sheet.id)).one()
    line.comment = "A clear plan"
    db.session.commit()

    page = desk(f"/{application.id}").text

    for said in ("A clear plan", "70.0", "1 document is not checked yet", "1 review is missing"):
        assert said in page, said


def test_neighbours_follow_the_list_one_came_from(desk, call):
    first, second, third = (
        an_application(call, state=_S.SUBMITTED, name=name) for name in ("Ana A", "Bo B", "Cy C")
    )

    page = desk(f"/{second.id}", show="all", sort="-name").text

    assert "2 of 3" in page
    ahead, back = page.index(str(first.id)), page.index(str(third.id))
    assert page.rindex('rel="next"', 0, ahead) > page.rfind('rel="prev"', 0, ahead)
    assert page.rindex('rel="prev"', 0, back)


def test_documents_are_accepted_and_refused_from_the_page(desk, call):
    application = an_application(call, state=_S.SUBMITTED)
    document = a_document(application)

    assert desk.browser.post(f"/exchanges/documents/{document.id}/accept").status_code == 303
    db.session.expire_all()
    assert document.state == DocumentState.ACCEPTED
    assert desk.browser.get(f"/exchanges/documents/{document.id}/refuse").status_code == 200
    answer = desk.browser.post(
        f"/exchanges/documents/{document.id}/refuse", data={"reason": "It is too dark"}
    )
    assert answer.status_code == 303
    db.session.expire_all()
    assert document.state == DocumentState.REFUSED


def test_refusing_and_the_pages_that_ask(desk, call):
    application = an_application(call, state=_S.SUBMITTED)
    task = an_assignment(application)
    for path in (
        f"/exchanges/desk/{application.id}/refuse",
        f"/exchanges/reviews/{task.id}/unassign",
        f"/exchanges/desk/return?ids={application.id}",
        f"/exchanges/desk/assign?ids={application.id}",
    ):
        assert desk.browser.get(path).status_code == 200, path

    answer = desk.browser.post(
        f"/exchanges/desk/{application.id}/refuse",
        data={"rule_id": "office", "message": "Not a student here"},
    )

    assert answer.status_code == 303
    db.session.expire_all()
    assert application.state == _S.INELIGIBLE


def test_the_desk_is_for_offices_and_chairs(browse_as, home):
    call, chair = a_chaired_call(home)
    application = an_application(call, state=_S.SUBMITTED)
    own = f"/exchanges/desk/{application.id}"

    assert browse_as(chair).get(own).status_code == 200
    assert browse_as(chair).get("/exchanges/desk").status_code == 404
    for nobody in (a_reviewer(), an_officer(an_institution().id)):
        assert browse_as(nobody).get(own).status_code == 404
    assert browse_as(an_officer(an_institution().id)).get("/exchanges/desk").status_code == 200
    assert browse_as(None).get("/exchanges/desk").status_code == 303


def test_an_officer_who_applies_does_not_find_their_own_application(browse_as, home, call):
    officer = an_officer(home.id)
    own = an_application(call, state=_S.SUBMITTED, applicant=officer)
    an_application(call, state=_S.SUBMITTED, name="Somebody Else")
    browser = browse_as(officer)

    page = browser.get("/exchanges/desk").text

    assert str(own.id) not in page
    assert "Waiting for me (1)" in page
    assert browser.get(f"/exchanges/desk/{own.id}").status_code == 404
    assert str(own.id) not in browser.get(f"/exchanges/desk/assign?ids={own.id}").text
    confirmed = an_application(call, state=_S.CONFIRMED)
    assert "Nominate to the host" in browser.get(f"/exchanges/desk/{confirmed.id}").text
