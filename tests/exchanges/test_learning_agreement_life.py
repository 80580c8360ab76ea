"""Every step of a learning agreement, asked by every party in every state."""

import pytest
from sqlalchemy import func, select

from app.accounts.queries import actor_for
from app.audit.models import AuditEntry, StateChange
from app.core.actor import SYSTEM, Actor
from app.core.database import db
from app.core.errors import DomainError, Forbidden, NotFound
from app.exchanges.queries import learning_agreements as queries
from app.exchanges.services.learning_agreements import STEPS
from app.exchanges.states.learning_agreements import LEARNING_AGREEMENT, LearningAgreementState
from app.exchanges.states.parties import Party
from tests.exchanges.lives import questions
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.exchanges_learning_agreements import (
    POSITION,
    a_learning_agreement,
    a_stay,
    the_agreement,
)

NO_PARTY = (Party.REVIEWER, Party.CHAIR, Party.FOR_HOST)
"""Parties to an application: nobody is one of these to a stay, so the stay is hidden from them."""


def the(party, stay) -> Actor:
    """Somebody who is exactly this to the stay."""
    home, host = stay.sending_institution_id, stay.receiving_institution_id
    named = {
        Party.APPLICANT: stay.person_id,
        Party.HOME_COORDINATOR: stay.home_coordinator_id,
        Party.HOST_COORDINATOR: stay.host_coordinator_id,
    }
    if party in named:
        return actor_for(named[party])
    makers = {
        Party.HOME_OFFICER: lambda: an_actor("officer", home),
        Party.HOST_OFFICER: lambda: an_actor("officer", host),
        Party.LEGAL_REPRESENTATIVE: lambda: an_actor("administrator", home),
        Party.REGISTRAR: lambda: an_actor("registrar", home),
        Party.SYSTEM: lambda: SYSTEM,
    }
    return makers.get(party, a_trainee)()


def arguments(action, quoted) -> dict[str, str]:
    signs = {"proposal_id": quoted}
    return {
        "sign_student": signs,
        "sign_home": signs | {"position": POSITION},
        "reject_home": signs | {"comment": "Too few credits."},
        "approve_host": signs | {"position": POSITION},
        "comment_host": signs | {"comment": "Not taught in spring."},
    }.get(action, {})


def traces() -> tuple[int, int]:
    counts = (select(func.count()).select_from(model) for model in (StateChange, AuditEntry))
    first, second = (db.session.scalar(query) for query in counts)
    return first, second


@pytest.mark.parametrize("state", LearningAgreementState)
def test_the_table_of_states_answers_every_question(session, state):
    stay = a_stay()
    a_learning_agreement(stay, state)
    people = {party: the(party, stay) for party in Party}
    asked = [one for one in questions(LEARNING_AGREEMENT) if one[0] == state]
    quoted = the_agreement(stay).proposal_id

    for _state, party, action, status in asked:
        if status == 0:
            continue
        before = traces()
        with pytest.raises(DomainError) as refusal:
            STEPS[action](people[party], stay.id, **arguments(action, quoted))
        answer = 404 if isinstance(refusal.value, NotFound) else refusal.value.status
        assert answer == (404 if party in NO_PARTY else status), (party, action)
        assert traces() == before, (party, action)
        assert the_agreement(stay).state == state, (party, action)


@pytest.mark.parametrize(
    "question", [one for one in questions(LEARNING_AGREEMENT) if one[3] == 0], ids=str
)
def test_what_the_table_allows_is_done(session, question):
    state, party, action, _status = question
    stay = a_stay()
    agreement = a_learning_agreement(stay, state)

    STEPS[action](the(party, stay), stay.id, **arguments(action, the_agreement(stay).proposal_id))

    expected = LEARNING_AGREEMENT.machine.after(state, action)
    assert the_agreement(stay).state == expected
    last = db.session.scalars(
        select(StateChange)
        .where(StateChange.subject_id == agreement.id)
        .order_by(StateChange.id.desc())
    ).first()
    assert (last.action, last.before, last.after) == (action, state, expected)


def test_a_stranger_is_not_told_that_there_is_an_agreement(session):
    stay = a_stay()
    a_learning_agreement(stay)
    strangers = [
        an_actor("officer", a_stay().receiving_institution_id),
        an_actor("centre_administrator"),
        a_trainee(),
    ]

    for stranger in strangers:
        with pytest.raises(NotFound):
            queries.locked_for(stranger, stay.id)


def test_the_office_is_told_that_it_is_not_its_step(session):
    stay = a_stay()
    a_learning_agreement(stay, LearningAgreementState.PROPOSED)
    officer = an_actor("officer", stay.receiving_institution_id)

    with pytest.raises(Forbidden):
        STEPS["approve_host"](officer, stay.id, proposal_id="x", position=POSITION)
