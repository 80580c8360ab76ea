"""Reading which courses must be completed before another, and who has completed them."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from app.core.database import Text, db
from app.core.i18n import current_locale
from app.courses.models.catalogue import Course, Prerequisite
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.courses.states import CourseState, EnrolmentState

MOST_CHOICES = 500

Required = Row[*tuple[Any, ...]]


def required_by(course_id: UUID) -> Sequence[Required]:
    """Return the courses (id, code, title) to have completed before this one, by code."""
    query = (
        select(Course.id, Course.code, Course.title)
        .join(Prerequisite, Prerequisite.required_id == Course.id)
        .where(Prerequisite.course_id == course_id)
        .order_by(Course.code, Course.id)
    )
    return db.session.execute(query).all()


def missing(course_id: UUID, person_id: UUID) -> Sequence[Required]:
    """Return which of the courses to have completed before this one a person has not."""
    return missing_of(course_id, [person_id]).get(person_id, ())


def missing_of(course_id: UUID, people: Collection[UUID]) -> dict[UUID, Sequence[Required]]:
    """Return what each of these people has not completed; who misses nothing is left out.

    One query, or two when the course has such courses at all.
    """
    required = required_by(course_id)
    if not required or not people:
        return {}
    query = (
        select(Enrolment.trainee_id, Run.course_id)
        .join(Run, Run.id == Enrolment.run_id)
        .where(
            Run.course_id.in_([one.id for one in required]),
            Enrolment.trainee_id.in_(list(people)),
            Enrolment.state == EnrolmentState.COMPLETED,
        )
    )
    done = {(row[0], row[1]) for row in db.session.execute(query)}
    found = {person: [one for one in required if (person, one.id) not in done] for person in people}
    return {person: courses for person, courses in found.items() if courses}


def named(courses: Collection[Required]) -> str:
    """Return courses as words for a sentence, in the reader's language."""
    locale = current_locale()
    return ", ".join(f"{Text(one.title).in_(locale)} ({one.code})" for one in courses)


def choices() -> Sequence[Required]:
    """Return the courses (id, code, title) that others can build on, by code."""
    query = (
        select(Course.id, Course.code, Course.title)
        .where(Course.state.in_((CourseState.PUBLISHED, CourseState.RETIRED)))
        .order_by(Course.code, Course.id)
        .limit(MOST_CHOICES)
    )
    return db.session.execute(query).all()


def codes_of(ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the codes of those of these courses that others can build on."""
    query = select(Course.id, Course.code).where(
        Course.id.in_(list(ids)),
        Course.state.in_((CourseState.PUBLISHED, CourseState.RETIRED)),
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def leads_to(ids: Collection[UUID]) -> set[UUID]:
    """Return these courses and all that must be completed before them, however far back."""
    found, latest = set(ids), set(ids)
    while latest:
        query = select(Prerequisite.required_id).where(Prerequisite.course_id.in_(latest))
        latest = set(db.session.scalars(query)) - found
        found |= latest
    return found
