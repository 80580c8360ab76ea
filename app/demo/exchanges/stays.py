"""What became of those who were selected: nominated, admitted, gone, back, recognised."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.accounts.models import User
from app.accounts.queries import actor_for
from app.core.clock import now
from app.core.database import db
from app.demo.exchanges import records, selection
from app.demo.exchanges.applicants import COUNTRIES, Applied
from app.demo.exchanges.calls import OFFICERS, ZONES, Opened
from app.demo.exchanges.sides import Sides
from app.exchanges.models.mobilities import Mobility
from app.exchanges.queries import mobilities as queries
from app.exchanges.queries import nominations as nomination_queries
from app.exchanges.rules.checklists import Item
from app.exchanges.services import admissions, letters, nomination_answers, nominations, visits
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import CallState
from app.exchanges.states.letters import LetterKind

COORDINATORS = {"UNIBL": "faculty", "SUMHS": "faculty_shanghai"}
OTHER = {"UNIBL": "SUMHS", "SUMHS": "UNIBL"}
WENT = (CallState.FINALISED, CallState.ARCHIVED)
_LETTERS = 2
"""How many people get a letter that is printed when the demo starts."""

_CERTIFIED, _RECOGNISED = 4, 2
"""How many of those who are back have a transcript, and how many have it recognised."""


def follow(opened: Opened, people: Sequence[Applied], staff: Mapping[str, UUID]) -> None:
    """Take everybody who has confirmed as far as their call's stays have come."""
    home = opened.idea.home
    host = OTHER[home]
    sides = Sides(
        opened.officer,
        actor_for(staff[OFFICERS[host]]),
        actor_for(staff[COORDINATORS[home]]),
        actor_for(staff[COORDINATORS[host]]),
        host,
        home,
    )
    states = selection.states_of(opened.call_id)
    confirmed = [one for one in people if states[one.application_id] == ApplicationState.CONFIRMED]
    for number, one in enumerate(confirmed):
        if opened.idea.state in WENT:
            _go(opened, one, number, sides, staff)
        elif number < len(confirmed) - 1:
            _propose(one, number, sides)


def _propose(one: Applied, number: int, sides: Sides) -> None:
    """Nominate for a term to come; the host has answered some, and admitted one on conditions."""
    stay_id = _nominated(one, sides)
    turn = ("asked", "approved", "conditional")[number % 3]
    if turn == "asked":
        return
    _approved(stay_id, sides)
    if turn == "conditional":
        admissions.complete(one.person, stay_id, _details(one, sides))
        wanted = admissions.Wanted(
            {"en": "Show a certificate of English, level B2", "zh_Hans_CN": "提交英语B2证书"},
            now().date() + timedelta(days=21),
        )
        admissions.accept_conditionally(sides.host_coordinator, stay_id, [wanted])


def _go(opened: Opened, one: Applied, number: int, sides: Sides, staff: Mapping[str, UUID]) -> None:
    stay_id = _nominated(one, sides)
    _approved(stay_id, sides)
    admissions.complete(one.person, stay_id, _details(one, sides))
    admissions.accept(sides.host_coordinator, stay_id)
    languages = ("en", "zh_Hans_CN" if sides.host == "SUMHS" else "sr_Cyrl")
    if number < _LETTERS:
        letters.issue(sides.host_office, stay_id, LetterKind.ACCEPTANCE, languages)
    records.agree(one.person, stay_id, sides.coordinator, sides.host_coordinator)
    _prepare(one, stay_id, sides)
    _arrive(opened, stay_id, number, sides)
    is_back = opened.idea.state == CallState.ARCHIVED
    if is_back:
        _leave(stay_id, number, sides)
        if number < _CERTIFIED:
            records.certify(stay_id, sides, staff, decided=number < _RECOGNISED)
    elif number == 1:
        since = now().date() - timedelta(days=9)
        visits.interrupt(sides.host_office, stay_id, since, "Family matters at home.")


def _nominated(one: Applied, sides: Sides) -> UUID:
    nomination = nominations.nominate(
        sides.office, one.application_id, home_coordinator_id=sides.coordinator.user_id
    )
    return nomination.mobility_id


def _approved(stay_id: UUID, sides: Sides) -> None:
    nomination = nomination_queries.of_stay(stay_id)
    assert nomination is not None  # noqa: S101 -- made just before
    nomination_answers.approve(
        sides.host_office,
        nomination.id,
        nomination.proposal_id,
        "Welcome.",
        host_coordinator_id=sides.host_coordinator.user_id,
    )


def _details(one: Applied, sides: Sides) -> dict[str, str]:
    person = db.session.get_one(User, one.person.user_id)
    return {
        "passport_name": person.display_name,
        "born_on": "2003-04-17",
        "citizenship": COUNTRIES[sides.home],
        "address": "",
        "message": "",
    }


def _prepare(one: Applied, stay_id: UUID, sides: Sides) -> None:
    stay = queries.locked(stay_id)
    first, last = stay.planned_from, stay.planned_until
    visits.add_contact(
        one.person, stay_id, name="Nearest of kin", relation="parent", phone="+387 51 000 000"
    )
    visits.add_insurance(
        one.person,
        stay_id,
        company="Travel Mutual",
        policy_number="TM-2026-4711",
        phone="+49 30 000 000",
        valid_from=first,
        valid_until=last + timedelta(days=7),
    )
    for item in (Item.TRAVEL_DOCUMENTS, Item.ACCOMMODATION, Item.BRIEFING):
        visits.tick(one.person, stay_id, item, done=True)
    visits.tick(sides.office, stay_id, Item.LETTER, done=True, left_out_because="Sent on paper.")


def _arrive(opened: Opened, stay_id: UUID, number: int, sides: Sides) -> None:
    zone = ZoneInfo(ZONES[sides.host])
    first = queries.locked(stay_id).planned_from
    late = number % 3
    arrived = datetime.combine(first + timedelta(days=late), time(15, 40), zone)
    if opened.idea.state == CallState.FINALISED and number == 0:
        arrived = now() - timedelta(hours=5)  # somebody has only just come
    visits.arrive(sides.host_office, stay_id, arrived)
    if number:
        visits.begin(stay_id)


def _leave(stay_id: UUID, number: int, sides: Sides) -> None:
    stay: Mobility = queries.locked(stay_id)
    last = stay.planned_until
    if number == _CERTIFIED:
        early = last - timedelta(days=30)
        reason = "Called home by the hospital."
        visits.end_early(sides.office, stay_id, early, reason=reason, force_majeure=False)
    else:
        visits.depart(sides.host_office, stay_id, last)
