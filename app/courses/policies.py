"""Who may do what with courses, their runs and sessions, and the places in them."""

from uuid import UUID

from sqlalchemy import select

from app.audit.models import StateChange
from app.core.actor import Actor
from app.core.database import db
from app.core.policy import permission
from app.courses.models.catalogue import Course
from app.courses.models.enrolments import Enrolment
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
    """Everyone sees published courses; only those who plan at the institution see drafts."""
    return course.state in (CourseState.PUBLISHED, CourseState.RETIRED) or actor.is_any(
        *PLANNERS, at=course.institution_id
    )


@permission("courses:course:create")
def may_create_course(actor: Actor, institution_id: UUID) -> bool:
    """Faculty and administrators of the institution write its courses."""
    return actor.is_any(*PLANNERS, at=institution_id)


@permission("courses:course:edit")
def may_edit_course(actor: Actor, course: Course) -> bool:
    """Faculty write drafts; once a course is submitted, only an administrator changes it."""
    who = PLANNERS if course.state == CourseState.DRAFT else REVIEWERS
    return actor.is_any(*who, at=course.institution_id)


@permission("courses:course:publish")
def may_publish_course(actor: Actor, course: Course) -> bool:
    """Only an administrator of the institution publishes and retires its courses."""
    return actor.is_any(*REVIEWERS, at=course.institution_id)


# Runs and their sessions


@permission("courses:run:see")
def may_see_run(actor: Actor, run: Run) -> bool:
    """Everyone sees runs that were published; only their staff and planners see the others."""
    is_hidden = run.state == RunState.DRAFT or (
        run.state == RunState.CANCELLED and _was_a_draft(run.id)
    )
    return not is_hidden or may_teach_run(actor, run)


def _was_a_draft(run_id: UUID) -> bool:
    """Tell whether a cancelled run was cancelled before anybody else could see it."""
    query = select(StateChange.before).where(
        StateChange.subject_id == run_id, StateChange.kind == "run", StateChange.action == "cancel"
    )
    return db.session.scalar(query) == RunState.DRAFT


@permission("courses:run:create")
def may_create_run(actor: Actor, course: Course) -> bool:
    """Faculty and administrators of the institution plan its runs."""
    return actor.is_any(*PLANNERS, at=course.institution_id)


@permission("courses:run:manage")
def may_manage_run(actor: Actor, run: Run) -> bool:
    """Faculty and administrators of the institution manage its runs."""
    return actor.is_any(*PLANNERS, at=run.institution_id)


@permission("courses:run:teach")
def may_teach_run(actor: Actor, run: Run) -> bool:
    """Only the staff of a run, and the institution that holds it, see its people."""
    return actor.is_any(*PLANNERS, "registrar", at=run.institution_id) or is_staff(actor, run.id)


@permission("courses:run:reopen")
def may_reopen_run(actor: Actor, run: Run) -> bool:
    """Only a registrar or an administrator opens a closed run again."""
    return actor.is_any("registrar", *REVIEWERS, at=run.institution_id)


@permission("courses:room:manage")
def may_manage_rooms(actor: Actor, institution_id: UUID) -> bool:
    """Faculty and administrators of the institution keep its rooms."""
    return actor.is_any(*PLANNERS, at=institution_id)


# Places in a run

OFFICE = (*PLANNERS, "registrar")
"""Who decides over the places of an institution's runs."""


@permission("courses:enrolment:ask")
def may_enrol(actor: Actor, run: Run) -> bool:
    """Sign in to ask for a place."""
    return not actor.is_anonymous


@permission("courses:enrolment:see")
def may_see_enrolment(actor: Actor, enrolment: Enrolment) -> bool:
    """Places are seen by their holders, by the staff of the run and by the institution."""
    return actor.user_id == enrolment.trainee_id or may_teach_run(actor, enrolment.run)


@permission("courses:enrolment:answer")
def may_answer_offer(actor: Actor, enrolment: Enrolment) -> bool:
    """Only the person who was offered a place can accept or refuse it."""
    return actor.user_id == enrolment.trainee_id


@permission("courses:enrolment:withdraw")
def may_withdraw(actor: Actor, enrolment: Enrolment) -> bool:
    """Trainees give up their own place; the office of the institution anyone's."""
    return actor.user_id == enrolment.trainee_id or may_manage_places(actor, enrolment.run)


@permission("courses:enrolment:manage")
def may_manage_places(actor: Actor, run: Run) -> bool:
    """Places are given, moved and taken away by the office of the institution."""
    return actor.is_any(*OFFICE, at=run.institution_id)


@permission("courses:enrolment:rank")
def may_rank(actor: Actor, enrolment: Enrolment) -> bool:
    """Who goes first in a queue is set by the office of the institution, never for oneself."""
    return actor.user_id != enrolment.trainee_id and may_manage_places(actor, enrolment.run)


@permission("courses:enrolment:endorse")
def may_endorse(actor: Actor, enrolment: Enrolment) -> bool:
    """First approvals are given by the staff of the run or the office, never for oneself."""
    return actor.user_id != enrolment.trainee_id and may_teach_run(actor, enrolment.run)


@permission("courses:enrolment:approve")
def may_approve(actor: Actor, enrolment: Enrolment) -> bool:
    """Last approvals are given by the office of the institution, never for oneself."""
    return actor.user_id != enrolment.trainee_id and may_manage_places(actor, enrolment.run)
