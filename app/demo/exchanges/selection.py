"""How the committees of the demo judge and decide."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select

from app.accounts.queries import actor_for
from app.core.clock import now
from app.core.database import db
from app.demo.exchanges import calls
from app.demo.exchanges.applicants import Applied
from app.demo.exchanges.calls import REVIEWERS, Opened
from app.exchanges.models.applications import Application
from app.exchanges.queries import allocation as rubrics
from app.exchanges.queries import reviews as queries
from app.exchanges.services import allocation, appeals, applications, offers, reviews
from app.exchanges.services.reviews import Mark
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import CallState

_S = CallState
_DECIDED = (_S.EMBARGOED, _S.RELEASED, _S.NOTICE, _S.FINALISED, _S.ARCHIVED)
GOOD_ENOUGH = 63_000
"""Thousandths of a point below which nobody is selected."""


def decide(opened: Opened, people: Sequence[Applied], staff: Mapping[str, UUID]) -> None:
    """Review, allocate and release as far as the call has come."""
    state = opened.idea.state
    if state == _S.CLOSED:
        _leave_some_out(opened, people)
    if state not in (*_DECIDED, _S.SELECTING):
        return
    judged = people if state in _DECIDED else people[:-2]
    _review(opened, judged, staff, all_locked=state in _DECIDED)
    if state == _S.SELECTING:
        return
    run_id = allocation.try_out(opened.chair, opened.call_id, minimum_milli=GOOD_ENOUGH)
    allocation.publish(opened.chair, run_id)
    if state == _S.EMBARGOED:
        return
    calls.release(opened)
    _answer(opened, people)


def _review(
    opened: Opened, people: Sequence[Applied], staff: Mapping[str, UUID], *, all_locked: bool
) -> None:
    keys = REVIEWERS[opened.idea.home]
    ids = [one.application_id for one in people]
    due = now() + timedelta(days=5)
    reviews.assign(opened.officer, ids, [staff[key] for key in keys], due_at=due)
    chance = Random(opened.idea.code)  # noqa: S311 -- the same demo every time
    rubric = rubrics.criteria_of(opened.call_id)
    for number, one in enumerate(people):
        reviews.send_to_review(opened.officer, one.application_id)
        sheets = queries.standing_of(one.application_id)
        waits = not all_locked and number % 3 == 0
        for sheet_id, reviewer_id in [(sheet.id, sheet.reviewer_id) for sheet in sheets][waits:]:
            marks = {criterion.id: Mark(chance.randrange(4, 11)) for criterion in rubric}
            reviews.save_sheet(actor_for(reviewer_id), sheet_id, marks, lock=True)


def _answer(opened: Opened, people: Sequence[Applied]) -> None:
    """Have those who were selected accept, but for the last two; one who was not appeals."""
    states = states_of(opened.call_id)
    selected = [one for one in people if states[one.application_id] == "selected"]
    if opened.idea.state == _S.NOTICE:
        offers.decline(selected[-1].person, selected.pop().application_id)
    is_over = opened.idea.state in (_S.FINALISED, _S.ARCHIVED)
    named = opened.idea.state == _S.RELEASED
    for number, one in enumerate(selected):
        if named and number == 0:
            continue  # the person one signs in as answers for themselves
        if is_over or number < len(selected) - 1:
            offers.confirm(one.person, one.application_id)
    if opened.idea.state == _S.NOTICE:
        for one in people:
            if states[one.application_id] == "not_selected":
                appeals.appeal(
                    one.person, one.application_id, "My language certificate was left out."
                )
                break


def _leave_some_out(opened: Opened, people: Sequence[Applied]) -> None:
    """Refuse one application by the rules, and have one person give up theirs."""
    refused, withdrawn = people[0], people[1]
    message = "You are already abroad in the same weeks."
    applications.refuse_as_ineligible(opened.officer, refused.application_id, message=message)
    applications.withdraw(withdrawn.person, withdrawn.application_id, reason="I go next year.")


def states_of(call_id: UUID) -> dict[UUID, ApplicationState]:
    """Return how far each application of a call has come."""
    query = select(Application.id, Application.state).where(Application.call_id == call_id)
    return {row.id: row.state for row in db.session.execute(query)}
