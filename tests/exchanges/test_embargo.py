"""Nothing betrays a result before its release, and nobody decides about themselves."""

from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from app.accounts.queries import actor_for
from app.core.actor import Actor
from app.core.errors import Forbidden, Invalid, WrongState
from app.exchanges.policies import parties
from app.exchanges.queries import call_lists, calls, quotas
from app.exchanges.services import appeals, reviews
from app.exchanges.services import applications as services
from app.exchanges.services.quotas import change_capacity
from app.exchanges.states.applications import DECIDED, ApplicationState
from app.exchanges.states.calls import CallState
from app.exchanges.states.parties import Party
from tests.factories.accounts import an_actor
from tests.factories.exchanges_applications import a_document, an_application
from tests.factories.exchanges_mobilities import a_mobility
from tests.factories.exchanges_reviews import a_chaired_call, a_reviewer, an_assignment
from tests.factories.institutions import an_institution

Browse = Callable[[Actor | None], FlaskClient]
_S = ApplicationState
pytestmark = pytest.mark.usefixtures("session")


def test_the_page_and_its_steps_are_the_same_whatever_was_decided(browse_as: Browse) -> None:
    call, _chair = a_chaired_call(an_institution(), state=CallState.EMBARGOED, places=5)
    said, offered = set(), set()
    for state in DECIDED | {_S.RANKED}:
        application = an_application(call, state=state)
        person = actor_for(application.applicant_id)
        text = browse_as(person).get(f"/exchanges/applications/{application.id}").get_data(True)
        offered.add((f"{application.id}/withdraw" in text, f"{application.id}/appeal" in text))
        with pytest.raises(WrongState) as refusal:
            appeals.appeal(person, application.id, "Look again.")
        said.add(str(refusal.value))
        services.withdraw(person, application.id)
        assert application.state == _S.WITHDRAWN

    assert offered == {(True, False)}
    assert len(said) == 1


def test_who_is_refused_has_nothing_to_withdraw_once_it_is_known(browse_as: Browse) -> None:
    call, _chair = a_chaired_call(an_institution(), state=CallState.RELEASED)
    application = an_application(call, state=_S.NOT_SELECTED)
    person = actor_for(application.applicant_id)

    text = browse_as(person).get(f"/exchanges/applications/{application.id}").get_data(True)

    assert f"{application.id}/withdraw" not in text
    with pytest.raises(WrongState):
        services.withdraw(person, application.id)


@pytest.mark.parametrize(("state", "left"), [(CallState.EMBARGOED, 5), (CallState.RELEASED, 4)])
def test_places_that_are_left_say_nothing_of_secret_results(
    browse_as: Browse, state: CallState, left: int
) -> None:
    call, _chair = a_chaired_call(an_institution(), state=state, places=5, destinations=1)
    an_application(call, state=_S.SELECTED)

    page = unescape(browse_as(None).get(f"/exchanges/calls/{call.id}").get_data(True))
    cards = call_lists.public_calls(call_lists.WantedCalls()).items

    assert f"{left} places left" in page
    assert [card.left for card in cards if card.call.id == call.id] == [left]
    assert [place.left for place in calls.destinations(call.id)] == [4]


@pytest.mark.parametrize(("state", "known"), [(CallState.EMBARGOED, 0), (CallState.RELEASED, 1)])
def test_a_partner_counts_nobody_whose_result_is_secret(
    browse_as: Browse, state: CallState, known: int
) -> None:
    call, _chair = a_chaired_call(an_institution(), state=state, places=5, destinations=1)
    an_application(call, state=_S.SELECTED)
    (place,) = calls.destinations(call.id)
    quota, host = place.quota, place.quota.receiving_institution_id
    page = f"/exchanges/agreements/{quota.agreement_id}"
    ours, theirs = an_actor("officer", call.institution_id), an_actor("officer", host)

    for reader, used in ((ours, 1), (theirs, known)):
        detail = browse_as(reader).get(page).get_data(True)
        assert detail.count("1 of 5") == 2 * used  # the place, and the balance
        balance = quotas.balance(reader.institution_id)
        assert sum(one.out_used + one.in_used for one in balance) == used
    with pytest.raises(Invalid, match="1 place is" if known else "more places are taken"):
        change_capacity(ours, quota.id, 0, "Both rectors wrote so.")


def test_the_chair_decides_nothing_about_their_own_application() -> None:
    call, chair = a_chaired_call(an_institution(), state=CallState.RELEASED)
    own = an_application(call, applicant=chair, state=_S.UNDER_APPEAL)

    for decide in (appeals.uphold, appeals.dismiss):
        with pytest.raises(Forbidden):
            decide(chair, own.id, "Of course.")
    assert parties.in_application(chair, own, call) == {Party.APPLICANT}


@pytest.mark.parametrize(
    ("role", "left"), [("registrar", set()), ("officer", {Party.HOME_OFFICER})]
)
def test_nobody_grades_or_recognises_their_own_stay(role: str, left: set[Party]) -> None:
    home, host = an_institution(), an_institution()
    person = an_actor(role, home.id)

    stay = a_mobility(home, host, person=person, home_coordinator=person)

    assert parties.in_mobility(person, stay) == {Party.APPLICANT} | left


def test_who_has_a_conflict_of_interest_reads_no_more_of_the_application(
    browse_as: Browse,
) -> None:
    call, _chair = a_chaired_call(an_institution(), state=CallState.SELECTING)
    application = an_application(
        call, state=_S.UNDER_REVIEW, answers={"motivation": "I grew up beside the Vrbas."}
    )
    document, reviewer = a_document(application), a_reviewer()
    mine = an_assignment(application, reviewer)
    addresses = f"/exchanges/reviews/{mine.id}", f"/files/{document.file_id}"
    client = browse_as(reviewer)

    before = [client.get(address) for address in addresses]
    reviews.declare_conflict(reviewer, mine.id, reason="My cousin")
    sheet, file = [client.get(address) for address in addresses]

    assert [one.status_code for one in before] == [200, 200]
    assert document.file.name in before[0].get_data(True)
    assert sheet.status_code == 200
    assert document.file.name not in sheet.get_data(True)
    assert file.status_code == 404
