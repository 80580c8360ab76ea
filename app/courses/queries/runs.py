"""Reading runs and their staff."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.actor import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.courses import policies
from app.courses.models.runs import Run, RunStaff


def run_for(actor: Actor, run_id: UUID) -> Run:
    """Return the run with its course and institution; raise NotFound when it is not to be seen."""
    query = (
        select(Run)
        .where(Run.id == run_id)
        .options(joinedload(Run.course), joinedload(Run.institution))
    )
    run = db.session.scalars(query).one_or_none()
    if run is None or not policies.may_see_run(actor, run):
        raise NotFound(_("There is no such run."))
    return run


def taught_by(actor: Actor, run_id: UUID) -> Run:
    """Return the run; raise NotFound unless it may be seen, Forbidden unless it may be taught."""
    run = run_for(actor, run_id)
    policies.may_teach_run.require(actor, run)
    return run


def managed_by(actor: Actor, run_id: UUID) -> Run:
    """Return the run; raise NotFound unless it may be seen, Forbidden unless it may be managed."""
    run = run_for(actor, run_id)
    policies.may_manage_run.require(actor, run)
    return run


def locked(run_id: UUID) -> Run:
    """Return the run, its seats ours to hand out until the transaction ends."""
    query = (
        select(Run)
        .where(Run.id == run_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    run = db.session.scalars(query).one_or_none()
    if run is None:
        raise NotFound(_("There is no such run."))
    return run


def is_staff(actor: Actor, run_id: UUID) -> bool:
    """Tell whether the actor teaches or helps in the run."""
    return policies.is_staff(actor, run_id)


def staff_of(run_id: UUID) -> Sequence[RunStaff]:
    """Return the staff of the run with their people, those who lead first."""
    query = (
        select(RunStaff)
        .where(RunStaff.run_id == run_id)
        .options(joinedload(RunStaff.user))
        .order_by(RunStaff.role, RunStaff.user_id)
    )
    found = db.session.scalars(query).all()
    order = {"lead": 0, "teacher": 1, "assistant": 2}
    return sorted(found, key=lambda one: (order[one.role], one.user.sort_name))
