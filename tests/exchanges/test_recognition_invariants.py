"""What `most check` finds about transcripts and decisions that were tampered with."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.exchanges.invariants import recognition as checks
from app.exchanges.invariants import visits
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.recognition import (
    RecognisedResult,
    Recognition,
    Transcript,
    TranscriptLine,
)
from app.exchanges.queries import recognition as queries
from app.exchanges.services import recognition, transcripts
from app.exchanges.states.mobilities import MobilityState
from app.exchanges.states.recognition import LineOutcome, RecognitionState, TranscriptState
from tests.factories.accounts import an_actor
from tests.factories.exchanges_mobilities import a_mobility
from tests.factories.exchanges_recognition import (
    BOSNIAN,
    CHINESE,
    LINES,
    a_registrar,
    a_scale,
    a_transcript,
    rules_of_home,
)
from tests.factories.institutions import an_institution


@pytest.fixture
def stay(session: Session) -> Mobility:
    """Return a stay whose transcript was corrected, and that was recognised twice since."""
    home, host = an_institution(), an_institution(country="CN", timezone="Asia/Shanghai")
    rules_of_home(home)
    found = a_mobility(home, host, state=MobilityState.DEPARTED)
    office, registrar, scale = (
        an_actor("officer", host.id),
        a_registrar(home),
        a_scale(host, CHINESE),
    )
    a_transcript(office, found, scale)
    a_transcript(office, found, scale)
    for reference in ("11/2026", "12/2026"):
        recognition.prepare(registrar, found.id)
        draft = queries.of_stay(found.id)[0]
        recognition.decide(registrar, found.id, reference=reference, version=draft.version)
    return found


def broken() -> list[str]:
    """Return everything that any check finds."""
    found = (
        checks.decisions_in_force,
        checks.recognised_courses,
        checks.graded_courses,
        visits.histories,
    )
    return [line for check in found for line in check()]


@pytest.mark.parametrize(
    ("check", "fault"),
    [
        (
            checks.decisions_in_force,
            update(Recognition).values(state=RecognitionState.REPLACED),
        ),
        (checks.decisions_in_force, update(Transcript).values(state=TranscriptState.REPLACED)),
        (checks.decisions_in_force, update(Mobility).values(state=MobilityState.DEPARTED)),
        (checks.recognised_courses, delete(RecognisedResult)),
        (checks.recognised_courses, update(RecognisedResult).values(grade="")),
        (checks.recognised_courses, update(TranscriptLine).values(outcome=LineOutcome.FAILED)),
        (checks.graded_courses, update(TranscriptLine).values(grade="A+")),
        (checks.graded_courses, update(TranscriptLine).values(outcome=LineOutcome.FAILED)),
        (visits.histories, update(Transcript).values(state=TranscriptState.REPLACED)),
        (visits.histories, update(Recognition).values(state=RecognitionState.REPLACED)),
    ],
)
def test_what_was_tampered_with_is_found(
    stay: Mobility, session: Session, check: Callable[[], Iterator[str]], fault: object
) -> None:
    assert broken() == []

    session.execute(fault)  # type: ignore[call-overload]  # an update or delete of any table

    assert list(check())


def test_a_scale_of_somebody_else_is_found(stay: Mobility, session: Session) -> None:
    other = a_scale(an_institution(), BOSNIAN)
    session.execute(update(Transcript).values(scale_id=other))

    assert any("not one of the host" in line for line in checks.graded_courses())


def test_a_transcript_still_written_is_nothing_to_find(session: Session) -> None:
    home, host = an_institution(), an_institution()
    office, scale = an_actor("officer", host.id), a_scale(host, CHINESE)
    found = a_mobility(home, host, state=MobilityState.IN_PROGRESS)
    transcripts.write(office, found.id, scale_id=scale, credit_scheme="cn", lines=LINES)

    assert broken() == []
