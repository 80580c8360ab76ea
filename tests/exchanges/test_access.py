"""Every address of the exchanges, asked by everybody it is not for, with ids that are real."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, Rule

from app.core.actor import Actor
from app.core.database import db
from app.exchanges.models.admissions import AdmissionCondition
from app.exchanges.models.agreements import Condition, Quota
from app.exchanges.models.applications import Consent, EligibilityFinding
from app.exchanges.models.calls import Criterion, Destination
from app.exchanges.models.nominations import Nomination
from app.exchanges.queries import recognition as decisions
from app.exchanges.queries import transcripts
from app.exchanges.services import letters, recognition
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import CallState
from app.exchanges.states.letters import LetterKind
from app.exchanges.states.mobilities import MobilityState
from app.institutions.models import Institution
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.exchanges_agreements import a_version, an_agreement, an_agreement_in_force
from tests.factories.exchanges_applications import a_document, a_requirement, an_application
from tests.factories.exchanges_calls import a_call
from tests.factories.exchanges_learning_agreements import a_learning_agreement
from tests.factories.exchanges_mobilities import a_mobility
from tests.factories.exchanges_recognition import (
    CHINESE,
    a_registrar,
    a_scale,
    a_transcript,
    rules_of_home,
)
from tests.factories.exchanges_reviews import a_reviewer, a_run_of, an_assignment
from tests.factories.institutions import an_institution

Browse = Callable[[Actor | None], FlaskClient]

pytestmark = pytest.mark.one_engine

NOT_OURS = {403, 404}


class World:
    """One exchange with a thing of every kind in it, and the people around it."""

    def __init__(self) -> None:
        home = an_institution(name="Home")
        host = an_institution(name="Host", country="CN")
        self.home_id, self.host_id = home.id, host.id
        rules_of_home(home)
        self.applicant = a_trainee("Milijana Radić")
        self.reviewer = a_reviewer()
        call = a_call(home, state=CallState.SELECTING, destinations=[host])
        self.applied = an_application(
            call, applicant=self.applicant, state=ApplicationState.UNDER_REVIEW
        )
        requirement = a_requirement(call.id)
        document = a_document(self.applied, requirement=requirement)
        assignment = an_assignment(self.applied, self.reviewer)
        an_application(call, state=ApplicationState.RANKED, score_milli=8_000)
        stay = a_mobility(
            home, host, person=self.applicant, state=MobilityState.PRE_DEPARTURE, eqf_level=6
        )
        a_learning_agreement(stay)
        letter = letters.issue(an_actor("officer", host.id), stay.id, LetterKind.ACCEPTANCE, ["en"])
        version = a_version(an_agreement(home, host))
        standing = an_agreement_in_force(home, host)
        self.ids: dict[str, Any] = {
            "call_id": call.id,
            "application_id": self.applied.id,
            "requirement_id": requirement.id,
            "document_id": document.id,
            "assignment_id": assignment.id,
            "run_id": a_run_of(call),
            "mobility_id": stay.id,
            "nomination_id": self._of(Nomination, Nomination.mobility_id == stay.id),
            "letter_id": letter.id,
            "agreement_id": standing.id,
            "version_id": version.id,
            "condition_id": self._of(Condition, Condition.version_id == version.id),
            "quota_id": self._of(Quota, Quota.agreement_id == standing.id),
            "criterion_id": self._of(Criterion, Criterion.call_id == call.id),
            "finding_id": self._of(EligibilityFinding) or call.id,
            "consent_id": self._of(Consent) or call.id,
            "scale_id": a_scale(host, CHINESE),
            "institution_id": home.id,
            "part": str(self._of(Destination, Destination.call_id == call.id)),
            "link_id": call.id,
            "decision_id": call.id,
            "view_id": call.id,
            "job_id": call.id,
            "row_id": self._of(AdmissionCondition) or call.id,
            "step": "about",
            "item": "briefing",
            "clock": "cn-police",
            "key": "0" * 16,
            "side": "home",
            "ending": "csv",
            "kind": "csv",
            "rule": "x",
            "number": 1,
            "way": "up",
            "token": "x",
            "table": "studied",
            "what": "transcript",
        }

    @staticmethod
    def _of(model: Any, *where: Any) -> Any:
        return db.session.scalar(select(model.id).where(*where).limit(1))

    def path(self, app: Flask, rule: Rule) -> str:
        """Return the address of a rule with the ids of this world."""
        values = {name: self._value(rule, name) for name in rule.arguments}
        return app.url_map.bind("localhost").build(rule.endpoint, values, method=None)

    def _value(self, rule: Rule, name: str) -> Any:
        converter = rule._converters[name]  # noqa: SLF001 -- no public name
        if isinstance(converter, AnyConverter) and self.ids.get(name) not in converter.items:
            return min(converter.items)
        return self.ids[name]


@pytest.fixture
def there(session: Session) -> World:
    return World()


def rules(app: Flask, method: str) -> list[Rule]:
    """Return every address of the exchanges that names a thing."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("exchanges.")
        and method in (rule.methods or ())
        and any(name.endswith("_id") for name in rule.arguments)
    ]


FOR_EVERYONE = {
    "exchanges.call_detail",
    "exchanges.call_dates",
    "exchanges.application_start",
}
"""A published call may be read, and whoever is asked in vain to apply is told why."""


def strangers(there: World) -> dict[str, Actor]:
    """Return people of every role who have nothing to do with this exchange."""
    other = an_institution(name="Elsewhere").id
    roles = ("trainee", "faculty", "officer", "registrar", "administrator")
    found = {f"{role} elsewhere": an_actor(role, other) for role in roles}
    found["another applicant"] = a_trainee("Ana Anić")
    found["teacher at home"] = an_actor("faculty", there.home_id)
    found["teacher at the host"] = an_actor("faculty", there.host_id)
    found["reviewer of nothing"] = a_reviewer("Petar Petrović")
    return found


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_strangers_reach_nothing_and_change_nothing(
    app: Flask, browse_as: Browse, there: World, method: str
) -> None:
    reached = {}
    for who, actor in strangers(there).items():
        browser = browse_as(actor)
        for rule in rules(app, method):
            if rule.endpoint in FOR_EVERYONE:
                continue
            answer = browser.open(there.path(app, rule), method=method, data={"reason": "x"})
            if answer.status_code not in NOT_OURS:
                reached[who, rule.rule] = answer.status_code

    assert reached == {}


ABOUT_APPLICATIONS = ("application_id", "document_id", "assignment_id", "finding_id", "run_id")
ABOUT_STAYS = ("mobility_id", "nomination_id", "letter_id")


def seen(app: Flask, browser: FlaskClient, there: World, names: tuple[str, ...]) -> set[str]:
    """Return the pages about such things that are shown."""
    return {
        rule.endpoint.removeprefix("exchanges.")
        for rule in rules(app, "GET")
        if set(names) & rule.arguments and browser.get(there.path(app, rule)).status_code == 200
    }


def test_an_applicant_sees_only_their_own_and_nothing_of_the_desk(
    app: Flask, browse_as: Browse, there: World
) -> None:
    shown = seen(app, browse_as(there.applicant), there, ABOUT_APPLICATIONS)

    assert "application_detail" in shown
    assert not {one for one in shown if one.startswith(("desk", "review_", "allocation"))}


def test_a_reviewer_sees_only_what_is_assigned(app: Flask, browse_as: Browse, there: World) -> None:
    browser = browse_as(there.reviewer)
    shown = seen(app, browser, there, ABOUT_APPLICATIONS)
    assert "review_sheet" in shown
    assert not {one for one in shown if one.startswith(("desk", "allocation", "application_"))}
    assert seen(app, browser, there, ABOUT_STAYS) == set()
    other = an_application(
        db.session.get_one(type(there.applied.call), there.ids["call_id"]),
        state=ApplicationState.UNDER_REVIEW,
    )
    there.ids["application_id"] = other.id
    there.ids["assignment_id"] = an_assignment(other, a_reviewer("Druga Osoba")).id
    there.ids["document_id"] = a_document(other).id
    assert seen(app, browser, there, ABOUT_APPLICATIONS) == set()


def test_the_host_sees_only_what_was_nominated_to_it(
    app: Flask, browse_as: Browse, there: World
) -> None:
    browser = browse_as(an_actor("officer", there.host_id))

    assert seen(app, browser, there, ABOUT_APPLICATIONS) == set()
    shown = seen(app, browser, there, ABOUT_STAYS)
    assert {"stay_detail", "nomination_detail", "letter_detail", "visit"} <= shown
    third = an_institution(name="Third")
    home = db.session.get_one(Institution, there.home_id)
    elsewhere = a_mobility(home, third)
    there.ids["mobility_id"] = elsewhere.id
    there.ids["nomination_id"] = db.session.scalar(
        select(Nomination.id).where(Nomination.mobility_id == elsewhere.id)
    )
    assert seen(app, browser, there, ("mobility_id", "nomination_id")) == set()


def test_what_is_not_released_is_not_shown(session: Session, browse_as: Browse) -> None:
    home, host = an_institution(name="Home"), an_institution(name="Host", country="CN")
    rules_of_home(home)
    student = a_trainee()
    stay = a_mobility(home, host, person=student, state=MobilityState.DEPARTED, eqf_level=6)
    office, registrar = an_actor("officer", host.id), a_registrar(home)
    scale = a_scale(host, CHINESE)
    a_transcript(office, stay, scale, release=False)
    mine = browse_as(student)
    page = f"/exchanges/stays/{stay.id}/recognition"

    assert "PHA210" not in mine.get(page).text
    a_transcript(office, stay, scale)
    recognition.prepare(registrar, stay.id)
    assert transcripts.released(stay.id)
    assert decisions.of_stay(stay.id)
    assert "PHA210" in mine.get(page).text
    assert "Decision in preparation" not in mine.get(page).text
