"""Who may do what with courses, their runs and sessions, and the places in them."""

from uuid import UUID

from app.core.actor import Actor
from app.core.database import db
from app.core.policy import permission
from app.courses.models.catalogue import Course
from app.courses.models.runs import Run, RunStaff
from app.courses.states import CourseState, RunState

PLANNERS = ("faculty", "administrator", "centre_administrator")
"""Who plans the courses and runs of an institution."""

REVIEWERS = ("administrator", "centre_administrator")
"""Who publishes what others have written."""


def plans_somewhere(actor: Actor) -> bool:
    """Tell whether the actor plans courses at any institution (to show a menu)."""
    return actor.holds(*PLANNERS)


def is_staff(actor: Actor, run_id: UUID) -> bool:
    """Tell whether the actor teaches or helps in the run."""
    return db.session.get(RunStaff, (run_id, actor.user_id)) is not None


# Courses


@permission("courses:course:see")
def may_see_course(actor: Actor, course: Course) -> bool:
    """Published courses are for everyone; drafts are for those who plan at the institution."""
    return course.state in (CourseState.PUBLISHED, CourseState.RETIRED) or actor.is_any(
        *PLANNERS, at=course.institution_id
    )


@permission("courses:course:create")
def may_create_course(actor: Actor, institution_id: UUID) -> bool:
    """Courses are written by the faculty and administrators of the institution."""
    return actor.is_any(*PLANNERS, at=institution_id)


@permission("courses:course:edit")
def may_edit_course(actor: Actor, course: Course) -> bool:
    """A course is edited by the faculty and administrators of its institution."""
    return actor.is_any(*PLANNERS, at=course.institution_id)


@permission("courses:course:publish")
def may_publish_course(actor: Actor, course: Course) -> bool:
    """A course is published and retired by an administrator of its institution."""
    return actor.is_any(*REVIEWERS, at=course.institution_id)


# Runs and their sessions


@permission("courses:run:see")
def may_see_run(actor: Actor, run: Run) -> bool:
    """Runs are public once published; until then they are for their staff and planners."""
    return run.state != RunState.DRAFT or may_teach_run(actor, run)


@permission("courses:run:create")
def may_create_run(actor: Actor, course: Course) -> bool:
    """Runs are planned by the faculty and administrators of the institution."""
    return actor.is_any(*PLANNERS, at=course.institution_id)


@permission("courses:run:manage")
def may_manage_run(actor: Actor, run: Run) -> bool:
    """A run is managed by the faculty and administrators of its institution."""
    return actor.is_any(*PLANNERS, at=run.institution_id)


@permission("courses:run:teach")
def may_teach_run(actor: Actor, run: Run) -> bool:
    """The people of a run are for its staff, and for the institution that holds it."""
    return actor.is_any(*PLANNERS, "registrar", at=run.institution_id) or is_staff(actor, run.id)


@permission("courses:run:reopen")
def may_reopen_run(actor: Actor, run: Run) -> bool:
    """A closed run is opened again by a registrar or an administrator."""
    return actor.is_any("registrar", *REVIEWERS, at=run.institution_id)


@permission("courses:room:manage")
def may_manage_rooms(actor: Actor, institution_id: UUID) -> bool:
    """Rooms are kept by the faculty and administrators of the institution."""
    return actor.is_any(*PLANNERS, at=institution_id)


# Places in a run
