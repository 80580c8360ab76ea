"""Days and steps of a visit that were noted wrongly are corrected, and what rests on them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.core.actor import Actor
from app.core.clock import now
from app.core.errors import DomainError, Forbidden, Invalid, WrongState
from app.exchanges.invariants import visits as checks
from app.exchanges.queries import mobilities
from app.exchanges.queries import visits as queries
from app.exchanges.services import legal_clocks, travellers, visit_days, visits
from app.exchanges.states.mobilities import MobilityState
from app.exchanges.states.parties import Party
from tests.exchanges.stays import Cast, a_cast
from tests.factories.accounts import a_trainee
from tests.factories.exchanges_mobilities import a_mobility

Browse = Callable[[Actor | None], FlaskClient]
pytestmark = pytest.mark.one_engine


@pytest.fixture
def cast(session: Session) -> Cast:
    return a_cast()


def test_the_host_corrects_the_days_with_a_reason_and_the_clocks_follow(
    cast: Cast, session: Session, browse_as: Browse
) -> None:
    first = now().date() - timedelta(days=40)
    person, office = a_trainee(), cast.people[Party.HOST_OFFICER]
    stay = a_mobility(
        cast.home, cast.host, person=person, state=MobilityState.READY, planned_from=first
    ).id
    travellers.save_citizenships(person, stay, ["RS"])
    wrong, right = now() - timedelta(days=3), now() - timedelta(days=30)
    visits.arrive(office, stay, wrong)

    def correct(who: Actor, arrived_at: object, last_day: object = None, why: str = "Typo") -> None:
        visit_days.correct(who, stay, arrived_at=arrived_at, last_day=last_day, reason=why)  # type: ignore[arg-type]  # of the field's own type

    refused: list[tuple[type[DomainError], Actor, object, str]] = [
        (Forbidden, person, right, "Typo"),
        (Forbidden, cast.people[Party.HOME_OFFICER], right, "Typo"),
        (Invalid, office, now() + timedelta(hours=2), "Typo"),
        (Invalid, office, right, " "),
    ]
    for error, who, moment, why in refused:
        with pytest.raises(error):
            correct(who, moment, why=why)
    correct(office, right)
    police = next(one for one in queries.steps_of(stay) if one.clock.endswith("police"))
    assert police.due_at is not None
    assert timedelta(0) < police.due_at - right <= timedelta(hours=48)
    noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "visit.correct_days"))
    assert [one.reason for one in noted] == ["Typo"]

    visits.depart(office, stay, now().date())
    there, url = browse_as(office), f"/exchanges/stays/{stay}/visit/days"
    sent = {"arrived_at": f"{right:%Y-%m-%dT%H:%M}", "last_day": "", "reason": "It was earlier"}
    assert there.post(url, data=sent).status_code == 422
    last = now().date() - timedelta(days=9)
    assert there.post(url, data=sent | {"last_day": f"{last}"}).status_code == 303
    assert mobilities.locked(stay).actual_until == last
    assert list(checks.days()) == list(checks.interruptions()) == []


def test_what_is_done_with_an_authority_has_a_day_that_can_be_and_is_taken_back(
    cast: Cast, browse_as: Browse
) -> None:
    first = now().date() - timedelta(days=40)
    person, office = a_trainee(), cast.people[Party.HOST_OFFICER]
    stay = a_mobility(
        cast.home, cast.host, person=person, state=MobilityState.READY, planned_from=first
    ).id
    travellers.save_citizenships(person, stay, ["RS"])
    clocks = [one.clock for one in queries.steps_of(stay)]
    police = next(one for one in clocks if one.endswith("police"))
    with pytest.raises(Invalid, match="Nobody has arrived"):
        legal_clocks.note_done(person, stay, police, on=now().date(), evidence="")
    visits.arrive(office, stay, now() - timedelta(days=3))
    for days in (5, 800):
        with pytest.raises(Invalid, match="before the arrival"):
            legal_clocks.note_done(
                person, stay, police, on=now().date() - timedelta(days=days), evidence=""
            )
    for other in clocks:
        with pytest.raises(Invalid, match="before the"):
            legal_clocks.note_done(person, stay, other, on=first - timedelta(days=400), evidence="")
    legal_clocks.note_done(person, stay, police, on=now().date(), evidence="No. 7")

    mine, url = browse_as(person), f"/exchanges/stays/{stay}/visit/clocks/{police}/undo"
    assert url in mine.get(f"/exchanges/stays/{stay}/visit").text
    assert "No. 7" in mine.get(url).text
    assert mine.post(url).status_code == 303
    step = queries.step(stay, police)
    assert (step.done_on, step.evidence) == (None, "")
    with pytest.raises(WrongState):
        legal_clocks.take_back_done(person, stay, police)
