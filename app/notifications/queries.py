"""Reading notices, wishes, calendar addresses and background work."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from app.core.actor import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.jobs import JobState, PendingJob
from app.core.paging import Page, paged
from app.notifications import policies
from app.notifications.models import Feed, Notice, Preference
from app.notifications.words import TOPICS

LATE = timedelta(minutes=5)
"""After this a job that is due and was not begun looks as if no worker ran."""


def inbox(actor: Actor, *, unread: bool = False, cursor: str | None = None) -> Page[Notice]:
    """Return one page of the actor's notices, the newest first."""
    query = select(Notice).where(Notice.user_id == actor.user_id)
    if unread:
        query = query.where(Notice.read_at.is_(None))
    return paged(
        lambda found: db.session.scalars(found).all(),
        query,
        Notice.id,
        cursor=cursor,
        key_of=lambda notice: (notice.id,),
        descending=True,
    )


def notice_for(actor: Actor, notice_id: UUID) -> Notice:
    """Return the notice; raise NotFound unless it is the actor's."""
    notice = db.session.get(Notice, notice_id)
    if notice is None or not policies.may_read(actor, notice):
        raise NotFound(_("There is no such notice."))
    return notice


def wishes(user_id: UUID) -> dict[str, bool]:
    """Return of every topic whether the person wants mail about it; without a word: yes."""
    query = select(Preference.topic, Preference.mail).where(Preference.user_id == user_id)
    said = {row.topic: row.mail for row in db.session.execute(query)}
    return {topic: said.get(topic, True) for topic in TOPICS}


def feed_of(user_id: UUID) -> Feed | None:
    """Return the address of a person's calendar, if there is one."""
    return db.session.get(Feed, user_id)


def person_of_feed(secret: str) -> UUID:
    """Return whose calendar is at this address. Raises NotFound."""
    found = db.session.scalar(select(Feed.user_id).where(Feed.secret == secret))
    if found is None:
        raise NotFound(_("There is no calendar at this address."))
    return found


def jobs(actor: Actor, *, state: str = "", cursor: str | None = None) -> Page[PendingJob]:
    """Return one page of background work, the newest first. Raises Forbidden."""
    policies.may_see_jobs.require(actor, None)
    query = select(PendingJob)
    if state in set(JobState):
        query = query.where(PendingJob.state == JobState(state))
    return paged(
        lambda found: db.session.scalars(found).all(),
        query,
        PendingJob.id,
        cursor=cursor,
        key_of=lambda job: (job.id,),
        descending=True,
    )


def job_counts() -> dict[JobState, int]:
    """Count background work by state."""
    query = select(PendingJob.state, func.count()).group_by(PendingJob.state)
    found = {row[0]: row[1] for row in db.session.execute(query)}
    return {state: found.get(state, 0) for state in JobState}


def overdue() -> int:
    """Count the jobs that should have been begun five minutes ago, as if no worker ran."""
    before = now() - LATE
    query = (
        select(func.count())
        .select_from(PendingJob)
        .where(
            or_(
                and_(PendingJob.state == JobState.WAITING, PendingJob.due_at < before),
                and_(PendingJob.state == JobState.RUNNING, PendingJob.lease_until < before),
            )
        )
    )
    return db.session.scalar(query) or 0
