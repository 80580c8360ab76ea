"""Writing, reviewing and publishing courses."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import Text, atomic, db
from app.core.errors import Invalid, NotFound
from app.core.events import announce
from app.core.i18n import LOCALES
from app.core.i18n import gettext as _
from app.core.names import search_text, sort_key
from app.courses import policies, queries
from app.courses.events import CoursePublished
from app.courses.models.catalogue import Course, CourseVersion
from app.courses.notices import catalogue as notices
from app.courses.queries.prerequisites import required_by
from app.courses.services import changes, prerequisites
from app.courses.states import COURSE, CourseState, Delivery, Track
from app.institutions.models import Institution

_CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]*")
KIND = "course"


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseContent:
    """What people write about a course; texts are {language: text}."""

    code: str
    title: Mapping[str, str]
    track: Track
    delivery: Delivery
    languages: list[str]
    summary: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    level: int | None = None
    workload_minutes: int = 0
    ects_centi: int = 0
    tags: list[str] = field(default_factory=list)
    prerequisites: frozenset[UUID] = frozenset()
    """Courses to have completed before."""

    def values(self) -> dict[str, Any]:
        """Return the columns of a course."""
        texts = {name: Text(getattr(self, name)) for name in ("title", "summary", "description")}
        own = {name: value for name, value in asdict(self).items() if name != "prerequisites"}
        return own | texts


@atomic()
def create_course(actor: Actor, institution_id: UUID, content: CourseContent) -> UUID:
    """Begin a course as a draft. Raises NotFound, Forbidden, Invalid."""
    institution = db.session.get(Institution, institution_id)
    if institution is None or not institution.is_active:
        raise NotFound(_("There is no such institution."))
    policies.may_create_course.require(actor, institution_id)
    _check(institution_id, content)
    course = Course(institution_id=institution_id, created_by=actor.user_id, **content.values())
    index(course, institution)
    audit.begin(actor, course, COURSE, kind=KIND, institution_id=institution_id)
    db.session.add(course)
    db.session.flush()
    prerequisites.write(course, content.prerequisites)
    return course.id


@atomic()
def edit_course(
    actor: Actor, course_id: UUID, content: CourseContent, *, version: int | None = None
) -> None:
    """Change what is written about a course; one that is published gets a new version at once.

    Runs keep the version they were planned with. Raises NotFound, Forbidden, Invalid, and
    Conflict when `version` is no longer the one that is stored.
    """
    course = _seen(actor, course_id)
    policies.may_edit_course.require(actor, course)
    changes.require_version(course, version)
    _check(course.institution_id, content, but=course.id)
    required = prerequisites.write(course, content.prerequisites)
    changed = changes.apply(course, content.values()) | required
    if not changed:
        return
    if required:
        flag_modified(course, "tags")  # so that the version of the row grows
    index(course, db.session.get_one(Institution, course.institution_id))
    _record(actor, "courses.edit_course", course, changed)
    if course.state == CourseState.PUBLISHED:
        _publish_version(actor, course)


@atomic()
def submit_course(actor: Actor, course_id: UUID) -> None:
    """Ask for a draft to be published. Raises NotFound, Forbidden, WrongState."""
    course = _seen(actor, course_id)
    policies.may_edit_course.require(actor, course)
    _move(actor, course, "submit")
    db.session.flush()
    notices.submitted(course, actor.user_id)


@atomic()
def send_back_course(actor: Actor, course_id: UUID, reason: str) -> None:
    """Return a course to its writers, saying why. Raises NotFound, Forbidden, WrongState."""
    course = _seen(actor, course_id)
    policies.may_publish_course.require(actor, course)
    _move(actor, course, "send_back", reason)
    db.session.flush()
    notices.sent_back(course, actor.user_id, reason.strip())


@atomic()
def publish_course(actor: Actor, course_id: UUID) -> None:
    """Show a course in the catalogue and fix what it says as a version that never changes.

    Raises NotFound, Forbidden, WrongState.
    """
    course = _seen(actor, course_id)
    policies.may_publish_course.require(actor, course)
    _move(actor, course, "publish")
    _publish_version(actor, course)


@atomic()
def retire_course(actor: Actor, course_id: UUID, reason: str) -> None:
    """Take a course out of the catalogue; its runs go on.

    Raises NotFound, Forbidden, WrongState.
    """
    course = _seen(actor, course_id)
    policies.may_publish_course.require(actor, course)
    _move(actor, course, "retire", reason)


@atomic()
def restore_course(actor: Actor, course_id: UUID) -> None:
    """Show a retired course in the catalogue again. Raises NotFound, Forbidden, WrongState."""
    course = _seen(actor, course_id)
    policies.may_publish_course.require(actor, course)
    _move(actor, course, "restore")


@atomic()
def index_institution(institution_id: UUID) -> None:
    """Note anew by which words the courses of an institution are found."""
    institution = db.session.get_one(Institution, institution_id)
    for course in queries.catalogue.all_of(institution_id):
        index(course, institution)


def index(course: Course, institution: Institution) -> None:
    """Note the words by which a course is found, and what it is sorted by in each language."""
    texts = [course.code, *course.title.values(), *course.summary.values(), *course.tags]
    texts += [*institution.name.values(), *institution.city.values()]
    course.search_text = search_text(*texts)
    course.sort_keys = {code: sort_key(course.title.in_(code)) for code in LOCALES}


def _seen(actor: Actor, course_id: UUID) -> Course:
    course = queries.catalogue.locked(course_id)
    if not policies.may_see_course(actor, course):
        raise NotFound(_("There is no such course."))
    return course


def _check(institution_id: UUID, content: CourseContent, *, but: UUID | None = None) -> None:
    if not content.title.get("en"):
        raise Invalid(_("Write the title in English at least."), field="title")
    if not _CODE.fullmatch(content.code):
        raise Invalid(_("Use capital letters, digits, dots and hyphens only."), field="code")
    if not content.languages or not set(content.languages) <= set(LOCALES):
        raise Invalid(_("Choose at least one language of instruction."), field="languages")
    if queries.catalogue.code_is_taken(institution_id, content.code, but=but):
        raise Invalid(_("Another course of the institution has this code."), field="code")


def _move(actor: Actor, course: Course, action: str, reason: str = "") -> None:
    audit.move(
        actor,
        course,
        COURSE,
        action,
        kind=KIND,
        institution_id=course.institution_id,
        reason=reason,
    )


def _publish_version(actor: Actor, course: Course) -> None:
    former = queries.catalogue.versions_of(course.id)
    version = CourseVersion(
        course_id=course.id,
        number=former[0].number + 1 if former else 1,
        content={
            "title": dict(course.title),
            "summary": dict(course.summary),
            "description": dict(course.description),
            "workload_minutes": course.workload_minutes,
            "ects_centi": course.ects_centi,
            "prerequisites": [one.code for one in required_by(course.id)],
        },
        published_at=now(),
        published_by=actor.user_id,
    )
    db.session.add(version)
    _record(actor, "courses.publish_version", course, {"number": [None, version.number]})
    announce(CoursePublished(course.id))


def _record(actor: Actor, action: str, course: Course, changed: dict[str, list[Any]]) -> None:
    audit.record(
        actor, action, course.id, kind=KIND, institution_id=course.institution_id, changes=changed
    )
