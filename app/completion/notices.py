"""What people are told about completions."""

from uuid import UUID

from app.accounts.queries import recipient_for
from app.completion import queries
from app.completion.models import Review
from app.core.database import Text
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.notifications.services import tell


def completed(enrolment: Enrolment, run: Run, decision_id: UUID) -> None:
    """Tell that a run is completed."""
    path = f"/enrolments/{enrolment.id}/standing"
    _tell(enrolment.trainee_id, "completed", run, path, about=decision_id)


def not_completed(enrolment: Enrolment, run: Run, decision_id: UUID) -> None:
    """Tell that a run is over and was not completed, and where to see why."""
    path = f"/enrolments/{enrolment.id}/standing"
    _tell(enrolment.trainee_id, "not-completed", run, path, about=decision_id)


def reversed_(enrolment: Enrolment, run: Run, review: Review) -> None:
    """Tell that a completion was taken back, and why."""
    path = f"/enrolments/{enrolment.id}/standing"
    _tell(enrolment.trainee_id, "reversed", run, path, about=review.id, reason=review.reason)


def review_opened(run: Run, review: Review) -> None:
    """Tell the registrars that a completion is contradicted by later facts."""
    for user_id in queries.reviews.deciders_at(run.institution_id):
        _tell(user_id, "review-opened", run, f"/completion-reviews/{review.id}", about=review.id)


def _tell(
    user_id: UUID, notice: str, run: Run, path: str, *, about: UUID, reason: str = ""
) -> None:
    recipient = recipient_for(user_id)
    values = {"course": Text(run.title).in_(recipient.language), "reason": reason}
    tell(recipient, f"completion/{notice}", values, path=path, key=f"{notice}:{about}")
