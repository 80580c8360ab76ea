"""Nominations fit what the agreement asks: fields, levels, languages, and what nobody knows."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.queries import actor_for
from app.core.actor import Actor
from app.core.database import db
from app.core.errors import Invalid
from app.exchanges.models.agreements import Condition
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call
from app.exchanges.models.mobilities import Mobility
from app.exchanges.queries import agreements
from app.exchanges.queries import nominations as queries
from app.exchanges.queries import quota_terms as terms
from app.exchanges.rules import quota_terms as rules
from app.exchanges.rules.eligibility import Outcome
from app.exchanges.services import nominations
from app.exchanges.states.agreements import ExchangeKind
from app.exchanges.states.applications import ApplicationState
from app.institutions.models import Institution
from tests.exchanges.test_nominations import a_plan
from tests.factories.accounts import an_actor
from tests.factories.exchanges_agreements import an_agreement_in_force, the_quota
from tests.factories.exchanges_applications import an_application
from tests.factories.exchanges_mobilities import a_call
from tests.factories.institutions import an_institution

Browse = Callable[[Actor | None], FlaskClient]


@pytest.fixture
def home(session: Session) -> Institution:
    """Who sends."""
    return an_institution()


def asking(home: Institution, values: dict[str, Any], facts: dict[str, Any]) -> Application:
    """Return an application whose applicant confirmed a place under an agreement that asks this."""
    host = an_institution(name="Graz")
    quota = the_quota(an_agreement_in_force(home, host))
    condition = agreements.condition_of(quota.id)
    assert condition is not None
    for name, value in values.items():
        setattr(condition, name, value)
    db.session.commit()
    call = a_call(home, host, quota)
    return an_application(call, state=ApplicationState.CONFIRMED, facts=facts)


GERMAN = {"languages": [{"language": "de", "level": "C2", "subject": ""}]}


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        ({"isced_codes": ["0211"]}, "isced", "media production"),
        ({"eqf_levels": [8]}, "eqf_level", "at .* alone"),
        (GERMAN, "languages", "German at C2 .* not at all"),
    ],
)
def test_who_does_not_fit_the_agreement_is_not_nominated(
    home: Institution, asked: dict[str, Any], field: str, said: str
) -> None:
    application = asking(home, asked, {})

    with pytest.raises(Invalid, match=said) as refusal:
        nominations.nominate(an_actor("officer", home.id), application.id)
    assert refusal.value.field == field
    assert application.state == ApplicationState.CONFIRMED


def test_a_changed_plan_fits_the_agreement_as_well(home: Institution) -> None:
    application, office = asking(home, {}, {}), an_actor("officer", home.id)
    nomination = nominations.nominate(office, application.id)
    mobility = db.session.get_one(Mobility, nomination.mobility_id)

    for change, field in (({"isced": "0211"}, "isced"), ({"eqf_level": 8}, "eqf_level")):
        with pytest.raises(Invalid) as refusal:
            nominations.propose(office, nomination.id, a_plan(mobility, **change))
        assert refusal.value.field == field


def test_what_nobody_knows_is_made_sure_of_once_and_shown(
    home: Institution, browse_as: Browse
) -> None:
    application, office = asking(home, {}, {"languages": []}), an_actor("officer", home.id)
    page, client = f"/exchanges/applications/{application.id}/nominate", browse_as(office)
    plan = nominations.plan_of(application, db.session.get_one(Call, application.call_id))
    sent = {
        "planned_from": plan.planned_from.isoformat(),
        "planned_until": plan.planned_until.isoformat(),
        "term": str(plan.term),
        "isced": plan.isced,
        "eqf_level": plan.eqf_level,
    }
    asked = client.post(page, data=sent)
    assert asked.status_code == 422
    assert "It is not known whether this is met: English at B2" in asked.text

    made = client.post(page, data=sent | {"confirmed": "IELTS 7 of May, seen."})
    assert made.status_code == 303
    assert "IELTS 7 of May, seen." in client.get(made.location).text
    nomination = _nomination_of(application)
    mobility = db.session.get_one(Mobility, nomination.mobility_id)
    assert nominations.propose(office, nomination.id, a_plan(mobility, comment="A week later."))
    assert [one.rules for one in terms.confirmations(nomination.id)] == [("languages-1",)]


def _nomination_of(application: Application) -> Any:
    mobility = db.session.query(Mobility).filter_by(application_id=application.id).one()
    return queries.of_stay(mobility.id)


def test_applicant_and_office_read_what_each_host_asks(
    home: Institution, browse_as: Browse
) -> None:
    application = asking(home, GERMAN, {})

    for who, page in (
        (actor_for(application.applicant_id), "applications"),
        (an_actor("officer", home.id), "desk"),
    ):
        shown = browse_as(who).get(f"/exchanges/{page}/{application.id}").text
        assert "The agreement with Graz" in shown
        assert "German" in shown


def test_staff_are_not_asked_for_a_level_and_a_subject_is_judged_by_people() -> None:
    condition = Condition(
        kind=ExchangeKind.TEACHING, isced_codes=[], eqf_levels=[6],
        languages=[{"language": "de", "level": "B2", "subject": "Law"}],
    )  # fmt: skip
    (asked,) = rules.rules_of(condition)
    facts = {"languages": [{"language": "de", "level": "A1"}]}
    (found,) = rules.findings([asked], facts, agreements.now().date())

    assert found.outcome is Outcome.NEEDS_HUMAN
    assert rules.unknown([found], confirmed={found.rule_id}) == []
