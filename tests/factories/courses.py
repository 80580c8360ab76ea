"""Courses, runs and sessions to test with."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.accounts.queries import actor_for
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import Text, atomic, db
from app.core.tokens import new_secret
from app.courses.models.catalogue import Course, CourseVersion
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run, RunStaff
from app.courses.models.timetable import Session
from app.courses.states import (
    SEAT_HOLDING,
    CourseState,
    Delivery,
    EnrolmentMode,
    EnrolmentState,
    RunState,
    SessionState,
    StaffRole,
    Track,
)
from tests.factories.accounts import a_user
from tests.factories.institutions import an_institution

_numbers = count(1)


def a_course(
    *,
    institution_id: UUID | None = None,
    title: str = "Technology transfer essentials",
    state: CourseState = CourseState.PUBLISHED,
    **values: Any,
) -> Course:
    """Return a stored course with one version."""
    institution_id = institution_id or an_institution().id
    writer = a_user()
    with atomic():
        course = Course(
            institution_id=institution_id,
            code=f"TT-{next(_numbers)}",
            title=Text(en=title),
            summary=Text(en="How a finding becomes useful."),
            description=Text(en="Twelve sessions."),
            track=values.pop("track", Track.TECHNOLOGY_TRANSFER),
            languages=["en"],
            delivery=values.pop("delivery", Delivery.ONLINE),
            state=state,
            search_text=title.lower(),
            created_by=writer.id,
            workload_minutes=3000,
            ects_centi=200,
            **values,
        )
        db.session.add(course)
        db.session.flush()
        db.session.add(
            CourseVersion(
                course_id=course.id,
                number=1,
                content={
                    "title": dict(course.title),
                    "summary": dict(course.summary),
                    "description": dict(course.description),
                    "workload_minutes": 3000,
                    "ects_centi": 200,
                },
                published_at=now(),
                published_by=writer.id,
            )
        )
    return course


def a_run(
    *,
    course: Course | None = None,
    capacity: int | None = 10,
    state: RunState = RunState.PUBLISHED,
    mode: EnrolmentMode = EnrolmentMode.OPEN,
    offer_hours: int = 0,
    **values: Any,
) -> Run:
    """Return a stored run, by default open for enrolment."""
    course = course or a_course()
    version = db.session.query(CourseVersion).filter_by(course_id=course.id).first()
    assert version is not None
    today = now().date()
    defaults: dict[str, Any] = {
        "starts_on": today + timedelta(days=7),
        "ends_on": today + timedelta(days=60),
        "timezone": "Europe/Sarajevo",
        "enrol_opens_at": now() - timedelta(days=7),
        "enrol_closes_at": now() + timedelta(days=30),
        "languages": ["en"],
        "delivery": Delivery.ONLINE,
    }
    with atomic():
        run = Run(
            course_id=course.id,
            course_version_id=version.id,
            institution_id=course.institution_id,
            code=f"TT-{next(_numbers)}",
            title=Text(course.title),
            capacity=capacity,
            mode=mode,
            offer_hours=offer_hours,
            state=state,
            created_by=course.created_by,
            **(defaults | values),
        )
        db.session.add(run)
    return run


def a_teacher_of(run: Run, role: StaffRole = StaffRole.LEAD) -> Actor:
    """Return a stored member of staff of the run, as an actor."""
    user = a_user(name="Siniša Kovačević")
    with atomic():
        db.session.add(RunStaff(run_id=run.id, user_id=user.id, role=role))
    return actor_for(user.id)


def a_session(
    run: Run,
    *,
    starts_at: datetime | None = None,
    minutes: int = 90,
    state: SessionState = SessionState.SCHEDULED,
    number: int = 1,
    **values: Any,
) -> Session:
    """Return a stored session of the run, by default one that begins now."""
    starts_at = (starts_at or now()).replace(microsecond=0)
    local = starts_at.astimezone(ZoneInfo(run.timezone)).replace(tzinfo=None)
    locked = {"locked_at": now(), "locked_by": SYSTEM.user_id} if state == "locked" else {}
    with atomic():
        session = Session(
            run_id=run.id,
            number=number,
            title=Text(en=f"Session {number}"),
            local_start=local,
            timezone=run.timezone,
            duration_minutes=minutes,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            weight_minutes=minutes,
            checkin_secret=new_secret()[:43],
            state=state,
            **locked,
            **values,
        )
        db.session.add(session)
    return session


def an_enrolment(
    run: Run,
    trainee_id: UUID | None = None,
    *,
    state: EnrolmentState = EnrolmentState.ACTIVE,
    **values: Any,
) -> Enrolment:
    """Return a stored enrolment; seats are counted as the service would."""
    trainee_id = trainee_id or a_user().id
    with atomic():
        enrolment = Enrolment(
            run_id=run.id,
            trainee_id=trainee_id,
            state=state,
            **({"active_from": now() - timedelta(days=90)} | values),
        )
        db.session.add(enrolment)
        stored = db.session.get_one(Run, run.id)
        stored.seats_taken += state in SEAT_HOLDING
    return enrolment
