"""Who may write policies, apply them, waive a criterion and decide a review."""

from uuid import UUID

from app.core.actor import Actor
from app.core.policy import permission
from app.courses import policies as courses
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run

DECIDERS = ("registrar", "administrator", "centre_administrator")
"""Who answers for completions at an institution."""


@permission("completion:policy:write")
def may_write_policies(actor: Actor, institution_id: UUID) -> bool:
    """Only registrars and administrators of the institution write its completion policies."""
    return actor.is_any(*DECIDERS, at=institution_id)


@permission("completion:policy:apply")
def may_apply_policy(actor: Actor, run: Run) -> bool:
    """Only registrars and administrators of the institution choose the policy of a run."""
    return actor.is_any(*DECIDERS, at=run.institution_id)


@permission("completion:outcome:see")
def may_see_outcomes(actor: Actor, run: Run) -> bool:
    """Only the staff of a run, and the institution that holds it, see where everyone stands."""
    return courses.may_teach_run(actor, run)


@permission("completion:standing:see")
def may_see_standing(actor: Actor, enrolment: Enrolment) -> bool:
    """Trainees see where they stand; the staff of the run see everyone."""
    return actor.user_id == enrolment.trainee_id or courses.may_teach_run(actor, enrolment.run)


@permission("completion:criterion:waive")
def may_waive(actor: Actor, run: Run) -> bool:
    """Only a registrar or an administrator waives a criterion."""
    return actor.is_any(*DECIDERS, at=run.institution_id)


@permission("completion:review:decide")
def may_decide_review(actor: Actor, run: Run) -> bool:
    """Only a registrar or an administrator decides a review."""
    return actor.is_any(*DECIDERS, at=run.institution_id)
