"""Every state, party and action of a nomination: what the table does not allow leaves no trace."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy.orm import Session

from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.nominations import Nomination
from app.exchanges.queries import nominations as queries
from app.exchanges.services import nomination_answers as answers
from app.exchanges.services import nominations as services
from app.exchanges.states.mobilities import NOMINATION, NominationState
from app.exchanges.states.parties import Party
from tests.exchanges.lives import questions
from tests.exchanges.stays import Cast, a_cast, answered_like
from tests.exchanges.test_nominations import a_plan
from tests.factories.exchanges_mobilities import a_mobility

PERSONS = frozenset(Party) - {Party.SYSTEM, Party.FOR_HOST}
"""Nobody answers a nomination for the host, and no step of it is the system's."""


def _do(action: str, nomination: Nomination) -> Callable[..., object]:
    plan = a_plan(nomination.mobility, comment="Something else.")
    ways: dict[str, Callable[..., object]] = {
        "approve": lambda who: answers.approve(who, nomination.id, nomination.proposal_id, "Yes."),
        "reject": lambda who: answers.reject(who, nomination.id, nomination.proposal_id, "No."),
        # The same answer as above, about the change of a plan that was approved before.
        "keep_former": lambda who: answers.reject(
            who, nomination.id, nomination.proposal_id, "No."
        ),
        "propose": lambda who: services.propose(who, nomination.id, plan),
        "cancel": lambda who: services.cancel(who, nomination.id, "Ill."),
    }
    return ways[action]


def _one(cast: Cast, state: NominationState, *, is_changed: bool) -> Nomination | None:
    is_changed = is_changed and state == NominationState.PENDING
    before = NominationState.APPROVED if is_changed else state
    mobility = a_mobility(cast.home, cast.host, nomination=before, **cast.on_the_stay())
    found = queries.of_stay(mobility.id)
    if is_changed and found is not None:
        office = cast.people[Party.HOME_OFFICER]
        services.propose(office, found.id, a_plan(mobility, comment="A week later."))
    return found


@pytest.mark.parametrize("state", NominationState)
def test_a_nomination_is_moved_only_as_its_table_says(
    session: Session, state: NominationState
) -> None:
    cast = a_cast()
    nomination: Nomination | None = None
    for asked, party, action, status in questions(NOMINATION):
        if asked != state or party not in PERSONS:
            continue
        if nomination is None or (action == "keep_former" and status == 0):
            nomination = _one(cast, state, is_changed=action == "keep_former")
        assert nomination is not None
        mobility = session.get_one(Mobility, nomination.mobility_id)
        who = cast.actor(party, mobility)
        act = partial(_do(action, nomination), who)
        if answered_like(status, nomination, act, (party, action)):
            assert nomination.state == NOMINATION.machine.after(state, action)
            nomination = None  # it has moved on; whatever was refused has left it as it was
