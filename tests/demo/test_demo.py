"""The demo: believable, whole, made once, and everybody in it can be signed in as."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from uuid import UUID

import pytest
from flask import Flask, g, url_for
from sqlalchemy import func, select

from app import demo
from app.accounts.models import User
from app.accounts.queries import actor_for
from app.accounts.services import sign_in
from app.accounts.services.sign_in import Place
from app.attendance.models import Record
from app.attendance.states import StatusKind
from app.audit import directory
from app.audit.models import AuditEntry
from app.certificates.models import Certificate
from app.core.clock import now
from app.core.database import db
from app.core.i18n import use_locale
from app.core.invariants import INVARIANTS
from app.courses.models.catalogue import Course
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.courses.models.timetable import Session
from app.courses.rules.clocks import zone_of
from app.courses.rules.recurrence import plan
from app.courses.states import CourseState, EnrolmentState, RunState
from app.demo.plans import IDEAS, Phase, Slot
from app.demo.runs import closing, pattern_of
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call
from app.exchanges.models.mobilities import Mobility
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import CallState
from app.exchanges.states.mobilities import MobilityState
from app.institutions.models import Institution
from app.notifications.channels import kept
from tests.factories.accounts import sign_in_secret

SUBJECTS_OF_A_KIND = 40
PAGES_OF_A_KIND = 1


@pytest.fixture(scope="module")
def filled(app: Flask, schema: None) -> Iterator[Flask]:
    """The application with the demo in it, really committed."""
    use_locale("en")
    with app.app_context():
        demo.build()
        yield app
        db.session.remove()
        with db.engine.begin() as connection:
            for table in reversed(db.metadata.sorted_tables):
                connection.execute(table.delete())
        kept.messages.clear()


def test_the_centre_is_of_a_believable_size(filled: Flask) -> None:
    def number(model: type) -> int:
        return db.session.scalar(select(func.count()).select_from(model)) or 0

    assert number(Institution) == 4
    published = select(func.count()).where(Course.state == CourseState.PUBLISHED)
    assert (db.session.scalar(published) or 0) >= 24
    assert number(Run) >= 40
    assert number(User) >= 300


def test_courses_runs_and_places_are_in_every_part_of_their_life(filled: Flask) -> None:
    courses = set(db.session.scalars(select(Course.state)))
    runs = set(db.session.scalars(select(Run.state)))
    places = set(db.session.scalars(select(Enrolment.state)))
    marks = set(db.session.scalars(select(Record.status)))

    assert courses == set(CourseState)
    assert runs == set(RunState)
    assert places >= {
        EnrolmentState.APPLIED,
        EnrolmentState.WAITLISTED,
        EnrolmentState.OFFERED,
        EnrolmentState.ACTIVE,
        EnrolmentState.COMPLETED,
        EnrolmentState.NOT_COMPLETED,
        EnrolmentState.WITHDRAWN,
    }
    assert marks >= {
        StatusKind.PRESENT,
        StatusKind.LATE,
        StatusKind.EXCUSED,
        StatusKind.ABSENT,
    }


def test_one_run_is_full_and_six_people_wait_for_it(filled: Flask) -> None:
    queues = Counter(
        db.session.scalars(
            select(Run.code)
            .join(Enrolment, Enrolment.run_id == Run.id)
            .where(Enrolment.state == EnrolmentState.WAITLISTED)
        )
    )

    assert queues["INC-401-A"] == 6


def test_the_trainee_to_try_has_something_to_do_today_and_a_certificate(filled: Flask) -> None:
    trainee = _user("trainee@most.example")
    starts = db.session.scalars(
        select(Session.starts_at)
        .join(Enrolment, Enrolment.run_id == Session.run_id)
        .where(
            Enrolment.trainee_id == trainee.id,
            Enrolment.state == EnrolmentState.ACTIVE,
            Session.starts_at > now(),
        )
        .order_by(Session.starts_at)
    ).first()
    certificates = db.session.scalars(
        select(Certificate.state).where(Certificate.holder_id == trainee.id)
    ).all()

    assert starts is not None
    assert (starts - now()).total_seconds() < 24 * 3600
    assert set(certificates) == {"issued"}


def test_certificates_are_printed_revoked_and_ordered(filled: Flask) -> None:
    states = Counter(db.session.scalars(select(Certificate.state)))
    orders = db.session.execute(
        db.text("select sum(total) from pending_job where name = 'certificates.issue_for_run'")
    ).scalar_one()

    assert states["revoked"] == 1
    assert states["issued"] >= 3
    assert states.total() + orders >= 30


def test_exchanges_are_in_every_part_of_their_life(filled: Flask) -> None:
    calls = Counter(db.session.scalars(select(Call.state)))
    applications = Counter(db.session.scalars(select(Application.state)))
    stays = Counter(db.session.scalars(select(Mobility.state)))

    assert set(calls) == set(CallState)
    assert applications.total() >= 60
    assert set(applications) >= {
        ApplicationState.DRAFT,
        ApplicationState.RETURNED,
        ApplicationState.INELIGIBLE,
        ApplicationState.UNDER_REVIEW,
        ApplicationState.SELECTED,
        ApplicationState.WAIT_LISTED,
        ApplicationState.NOT_SELECTED,
        ApplicationState.NOMINATED,
        ApplicationState.DECLINED,
        ApplicationState.WITHDRAWN,
    }
    assert set(stays) >= {
        MobilityState.PLANNED,
        MobilityState.ARRIVED,
        MobilityState.IN_PROGRESS,
        MobilityState.INTERRUPTED,
        MobilityState.DEPARTED,
        MobilityState.ENDED_EARLY,
        MobilityState.RECORDS_RECEIVED,
        MobilityState.RECOGNISED,
    }


def test_nothing_in_it_breaks_a_promise(filled: Flask) -> None:
    broken = {one.name: list(one.broken())[:3] for one in INVARIANTS}

    assert {name: lines for name, lines in broken.items() if lines} == {}


def test_everybody_signs_in_with_the_printed_password(filled: Flask) -> None:
    accounts = demo.accounts()
    settings = filled.config["SETTINGS"]
    who = [
        sign_in.sign_in(
            account["email"], account["password"], place=Place("127.0.0.1"), settings=settings
        ).user_id
        for account in accounts
    ]

    assert len(set(who)) == len(accounts)
    assert {account["role"] for account in accounts} == {
        "trainee",
        "faculty",
        "officer",
        "registrar",
        "administrator",
        "centre_administrator",
    }
    assert len({a["institution"] for a in accounts if a["role"] == "officer"}) == 2


def test_what_the_trail_names_opens_for_its_reader(filled: Flask) -> None:
    subjects: dict[str, set[UUID]] = {kind: set() for kind in directory.kinds()}
    for kind, subject in db.session.execute(select(AuditEntry.kind, AuditEntry.subject_id)):
        if kind in subjects and len(subjects[kind]) < SUBJECTS_OF_A_KIND:
            subjects[kind].add(subject)
    readers = {one["role"]: one["email"] for one in demo.accounts()}
    refused, opened = {}, Counter[str]()
    for email in readers.values():
        user = db.session.scalars(select(User).where(User.email == email)).one()
        reader, browser = actor_for(user.id), filled.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = sign_in_secret(user.id)
        for kind, ids in subjects.items():
            for thing in list(directory.things(reader, {kind: ids}).values())[:PAGES_OF_A_KIND]:
                with filled.test_request_context():
                    address = url_for(thing.endpoint, **thing.ids)
                for name in list(g):  # Flask-Login keeps there who is signed in
                    g.pop(name)
                answer = browser.get(address)
                opened[kind] += 1
                if answer.status_code != HTTPStatus.OK:
                    refused[email, kind, address] = answer.status_code

    assert refused == {}
    assert set(opened) >= {"user", "run", "session", "enrolment", "certificate", "exchange_call"}


@pytest.mark.parametrize("zone", ["Europe/Sarajevo", "Asia/Shanghai"])
def test_it_can_be_made_at_any_hour_of_any_day(zone: str) -> None:
    begin = datetime(2027, 3, 22, 0, 30, tzinfo=zone_of(zone))  # the clocks go forward on Sunday
    moments = [begin + timedelta(days=day, hours=hour) for day in range(14) for hour in range(24)]
    for local_now in moments:
        naive = local_now.replace(tzinfo=None)
        for idea in IDEAS:
            made = plan(pattern_of(idea, local_now, zone))
            starts = [one.local_start for one in made.sessions]

            assert made.problems == ()
            if idea.phase in {Phase.UPCOMING, Phase.DRAFT, Phase.CANCELLED}:
                assert closing(starts[0].date()) > naive
            elif idea.slot == Slot.SOON:
                assert any(naive < one < naive + timedelta(days=1) for one in starts)
            elif idea.phase == Phase.RUNNING:
                assert starts[0] < naive < starts[-1] + timedelta(minutes=idea.minutes)
            else:
                assert starts[-1] < naive - timedelta(days=14)


def test_making_it_again_changes_nothing(filled: Flask) -> None:
    before = db.session.scalar(select(func.count()).select_from(User))
    said: list[str] = []

    demo.fill_when_empty(say=said.append)

    assert said == []
    assert db.session.scalar(select(func.count()).select_from(User)) == before


def _user(email: str) -> User:
    return db.session.scalars(select(User).where(User.email_key == email)).one()
