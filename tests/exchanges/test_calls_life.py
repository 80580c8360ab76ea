"""Every state, party and action of a call: the services answer as the table says."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry, StateChange
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import Forbidden, NotFound, WrongState
from app.exchanges.forms.calls import local
from app.exchanges.models.calls import Call
from app.exchanges.models.reviews import AllocationRun
from app.exchanges.services import allocation
from app.exchanges.services import calls as services
from app.exchanges.states.applications import AllocationRunState
from app.exchanges.states.calls import CALL, PUBLIC, RESULTS_KNOWN, CallState
from app.exchanges.states.parties import Party
from tests.exchanges.lives import questions
from tests.factories.accounts import an_actor
from tests.factories.exchanges_calls import a_call
from tests.factories.exchanges_reviews import a_run_of
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.one_engine
ASKED = {
    "publish": services.publish,
    "close": services.close,
    "cancel": partial(services.cancel, reason="No funds"),
    "begin_selection": services.begin_selection,
    "decide": lambda chair, call_id: allocation.publish(chair, _run_of(call_id)),
    "reconsider": partial(allocation.reconsider, reason="A mistake"),
    "archive": services.archive,
}
"""What pages ask for by name; `open`, `release`, `post_notice` and `finalise` belong to the clock,
and no page reaches them."""

DECIDING = {"decide", "reconsider"}
"""Pages of the selection: they are for the office and the chair, and not there for others."""

EXTENDING = {"extend", "extend_open"}
"""One service: which of the two actions it is follows from the state."""


@pytest.mark.parametrize("state", CallState)
def test_every_question_is_answered_as_the_table_says(session, state):
    home = an_institution()
    people = _people(home.id)
    wrong: list[tuple[object, ...]] = []
    call = None
    for asked_state, party, action, status in questions(CALL):
        ours = action in ASKED or action in EXTENDING
        if asked_state != state or not ours or party is Party.SYSTEM:
            continue
        if call is None:  # what was refused left no trace, so the call serves again
            call = a_call(
                home,
                state=state,
                chair_id=people[Party.CHAIR].user_id,
                destinations=int(state == CallState.DRAFT),
            )
            # Once results are known, publishing moves people after appeals, not the call.
            spent = state in RESULTS_KNOWN
            run = AllocationRunState.DISCARDED if spent else AllocationRunState.DRY_RUN
            a_run_of(call, state=run)
        expected = _expected(party, state, action, status)
        found = _answer(call, people[party], action)
        if found != (expected, expected == 0):
            wrong.append((party, action, expected, found))
        if found != (expected, False):
            call = None

    assert wrong == []


def _expected(party: Party, state: CallState, action: str, status: int) -> int:
    if status == 403 and not _sees(party, state, action):
        return 404
    if action in EXTENDING and status != 403:
        return 0 if EXTENDING & CALL.open_to({party}, state) else 409
    return status


def _answer(call: Call, actor: Actor, action: str) -> tuple[int, bool]:
    before = (_traces(), call.state)
    status = 0
    try:
        _ask(call, actor, action)
    except (Forbidden, NotFound, WrongState) as refusal:
        status = refusal.status
    stored = db.session.get_one(Call, call.id, populate_existing=True)
    return status, (_traces(), stored.state) != before


def _ask(call: Call, actor: Actor, action: str) -> None:
    if action in EXTENDING:
        closes = local(max(call.closes_at, now()) + timedelta(days=3), call.timezone)
        services.extend(actor, call.id, closes, reason="Snow")
        return
    ASKED[action](actor, call.id)


def _traces() -> tuple[int, int]:
    return tuple(
        db.session.scalar(select(func.count()).select_from(model)) or 0
        for model in (StateChange, AuditEntry)
    )


def _run_of(call_id: UUID) -> UUID:
    query = select(AllocationRun.id).where(AllocationRun.call_id == call_id)
    return db.session.scalars(query).one()


def _sees(party: Party, state: CallState, action: str) -> bool:
    if action in DECIDING:
        return party in {Party.HOME_OFFICER, Party.CHAIR}
    known = {Party.HOME_OFFICER, Party.CHAIR, Party.LEGAL_REPRESENTATIVE, Party.REGISTRAR}
    return state in PUBLIC or party in known


def _people(institution_id) -> dict[Party, Actor]:
    elsewhere = an_institution().id
    stranger = an_actor("trainee", institution_id)
    people = dict.fromkeys(Party, stranger)
    return people | {
        Party.HOME_OFFICER: an_actor("officer", institution_id),
        Party.REGISTRAR: an_actor("registrar", institution_id),
        Party.CHAIR: an_actor("faculty", institution_id),
        Party.HOST_OFFICER: an_actor("officer", elsewhere),
        # An administrator works in the office too; who only signs for the house is no officer.
        Party.LEGAL_REPRESENTATIVE: an_actor("registrar", institution_id),
        Party.SYSTEM: SYSTEM,
    }
