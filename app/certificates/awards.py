"""What there is to certify about one person, read from courses, attendance and completion."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.certificates.eligibility import attendance_bp
from app.certificates.queries.eligibility import Candidate
from app.certificates.snapshots import Facts
from app.core.database import db
from app.courses.models.catalogue import Course, CourseVersion
from app.courses.models.runs import Run
from app.institutions.models import Institution

MINUTES_AN_HOUR = 60


def facts_of(candidate: Candidate, scripts: list[str]) -> Facts:
    """Return the facts of an enrolment, with the names in the scripts that will be printed."""
    run, course, content, institution = _taught(candidate.enrolment.run_id)
    names = {script: text for script, text in candidate.names.items() if script in scripts}
    minutes = int(content.get("workload_minutes") or 0)
    return Facts(
        names=names,
        course=dict(run.title) or dict(content.get("title") or {}),
        course_code=course.code,
        starts_on=run.starts_on,
        ends_on=run.ends_on,
        hours=round(minutes / MINUTES_AN_HOUR) or None,
        ects_hundredths=int(content.get("ects_centi") or 0) or None,
        attendance_bp=attendance_bp(candidate.record.criteria),
        place=dict(institution.city),
        issuer=dict(institution.name),
    )


def _taught(run_id: UUID) -> tuple[Run, Course, Mapping[str, Any], Institution]:
    query = (
        select(Run, Course, CourseVersion.content, Institution)
        .join(Course, Course.id == Run.course_id)
        .join(CourseVersion, CourseVersion.id == Run.course_version_id)
        .join(Institution, Institution.id == Run.institution_id)
        .where(Run.id == run_id)
    )
    run, course, content, institution = db.session.execute(query).one()
    return run, course, content, institution
