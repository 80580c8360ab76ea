"""The pages about places, as trainees and staff use them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import inspect

from app.accounts.models import User
from app.core.clock import now
from app.core.database import db
from app.core.jobs.embedded import do_all
from app.courses.models.enrolments import Enrolment
from app.courses.services import enrolments as services
from app.courses.states import EnrolmentMode, EnrolmentState, RunState
from tests.factories.accounts import a_trainee, a_user, an_actor
from tests.factories.courses import a_course, a_run, a_session

pytestmark = [pytest.mark.database]

S = EnrolmentState


def states_of(run) -> list[EnrolmentState]:
    (run_id,) = inspect(run).identity
    db.session.expire_all()
    found = db.session.query(Enrolment).filter_by(run_id=run_id).order_by(Enrolment.id)
    return [one.state for one in found]


def test_a_trainee_enrols_and_gives_the_place_up_again(browse_as, mail):
    run, trainee = a_run(), a_trainee()
    a_session(run, starts_at=now() + timedelta(days=8))
    browser = browse_as(trainee)

    shown = browser.get(f"/runs/{run.id}/enrol")
    assert shown.status_code == 200
    assert "Ask for a place" in shown.text
    refused = browser.post(f"/runs/{run.id}/enrol", data={})
    assert refused.status_code == 422
    sent = browser.post(f"/runs/{run.id}/enrol", data={"agreed": "y"})
    assert sent.status_code == 303
    place = browser.get(sent.location)
    assert "Has a place" in place.text
    assert "Got a place" in place.text
    assert "Has a place" in browser.get("/learning").text

    assert browser.get(f"{sent.location}/withdraw").status_code == 200
    assert browser.post(f"{sent.location}/withdraw", data={}).status_code == 303

    do_all()
    assert states_of(run) == [S.WITHDRAWN]
    assert [one.subject for one in mail] == [
        "You have a place in Technology transfer essentials",
        "You are no longer enrolled in Technology transfer essentials",
    ]


def test_the_enrol_page_sends_who_has_a_place_to_it(browse_as):
    run, trainee = a_run(), a_trainee()
    place = services.enrol(trainee, run.id)

    assert browse_as(trainee).get(f"/runs/{run.id}/enrol").location == f"/places/{place.id}"


def test_a_wrong_key_is_said_beside_the_field(browse_as):
    run = a_run(mode=EnrolmentMode.KEY, key_digest="0" * 64)

    answer = browse_as(a_trainee()).post(
        f"/runs/{run.id}/enrol", data={"agreed": "y", "key": "guess"}
    )

    assert answer.status_code == 422
    assert "This is not the key of the run." in answer.text
    assert states_of(run) == []


def test_an_offer_is_accepted_on_the_page_of_the_place(browse_as):
    run, leaver, next_one = a_run(capacity=1, offer_hours=48), a_trainee(), a_trainee()
    first = services.enrol(leaver, run.id)
    waiting = services.enrol(next_one, run.id)
    services.withdraw(leaver, first.id)
    browser = browse_as(next_one)

    assert "Accept the place" in browser.get(f"/places/{waiting.id}").text
    assert browser.post(f"/places/{waiting.id}/accept").status_code == 303

    assert states_of(run) == [S.WITHDRAWN, S.ACTIVE]


def test_a_place_of_somebody_else_does_not_exist(browse_as):
    place = services.enrol(a_trainee(), a_run().id)
    browser = browse_as(a_trainee())

    for path in ("", "/withdraw", "/remove", "/transfer", "/decline"):
        assert browser.get(f"/places/{place.id}{path}").status_code == 404
    for path in ("/accept", "/refuse", "/withdraw", "/remove", "/approve"):
        assert browser.post(f"/places/{place.id}{path}").status_code == 404


def test_the_people_of_a_run_are_not_for_everybody(browse_as):
    run = a_run()
    for path in ("people", "queue", "people.csv", "people/add", "import", "people/remove"):
        answer = browse_as(a_trainee()).get(f"/runs/{run.id}/{path}")
        assert answer.status_code in (403, 404)


@pytest.mark.parametrize("number", [1, 3, 50])
def test_lists_ask_the_database_as_often_for_many_rows_as_for_one(browse_as, statements, number):
    run, learner = a_run(capacity=number - number // 3), a_trainee()
    office = an_actor("administrator", run.institution_id)
    applied = a_run(mode=EnrolmentMode.APPROVAL)
    desk = an_actor("registrar", applied.institution_id)
    for _ in range(number):
        services.enrol(a_trainee(), run.id)
        services.enrol(a_trainee(), applied.id)
        services.enrol(learner, a_run().id)
    asked = {}
    for actor, path in (
        (office, f"/runs/{run.id}/people"),
        (office, f"/runs/{run.id}/queue"),
        (desk, "/applications"),
        (learner, "/learning"),
    ):
        browser = browse_as(actor)
        statements.clear()
        assert browser.get(path).status_code == 200
        asked[path.rpartition("/")[2]] = len(statements)

    assert max(asked.values()) <= 12, asked
    assert asked == _first_counts.setdefault("lists", asked)


_first_counts: dict[str, dict[str, int]] = {}


def test_the_office_searches_filters_exports_and_removes(browse_as):
    run = a_run(capacity=2)
    office = an_actor("administrator", run.institution_id)
    ana = services.enrol(a_trainee("Ana Anić"), run.id)
    services.enrol(a_trainee("Борис Борић"), run.id)
    services.enrol(a_trainee("=cmd()"), run.id)
    browser = browse_as(office)

    assert "Борис Борић" not in browser.get(f"/runs/{run.id}/people?q=ana").text
    assert "=cmd()" in browser.get(f"/runs/{run.id}/people?show=waiting&sort=-asked").text
    sheet = browser.get(f"/runs/{run.id}/people/csv").data.decode("utf-8-sig")
    assert "'=cmd()" in sheet
    assert browser.get(f"/runs/{run.id}/people/xlsx").data[:2] == b"PK"
    confirm = browser.get(f"/runs/{run.id}/people/remove?ids={ana.id}&ids=nonsense")
    assert "Ana Anić" in confirm.text
    data = {"ids": [str(ana.id)], "reason": "Left.", "once": "one"}
    for _ in range(2):
        answer = browser.post(f"/runs/{run.id}/people/remove", data=data)
        assert answer.status_code == 303

    assert states_of(run) == [S.REMOVED, S.ACTIVE, S.ACTIVE]


def test_the_desk_approves_and_declines(browse_as):
    run = a_run(mode=EnrolmentMode.APPROVAL)
    office = an_actor("administrator", run.institution_id)
    first, second = (services.enrol(a_trainee(), run.id, message="Please.") for _ in range(2))
    browser = browse_as(office)

    assert "Please." in browser.get("/applications").text
    assert browser.post(f"/places/{first.id}/approve").status_code == 303
    assert browser.get(f"/places/{second.id}/decline").status_code == 200
    assert browser.post(f"/places/{second.id}/decline", data={}).status_code == 422
    answer = browser.post(f"/places/{second.id}/decline", data={"reason": "Full."})

    assert answer.status_code == 303
    assert states_of(run) == [S.ACTIVE, S.DECLINED]


def test_applications_of_several_runs_are_searched_exported_and_approved_at_once(browse_as):
    course = a_course()
    one, other = (a_run(course=course, mode=EnrolmentMode.APPROVAL) for _ in range(2))
    people = [a_trainee("Wang Li"), a_trainee("Mila Marić"), a_trainee("Petar Perić")]
    runs = (one, other, other)
    asked = [
        services.enrol(person, run.id, message="Please.")
        for person, run in zip(people, runs, strict=True)
    ]
    browser = browse_as(an_actor("administrator", course.institution_id))

    mila = db.session.get_one(User, people[1].user_id)
    found = browser.get(f"/applications?q={mila.email.partition('@')[0]}&sort=-name").text
    assert ("Mila Marić" in found, "Wang Li" in found) == (True, False)
    narrowed = browser.get(f"/applications?run={one.id}").text
    assert ("Mila Marić" in narrowed, "Wang Li" in narrowed) == (False, True)
    table = browser.get(f"/applications.csv?run={other.id}").data.decode("utf-8-sig")
    assert len(table.splitlines()) == 1 + 2

    ticked = {"ids": [str(place.id) for place in asked[:2]]}
    assert browser.post("/applications/approve", data=ticked).status_code == 303
    assert states_of(one) == [S.ACTIVE]
    assert states_of(other) == [S.ACTIVE, S.APPLIED]
    stranger = browse_as(a_trainee()).post(
        "/applications/approve", data={"ids": [str(asked[2].id)]}
    )
    assert stranger.status_code == 403


def test_the_office_moves_a_person_and_adds_one_by_address(browse_as):
    run = a_run()
    target = a_run()
    target_id, target_code = target.id, target.code
    admin = an_actor("centre_administrator")
    place = services.enrol(a_trainee(), run.id)
    newcomer = a_user()
    browser = browse_as(admin)

    assert target_code in browser.get(f"/places/{place.id}/transfer").text
    moved = browser.post(
        f"/places/{place.id}/transfer", data={"run_id": str(target_id), "reason": "Asked."}
    )
    assert moved.status_code == 303
    unknown = browser.post(f"/runs/{run.id}/people/add", data={"email": "nobody@example.org"})
    assert unknown.status_code == 422
    added = browser.post(f"/runs/{run.id}/people/add", data={"email": newcomer.email.upper()})
    assert added.status_code == 303

    assert states_of(run) == [S.TRANSFERRED, S.ACTIVE]
    assert states_of(target) == [S.ACTIVE]


def test_invitations_let_addresses_in(browse_as, mail):
    run = a_run(mode=EnrolmentMode.INVITE)
    guest = a_user().email
    browser = browse_as(an_actor("administrator", run.institution_id))

    assert browser.get(f"/runs/{run.id}/invitations").status_code == 200
    wrong = browser.post(f"/runs/{run.id}/invitations", data={"emails": "not an address"})
    assert wrong.status_code == 422
    lines = f"{guest}\nnew@example.org"
    for _ in range(2):
        sent = browser.post(f"/runs/{run.id}/invitations", data={"emails": lines})
        assert sent.status_code == 303

    do_all()
    assert sorted(one.to for one in mail) == sorted(["new@example.org", guest])


def test_an_invitation_is_taken_back(browse_as):
    run = a_run(mode=EnrolmentMode.INVITE)
    guest = a_user().email
    browser = browse_as(an_actor("administrator", run.institution_id))
    browser.post(f"/runs/{run.id}/invitations", data={"emails": guest})
    address = f"/runs/{run.id}/invitations/remove"

    assert guest in browser.get(f"{address}?email={guest}").text
    assert browser.post(address, data={"email": guest}).status_code == 303
    assert guest not in browser.get(f"/runs/{run.id}/invitations").text
    assert browser.post(address, data={"email": guest}).status_code == 404


@pytest.mark.parametrize("state", [RunState.CANCELLED, RunState.CLOSED])
def test_a_place_in_a_run_that_is_over_is_not_offered_to_be_given_up(browse_as, state):
    run, trainee = a_run(), a_trainee()
    place = services.enrol(trainee, run.id)
    run.state = state
    db.session.commit()

    shown = browse_as(trainee).get(f"/places/{place.id}").text

    assert "Give up the place" not in shown
    assert ("Run cancelled" in shown, "Has a place" in shown) == (
        state == RunState.CANCELLED,
        state == RunState.CLOSED,
    )


def test_a_deadline_is_shown_on_both_clocks_with_their_cities(browse_as):
    closes = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
    run = a_run(enrol_closes_at=closes)
    browser = browse_as(an_actor("administrator", run.institution_id))

    for page in ("", "/manage"):
        shown = browser.get(f"/runs/{run.id}{page}").text
        assert "13:00 (Sarajevo)" in shown
        assert "20:00 (Shanghai)" in shown
