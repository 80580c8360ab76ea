"""Calls: what is stored, who sees it, and what the clock does to it."""

import pytest

from app.core.clock import now
from app.exchanges.queries import calls as queries
from app.exchanges.rules.phases import accepts
from tests.factories.exchanges_calls import a_call, an_open_call
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database


def test_an_open_call_accepts_and_counts_places(session):
    home = an_institution()
    call = an_open_call(home, destinations=2, places=3, requirements=["Passport"])

    assert accepts(call, now())
    assert [place.left for place in queries.destinations(call.id)] == [3, 3]
    assert queries.current_form(call.id).number == queries.current_rules(call.id).number == 1
    assert [one.title["en"] for one in queries.requirements(call.id)] == ["Passport"]
    assert not accepts(a_call(home), now())
