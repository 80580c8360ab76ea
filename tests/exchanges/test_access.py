"""Every address of the exchanges, asked by everybody it is not for, with ids that are real."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, Rule
from werkzeug.test import TestResponse

from app.audit.models import AuditEntry, StateChange
from app.core.actor import Actor
from app.core.database import db
from app.exchanges.models.admissions import AdmissionCondition
from app.exchanges.models.agreements import Condition, Quota
from app.exchanges.models.applications import Consent, EligibilityFinding
from app.exchanges.models.calls import Call, Criterion, Destination
from app.exchanges.models.nominations import Nomination
from app.exchanges.queries import recognition as decisions
from app.exchanges.queries import transcripts
from app.exchanges.services import letters, recognition
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import CallState
from app.exchanges.states.letters import LetterKind
from app.exchanges.states.mobilities import MobilityState
from app.institutions.models import Institution
from tests.exchanges import reach
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.exchanges_agreements import a_version, an_agreement, an_agreement_in_force
from tests.factories.exchanges_applications import a_document, a_requirement, an_application
from tests.factories.exchanges_calls import a_call
from tests.factories.exchanges_learning_agreements import a_learning_agreement, home_of, host_of
from tests.factories.exchanges_mobilities import a_mobility
from tests.factories.exchanges_recognition import (
    CHINESE,
    a_registrar,
    a_scale,
    a_transcript,
    rules_of_home,
)
from tests.factories.exchanges_reviews import a_chair, a_reviewer, a_run_of, an_assignment
from tests.factories.institutions import an_institution

Browse = Callable[[Actor | None], FlaskClient]

pytestmark = pytest.mark.one_engine

NOT_OURS = {401, 403, 404}
_A = ApplicationState


class World:
    """One exchange with a thing of every kind in it, and the people around it."""

    def __init__(self) -> None:
        home = an_institution(name="Home")
        host = an_institution(name="Host", country="CN")
        self.home_id, self.host_id = home.id, host.id
        rules_of_home(home)
        self.applicant = a_trainee("Zorka Tešanović")
        self.reviewer = a_reviewer()
        self.chair = a_chair(home.id)
        call = a_call(
            home, state=CallState.SELECTING, destinations=[host], chair_id=self.chair.user_id
        )
        self.applied = an_application(call, applicant=self.applicant, state=_A.UNDER_REVIEW)
        requirement = a_requirement(call.id)
        document = a_document(self.applied, requirement=requirement)
        assignment = an_assignment(self.applied, self.reviewer)
        an_application(call, state=ApplicationState.RANKED, score_milli=8_000)
        stay = a_mobility(
            home, host, person=self.applicant, state=MobilityState.PRE_DEPARTURE, eqf_level=6
        )
        self.number = stay.number
        self.coordinators = home_of(stay), host_of(stay)
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
    """Return every address of the exchanges."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("exchanges.") and method in (rule.methods or ())
    ]


def parties(there: World) -> dict[str, Actor]:
    """Return everybody who takes part in this exchange, each in one way."""
    return {
        "applicant": there.applicant,
        "reviewer": there.reviewer,
        "chair": there.chair,
        "office": an_actor("officer", there.home_id),
        "representative": an_actor("administrator", there.home_id),
        "registrar": an_actor("registrar", there.home_id),
        "coordinator": there.coordinators[0],
        "host": an_actor("officer", there.host_id),
        "host coordinator": there.coordinators[1],
    }


def strangers(there: World) -> dict[str, Actor | None]:
    """Return people of every role who have nothing to do with this exchange, and a guest."""
    other = an_institution(name="Elsewhere")
    roles = ("officer", "registrar", "administrator")
    found: dict[str, Actor | None] = {f"{one} elsewhere": an_actor(one, other.id) for one in roles}
    found["teacher at home"] = an_actor("faculty", there.home_id)
    found["teacher at the host"] = an_actor("faculty", there.host_id)
    found["registrar of the host"] = an_actor("registrar", there.host_id)
    applicant = a_trainee("Ana Anić")
    call = db.session.get_one(Call, there.ids["call_id"])
    an_application(call, applicant=applicant, state=_A.UNDER_REVIEW)
    elsewhere = a_call(other, state=CallState.SELECTING)
    an_assignment(an_application(elsewhere, state=_A.UNDER_REVIEW), applicant)
    return found | {"another applicant": applicant, "guest": None}


class Asked:
    """Asks addresses as people and sees what it did; nothing that was done stays."""

    def __init__(self, app: Flask, browse_as: Browse, there: World) -> None:
        self._app, self._browse_as = app, browse_as
        self._rules = {
            method: [(rule, there.path(app, rule)) for rule in rules(app, method)]
            for method in ("GET", "POST")
        }
        self.changed: set[tuple[str, str]] = set()
        """Who changed something by looking at it, or by what they were refused."""

    def reached(self, people: Mapping[str, Actor | None]) -> dict[str, dict[str, set[str]]]:
        """Return, for each method and endpoint, the people whom it did not refuse."""
        found: dict[str, dict[str, set[str]]] = {"GET": {}, "POST": {}}
        for who, actor in people.items():
            browser = self._browse_as(actor)
            before = _traces()
            for rule, path in self._rules["GET"]:
                if _lets(browser.get(path, headers=PLAIN)):
                    found["GET"].setdefault(_name(rule), set()).add(who)
            if _traces() != before:
                self.changed.add((who, "by GET"))
            for rule, path in self._rules["POST"]:
                if self._acts(browser, path, who):
                    found["POST"].setdefault(_name(rule), set()).add(who)
        return found

    def _acts(self, browser: FlaskClient, path: str, who: str) -> bool:
        db.session.close()
        undone = db.engine.begin_nested()  # type: ignore[attr-defined]  # a connection in tests
        before = _traces()
        lets = _lets(browser.post(path, data={"reason": "x"}, headers=PLAIN))
        if not lets and _traces() != before:
            self.changed.add((who, path))
        db.session.close()
        undone.rollback()
        return lets


PLAIN = {"Accept": "application/json"}
"""A refusal needs no page here."""


def _name(rule: Rule) -> str:
    return str(rule.endpoint).removeprefix("exchanges.")


def _lets(answer: TestResponse) -> bool:
    to_sign_in = answer.status_code == 303 and "/sign-in" in answer.location
    return answer.status_code not in NOT_OURS and not to_sign_in


def _traces() -> int:
    """Return how much was done to anything: whatever changes leaves a trace, or moves a state."""
    done = select(func.count()).select_from(AuditEntry).scalar_subquery()
    moved = select(func.count()).select_from(StateChange).scalar_subquery()
    return int(db.session.scalar(select(done + moved)) or 0)


@pytest.fixture
def asked(app: Flask, browse_as: Browse, there: World, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Asks without drawing pages, which others test."""
    monkeypatch.setattr("app.web.pages.render", lambda *_names, **_values: "")
    return Asked(app, browse_as, there)


def _by_endpoint(table: Mapping[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for people, endpoints in table.items():
        for name in endpoints.split():
            found.setdefault(name, set()).update(people.split(", "))
    return found


def test_strangers_reach_nothing_and_change_nothing(asked: Asked, there: World) -> None:
    reached = asked.reached(strangers(there))

    assert asked.changed == set()
    assert reached["GET"] == _by_endpoint(reach.STRANGERS_SEE)
    assert reached["POST"] == _by_endpoint(reach.STRANGERS_DO)


def test_each_party_reaches_what_is_its_own(asked: Asked, there: World) -> None:
    reached = asked.reached(parties(there))

    assert asked.changed == set()
    assert reached["GET"] == _by_endpoint(reach.SEES)
    assert reached["POST"] == _by_endpoint(reach.DOES)


def test_lists_and_files_tell_strangers_nothing_of_it(
    app: Flask, browse_as: Browse, there: World
) -> None:
    told = set()
    people = strangers(there)
    for who in ("officer elsewhere", "registrar of the host", "another applicant"):
        browser = browse_as(people[who])
        for rule in rules(app, "GET"):
            if any(name.endswith("_id") for name in rule.arguments):
                continue
            text = browser.get(there.path(app, rule)).text
            if any(word in text for word in ("Zorka Tešanović", there.number)):
                told.add((who, rule.rule))

    assert told == set()


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
        state=_A.UNDER_REVIEW,
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
