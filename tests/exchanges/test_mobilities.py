"""Stays: who sees them, and that what is stored of them is the truth."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import actor_for
from app.audit.models import StateChange
from app.core.database import Text
from app.core.errors import NotFound
from app.exchanges.models.agreements import Quota
from app.exchanges.queries import mobilities as queries
from app.exchanges.services import mobilities as services
from app.exchanges.states.mobilities import MobilityState
from tests.factories.accounts import a_centre_administrator, a_trainee, an_actor
from tests.factories.exchanges_mobilities import a_mobility
from tests.factories.institutions import an_institution


@pytest.mark.parametrize("state", MobilityState)
def test_the_history_of_a_stay_leads_to_its_state(session: Session, state: MobilityState) -> None:
    mobility = a_mobility(an_institution(), an_institution(), state=state)
    after = session.scalars(
        select(StateChange.after)
        .where(StateChange.subject_id == mobility.id)
        .order_by(StateChange.at, StateChange.id)
    ).all()
    held = session.scalars(select(Quota.used_persons).where(Quota.id == mobility.quota_id)).one()

    assert after[-1] == mobility.state == state
    assert held == (state not in {MobilityState.CANCELLED, MobilityState.NO_SHOW})


def test_only_who_takes_part_sees_a_stay(session: Session) -> None:
    home, host, other = an_institution(), an_institution(), an_institution()
    mobility = a_mobility(home, host)
    seen_by = [
        actor_for(mobility.person_id),
        an_actor("officer", home.id),
        an_actor("registrar", home.id),
        an_actor("officer", host.id),
        an_actor("administrator", host.id),
    ]
    strangers = [
        a_trainee(),
        an_actor("officer", other.id),
        an_actor("faculty", home.id),
        an_actor("faculty", host.id),
        an_actor("registrar", host.id),
        a_centre_administrator(),
    ]

    assert [queries.mobility_for(actor, mobility.id).id for actor in seen_by] == [mobility.id] * 5
    for actor in strangers:
        with pytest.raises(NotFound):
            queries.mobility_for(actor, mobility.id)
        assert queries.stays(actor, queries.Filters()).items == []


def test_stays_are_searched_and_sorted(session: Session) -> None:
    home, host = an_institution(), an_institution(name="Shanghai University")
    officer = an_actor("officer", home.id)
    zora = a_mobility(home, host, name="Zora Zec")
    ana = a_mobility(home, host, name="Ana Babić")

    def shown(**filters: str) -> list[str]:
        page = queries.stays(officer, queries.Filters(**filters))  # type: ignore[arg-type]  # words
        return [one.number for one in page.items]

    assert shown() == [ana.number, zora.number]
    assert shown(sort="name") == [ana.number, zora.number]
    assert shown(sort="-name") == [zora.number, ana.number]
    assert shown(words="babic shanghai") == [ana.number]
    assert shown(side="in") == []
    assert shown(side="out", sort="from") == [zora.number, ana.number]


def test_a_stay_is_found_by_the_new_name_of_an_institution(session: Session) -> None:
    home, host = an_institution(), an_institution(name="Shanghai University")
    mobility = a_mobility(home, host)
    host.name = Text(en="University of Wuhan")
    session.commit()

    services.index_institution(host.id)

    officer = an_actor("officer", home.id)
    found = queries.stays(officer, queries.Filters(words="wuhan radic"))
    assert [one.id for one in found.items] == [mobility.id]
