"""What the pages of an exchange office cost with a hundred times as many applications and stays."""

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import insert

from app.accounts.models import RoleAssignment, User
from app.accounts.states import AccountState, Role
from app.core.database import atomic, db
from app.core.ids import new_id
from app.exchanges.models.agreements import Agreement, Quota
from app.exchanges.models.applications import Application, Preference
from app.exchanges.models.calls import Call, Criterion, Destination, FormVersion, RuleSet
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.nominations import Nomination
from app.exchanges.models.reviews import ReviewAssignment
from app.exchanges.states.agreements import ExchangeKind
from app.exchanges.states.applications import ApplicationState, Conflict
from app.exchanges.states.calls import AcademicTerm, CallState
from app.exchanges.states.mobilities import MobilityState, NominationState
from app.institutions.models import Institution
from bench.load import Ask, ask
from bench.pages import cost, expect, for_a_while
from bench.servers import serving
from bench.world import cookie, cookie_and_form

SMALL, LARGE = 50, 5_000
ROUNDS = 5
LIMIT = 50
"""Per cent by which a page may cost more."""

PAGES = {
    "desk": "/exchanges/desk",
    "desk, all": "/exchanges/desk?show=all",
    "desk, by points": "/exchanges/desk?show=all&sort=-points",
    "desk, to assign": "/exchanges/desk?show=assign",
    "stays": "/exchanges/stays",
    "nominations": "/exchanges/nominations",
    "agreements": "/exchanges/agreements",
    "calls": "/exchanges/calls",
    "my reviews": "/exchanges/reviews?show=all",
}
OF_REVIEWER = frozenset({"my reviews"})
"""Pages that somebody opens who was asked to judge."""

LIMITED = ("desk", "desk, all", "stays", "nominations", "agreements", "calls", "a step is saved")
"""The first pages and the write, which are held to the limit; the others are shown only."""

EACH_GOES = 5
"""One of so many applicants has a stay."""

_S = ApplicationState
_STATES = (
    _S.SUBMITTED,
    _S.UNDER_REVIEW,
    _S.SUBMITTED,
    _S.RANKED,
    _S.SUBMITTED,
    _S.UNDER_REVIEW,
    _S.SUBMITTED,
    _S.WITHDRAWN,
)


def measure(
    small: tuple[Flask, dict[str, str]], large: tuple[Flask, dict[str, str]]
) -> list[dict[str, Any]]:
    """Return for each page what it costs with few and many applications, and the growth."""
    offices = [make(small[0], SMALL), make(large[0], LARGE)]
    rows = []
    with (
        serving("bench.product:application", small[1]) as little,
        serving("bench.product:application", large[1]) as big,
    ):
        wanted = {
            name: [
                [Ask(path, one.reviewer if name in OF_REVIEWER else one.officer)] for one in offices
            ]
            for name, path in PAGES.items()
        }
        wanted["a step is saved"] = [one.saves for one in offices]
        for name, asks in wanted.items():
            costs: tuple[list[float], list[float]] = ([], [])
            for server, pages in zip((little, big), asks, strict=True):
                expect(ask(server.port, pages * 8), 200, name)
            for _ in range(ROUNDS):
                for found, server, pages in zip(costs, (little, big), asks, strict=True):
                    found.append(cost(server, for_a_while(*pages))[0])
            before, after = min(costs[0]), min(costs[1])
            rows.append(
                {
                    "name": name,
                    "small_ms": round(before * 1000, 2),
                    "large_ms": round(after * 1000, 2),
                    "growth_percent": round((after / before - 1) * 100, 1),
                    "limit_percent": LIMIT if name in LIMITED else None,
                }
            )
    return rows


@dataclass(frozen=True, slots=True)
class Office:
    """An exchange office that was filled: cookies of its people, and a draft being written."""

    officer: str
    reviewer: str
    saves: list[Ask]


def make(app: Flask, number: int) -> Office:
    """Fill a centre with so many applications to one office, and with their stays."""
    moment = datetime.now(UTC).replace(microsecond=0)
    with app.app_context():
        with atomic():
            home, host = _institution("HOME"), _institution("HOST")
            people = _people(number)
            officer, reviewer = _people(2)
            _add(
                RoleAssignment,
                user_id=officer,
                role=Role.OFFICER,
                institution_id=home,
                valid_from=moment - timedelta(days=1),
                granted_by=officer,
            )
            quota = _places(home, host, officer, moment)
            call, form, destination = _call(home, host, quota, officer, moment)
            draft = _draft(home, host, quota, people[0], moment)
            states = itertools.cycle(_STATES)
            ids = [new_id() for _ in people]
            rows = [
                {
                    "id": one,
                    "call_id": call,
                    "applicant_id": person,
                    "institution_id": home,
                    "number": n,
                    "state": state,
                    "form_version_id": form,
                    "submitted_at": moment - timedelta(minutes=n),
                    "score_milli": None if state != _S.RANKED else 50_000 + n,
                    "search_text": f"ana {n}",
                }
                for n, (one, person, state) in enumerate(zip(ids, people, states, strict=False), 1)
            ]
            db.session.execute(insert(Application), rows)
            wanted = [
                {"application_id": one, "position": 1, "destination_id": destination} for one in ids
            ]
            db.session.execute(insert(Preference), wanted)
            reviews = [
                {
                    "id": new_id(),
                    "application_id": row["id"],
                    "reviewer_id": reviewer,
                    "due_at": moment,
                    "conflict": Conflict.NONE,
                    "assigned_by": officer,
                }
                for row in rows
                if row["state"] != _S.SUBMITTED
            ]
            db.session.execute(insert(ReviewAssignment), reviews)
            _stays(home, host, quota, list(zip(ids, people, strict=True))[::EACH_GOES], moment)
        office = Office(
            cookie(app, officer),
            cookie(app, reviewer),
            _saves(draft, *cookie_and_form(app, people[0])),
        )
        db.session.execute(db.text("analyze"))
        db.session.commit()
        db.session.remove()
    return office


def _saves(draft: UUID, secret: str, token: str) -> list[Ask]:
    """Return two ways to fill in a step, so that each press changes what is stored."""
    address = f"/exchanges/applications/{draft}/autosave/about"
    return [
        Ask(address, secret, f"{token}&revision=1000000&eqf_level={level}&isced=0912")
        for level in (6, 7)
    ]


def _stays(
    home: UUID, host: UUID, quota: UUID, going: list[tuple[UUID, UUID]], moment: datetime
) -> None:
    ids = [new_id() for _ in going]
    first = (moment + timedelta(days=200)).date()
    rows = [
        {
            "id": one,
            "application_id": application,
            "quota_id": quota,
            "number": f"HOME-M-{n}",
            "person_id": person,
            "kind": ExchangeKind.STUDIES,
            "sending_institution_id": home,
            "receiving_institution_id": host,
            "academic_year": moment.year,
            "term": AcademicTerm.AUTUMN,
            "planned_from": first,
            "planned_until": first + timedelta(days=120),
            "state": MobilityState.PLANNED,
            "search_text": f"ana {n}",
        }
        for n, (one, (application, person)) in enumerate(zip(ids, going, strict=True), 1)
    ]
    db.session.execute(insert(Mobility), rows)
    nominations = [
        {
            "id": new_id(),
            "mobility_id": one,
            "state": NominationState.PENDING,
            "proposal_id": one.hex * 2,
            "content": {},
            "personal": {},
            "proposed_at": moment,
        }
        for one in ids
    ]
    db.session.execute(insert(Nomination), nominations)


def _draft(home: UUID, host: UUID, quota: UUID, person: UUID, moment: datetime) -> UUID:
    """Return a draft to a call that is open."""
    call, form, _destination = _call(home, host, quota, person, moment, is_open=True)
    return _add(
        Application,
        call_id=call,
        applicant_id=person,
        institution_id=home,
        state=_S.DRAFT,
        form_version_id=form,
        search_text="ana",
    )


def _add(model: Any, **values: Any) -> UUID:
    one = new_id()
    db.session.execute(insert(model).values(id=one, **values))
    return one


def _institution(code: str) -> UUID:
    return _add(
        Institution,
        code=f"D{code}",
        name={"en": f"{code} University"},
        city={"en": "Banja Luka"},
        country="BA",
        timezone="Europe/Sarajevo",
    )


def _people(number: int) -> list[UUID]:
    ids = [new_id() for _ in range(number)]
    rows = [
        {
            "id": one,
            "email": f"{one.hex}@example.org",
            "email_key": f"{one.hex}@example.org",
            "password_hash": "!",
            "state": AccountState.ACTIVE,
            "display_name": f"Ana {n}",
            "sort_name": f"ana {n}",
            "search_text": f"ana {n}",
        }
        for n, one in enumerate(ids)
    ]
    db.session.execute(insert(User), rows)
    return ids


def _places(home: UUID, host: UUID, officer: UUID, moment: datetime) -> UUID:
    agreement = _add(
        Agreement,
        institution_id=home,
        partner_id=host,
        code="IIA-1",
        title="Exchange",
        created_by=officer,
    )
    return _add(
        Quota,
        agreement_id=agreement,
        line_id=new_id(),
        kind=ExchangeKind.STUDIES,
        academic_year=moment.year,
        sending_institution_id=home,
        receiving_institution_id=host,
        capacity_persons=20,
    )


def _call(
    home: UUID, host: UUID, quota: UUID, officer: UUID, moment: datetime, *, is_open: bool = False
) -> tuple[UUID, UUID, UUID]:
    """Return a call, its form and its one destination."""
    closes = moment + timedelta(days=9 if is_open else -1)
    call = _add(
        Call,
        institution_id=home,
        code="CALL-2" if is_open else "CALL-1",
        title={"en": "A semester abroad"},
        summary={"en": "One semester."},
        description={"en": "One semester."},
        kind=ExchangeKind.STUDIES,
        academic_year=moment.year,
        term=AcademicTerm.AUTUMN,
        stay_from=(moment + timedelta(days=200)).date(),
        stay_until=(moment + timedelta(days=320)).date(),
        timezone="Europe/Sarajevo",
        opens_at=moment - timedelta(days=30),
        closes_at=closes,
        release_at=moment + timedelta(days=10),
        state=CallState.OPEN if is_open else CallState.SELECTING,
        created_by=officer,
    )
    form = _add(FormVersion, call_id=call, number=1, fields=[], created_by=officer)
    _add(RuleSet, call_id=call, number=1, rules=[], created_by=officer)
    _add(Criterion, call_id=call, position=1, title={"en": "Merit"}, note={})
    destination = _add(
        Destination,
        call_id=call,
        quota_id=quota,
        institution_id=host,
        position=1,
        note={},
    )
    return call, form, destination
