"""Pages of reviewers: their list, a sheet that is not whole, what is left of a withdrawn one."""

import csv
import html
import io
import re
from datetime import timedelta

import pytest

from app.accounts.queries import actor_for
from app.core.clock import now
from app.core.database import atomic
from app.exchanges.queries import allocation
from app.exchanges.services import applications, reviews
from app.exchanges.states.applications import ApplicationState
from tests.factories.exchanges_applications import a_document, an_application
from tests.factories.exchanges_reviews import a_chaired_call, a_reviewer, an_assignment
from tests.factories.institutions import an_institution

_S = ApplicationState
pytestmark = [pytest.mark.usefixtures("session"), pytest.mark.one_engine]
LIST = "/exchanges/reviews"


@pytest.fixture
def call(session):
    return a_chaired_call(an_institution(), criteria=("Merit", "Plan"))[0]


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))[1:]


def test_of_a_withdrawn_application_a_reviewer_learns_that_and_nothing_else(browse_as, call):
    reviewer, colleague = a_reviewer(), a_reviewer()
    application = an_application(call, state=_S.UNDER_REVIEW, name="Milijana Radić")
    document = a_document(application)
    task, other = an_assignment(application, reviewer), an_assignment(application, colleague)
    reviews.save_sheet(reviewer, task.id, {}, comment="Strong")
    browser, own, file = browse_as(reviewer), f"{LIST}/{task.id}", f"/files/{document.file_id}"
    assert browser.get(file).status_code == 200

    applications.withdraw(actor_for(application.applicant_id), application.id, reason="Ill")

    page = browser.get(own).text
    assert "withdrew this application" in page
    lists = [browser.get(LIST, query_string={"show": "all"}).text, browser.get(own).text]
    lists.append(browser.get(f"{LIST}.csv?show=all").data.decode())
    for private in ("Milijana", "Radi", application.facts["passport_until"], "Strong", "Ill"):
        assert not [one for one in lists if private in one], private
    for words in ("milijana", "radic"):
        assert "No review matches" in browser.get(f"{LIST}?show=all&q={words}").text
    assert browser.get(f"{LIST}?show=open").text.count(own) == 0
    assert browser.get(file).status_code == 404
    for path in ("/lock", "/conflict"):
        assert browser.get(own + path).status_code == 409
    assert browser.post(own, data={"comment": "x"}).status_code == 409
    with atomic():
        other.removed_at = now()
    taken_back = browse_as(colleague)
    assert taken_back.get(f"{LIST}/{other.id}").status_code == 404
    assert str(other.id) not in taken_back.get(f"{LIST}?show=all").text


def test_a_sheet_that_is_not_whole_is_saved_and_not_locked(browse_as, call):
    reviewer = a_reviewer()
    task = an_assignment(an_application(call, state=_S.UNDER_REVIEW), reviewer)
    browser, own = browse_as(reviewer), f"{LIST}/{task.id}"
    merit, plan = allocation.criteria_of(call.id)

    shown = browser.get(own).text
    assert "(optional)" not in shown.split(f'for="points-{merit.id}"')[1].split("</label>")[0]
    refused = browser.post(own, data={f"points-{merit.id}": "8", "then": "lock"})

    assert refused.status_code == 422
    assert f'id="points-{plan.id}-error"' in refused.text
    assert f'id="points-{merit.id}-error"' not in refused.text
    assert "Saved so far without points: Plan" in browser.get(own).text
    page = browser.get(f"{own}/lock").text
    assert "1 criterion has no points yet" in page
    assert "disabled" in page
    locked = browser.post(f"{own}/lock")
    assert locked.status_code == 422
    assert "Missing: Plan" in locked.text
    browser.post(own, data={f"points-{merit.id}": "8", f"points-{plan.id}": "7", "then": "lock"})
    assert browser.post(f"{own}/lock").status_code == 303


def test_who_was_asked_to_judge_finds_it_in_the_menu_without_another_query(
    browse_as, call, statements
):
    reviewer, other = a_reviewer(), a_reviewer()
    entry = f'href="{LIST}"'

    def asked(person):
        browser = browse_as(person)
        browser.get("/exchanges/mine")
        statements.clear()
        page = browser.get("/exchanges/mine").text
        return entry in page, len(statements)

    before = asked(reviewer)
    task = an_assignment(an_application(call, state=_S.UNDER_REVIEW), reviewer)
    after = asked(reviewer)

    assert (before[0], after[0], asked(other)[0]) == (False, True, False)
    assert before[1] == after[1]
    with atomic():
        task.removed_at = now()
    assert not asked(reviewer)[0]


def test_my_reviews_are_searched_sorted_paged_and_taken_away(browse_as, call):
    reviewer = a_reviewer()
    for number in range(27):
        an_assignment(
            an_application(call, state=_S.UNDER_REVIEW, name=f"Person {number:02}"),
            reviewer,
            due_at=now() + timedelta(days=number - 1),
        )
    browser = browse_as(reviewer)

    first = browser.get(LIST).text
    assert ("Person 00" in first, "Person 26" in first) == (True, False)
    assert "Overdue" in first
    onward = re.search(r'href="([^"]*cursor=[^"]*)"', first)
    assert onward
    assert "Person 26" in browser.get(html.unescape(onward[1])).text
    falling = browser.get(f"{LIST}?sort=-name").text
    assert falling.index("Person 26") < falling.index("Person 25")
    assert "Person 00" not in falling
    found = browser.get(f"{LIST}?q=person+07").text
    assert ("Person 07" in found, "Person 08" in found) == (True, False)
    assert len(rows_of(browser.get(f"{LIST}.csv"))) == 27
    assert [row[1] for row in rows_of(browser.get(f"{LIST}.csv?q=person+07"))] == ["Person 07"]
    assert browser.get(f"{LIST}.xlsx").data[:2] == b"PK"
    assert browser.get(f"{LIST}.pdf").status_code == 404
    assert "Nothing waits" in browse_as(a_reviewer()).get(LIST).text
