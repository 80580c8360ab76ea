"""What reviewers are told, and the office when one of them is not free to judge."""

from typing import Any

from app.accounts.queries import recipient_for
from app.core.actor import SYSTEM
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call
from app.exchanges.models.reviews import ReviewAssignment
from app.notifications.services import tell


def assigned(assignment: ReviewAssignment, application: Application, call: Call) -> None:
    """Ask a reviewer to judge an application, with the date by which it is due."""
    _tell(assignment, application, call, "review-assigned", "")


def reminder(
    assignment: ReviewAssignment, application: Application, call: Call, *, stage: str
) -> None:
    """Remind a reviewer; once for each stage."""
    _tell(assignment, application, call, "review-reminder", stage)


def conflict(assignment: ReviewAssignment, application: Application, call: Call) -> None:
    """Tell whoever assigned a reviewer that somebody else is needed."""
    if assignment.assigned_by == SYSTEM.user_id:
        return
    tell(
        recipient_for(assignment.assigned_by),
        "exchanges/review-conflict",
        _values(assignment, application, call),
        path=f"/exchanges/desk/{application.id}",
        key=f"review:{assignment.id}:conflict",
    )


def _values(assignment: ReviewAssignment, application: Application, call: Call) -> dict[str, Any]:
    return {
        "call": dict(call.title),
        "code": call.code,
        "number": application.number,
        "zone": call.timezone,
        "due_at": assignment.due_at.isoformat(),
    }


def _tell(
    assignment: ReviewAssignment, application: Application, call: Call, name: str, stage: str
) -> None:
    tell(
        recipient_for(assignment.reviewer_id),
        f"exchanges/{name}",
        _values(assignment, application, call),
        path=f"/exchanges/reviews/{assignment.id}",
        key=f"review:{assignment.id}:{name}:{stage}",
    )
