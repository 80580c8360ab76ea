"""A stay from its preparation to its end: service, pages and life."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.jobs import JobState, PendingJob
from app.core.jobs.embedded import do_all
from app.exchanges.invariants import visits as checks
from app.exchanges.jobs import REMIND_OF_CLOCK, REMIND_OF_CLOCKS
from app.exchanges.models.agreements import Quota
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.visits import ClockStep
from app.exchanges.notices import visits as notices
from app.exchanges.queries import mobilities
from app.exchanges.queries import visits as queries
from app.exchanges.queries.travellers import citizenships_of
from app.exchanges.rules.checklists import Item
from app.exchanges.services import admissions, legal_clocks, travellers
from app.exchanges.services import visits as services
from app.exchanges.states.agreements import ExchangeKind
from app.exchanges.states.mobilities import AdmissionState, MobilityState
from app.exchanges.states.parties import Party
from app.institutions.models import Institution
from app.notifications.models import Notice
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.exchanges_mobilities import a_mobility
from tests.factories.institutions import an_institution

Browse = Callable[[Actor | None], FlaskClient]
TODAY = now().date()
STARTED = TODAY - timedelta(days=40)


@dataclass
class Place:
    """Two institutions, and who is exactly which party to a stay between them."""

    home: Institution
    host: Institution
    people: dict[Party, Actor]

    def stay(self, state: MobilityState, **values: Any) -> Mobility:
        """Return a stay on which everybody is what they are called."""
        planned = {"planned_from": STARTED, "planned_until": STARTED + timedelta(days=140)}
        return a_mobility(
            self.home,
            self.host,
            person=self.people[Party.APPLICANT],
            home_coordinator=self.people[Party.HOME_COORDINATOR],
            host_coordinator=self.people[Party.HOST_COORDINATOR],
            state=state,
            **(planned | values),
        )


@pytest.fixture
def place(session: Session) -> Place:
    home = an_institution(name="Home")
    host = an_institution(name="Host", country="CN", timezone="Asia/Shanghai")
    people = {party: a_trainee() for party in Party}
    people[Party.HOME_OFFICER] = an_actor("officer", home.id)
    people[Party.HOST_OFFICER] = an_actor("officer", host.id)
    people[Party.REGISTRAR] = an_actor("registrar", home.id)
    return Place(home, host, people)


def state_of(mobility_id: UUID) -> MobilityState:
    return mobilities.locked(mobility_id).state


def used(mobility: Mobility) -> int:
    return db.session.scalar(select(Quota.used_persons).where(Quota.id == mobility.quota_id)) or 0


def test_a_stay_is_ready_when_everything_is_done_or_left_out(place: Place) -> None:
    first = TODAY + timedelta(days=30)
    stay = place.stay(
        MobilityState.PRE_DEPARTURE, planned_from=first, planned_until=first + timedelta(days=100)
    ).id
    person, office = place.people[Party.APPLICANT], place.people[Party.HOME_OFFICER]
    services.add_contact(person, stay, name="Mila", relation="mother", phone="+387 51 1")
    for since, until in ((0, 60), (61, 100)):
        services.add_insurance(
            person,
            stay,
            company="Uniqa",
            policy_number="7",
            phone="",
            valid_from=first + timedelta(days=since),
            valid_until=first + timedelta(days=until),
        )
    for item in (Item.TRAVEL_DOCUMENTS, Item.ACCOMMODATION, Item.BRIEFING):
        services.tick(person, stay, item, done=True)
    assert queries.checklist_of(mobilities.locked(stay)).missing == [
        Item.LEARNING_AGREEMENT,
        Item.LETTER,
    ]
    with pytest.raises(Invalid):
        services.tick(person, stay, Item.LETTER, done=True)
    with pytest.raises(Forbidden):
        services.tick(person, stay, Item.LETTER, done=True, left_out_because="no need")
    services.tick(office, stay, Item.LETTER, done=True, left_out_because="sent on paper")
    assert state_of(stay) == MobilityState.PRE_DEPARTURE
    services.tick(
        office, stay, Item.LEARNING_AGREEMENT, done=True, left_out_because="clinical visit"
    )

    assert state_of(stay) == MobilityState.READY
    services.remove(person, stay, "insurance", queries.insurances_of(stay)[0].id)
    assert state_of(stay) == MobilityState.PRE_DEPARTURE
    days = {"valid_from": first, "valid_until": first + timedelta(days=100)}
    services.add_insurance(person, stay, company="Uniqa", policy_number="8", phone="", **days)
    assert state_of(stay) == MobilityState.READY
    services.tick(person, stay, Item.TRAVEL_DOCUMENTS, done=False)
    assert state_of(stay) == MobilityState.PRE_DEPARTURE
    services.tick(person, stay, Item.TRAVEL_DOCUMENTS, done=True)
    with atomic():
        longer = mobilities.locked(stay)
        longer.planned_until += timedelta(days=10)  # as a new plan says
        legal_clocks.follow_plan(longer)
    assert state_of(stay) == MobilityState.PRE_DEPARTURE


def test_arrival_starts_the_clocks_of_the_law(place: Place, session: Session) -> None:
    stay = place.stay(MobilityState.READY, planned_until=STARTED + timedelta(days=250)).id
    office, person = place.people[Party.HOST_OFFICER], place.people[Party.APPLICANT]
    travellers.save_citizenships(person, stay, ["BA"])
    arrived = now() - timedelta(hours=2)
    services.arrive(office, stay, arrived)
    due = {one.clock: one.due_at for one in queries.steps_of(stay)}

    assert due["cn-police"] == arrived + timedelta(hours=24)
    assert set(due) == {"cn-police", "cn-jw-form", "cn-residence-permit"}
    remind_all()
    remind_all()
    told = session.scalars(
        select(Notice.user_id).where(Notice.kind == "exchanges/visit-clock")
    ).all()
    assert set(told) == {person.user_id}
    assert len(told) == 2  # the form and the police; the permit is due in thirty days
    legal_clocks.note_done(person, stay, "cn-police", on=TODAY, evidence="No. 7")
    assert queries.step(stay, "cn-police").evidence == "No. 7"
    with pytest.raises(NotFound):
        queries.step(stay, "ba-police")


def remind_all() -> None:
    with atomic():
        REMIND_OF_CLOCKS.put()
    do_all()


def test_a_reminder_that_fails_stops_no_other_and_is_seen_by_the_operator(
    place: Place, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, well = (place.stay(MobilityState.READY).id for _ in range(2))
    travellers.save_citizenships(place.people[Party.APPLICANT], well, ["BA"])
    reach, told = notices.clock_runs, []

    def clock_runs(mobility: Mobility, step: ClockStep) -> None:
        if mobility.id == broken:
            raise ValueError("no such zone")
        told.append(mobility.id)
        reach(mobility, step)

    monkeypatch.setattr(notices, "clock_runs", clock_runs)
    monkeypatch.setattr(REMIND_OF_CLOCK, "attempts", 1)
    remind_all()
    remind_all()

    assert told == [well]
    failed = session.scalars(select(PendingJob).where(PendingJob.state == JobState.FAILED)).all()
    assert [(one.name, one.arguments[0]) for one in failed] == [(REMIND_OF_CLOCK.name, str(broken))]


def test_without_a_citizenship_no_clock_has_a_time_and_pages_say_why(
    place: Place, session: Session, browse_as: Browse
) -> None:
    stay, other = (place.stay(MobilityState.READY).id for _ in range(2))
    person, base = place.people[Party.APPLICANT], f"/exchanges/stays/{stay}/visit"
    services.arrive(place.people[Party.HOST_OFFICER], stay, now())
    assert {one.due_at for one in queries.steps_of(stay)} == {None}
    remind_all()
    assert not session.scalars(select(Notice).where(Notice.kind == "exchanges/visit-clock")).all()
    mine = browse_as(person)
    page = mine.get(base).text
    assert "Depends on citizenship, not written yet" in page
    assert f"{base}/citizenship" in page
    there = browse_as(place.people[Party.HOME_COORDINATOR])
    assert f"{base}/citizenship" not in there.get(base).text
    assert there.post(f"{base}/citizenship", data={"citizenship": "BA"}).status_code == 403

    assert mine.post(f"{base}/citizenship", data={"citizenship": ""}).status_code == 422
    both = {"citizenship": "BA", "second_citizenship": "CN"}
    assert mine.post(f"{base}/citizenship", data=both).status_code == 303
    assert queries.steps_of(stay) == queries.steps_of(other) == []
    assert "citizen of the country of the host" in mine.get(base).text
    one = both | {"second_citizenship": ""}
    assert mine.post(f"{base}/citizenship", data=one).status_code == 303
    assert {one.clock for one in queries.steps_of(other) if one.due_at} == {"cn-dq-form"}
    assert list(checks.clocks()) == []


def test_citizenship_is_asked_once_and_shown_wherever_it_is_needed(
    place: Place, browse_as: Browse
) -> None:
    stay = place.stay(MobilityState.PLANNED, admission=AdmissionState.AWAITING_DOCUMENTS).id
    person, base = place.people[Party.APPLICANT], f"/exchanges/stays/{stay}"
    travellers.save_citizenships(place.people[Party.HOME_OFFICER], stay, ["RS", "BA"])
    mine = browse_as(person)

    papers = mine.get(f"{base}/papers").text
    assert re.search(r'<option[^>]+selected[^>]*value="RS"', papers)
    assert 'name="citizenship"' not in mine.get(f"{base}/visit/details").text
    assert "Serbia, Bosnia" in mine.get(f"{base}/visit").text
    sent = {"passport_name": "RADIC MILIJANA", "born_on": "2003-02-01", "citizenship": "BA"}
    admissions.complete(person, stay, sent)
    assert citizenships_of(person.user_id) == ("RS", "BA")  # one of those that are known


def test_a_changed_fact_changes_the_clocks_and_keeps_what_is_done(place: Place) -> None:
    stay = place.stay(MobilityState.READY, planned_until=STARTED + timedelta(days=100)).id
    person = place.people[Party.APPLICANT]
    services.arrive(place.people[Party.HOST_OFFICER], stay, now())
    legal_clocks.note_done(person, stay, "cn-police", on=TODAY, evidence="")
    travellers.save_citizenships(person, stay, ["CN"])
    assert queries.steps_of(stay) == []
    travellers.save_citizenships(person, stay, ["BA"])

    kept = {one.clock: one.done_on for one in queries.steps_of(stay)}
    assert kept["cn-police"] == TODAY
    details = {
        "address": "", "phone": "", "host_contact": "", "visa_until": None, "permit_until": None,
    }  # fmt: skip
    services.save_details(person, stay, details, version=1)
    with pytest.raises(Invalid):
        services.save_details(person, stay, details, version=1)


def test_from_arrival_to_departure_with_an_interruption(place: Place) -> None:
    stay = place.stay(MobilityState.ARRIVED, actual_from=STARTED).id
    office = place.people[Party.HOST_OFFICER]
    services.begin(stay)
    services.begin(stay)
    assert state_of(stay) == MobilityState.IN_PROGRESS
    since = STARTED + timedelta(days=10)
    services.interrupt(office, stay, since, "ill")
    with pytest.raises(Invalid, match="ends before it begins"):
        services.resume(office, stay, STARTED)
    services.resume(office, stay, since + timedelta(days=5))
    for inside in (3, 5):
        with pytest.raises(Invalid, match="last interruption ends"):
            services.interrupt(office, stay, since + timedelta(days=inside), "family")
    services.interrupt(office, stay, since + timedelta(days=9), "family")
    with pytest.raises(Invalid, match="before the arrival"):
        services.depart(office, stay, STARTED - timedelta(days=1))
    with pytest.raises(Invalid, match="still to come"):
        services.depart(office, stay, TODAY + timedelta(days=2))
    services.depart(office, stay, TODAY)

    assert state_of(stay) == MobilityState.DEPARTED
    assert [one.until for one in queries.interruptions_of(stay)] == [
        since + timedelta(days=5),
        TODAY,
    ]


def test_the_day_is_the_one_at_the_host(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with atomic():
        place.host.timezone = "Asia/Shanghai"
    stay = place.stay(MobilityState.READY).id
    office = place.people[Party.HOST_OFFICER]
    evening = datetime.combine(TODAY - timedelta(days=2), time(22, 30), UTC)
    monkeypatch.setattr(services, "now", lambda: evening)

    services.arrive(office, stay, evening - timedelta(hours=5))
    services.begin(stay)
    services.depart(office, stay, TODAY - timedelta(days=1))

    assert state_of(stay) == MobilityState.DEPARTED


def test_nobody_came_only_after_a_week_and_gives_the_place_up(place: Place) -> None:
    office = place.people[Party.HOST_OFFICER]
    early = place.stay(MobilityState.READY, planned_from=TODAY - timedelta(days=5))
    with pytest.raises(Invalid, match="Wait until 7 days"):
        services.note_no_show(office, early.id, "no sign")
    assert state_of(early.id) == MobilityState.READY
    late = place.stay(MobilityState.READY, planned_from=TODAY - timedelta(days=7))
    before = used(late)
    services.note_no_show(office, late.id, "no sign")

    assert state_of(late.id) == MobilityState.NO_SHOW
    assert used(late) == before - 1


def test_the_pages_from_preparation_to_departure(place: Place, browse_as: Browse) -> None:
    stay = place.stay(MobilityState.PRE_DEPARTURE).id
    base = f"/exchanges/stays/{stay}/visit"
    mine = browse_as(place.people[Party.APPLICANT])
    there = browse_as(place.people[Party.HOST_OFFICER])

    assert "Before departure" in mine.get(base).text
    contact = {"name": "Mila Radić", "relation": "mother", "phone": "+387 51 1"}
    wrong = mine.post(f"{base}/contacts/new", data=contact | {"email": "no address"})
    assert wrong.status_code == 422
    assert "Mila Radić" in wrong.text
    assert mine.post(f"{base}/contacts/new", data=contact).status_code == 303
    assert mine.post(f"{base}/checklist/accommodation", data={"done": "1"}).status_code == 303
    assert mine.post(f"{base}/checklist/nonsense", data={"done": "1"}).status_code == 404
    assert there.post(f"{base}/contacts/new", data=contact).status_code == 403
    assert mine.get(f"{base}/arrive").status_code == 403

    today = f"{TODAY}T00:01"
    future = (now() + timedelta(days=3)).strftime("%Y-%m-%dT10:00")
    assert there.post(f"{base}/arrive", data={"arrived_at": future}).status_code == 422
    assert there.post(f"{base}/arrive", data={"arrived_at": today}).status_code == 303
    assert there.post(f"{base}/arrive", data={"arrived_at": today}).status_code == 409
    page = mine.get(base).text
    assert "Lodging registered with the police" in page
    assert "oisa.shisu.edu.cn" in page
    done = mine.post(f"{base}/clocks/cn-police", data={"on": TODAY.isoformat()})
    assert done.status_code == 303
    last = {"last_day": TODAY.isoformat()}
    assert there.post(f"{base}/depart", data=last).status_code == 303
    assert mine.post(f"{base}/contacts/new", data=contact).status_code == 422


def test_strangers_find_no_visit(place: Place, browse_as: Browse) -> None:
    stay = place.stay(MobilityState.IN_PROGRESS)
    contact_id = stay.id
    stranger = browse_as(an_actor("officer", an_institution().id))
    base = f"/exchanges/stays/{stay.id}/visit"
    for path in ("", "/details", "/contacts/new", "/arrive", "/depart", "/close", "/no-show"):
        assert stranger.get(base + path).status_code == 404, path
    assert stranger.post(f"{base}/contact/{contact_id}").status_code == 404
    mine = browse_as(place.people[Party.APPLICANT])
    assert mine.post(f"{base}/contact/{contact_id}").status_code == 404


@pytest.mark.parametrize("state", [MobilityState.DEPARTED, MobilityState.ENDED_EARLY])
def test_a_stay_is_closed_without_its_results_only_for_a_reason(
    place: Place, browse_as: Browse, state: MobilityState
) -> None:
    office = place.people[Party.HOME_OFFICER]
    visit, teaching, studies = (
        place.stay(state, kind=kind)
        for kind in (ExchangeKind.SHORT_VISIT, ExchangeKind.TEACHING, ExchangeKind.STUDIES)
    )
    for one in (visit, teaching):
        services.close(office, one.id)
        assert state_of(one.id) == MobilityState.CLOSED
    with pytest.raises(Invalid, match="without its results"):
        services.close(office, studies.id, reason=" ")
    assert state_of(studies.id) == state
    here, url = browse_as(office), f"/exchanges/stays/{studies.id}/visit/close"
    assert "the host can write and release no transcript any more" in here.get(url).text
    assert here.post(url, data={"reason": ""}).status_code == 422
    assert here.post(url, data={"reason": "The host does not answer."}).status_code == 303
    assert state_of(studies.id) == MobilityState.CLOSED
    done = place.stay(MobilityState.RECOGNISED)
    url = f"/exchanges/stays/{done.id}/visit/close"
    assert 'name="reason"' not in here.get(url).text
    assert here.post(url).status_code == 303
