"""Every state, party and action of reviews, selections, offers, appeals and allocation runs."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.queries import actor_for
from app.audit.models import AuditEntry, StateChange
from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.database import db
from app.core.errors import DomainError
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call
from app.exchanges.models.reviews import AllocationRun
from app.exchanges.policies.parties import in_application, in_call
from app.exchanges.queries.allocation import DECIDING
from app.exchanges.services import allocation, appeals, nominations, offers, reviews
from app.exchanges.states.applications import (
    ALLOCATION_RUN,
    APPLICATION,
    AllocationRunState,
    ApplicationState,
)
from app.exchanges.states.calls import CallState
from app.exchanges.states.parties import Party
from tests.exchanges.lives import questions
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.exchanges_applications import an_application
from tests.factories.exchanges_calls import a_call, a_quota
from tests.factories.exchanges_reviews import (
    a_chair,
    a_reviewer,
    a_run_of,
    an_appeal,
    an_assignment,
)
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database

_S = ApplicationState
OF_ONE = {
    "review": lambda actor, one: reviews.send_to_review(actor, one.id),
    "reopen_review": lambda actor, one: reviews.reopen_review(
        actor,
        one.id,
        a_reviewer().user_id,
        due_at=now() + timedelta(days=3),
        reason="Far apart",
    ),
    "confirm": lambda actor, one: offers.confirm(actor, one.id),
    "nominate": lambda actor, one: nominations.nominate(actor, one.id),
    "decline": lambda actor, one: offers.decline(actor, one.id),
    "appeal": lambda actor, one: appeals.appeal(actor, one.id, "Look again"),
    "uphold": lambda actor, one: appeals.uphold(actor, one.id, "You are right"),
    "dismiss": lambda actor, one: appeals.dismiss(actor, one.id, "We looked"),
}
"""Services that are asked about one application."""

OF_A_CALL = {
    "select": lambda actor, one, run: allocation.publish(actor, run),
    "wait_list": lambda actor, one, run: allocation.publish(actor, run),
    "not_select": lambda actor, one, run: (
        allocation.close_wait_list(actor, one.call_id, reason="It begins")
        if one.state == _S.WAIT_LISTED
        else allocation.publish(actor, run)
    ),
    "unselect": lambda actor, one, run: allocation.reconsider(
        actor, one.call_id, reason="Typed wrong"
    ),
}
"""Services that decide about a whole call: what they must not move, they leave as it is. `rank` and
`expire` take no person, and the system selects from the waiting list alone."""

SEATED = {_S.SELECTED, _S.CONFIRMED, _S.NOMINATED, _S.DECLINED, _S.OFFER_EXPIRED}


@pytest.fixture
def people(session):
    home = an_institution()
    stranger = a_trainee()
    found = dict.fromkeys(Party, stranger) | {
        Party.APPLICANT: None,
        Party.HOME_OFFICER: an_actor("officer", home.id),
        Party.LEGAL_REPRESENTATIVE: an_actor("administrator", home.id),
        Party.REGISTRAR: an_actor("registrar", home.id),
        Party.CHAIR: a_chair(home.id),
        Party.HOST_OFFICER: an_actor("officer", an_institution().id),
        Party.SYSTEM: SYSTEM,
    }
    return home, found


def trail(subject_id):
    mine = select(func.count()).select_from(StateChange).where(StateChange.subject_id == subject_id)
    audited = select(func.count()).select_from(AuditEntry)
    return db.session.scalar(mine), db.session.scalar(audited)


def status_of(act, *given):
    try:
        act(*given)
    except DomainError as refusal:
        return refusal.status
    return 0


def one_in(home, people, state, action, calls):
    """Return an application in this state where the action can be asked, and a run that names it.

    A run of an application that is not ranked rests on what is no longer true.
    """
    call = calls.get("one") if action in OF_ONE else None
    call = call or _call(home, people, state, action, calls)
    if action in OF_ONE:
        calls["one"] = call
    application = an_application(call, state=state)
    if action == "review":
        an_assignment(application)
    if state == _S.UNDER_APPEAL:
        an_appeal(application)
    run = None
    if action in OF_A_CALL and action != "unselect":
        run = _run(people[Party.CHAIR], call.id, application, action)
    return application, run


def _call(home, people, state, action, calls):
    early = action in OF_A_CALL and action != "unselect" and state != _S.WAIT_LISTED
    released = CallState.EMBARGOED if action == "unselect" else CallState.RELEASED
    return a_call(
        home,
        state=CallState.SELECTING if early or action == "wait_list" else released,
        chair_id=people[Party.CHAIR].user_id,
        destinations=[_places(home, calls, state, none=action == "wait_list")],
        released_at=now() - timedelta(minutes=1),
    )


def _places(home, calls, state, *, none):
    """Return places of their own where runs count them, else places that serve the whole test."""
    none = none and state not in SEATED
    if state in (_S.RANKED, _S.WAIT_LISTED):
        return a_quota(home, an_institution(), places=0 if none else 9)
    if none not in calls:
        calls[none] = a_quota(home, an_institution(), places=0 if none else 400)
    return calls[none]


def _run(chair, call_id, application, action):
    if application.state in (_S.RANKED, _S.WAIT_LISTED):
        least = 100_000 if action == "not_select" else None
        return allocation.try_out(chair, call_id, minimum_milli=least)
    run = a_run_of(db.session.get_one(Call, call_id))
    db.session.get_one(AllocationRun, run).input_hash = "0" * 64
    db.session.commit()
    return run


def expected(actor, application, state, action):
    """Return what the table answers somebody in all that they are to an application."""
    call = db.session.get_one(Call, application.call_id)
    parties = in_application(actor, application, call)
    seeing = DECIDING if action in OF_A_CALL else DECIDING | {Party.APPLICANT}
    if seeing.isdisjoint(parties):
        return 404
    if not APPLICATION.allows(parties, action):
        return 404 if DECIDING.isdisjoint(parties) and action in OF_A_CALL else 403
    return 0 if action in APPLICATION.machine.actions(state) else 409


def answer(actor, application, run, action):
    """Ask; return the status, the state after it, and whether anything was left behind."""
    before = trail(application.id)
    given = (actor, application) if action in OF_ONE else (actor, application, run)
    found = status_of((OF_ONE | OF_A_CALL)[action], *given)
    db.session.expire_all()
    after = trail(application.id)
    left = after != before if found else after[0] != before[0]
    return found, db.session.get_one(Application, application.id).state, left


@pytest.mark.parametrize("state", [one for one in _S if one != _S.DRAFT])
def test_every_step_of_a_selection_is_for_whom_the_table_says(people, state):
    home, cast = people
    wrong, cases, calls, asked = [], {}, {}, set()
    for at, party, action, _status in questions(APPLICATION):
        if at != state or action not in OF_ONE | OF_A_CALL:
            continue
        if party is Party.SYSTEM and party in APPLICATION.who[action]:
            continue
        if (cast[party], action) in asked:
            continue  # some parties of an exchange are nothing to an application
        asked.add((cast[party], action))
        if action not in cases:
            cases[action] = one_in(home, cast, state, action, calls)
        application, run = cases[action]
        actor = actor_for(application.applicant_id) if party is Party.APPLICANT else cast[party]
        due = expected(actor, application, state, action)
        found = answer(actor, application, run, action)
        target = APPLICATION.machine.after(state, action) if due == 0 else state
        # A decision about a whole call passes over whom it does not concern.
        right = {(due, target, due == 0)}
        right |= {(0, state, False)} if due == 409 and action in OF_A_CALL else set()
        if found not in right:
            wrong.append((party, action, due, found))
        if found[0] == 0:
            del cases[action]

    assert wrong == []


@pytest.mark.parametrize("state", list(AllocationRunState))
def test_every_step_of_an_allocation_run_is_for_whom_the_table_says(people, state):
    home, cast = people
    acts = {"publish": allocation.publish, "discard": allocation.discard}
    wrong, call, quota = [], None, a_quota(home, an_institution(), places=40)
    for at, party, action, _status in questions(ALLOCATION_RUN):
        if at != state:
            continue
        if call is None:
            call = a_call(
                home,
                state=CallState.SELECTING,
                chair_id=cast[Party.CHAIR].user_id,
                destinations=[quota],
            )
            an_application(call, state=_S.RANKED)
        run = a_run_of(call, state=state)
        actor = cast[party] or a_trainee()
        parties = in_call(actor, call)
        due = 0 if action in ALLOCATION_RUN.open_to(parties, state) else 409
        due = due if ALLOCATION_RUN.allows(parties, action) else 403
        due = 404 if DECIDING.isdisjoint(parties) else due
        before = trail(run)
        found = status_of(acts[action], actor, run)
        db.session.expire_all()
        stored = db.session.get_one(AllocationRun, run).state
        target = ALLOCATION_RUN.machine.after(state, action) if due == 0 else state
        if (found, stored) != (due, target) or (found and trail(run) != before):
            wrong.append((party, action, due, found))
        if found == 0:
            call = None

    assert wrong == []


def test_the_system_selects_from_the_waiting_list(people):
    home, cast = people
    call = a_call(home, state=CallState.RELEASED, chair_id=cast[Party.CHAIR].user_id)
    application = an_application(call, state=_S.WAIT_LISTED, place=1)

    assert offers.pass_on(call.id) == 1

    assert application.state == _S.SELECTED
