"""What `most check` finds about stays, nominations and letters that were tampered with."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.exchanges.invariants import mobilities as checks
from app.exchanges.models.agreements import Allocation
from app.exchanges.models.applications import Application
from app.exchanges.models.letters import ExchangeSeries, IssuedDocument
from app.exchanges.models.nominations import Nomination
from app.exchanges.services import letters, nominations
from app.exchanges.services import nomination_answers as answers
from app.exchanges.states.agreements import AllocationState
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.letters import LetterKind
from app.exchanges.states.mobilities import AdmissionState, MobilityState
from tests.exchanges.test_nominations import a_plan, the_nomination
from tests.factories.accounts import an_actor
from tests.factories.exchanges_mobilities import a_mobility
from tests.factories.institutions import an_institution

ALL = [
    checks.stays_follow_nominations,
    checks.stays_hold_places,
    checks.proposals_are_named_by_content,
    checks.nobody_is_admitted_with_open_conditions,
    checks.letters_are_frozen,
    checks.numbers_have_no_gap,
]


def broken() -> list[str]:
    """Return everything that any check finds."""
    return [line for check in ALL for line in check()]


def test_what_people_do_breaks_nothing(session: Session) -> None:
    home, host = an_institution(), an_institution()
    office, abroad = an_actor("officer", home.id), an_actor("officer", host.id)
    for state in MobilityState:
        a_mobility(home, host, state=state)
    rejected, changed, admitted = (
        a_mobility(home, host),
        a_mobility(home, host),
        a_mobility(home, host, admission=AdmissionState.ACCEPTED),
    )
    nomination = the_nomination(rejected)
    answers.reject(abroad, nomination.id, nomination.proposal_id, "Full.")
    later = changed.planned_until + timedelta(days=3)
    nominations.propose(office, the_nomination(changed).id, a_plan(changed, planned_until=later))
    letter = letters.issue(abroad, admitted.id, LetterKind.ACCEPTANCE, ["en"])
    letters.print_and_issue(letter.id)
    letters.replace(abroad, letter.id, "The dates have changed.")

    assert broken() == []


@pytest.mark.parametrize(
    ("check", "statement"),
    [
        (
            checks.stays_follow_nominations,
            update(Application).values(state=ApplicationState.CONFIRMED),
        ),
        (checks.stays_hold_places, update(Allocation).values(state=AllocationState.RELEASED)),
        (checks.proposals_are_named_by_content, update(Nomination).values(content={"a": 1})),
        (checks.letters_are_frozen, update(IssuedDocument).values(snapshot={"a": 1})),
        (checks.numbers_have_no_gap, update(ExchangeSeries).values(last=9)),
    ],
)
def test_what_was_tampered_with_is_found(
    session: Session, check: Callable[[], Iterator[str]], statement: object
) -> None:
    host = an_institution()
    mobility = a_mobility(an_institution(), host, admission=AdmissionState.ACCEPTED)
    letters.issue(an_actor("officer", host.id), mobility.id, LetterKind.ACCEPTANCE, ["en"])

    session.execute(statement)  # type: ignore[call-overload]  # one of the above

    assert list(check()) != []
