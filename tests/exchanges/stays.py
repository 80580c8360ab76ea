"""Who takes part in stays, one person a party, and how their questions must be answered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts.queries import actor_for
from app.audit.models import AuditEntry, StateChange
from app.core.actor import Actor
from app.core.database import db
from app.core.errors import DomainError
from app.exchanges.models.agreements import Quota
from app.exchanges.models.mobilities import Mobility
from app.exchanges.states.parties import Party
from app.institutions.models import Institution
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.exchanges_agreements import an_agreement_in_force, the_quota
from tests.factories.institutions import an_institution


@dataclass(frozen=True)
class Cast:
    """Two institutions, places between them, and one person for each party."""

    home: Institution
    host: Institution
    quota: Quota
    people: dict[Party, Actor]

    def on_the_stay(self) -> dict[str, Any]:
        """Return what the factory of a stay is told."""
        return {
            "quota": self.quota,
            "home_coordinator": self.people[Party.HOME_COORDINATOR],
            "host_coordinator": self.people[Party.HOST_COORDINATOR],
        }

    def actor(self, party: Party, mobility: Mobility) -> Actor:
        """Return who is exactly this to the stay; to strangers it does not exist."""
        if party == Party.APPLICANT:
            return actor_for(mobility.person_id)
        return self.people[party]


def a_cast() -> Cast:
    """Return everybody, with places enough for every question."""
    home, host = an_institution(), an_institution()
    officer = an_actor("officer", home.id)
    people = {
        Party.HOME_OFFICER: officer,
        Party.HOST_OFFICER: an_actor("officer", host.id),
        Party.HOME_COORDINATOR: an_actor("faculty", home.id),
        Party.HOST_COORDINATOR: an_actor("faculty", host.id),
        Party.REGISTRAR: an_actor("registrar", home.id),
        # Who signs for an institution works in its office too; asked below as what it is alone.
        Party.LEGAL_REPRESENTATIVE: a_trainee(),
        Party.REVIEWER: a_trainee(),
        Party.CHAIR: a_trainee(),
    }
    return Cast(home, host, the_quota(an_agreement_in_force(home, host, places=200)), people)


def answered_like(
    status: int, thing: Any, act: Callable[[], object], question: tuple[Party, str]
) -> bool:
    """Ask, and compare: 0 is done, 409 is not now; whoever is nothing to a stay gets 404.

    What is refused leaves the state and the trail as they were. Tell whether it was done.
    """
    before, trail = thing.state, _trail()
    if status == 0:
        act()
        return True
    with pytest.raises(DomainError) as refusal:
        act()
    is_stranger = question[0] in {Party.LEGAL_REPRESENTATIVE, Party.REVIEWER, Party.CHAIR}
    assert refusal.value.status == (404 if is_stranger else status), question
    kept = db.session.get_one(type(thing), thing.id, populate_existing=True)
    assert (kept.state, _trail()) == (before, trail), question
    return False


def _trail() -> tuple[int | None, int | None]:
    return (
        db.session.scalar(select(func.count()).select_from(StateChange)),
        db.session.scalar(select(func.count()).select_from(AuditEntry)),
    )
