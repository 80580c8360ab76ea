"""Putting work that failed back in the queue."""

from uuid import UUID

from app.audit import services as audit
from app.core import jobs
from app.core.actor import Actor
from app.core.database import atomic, db
from app.core.errors import NotFound, WrongState
from app.core.i18n import gettext as _
from app.notifications import policies
from app.notifications.jobs import DELIVER
from app.notifications.services import deliveries


@atomic()
def retry(actor: Actor, job_id: UUID) -> None:
    """Have a failed job tried again from the start. Raises Forbidden, NotFound, WrongState."""
    policies.may_see_jobs.require(actor, None)
    job = db.session.get(jobs.PendingJob, job_id, populate_existing=True)
    if job is None:
        raise NotFound(_("There is no such job."))
    if job.name == DELIVER.name:
        deliveries.queue_again(actor, UUID(str(job.arguments[0])))
    if not jobs.retry(job_id):
        raise WrongState(_("Only a job that has failed can be tried again."))
    audit.record(actor, "jobs.retry", job_id, kind="job")
