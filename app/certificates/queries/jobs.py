"""Reading how far issuing for a run is."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, select

from app.accounts.models import User
from app.certificates.jobs import ISSUE_FOR_RUN
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.jobs import PendingJob
from app.courses.models.enrolments import Enrolment


def job(job_id: UUID) -> PendingJob:
    """Return a job that issues for a run; raises NotFound for any other."""
    found = db.session.get(PendingJob, job_id, populate_existing=True)
    if found is None or found.name != ISSUE_FOR_RUN.name:
        raise NotFound(_("There is no such job."))
    return found


def of_run(run_id: UUID) -> Sequence[PendingJob]:
    """Return the last three jobs that issued for a run, newest first."""
    query = (
        select(PendingJob)
        .where(
            PendingJob.name == ISSUE_FOR_RUN.name,
            cast(PendingJob.arguments, String).contains(str(run_id)),
        )
        .order_by(PendingJob.created_at.desc())
        .limit(3)
    )
    return db.session.scalars(query).all()


def results(found: PendingJob) -> list[dict[str, Any]]:
    """Return what became of each person, with the name, once each; the last word counts."""
    by_person = {row["enrolment"]: row for row in found.results or []}
    query = (
        select(Enrolment.id, User.display_name)
        .join(User, User.id == Enrolment.trainee_id)
        .where(Enrolment.id.in_([UUID(one) for one in by_person]))
    )
    names = {str(one): name for one, name in db.session.execute(query).all()}
    return [{**row, "name": names.get(person, "")} for person, row in by_person.items()]
