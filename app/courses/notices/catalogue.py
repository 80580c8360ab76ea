"""What people are told about courses that are written and reviewed."""

from typing import Any
from uuid import UUID

from app.accounts.queries import recipient_for
from app.courses.models.catalogue import Course
from app.courses.queries import planning
from app.notifications.services import tell


def submitted(course: Course, by: UUID) -> None:
    """Tell those who publish at the institution that a course waits for them."""
    for user_id in planning.reviewers_at(course.institution_id):
        if user_id != by:
            _tell(course, user_id, "course-submitted")


def sent_back(course: Course, by: UUID, reason: str) -> None:
    """Tell those who wrote a course and asked for it to be published why it is a draft again."""
    for user_id in sorted({course.created_by, *planning.submitted_by(course.id)} - {by}):
        _tell(course, user_id, "course-sent-back", reason=reason)


def _tell(course: Course, user_id: UUID, name: str, **values: Any) -> None:
    tell(
        recipient_for(user_id),
        f"courses/{name}",
        {"course": dict(course.title), "code": course.code} | values,
        path=f"/courses/{course.id}/manage",
        key=f"{name}:{course.id}:{course.version}",
    )
