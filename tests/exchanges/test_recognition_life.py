"""What the tables of transcripts and of recognition do not allow is refused without a trace."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry, StateChange
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import DomainError, Forbidden, NotFound
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.recognition import Recognition, Transcript
from app.exchanges.queries import recognition as queries
from app.exchanges.queries import transcripts
from app.exchanges.services import recognition
from app.exchanges.services import transcripts as transcript_services
from app.exchanges.states.mobilities import MobilityState
from app.exchanges.states.parties import Party
from app.exchanges.states.recognition import (
    RECOGNITION,
    TRANSCRIPT,
    RecognitionState,
    TranscriptState,
)
from app.institutions.models import Institution
from tests.exchanges.lives import questions
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.exchanges_mobilities import a_mobility
from tests.factories.exchanges_recognition import (
    CHINESE,
    a_registrar,
    a_scale,
    a_transcript,
    rules_of_home,
)
from tests.factories.institutions import an_institution


@dataclass
class Place:
    """Two institutions, and who is exactly which party to a stay between them."""

    home: Institution
    host: Institution
    scale: UUID
    people: dict[Party, Actor]

    def stay(self, state: MobilityState) -> Mobility:
        """Return a stay on which everybody is what they are called."""
        return a_mobility(
            self.home,
            self.host,
            person=self.people[Party.APPLICANT],
            state=state,
            home_coordinator=self.people[Party.HOME_COORDINATOR],
            host_coordinator=self.people[Party.HOST_COORDINATOR],
            eqf_level=6,
        )


@pytest.fixture
def place(session: Session) -> Place:
    home, host = an_institution(name="Home"), an_institution(name="Host", country="CN")
    rules_of_home(home)
    people = {party: a_trainee() for party in Party}
    people[Party.HOME_OFFICER] = an_actor("officer", home.id)
    people[Party.HOST_OFFICER] = an_actor("officer", host.id)
    people[Party.REGISTRAR] = a_registrar(home)
    people[Party.LEGAL_REPRESENTATIVE] = people[Party.HOME_OFFICER]
    return Place(home, host, a_scale(host, CHINESE), people)


OUTSIDE = {Party.REVIEWER, Party.CHAIR, Party.SYSTEM, Party.FOR_HOST}
"""What nobody can be to a stay; no page reaches a service as SYSTEM."""


def trail(session: Session) -> tuple[int, int]:
    return (
        session.scalar(select(func.count()).select_from(StateChange)) or 0,
        session.scalar(select(func.count()).select_from(AuditEntry)) or 0,
    )


def test_every_question_to_a_transcript(place: Place, session: Session) -> None:
    acts: dict[str, Callable[[Actor, UUID], Any]] = {
        "release": transcript_services.release,
        "replace": transcript_services.release,  # a correction, released, replaces
    }
    for state, party, action, status in questions(TRANSCRIPT):
        if state == TranscriptState.REPLACED:
            continue  # it is read only: a service never takes hold of it
        mobility = place.stay(MobilityState.DEPARTED)
        officer, actor = place.people[Party.HOST_OFFICER], place.people[party]
        a_transcript(officer, mobility, place.scale, release=state == TranscriptState.RELEASED)
        if action == "replace" and state == TranscriptState.RELEASED:
            a_transcript(officer, mobility, place.scale, release=False)
        allowed = status == 0 and party not in OUTSIDE
        if action == "replace" and state == TranscriptState.DRAFT:
            continue  # releasing the first one is the question "release"
        check(session, partial(acts[action], actor, mobility.id), allowed, party)
        if not allowed:
            assert state in {one.state for one in transcripts.of_stay(mobility.id)}
        rebuilt(session, Transcript, TRANSCRIPT.kind)


def test_every_question_to_a_decision(place: Place, session: Session) -> None:
    registrar = place.people[Party.REGISTRAR]

    def decide(actor: Actor, mobility_id: UUID) -> None:
        found = queries.of_stay(mobility_id)
        recognition.decide(actor, mobility_id, reference="7/27", version=found[0].version)

    for state, party, action, status in questions(RECOGNITION):
        if state == RecognitionState.REPLACED:
            continue  # it is read only: a service never takes hold of it
        if action == "replace" and state == RecognitionState.DRAFT:
            continue  # deciding the first one is the question "decide"
        mobility = place.stay(MobilityState.DEPARTED)
        a_transcript(place.people[Party.HOST_OFFICER], mobility, place.scale)
        recognition.prepare(registrar, mobility.id)
        if state == RecognitionState.DECIDED:
            decide(registrar, mobility.id)
        if action == "replace":
            recognition.prepare(registrar, mobility.id)
        allowed = status == 0 and party not in OUTSIDE
        actor = place.people[party]
        check(session, partial(decide, actor, mobility.id), allowed, party)
        rebuilt(session, Recognition, RECOGNITION.kind)


def check(session: Session, act: Callable[[], Any], allowed: bool, party: Party) -> None:
    before = trail(session)
    if allowed:
        act()
        assert trail(session) != before
        return
    with pytest.raises(DomainError) as refused:
        act()
    if party in OUTSIDE:
        assert isinstance(refused.value, NotFound)
    elif not isinstance(refused.value, Forbidden):
        assert refused.value.status in (409, 422)
    assert trail(session) == before


def rebuilt(session: Session, model: type[Any], kind: str) -> None:
    """Check that the history alone gives every state."""
    last: dict[UUID, str] = {}
    for change in session.scalars(
        select(StateChange).where(StateChange.kind == kind).order_by(StateChange.id)
    ):
        assert change.before == last.get(change.subject_id)
        last[change.subject_id] = change.after
    session.expire_all()
    assert {one.id: str(one.state) for one in session.scalars(select(model))} == last


def test_the_database_refuses_a_second_decision_in_force(place: Place) -> None:
    mobility = place.stay(MobilityState.DEPARTED)
    a_transcript(place.people[Party.HOST_OFFICER], mobility, place.scale)
    transcript = transcripts.released(mobility.id)
    decided = [
        Recognition(
            mobility_id=mobility.id,
            transcript_id=transcript.id,
            number=number,
            state=RecognitionState.DECIDED,
            reference="x",
            decided_at=now(),
            created_by=SYSTEM.user_id,
        )
        for number in (7, 8)
    ]

    with pytest.raises(IntegrityError), atomic():
        db.session.add_all(decided)
