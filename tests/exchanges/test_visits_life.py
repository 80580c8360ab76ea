"""Every state, party and action of a stay: what the table does not allow leaves no trace."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.visits import Interruption
from app.exchanges.services import nominations, recognition, transcripts
from app.exchanges.services import visits as services
from app.exchanges.states.mobilities import MOBILITY, MobilityState
from app.exchanges.states.parties import Party
from tests.exchanges.lives import questions
from tests.exchanges.stays import Cast, a_cast, answered_like
from tests.factories.exchanges_mobilities import a_mobility
from tests.factories.exchanges_recognition import CHINESE, a_scale, a_transcript, rules_of_home

pytestmark = pytest.mark.one_engine
TODAY = now().date()
STARTED = TODAY - timedelta(days=40)
PERSONS = frozenset(Party) - {Party.SYSTEM, Party.FOR_HOST}
BY_THE_SYSTEM = {"prepare", "make_ready", "make_unready", "begin"}


def _do(action: str, stay: Mobility) -> Callable[[Actor], object]:
    ways: dict[str, Callable[[Actor], object]] = {
        "arrive": lambda who: services.arrive(who, stay.id, now()),
        "interrupt": lambda who: services.interrupt(who, stay.id, TODAY, "ill"),
        "resume": lambda who: services.resume(who, stay.id, TODAY),
        "depart": lambda who: services.depart(who, stay.id, TODAY),
        "end_early": lambda who: services.end_early(
            who, stay.id, TODAY, reason="ill", force_majeure=True
        ),
        "no_show": lambda who: services.note_no_show(who, stay.id, "no sign"),
        "receive_records": lambda who: transcripts.release(who, stay.id),
        "recognise": lambda who: recognition.decide(who, stay.id, reference="7/27", version=1),
        "close": lambda who: services.close(who, stay.id, reason="No results"),
        "cancel": lambda who: nominations.give_up(who, stay.id, "ill"),
    }
    return ways[action]


def _in(cast: Cast, state: MobilityState, action: str = "") -> Mobility:
    """Return a stay in this state, with what a step needs when it is to be taken."""
    is_read = action == "recognise" and state == MobilityState.RECORDS_RECEIVED
    began = MobilityState.DEPARTED if is_read else state
    stay = a_mobility(cast.home, cast.host, state=began, planned_from=STARTED, **cast.on_the_stay())
    if action == "receive_records" or is_read:
        office = cast.people[Party.HOST_OFFICER]
        a_transcript(office, stay, a_scale(cast.host, CHINESE), release=is_read)
    if is_read:
        rules_of_home(cast.home)
        recognition.prepare(cast.people[Party.REGISTRAR], stay.id)
    if state == MobilityState.INTERRUPTED:
        with atomic():
            db.session.add(Interruption(mobility_id=stay.id, since=TODAY, reason="ill"))
    return stay


def _refusal(action: str, status: int) -> int:
    """Return how a step that is not due is refused: a transcript's first lacks its courses."""
    return 422 if (action, status) == ("receive_records", 409) else status


@pytest.mark.parametrize("state", MobilityState)
def test_a_stay_is_moved_only_as_its_table_says(session: Session, state: MobilityState) -> None:
    cast = a_cast()
    others = _in(cast, state)
    for asked, party, action, status in questions(MOBILITY):
        if asked != state or party not in PERSONS or action in BY_THE_SYSTEM:
            continue
        stay = _in(cast, state, action) if status == 0 else others
        act = partial(_do(action, stay), cast.actor(party, stay))
        if answered_like(_refusal(action, status), stay, act, (party, action)):
            moved = session.get_one(Mobility, stay.id, populate_existing=True)
            assert moved.state == MOBILITY.machine.after(state, action)
