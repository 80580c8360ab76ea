"""Who may keep registers, open them again, and see marks."""

from app.core.actor import Actor
from app.core.policy import permission
from app.courses import policies as courses
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run

CORRECTORS = ("registrar", "administrator", "centre_administrator")
"""Who may open a closed register."""


@permission("attendance:register:mark")
def may_mark(actor: Actor, run: Run) -> bool:
    """Only the staff of a run, and the institution that holds it, keep its registers."""
    return courses.may_teach_run(actor, run)


@permission("attendance:register:unlock")
def may_unlock(actor: Actor, run: Run) -> bool:
    """Only a registrar or an administrator opens a closed register."""
    return actor.is_any(*CORRECTORS, at=run.institution_id)


@permission("attendance:record:see")
def may_see_marks(actor: Actor, enrolment: Enrolment) -> bool:
    """Trainees see their own marks; the staff of the run see everyone's."""
    return actor.user_id == enrolment.trainee_id or courses.may_teach_run(actor, enrolment.run)
