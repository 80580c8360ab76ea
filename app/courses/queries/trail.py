"""What the trail calls things of courses, for those who may see them."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.audit.directory import Thing
from app.audit.models import StateChange
from app.core.actor import Actor
from app.core.database import Text, db
from app.core.i18n import current_locale
from app.courses import policies
from app.courses.models.catalogue import Course
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run, RunStaff
from app.courses.models.timetable import Room, Session
from app.courses.states import RunState


def courses(reader: Actor, ids: Collection[UUID]) -> Mapping[UUID, Thing]:
    """Return those of these courses that the reader sees, by their titles. One query."""
    found = db.session.scalars(select(Course).where(Course.id.in_(ids)))
    return {
        one.id: Thing(one.title, "courses.course_detail", {"course_id": one.id})
        for one in found
        if policies.may_see_course(reader, one)
    }


def runs(reader: Actor, ids: Collection[UUID]) -> Mapping[UUID, Thing]:
    """Return those of these runs that the reader sees, by their titles. Three queries."""
    found = db.session.scalars(select(Run).where(Run.id.in_(ids))).all()
    seen = _seen(reader, found)
    return {
        one.id: Thing(one.title, "courses.run_detail", {"run_id": one.id})
        for one in found
        if one.id in seen
    }


def sessions(reader: Actor, ids: Collection[UUID]) -> Mapping[UUID, Thing]:
    """Return those of these sessions whose runs the reader sees; these are their pages.

    Three queries.
    """
    query = select(Session).where(Session.id.in_(ids)).options(joinedload(Session.run))
    found = db.session.scalars(query).all()
    seen = _seen(reader, [one.run for one in found])
    return {
        one.id: Thing(_both(one.title, one.run.title), "courses.run_detail", {"run_id": one.run_id})
        for one in found
        if one.run_id in seen
    }


def enrolments(reader: Actor, ids: Collection[UUID]) -> Mapping[UUID, Thing]:
    """Return those of these places that the reader sees, by person and run. Two queries."""
    query = (
        select(Enrolment)
        .where(Enrolment.id.in_(ids))
        .options(joinedload(Enrolment.run), joinedload(Enrolment.trainee))
    )
    found = db.session.scalars(query).all()
    taught = _taught(reader, [one.run for one in found])
    return {
        one.id: Thing(
            f"{one.trainee.display_name}, {one.run.title.in_(current_locale())}",
            "courses.place",
            {"enrolment_id": one.id},
        )
        for one in found
        if one.trainee_id == reader.user_id or one.run_id in taught
    }


def rooms(reader: Actor, ids: Collection[UUID]) -> Mapping[UUID, Thing]:
    """Return those of these rooms that the reader keeps. One query."""
    found = db.session.scalars(select(Room).where(Room.id.in_(ids)))
    return {
        one.id: Thing(one.name, "courses.edit_room", {"room_id": one.id})
        for one in found
        if policies.may_manage_rooms(reader, one.institution_id)
    }


def _seen(reader: Actor, found: Iterable[Run]) -> set[UUID]:
    """Return which runs `policies.may_see_run` lets the reader see, asked about all at once."""
    found = list(found)
    cancelled = [one.id for one in found if one.state == RunState.CANCELLED]
    were_drafts = set(
        db.session.scalars(
            select(StateChange.subject_id).where(
                StateChange.subject_id.in_(cancelled),
                StateChange.kind == "run",
                StateChange.action == "cancel",
                StateChange.before == RunState.DRAFT,
            )
        )
    )
    hidden = {one.id for one in found if one.state == RunState.DRAFT} | were_drafts
    return ({one.id for one in found} - hidden) | _taught(reader, found)


def _taught(reader: Actor, found: Iterable[Run]) -> set[UUID]:
    """Return which runs `policies.may_teach_run` gives to the reader, asked about all at once."""
    found = list(found)
    staffed = select(RunStaff.run_id).where(
        RunStaff.user_id == reader.user_id, RunStaff.run_id.in_([one.id for one in found])
    )
    offices = (*policies.PLANNERS, "registrar")
    at_home = {one.id for one in found if reader.is_any(*offices, at=one.institution_id)}
    return at_home | set(db.session.scalars(staffed))


def _both(title: Text, run: Text) -> str:
    locale = current_locale()
    return f"{title.in_(locale)}, {run.in_(locale)}"
