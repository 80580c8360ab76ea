"""Pages of reviewers, of the selection, of offers and appeals, and the public notice."""

import csv
import io
from datetime import timedelta

import pytest

from app.accounts.queries import actor_for
from app.core.clock import now
from app.core.database import db
from app.exchanges.models.calls import Call
from app.exchanges.queries import allocation
from app.exchanges.services import allocation as services
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import CallState
from tests.factories.exchanges_applications import an_application
from tests.factories.exchanges_calls import an_officer
from tests.factories.exchanges_reviews import (
    a_chaired_call,
    a_reviewer,
    an_assignment,
    ranked,
)
from tests.factories.institutions import an_institution

_S = ApplicationState


@pytest.fixture
def home(session):
    return an_institution()


def test_a_reviewer_fills_in_the_sheet_saves_and_locks_it(browse_as, home):
    call, _chair = a_chaired_call(home)
    application = an_application(call, state=_S.UNDER_REVIEW, name="Milijana Radić")
    reviewer = a_reviewer()
    task = an_assignment(application, reviewer)
    browser, line = browse_as(reviewer), allocation.criteria_of(call.id)[0]
    own = f"/exchanges/reviews/{task.id}"

    assert "Milijana Radić" in browser.get("/exchanges/reviews").text
    assert browser.get(own).status_code == 200
    refused = browser.post(own, data={f"points-{line.id}": "99", "comment": "Keep me"})
    assert refused.status_code == 422
    assert "Keep me" in refused.text
    saved = browser.post(own, data={f"points-{line.id}": "8", "then": "lock"})
    assert saved.headers["Location"].endswith("/lock")
    assert "8 of 10" in browser.get(f"{own}/lock").text
    assert browser.post(f"{own}/lock").status_code == 303

    db.session.expire_all()
    assert application.state == _S.RANKED
    assert "Your scores are locked" in browser.get(own).text
    assert browser.post(own, data={f"points-{line.id}": "1"}).status_code == 409


def test_a_reviewer_declares_a_conflict(browse_as, home):
    call, _chair = a_chaired_call(home)
    reviewer = a_reviewer()
    task = an_assignment(an_application(call, state=_S.UNDER_REVIEW), reviewer)
    browser, own = browse_as(reviewer), f"/exchanges/reviews/{task.id}"

    assert browser.get(f"{own}/conflict").status_code == 200
    assert browser.post(f"{own}/conflict", data={"reason": "My cousin"}).status_code == 303

    page = browser.get(own).text
    assert "My cousin" in page
    assert "Save and lock" not in page
    assert browse_as(a_reviewer()).get(own).status_code == 404
    assert browse_as(an_officer(home.id)).get(own).status_code == 404


def test_the_chair_tries_looks_and_publishes(browse_as, home):
    call, chair = a_chaired_call(home, places=1)
    ranked(call, [80, 80])
    browser, office = browse_as(chair), browse_as(an_officer(home.id))
    own = f"/exchanges/calls/{call.id}"

    assert "Try an allocation out" in office.get(f"{own}/selection").text
    first = office.post(f"{own}/selection", data={"minimum": "", "wait_limit": ""})
    page = office.get(first.headers["Location"])
    assert page.status_code == 200
    assert "Publish…" not in page.text
    second = browser.post(f"{own}/selection", data={"minimum": "90"})
    place = second.headers["Location"]
    assert "Changed since allocation 1" in browser.get(place).text
    assert browser.get(f"{place}/publish").status_code == 200
    assert office.get(f"{place}/publish").status_code == 403
    assert office.post(f"{place}/discard").status_code == 303
    place = first.headers["Location"]
    assert browser.post(f"{place}/publish").status_code == 303
    assert browser.post(f"{place}/publish").status_code == 409

    ranking = browser.get(f"{own}/ranking").text
    assert "by the draw" in ranking
    data = browser.get(f"{own}/ranking.csv").data.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(data)))) == 3
    assert browser.get(f"{own}/reconsider").status_code == 200
    assert office.post(f"{own}/reconsider", data={"reason": "x"}).status_code == 403
    assert browser.post(f"{own}/reconsider", data={"reason": "Typed wrong"}).status_code == 303


def test_a_minimum_that_makes_no_sense_is_said_beside_its_field(browse_as, home):
    call, chair = a_chaired_call(home)
    ranked(call, [80])

    answer = browse_as(chair).post(f"/exchanges/calls/{call.id}/selection", data={"minimum": "400"})

    assert answer.status_code == 422
    assert "400" in answer.text


@pytest.mark.parametrize("state", list(CallState))
def test_the_selection_in_every_state_of_a_call(browse_as, home, state):
    call, chair = a_chaired_call(home, state=state, public_notice_days=5)

    assert browse_as(chair).get(f"/exchanges/calls/{call.id}/selection").status_code == 200
    assert browse_as(chair).get(f"/exchanges/calls/{call.id}/ranking").status_code == 200
    stranger = browse_as(an_officer(an_institution().id))
    assert stranger.get(f"/exchanges/calls/{call.id}/selection").status_code == 404
    notice = browse_as(None).get(f"/exchanges/calls/{call.id}/results").status_code
    assert notice == (200 if state == CallState.NOTICE else 404)


def test_the_public_notice_has_numbers_and_destinations_and_no_names(browse_as, home):
    call, _chair = a_chaired_call(home, state=CallState.NOTICE, public_notice_days=5)
    selected = an_application(call, state=_S.SELECTED, name="Milijana Radić")
    waiting = an_application(call, state=_S.WAIT_LISTED, place=2, name="Petar Petrović")
    an_application(call, state=_S.NOT_SELECTED, name="Ana Anić")

    page = browse_as(None).get(f"/exchanges/calls/{call.id}/results").text

    assert f"{call.code}-{selected.number:04}" in page
    assert f"{call.code}-{waiting.number:04}" in page
    assert page.count(f"{call.code}-0") == 2
    for name in ("Milijana", "Petar", "Ana Anić"):
        assert name not in page


def test_an_applicant_confirms_declines_and_learns_nothing_before(browse_as, home):
    call, _chair = a_chaired_call(home, state=CallState.RELEASED, places=3)
    hidden_call, _ = a_chaired_call(home, state=CallState.EMBARGOED)
    mine, other = (an_application(call, state=_S.SELECTED) for _ in range(2))
    browser = browse_as(actor_for(mine.applicant_id))
    own = f"/exchanges/applications/{mine.id}"

    assert "A place is held for you" in browser.get(own).text
    assert browser.get(f"{own}/offer/decline").status_code == 200
    assert browser.post(f"{own}/offer/confirm").status_code == 303
    assert browser.post(f"{own}/offer/confirm").status_code == 409
    theirs = f"/exchanges/applications/{other.id}"
    assert browser.post(f"{theirs}/offer/confirm").status_code == 404
    assert browse_as(an_officer(home.id)).post(f"{theirs}/offer/decline").status_code in (403, 404)
    hidden = an_application(hidden_call, state=_S.SELECTED, offer_expires_at=None)
    secret = browse_as(actor_for(hidden.applicant_id))
    page = secret.get(f"/exchanges/applications/{hidden.id}").text
    assert "The result" not in page
    assert "A place is held" not in page


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (_S.WAIT_LISTED, "number 1"),
        (_S.NOT_SELECTED, "You were not selected"),
        (_S.DECLINED, "You declined"),
        (_S.OFFER_EXPIRED, "not confirmed in time"),
    ],
)
def test_what_an_applicant_learns(browse_as, home, state, said):
    call, _chair = a_chaired_call(home, state=CallState.RELEASED)
    application = an_application(call, state=state, place=1, reason="no_place")

    page = browse_as(actor_for(application.applicant_id)).get(
        f"/exchanges/applications/{application.id}"
    )

    assert said in page.text


def test_an_appeal_from_the_page_to_the_decision(browse_as, home):
    call, chair = a_chaired_call(home, state=CallState.RELEASED)
    application = an_application(call, state=_S.NOT_SELECTED)
    db.session.get_one(Call, call.id).released_at = now() - timedelta(days=1)
    db.session.commit()
    browser = browse_as(actor_for(application.applicant_id))
    own = f"/exchanges/applications/{application.id}"

    assert "/appeal" in browser.get(own).text
    assert browser.get(f"{own}/appeal").status_code == 200
    assert browser.post(f"{own}/appeal", data={"text": ""}).status_code == 422
    assert browser.post(f"{own}/appeal", data={"text": "Look again"}).status_code == 303
    assert "Look again" in browser.get(own).text
    decide = f"/exchanges/desk/{application.id}/appeal"
    judge = browse_as(chair)
    assert "Look again" in judge.get(f"{decide}/uphold").text
    assert browse_as(an_officer(home.id)).get(f"{decide}/dismiss").status_code == 403
    answer = judge.post(f"{decide}/dismiss", data={"answer": "We did"})
    assert answer.status_code == 303
    assert "We did" in browser.get(own).text


def test_one_more_review_is_asked_for_on_a_page(browse_as, home):
    call, chair = a_chaired_call(home)
    application = ranked(call, [50])[0]
    officer = an_officer(home.id)

    own = f"/exchanges/desk/{application.id}/reopen"
    assert browse_as(chair).get(own).status_code == 200
    answer = browse_as(chair).post(
        own,
        data={
            "reviewer": str(officer.user_id),
            "due_at": "2030-01-01T10:00",
            "reason": "Far apart",
        },
    )

    assert answer.status_code == 303
    db.session.expire_all()
    assert application.state == _S.UNDER_REVIEW


def test_a_waiting_list_is_closed_after_a_page_that_asks(browse_as, home):
    call, chair = a_chaired_call(home, state=CallState.RELEASED)
    an_application(call, state=_S.WAIT_LISTED, place=1)
    own = f"/exchanges/calls/{call.id}/waiting-list/close"

    assert browse_as(chair).get(own).status_code == 200
    assert browse_as(chair).post(own, data={"reason": "It begins"}).status_code == 303
    assert browse_as(an_officer(home.id)).post(own, data={"reason": "x"}).status_code == 403


def test_a_dry_run_of_the_office_is_not_published_by_it(browse_as, home):
    call, _chair = a_chaired_call(home)
    application = ranked(call, [80])[0]
    run = services.try_out(an_officer(home.id), call.id)

    answer = browse_as(an_officer(home.id)).post(f"/exchanges/allocations/{run}/publish")

    assert answer.status_code == 403
    assert application.state == _S.RANKED
