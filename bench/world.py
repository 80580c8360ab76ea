"""A centre to measure in, written row by row: as many enrolments as wanted."""

import itertools
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import insert

from app.accounts.models import AuthSession, PersonName, RoleAssignment, User
from app.accounts.states import AccountState, NameOrder, Role, Script
from app.attendance import checkin
from app.attendance.models import Record
from app.attendance.services import checkin as checking_in
from app.attendance.states import RecordSource, StatusKind
from app.config import Settings
from app.core import schema
from app.core.database import Model, atomic, db
from app.core.ids import new_id
from app.core.tokens import digest, new_secret
from app.courses.models.catalogue import Course, CourseVersion
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run, RunStaff
from app.courses.models.timetable import Session
from app.courses.states import (
    CourseState,
    Delivery,
    EnrolmentSource,
    EnrolmentState,
    RunState,
    SessionState,
    StaffRole,
    Track,
)
from app.factory import create_app
from app.institutions.models import Institution
from bench.load import Ask

SESSIONS = 10
COURSES = 60
SMALL, LARGE = 50, 400
OWN = 5
"""Runs that our teacher keeps, whatever the size of the centre."""

NOW = 30
"""Runs that are held now in any case."""

FAMILIES = ["Petrović", "Kovačević", "Hadžić", "Wang", "Li", "Šćepanović", "Đurić", "Zhang"]


@dataclass(frozen=True, slots=True)
class World:
    """Where to look in the centre that was made."""

    settings: dict[str, str]
    run: UUID
    register_small: UUID
    register_large: UUID
    trainee: str
    teacher: str


def application(settings: dict[str, str]) -> Flask:
    """Return the product with these settings of the environment, its database up to date."""
    known = {name.lower(): value for name, value in settings.items()}
    app = create_app(replace(Settings(), **known))  # type: ignore[arg-type]  # all are text
    with app.app_context():
        schema.upgrade()
    return app


def make(app: Flask, settings: dict[str, str], enrolments: int) -> World:
    """Fill an empty database; two runs have 50 and 400 people, the others 20 or 100.

    The larger centre offers more courses and is older: nine in ten of its runs are over.
    """
    chance = random.Random(1)  # noqa: S311 -- the same centre each time
    moment = datetime.now(UTC).replace(microsecond=0)
    with app.app_context(), atomic():
        home = _institution()
        teacher = _people(1, [(Role.FACULTY, home)])[0]
        people = _people(max(LARGE, min(5000, enrolments // 8)), [])
        courses = _courses(home, teacher, max(COURSES, enrolments // 500))
        sizes = [SMALL, LARGE, *[20] * (NOW - 2)]
        sizes += [100] * ((enrolments - sum(sizes)) // 100)
        runs = _runs(home, teacher, courses, sizes, moment)
        _insert(
            RunStaff,
            ({"run_id": run, "user_id": teacher, "role": StaffRole.LEAD} for run in runs[:OWN]),
        )
        colleague = people[-1]
        sessions = {
            run: _sessions(run, teacher if n < OWN else colleague, _begin(n, moment))
            for n, run in enumerate(runs)
        }
        places: dict[UUID, list[UUID]] = {}
        for run, size in zip(runs, sizes, strict=True):
            # Our trainee is in three runs, whatever the size of the centre.
            rest = chance.sample(people[1:], size - 1)
            chosen = [people[0], *rest] if run in runs[:3] else chance.sample(people[1:], size)
            places[run] = _enrolments(run, chosen, moment)
        for run in runs[:2]:
            for past in sessions[run][: SESSIONS // 2]:
                _marks(past, places[run], teacher)
        cookies = {person: cookie(app, person) for person in (teacher, people[0])}
    return World(
        settings=settings,
        run=runs[2],
        register_small=sessions[runs[0]][SESSIONS // 2],
        register_large=sessions[runs[1]][SESSIONS // 2],
        trainee=cookies[people[0]],
        teacher=cookies[teacher],
    )


def claims(app: Flask, session_id: UUID) -> list[Ask]:
    """Return one check-in for each person on a register, each with a proven code of its own.

    What SQLite knows of its tables is counted anew: before, nearly nobody was signed in.
    """
    asks = []
    with app.app_context():
        held = db.session.get_one(Session, session_id)
        secret = held.checkin_secret.encode()
        trainees = list(
            db.session.scalars(
                db.select(Enrolment.trainee_id).where(Enrolment.run_id == held.run_id)
            )
        )
        for person in trainees:
            code = checkin.code_for(secret, session_id, datetime.now(UTC))
            token = checking_in.prove(session_id, code)
            signed_in, form = cookie_and_form(app, person)
            asks.append(Ask(f"/check-in/claims/{token}", signed_in, form))
        db.session.execute(db.text("analyze"))
        db.session.commit()
        db.session.remove()
    return asks


def cookie(app: Flask, person: UUID) -> str:
    """Sign a person in and return the cookie."""
    return cookie_and_form(app, person)[0]


def cookie_and_form(app: Flask, person: UUID) -> tuple[str, str]:
    """Sign a person in; return the cookie, and the token that their forms send along."""
    secret, moment = new_secret(), datetime.now(UTC)
    with atomic():
        _insert(
            AuthSession,
            [
                {
                    "user_id": person,
                    "token_digest": digest(secret),
                    "created_at": moment,
                    "seen_at": moment,
                    "expires_at": moment + timedelta(hours=12),
                    "idle_minutes": 600,
                }
            ],
        )
    with app.test_request_context():
        session["_user_id"] = secret
        session["_fresh"] = True
        g.pop("csrf_token", None)  # of the person before
        token = generate_csrf()
        signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # the cookie one
        value = signer.dumps(dict(session))
    return f"{app.config['SESSION_COOKIE_NAME']}={value}; device=bench", f"csrf_token={token}"


def _insert(model: type[Model], rows: Iterable[dict[str, Any]]) -> list[UUID]:
    """Insert rows in portions and return their ids."""
    ids = []
    has_id = hasattr(model, "id")
    for portion in _portions(rows, 5000):
        if has_id:
            for row in portion:
                row.setdefault("id", new_id())
                ids.append(row["id"])
        db.session.execute(insert(model), portion)
    return ids


def _portions(rows: Iterable[dict[str, Any]], size: int) -> Iterable[list[dict[str, Any]]]:
    iterator = iter(rows)
    while portion := list(itertools.islice(iterator, size)):
        yield portion


def _institution() -> UUID:
    row = {
        "code": "BENCH",
        "name": {"en": "Bench University", "zh_Hans_CN": "试验大学"},
        "city": {"en": "Banja Luka"},
        "country": "BA",
        "timezone": "Europe/Sarajevo",
    }
    return _insert(Institution, [row])[0]


def _people(number: int, roles: list[tuple[Role, UUID | None]]) -> list[UUID]:
    moment = datetime.now(UTC)
    ids = [new_id() for _ in range(number)]
    names = [(f"Ana {n}", FAMILIES[n % len(FAMILIES)]) for n in range(number)]
    _insert(
        User,
        (
            {
                "id": one,
                "email": f"{one.hex}@example.org",
                "email_key": f"{one.hex}@example.org",
                "password_hash": "!",
                "state": AccountState.ACTIVE,
                "display_name": " ".join(name),
                "sort_name": f"{name[1].lower()} {name[0].lower()}",
                "search_text": " ".join(name).lower(),
            }
            for one, name in zip(ids, names, strict=True)
        ),
    )
    _insert(
        PersonName,
        (
            {
                "user_id": one,
                "script": Script.LATIN,
                "given": given,
                "family": family,
                "order": NameOrder.GIVEN_FIRST,
                "confirmed_at": moment,
            }
            for one, (given, family) in zip(ids, names, strict=True)
        ),
    )
    _insert(
        RoleAssignment,
        (
            {
                "user_id": one,
                "role": role,
                "institution_id": at,
                "valid_from": moment - timedelta(days=1),
                "granted_by": one,
            }
            for one in ids
            for role, at in roles
        ),
    )
    return ids


def _courses(home: UUID, writer: UUID, number: int) -> list[tuple[UUID, UUID]]:
    tracks = list(Track)
    courses = _insert(
        Course,
        (
            {
                "institution_id": home,
                "code": f"C-{n:04}",
                "title": {"en": f"Technology transfer {n}", "zh_Hans_CN": f"技术转移 {n}"},
                "summary": {"en": "How a finding of the laboratory becomes useful to people."},
                "description": {"en": "Twelve sessions with exercises."},
                "track": tracks[n % len(tracks)],
                "languages": ["en", "zh_Hans_CN"],
                "delivery": Delivery.HYBRID,
                "state": CourseState.PUBLISHED,
                "search_text": f"technology transfer {n} jishu zhuanyi",
                "sort_keys": {"en": f"technology transfer {n:04}"},
                "created_by": writer,
                "workload_minutes": 3000,
                "ects_centi": 200,
            }
            for n in range(number)
        ),
    )
    versions = _insert(
        CourseVersion,
        (
            {
                "course_id": course,
                "number": 1,
                "content": {"title": {"en": "Technology transfer"}, "workload_minutes": 3000},
                "published_at": datetime.now(UTC),
                "published_by": writer,
            }
            for course in courses
        ),
    )
    return list(zip(courses, versions, strict=True))


def _runs(
    home: UUID,
    writer: UUID,
    courses: list[tuple[UUID, UUID]],
    sizes: list[int],
    moment: datetime,
) -> list[UUID]:
    chosen = itertools.cycle(courses)
    return _insert(
        Run,
        (
            {
                "course_id": course,
                "course_version_id": version,
                "institution_id": home,
                "code": f"R-{n:05}",
                "title": {"en": f"Technology transfer {n}", "zh_Hans_CN": f"技术转移 {n}"},
                "starts_on": (_begin(n, moment) - timedelta(days=35)).date(),
                "ends_on": (_begin(n, moment) + timedelta(days=35)).date(),
                "timezone": "Europe/Sarajevo",
                "enrol_opens_at": moment - timedelta(days=60),
                "enrol_closes_at": moment + timedelta(days=30),
                "capacity": size + 20,
                "seats_taken": size,
                "delivery": Delivery.HYBRID,
                "languages": ["en"],
                "state": RunState.PUBLISHED if _is_now(n) else RunState.ARCHIVED,
                "created_by": writer,
            }
            for n, (size, (course, version)) in enumerate(zip(sizes, chosen, strict=False))
        ),
    )


def _is_now(number: int) -> bool:
    """Tell whether a run is held now: the first thirty, and one in ten of the others."""
    return number < NOW or number % 10 == 0


def _begin(number: int, moment: datetime) -> datetime:
    return moment if _is_now(number) else moment - timedelta(days=100 + number)


def _sessions(run: UUID, teacher: UUID, moment: datetime) -> list[UUID]:
    """Plan weekly sessions; the middle one has just begun."""
    starts = [
        moment - timedelta(minutes=1) + timedelta(weeks=n - SESSIONS // 2) for n in range(SESSIONS)
    ]
    return _insert(
        Session,
        (
            {
                "run_id": run,
                "number": number,
                "title": {"en": f"Session {number}"},
                "local_start": (start + timedelta(hours=1)).replace(tzinfo=None),
                "timezone": "Europe/Sarajevo",
                "duration_minutes": 90,
                "starts_at": start,
                "ends_at": start + timedelta(minutes=90),
                "teacher_id": teacher,
                "weight_minutes": 90,
                "checkin_secret": new_secret()[:43],
                "state": SessionState.HELD if start < moment else SessionState.SCHEDULED,
            }
            for number, start in enumerate(starts, 1)
        ),
    )


def _enrolments(run: UUID, people: list[UUID], moment: datetime) -> list[UUID]:
    return _insert(
        Enrolment,
        (
            {
                "run_id": run,
                "trainee_id": person,
                "state": EnrolmentState.ACTIVE,
                "source": EnrolmentSource.SELF,
                "active_from": moment - timedelta(days=60),
            }
            for person in people
        ),
    )


def _marks(session_id: UUID, places: list[UUID], teacher: UUID) -> None:
    _insert(
        Record,
        (
            {
                "session_id": session_id,
                "enrolment_id": place,
                "status": StatusKind.PRESENT,
                "source": RecordSource.STAFF,
                "marked_by": teacher,
            }
            for place in places
        ),
    )
