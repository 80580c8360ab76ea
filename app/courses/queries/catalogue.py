"""Reading the catalogue, as visitors do, and the courses that a planner keeps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, String, bindparam, cast, false, func, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.elements import ColumnElement

from app.core.actor import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import LOCALES, current_locale
from app.core.i18n import gettext as _
from app.core.names import search_terms
from app.core.paging import PAGE_SIZE, Page, paged
from app.courses import policies
from app.courses.models.catalogue import Course, CourseVersion
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.courses.rules.phases import Phase, Standing, standing
from app.courses.states import CourseState, Delivery, EnrolmentState, RunState, Track
from app.institutions.models import Institution

MOST_TERMS = 8
SORTS = ("start", "title", "newest")
_NEVER = "9999-12-31"
_JOINABLE = {Phase.ENROLMENT_OPEN: 0, Phase.FULL: 1, Phase.UPCOMING: 2, Phase.IN_PROGRESS: 3}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a visitor looks for; everything is optional."""

    text: str = ""
    track: Track | None = None
    language: str = ""
    delivery: Delivery | None = None
    place: UUID | None = None
    open_now: bool = False
    sort: str = "start"

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything is filtered out."""
        return self != replace(Wanted(), sort=self.sort)


@dataclass(frozen=True, slots=True)
class Card:
    """A course of the catalogue and the run of it that one would join next, if there is one."""

    course: Row[*tuple[Any, ...]]
    run: Row[*tuple[Any, ...]] | None
    standing: Standing | None


def like(term: str) -> str:
    """Return the pattern that finds a term anywhere, its own wildcards taken literally."""
    plain = term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain}%"


_TERMS = tuple(bindparam(f"term{number}", type_=String()) for number in range(MOST_TERMS))
_COMING = (
    Run.course_id == Course.id,
    Run.state == RunState.PUBLISHED,
    Run.ends_on >= bindparam("today"),
)
_NEXT_START = select(func.min(Run.starts_on)).where(*_COMING).correlate(Course).scalar_subquery()
_OPEN_NOW = (
    select(Run.id)
    .where(
        *_COMING,
        Run.enrol_opens_at <= bindparam("moment"),
        Run.enrol_closes_at > bindparam("moment"),
    )
    .correlate(Course)
    .exists()
)
CARD_COLUMNS = (
    Course.id,
    Course.code,
    Course.title,
    Course.track,
    Course.delivery,
    Course.languages,
    Institution.city,
)
WAITING = (
    select(func.count())
    .where(Enrolment.run_id == Run.id, Enrolment.state == EnrolmentState.WAITLISTED)
    .correlate(Run)
    .scalar_subquery()
)
"""How many people are in the queue of the run at hand."""

_CARD_RUN = (
    Run.id,
    Run.course_id,
    Run.state,
    Run.starts_on,
    Run.ends_on,
    Run.timezone,
    Run.enrol_opens_at,
    Run.enrol_closes_at,
    Run.capacity,
    Run.seats_taken,
    Run.waitlist_capacity,
    WAITING.label("waiting"),
)
RUN_COLUMNS = (*_CARD_RUN, Run.code, Run.title, Run.delivery, Run.languages, Run.venue)
_RUNS = (
    select(*_CARD_RUN)
    .where(
        Run.course_id.in_(bindparam("courses", expanding=True)),
        Run.state == RunState.PUBLISHED,
        Run.ends_on >= bindparam("today"),
    )
    .order_by(Run.starts_on, Run.id)
)
_PLACES = (
    select(Institution.id, Institution.name, Institution.city)
    .where(
        select(Course.id)
        .where(Course.institution_id == Institution.id, Course.state == CourseState.PUBLISHED)
        .correlate(Institution)
        .exists()
    )
    .order_by(Institution.code)
)
_NUMBERS = select(
    select(func.count())
    .select_from(Course)
    .where(Course.state == CourseState.PUBLISHED)
    .scalar_subquery()
    .label("courses"),
    select(func.count())
    .select_from(Run)
    .where(Run.state == RunState.PUBLISHED, Run.ends_on >= bindparam("today"))
    .scalar_subquery()
    .label("runs"),
    select(func.count())
    .select_from(Institution)
    .where(Institution.is_active, Institution.is_partner.is_(False))
    .scalar_subquery()
    .label("institutions"),
)


def catalogue(wanted: Wanted, cursor: str | None = None, size: int = PAGE_SIZE) -> Page[Card]:
    """Return one page of the published courses, each with the run one would join next.

    Two queries.
    """
    moment = now()
    values = _values(wanted, moment)
    query, key = _statement(*_shape(wanted), wanted.sort, current_locale())
    page = paged(
        lambda statement: _rows(statement, values),
        query,
        key,
        Course.id,
        cursor=cursor,
        key_of=lambda row: (row.sort_key, row.id),
        descending=wanted.sort == "newest",
        size=size,
    )
    return Page(_cards(page.items, moment), next=page.next, previous=page.previous)


def how_many(wanted: Wanted) -> int:
    """Count the published courses that are looked for."""
    return int(_rows(_count(*_shape(wanted)), _values(wanted, now()))[0][0])


def places() -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the institutions (id, name, city) that have a published course."""
    return _rows(_PLACES, {})


def numbers() -> Row[*tuple[Any, ...]]:
    """Return how many courses, runs and institutions there are to choose from."""
    return db.session.execute(_NUMBERS, {"today": now().date()}).one()


def course_for(actor: Actor, course_id: UUID) -> Course:
    """Return the course with its institution; raise NotFound when it is not to be seen."""
    query = select(Course).where(Course.id == course_id).options(joinedload(Course.institution))
    course = db.session.scalars(query).one_or_none()
    if course is None or not policies.may_see_course(actor, course):
        raise NotFound(_("There is no such course."))
    return course


def edited_by(actor: Actor, course_id: UUID) -> Course:
    """Return the course; raise NotFound or Forbidden unless the actor may edit it."""
    course = course_for(actor, course_id)
    policies.may_edit_course.require(actor, course)
    return course


def locked(course_id: UUID) -> Course:
    """Return the course, ours to change until the transaction ends."""
    query = (
        select(Course)
        .where(Course.id == course_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    course = db.session.scalars(query).one_or_none()
    if course is None:
        raise NotFound(_("There is no such course."))
    return course


def all_of(institution_id: UUID) -> Sequence[Course]:
    """Return all courses of the institution, ours to change until the transaction ends."""
    query = (
        select(Course)
        .where(Course.institution_id == institution_id)
        .order_by(Course.id)
        .with_for_update()
    )
    return db.session.scalars(query).all()


def versions_of(course_id: UUID) -> Sequence[CourseVersion]:
    """Return what was published of the course, the newest first."""
    query = (
        select(CourseVersion)
        .where(CourseVersion.course_id == course_id)
        .order_by(CourseVersion.number.desc())
    )
    return db.session.scalars(query).all()


def code_is_taken(institution_id: UUID, code: str, *, but: UUID | None = None) -> bool:
    """Tell whether another course of the institution has this code."""
    query = select(Course.id).where(Course.institution_id == institution_id, Course.code == code)
    found = db.session.scalar(query)
    return found is not None and found != but


def within(column: Any, where: frozenset[UUID] | None) -> ColumnElement[bool]:
    """Return the condition that a column is one of these ids; None stands for all of them."""
    if where is None:
        return column.is_not(None)  # type: ignore[no-any-return]  # a column of any model
    return column.in_(where) if where else false()


def title_key(locale: str) -> ColumnElement[str]:
    """Return what courses are sorted by when sorted by title in that language."""
    return func.coalesce(Course.sort_keys[locale].as_string(), Course.code)


def _rows(statement: Any, values: dict[str, Any]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return plain rows; these pages are asked for most, so the session is left out."""
    return db.session.connection().execute(statement, values).all()


def _shape(wanted: Wanted) -> tuple[int, bool, bool, bool, bool, bool]:
    terms = len(search_terms(wanted.text)[:MOST_TERMS])
    return (
        terms if terms or not wanted.text else -1,
        wanted.track is not None,
        wanted.language in LOCALES,
        wanted.delivery is not None,
        wanted.place is not None,
        wanted.open_now,
    )


def _values(wanted: Wanted, moment: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"today": moment.date(), "moment": moment}
    for number, term in enumerate(search_terms(wanted.text)[:MOST_TERMS]):
        values[f"term{number}"] = like(term)
    return values | {
        "track": wanted.track,
        "language": f'%"{wanted.language}"%',
        "delivery": wanted.delivery,
        "place": wanted.place,
    }


@lru_cache(maxsize=512)
def _conditions(*shape: Any) -> tuple[ColumnElement[bool], ...]:
    terms, track, language, delivery, place, open_now = shape
    found: list[ColumnElement[bool]] = [Course.state == CourseState.PUBLISHED]
    if terms < 0:  # something was typed that holds no letter or digit
        found.append(false())
    found += [Course.search_text.like(term, escape="\\") for term in _TERMS[: max(terms, 0)]]
    if track:
        found.append(Course.track == bindparam("track"))
    if language:
        found.append(cast(Course.languages, String).like(bindparam("language")))
    if delivery:
        found.append(Course.delivery == bindparam("delivery"))
    if place:
        found.append(Course.institution_id == bindparam("place"))
    if open_now:
        found.append(_OPEN_NOW)
    return tuple(found)


@lru_cache(maxsize=512)
def _statement(*shape: Any) -> tuple[Select[Any], ColumnElement[Any]]:
    *filters, sort, locale = shape
    keys: dict[str, Any] = {
        "start": func.coalesce(cast(_NEXT_START, String), _NEVER),
        "title": title_key(locale),
        "newest": Course.created_at,
    }
    key = keys.get(sort, keys["start"])
    query = (
        select(*CARD_COLUMNS, key.label("sort_key"))
        .join(Institution, Institution.id == Course.institution_id)
        .where(*_conditions(*filters))
    )
    return query, key


@lru_cache(maxsize=512)
def _count(*shape: Any) -> Select[Any]:
    return select(func.count()).select_from(Course).where(*_conditions(*shape))


def _cards(courses: Sequence[Row[*tuple[Any, ...]]], moment: datetime) -> list[Card]:
    if not courses:
        return []
    values = {"courses": [course.id for course in courses], "today": moment.date()}
    best: dict[UUID, tuple[Row[*tuple[Any, ...]], Standing]] = {}
    for run in _rows(_RUNS, values):
        stands = standing(run, run.waiting, moment)
        known = best.get(run.course_id)
        if known is None or _rank(stands) < _rank(known[1]):
            best[run.course_id] = (run, stands)
    return [Card(course, *best.get(course.id, (None, None))) for course in courses]


def _rank(stands: Standing) -> int:
    return _JOINABLE.get(stands.phase, 9)
