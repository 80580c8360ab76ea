"""Reading lists of people that were uploaded to be enrolled."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.core.actor import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.courses import policies
from app.courses.models.enrolments import Enrolment, EnrolmentImport
from app.courses.models.runs import Run
from app.courses.queries import runs
from app.courses.states import OPEN


def import_for(actor: Actor, import_id: UUID) -> tuple[EnrolmentImport, Run]:
    """Return the list and its run; NotFound unless the actor looks after the run's places."""
    found = db.session.get(EnrolmentImport, import_id)
    if found is None:
        raise NotFound(_("There is no such list."))
    run = runs.run_for(actor, found.run_id)
    if not policies.may_manage_places(actor, run):
        raise NotFound(_("There is no such list."))
    return found, run


def run_id_of(import_id: UUID) -> UUID:
    """Return which run a list is for. Raises NotFound."""
    query = select(EnrolmentImport.run_id).where(EnrolmentImport.id == import_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(_("There is no such list."))
    return found


def locked(import_id: UUID) -> EnrolmentImport:
    """Return the list as it is now; lock its run before."""
    query = select(EnrolmentImport).where(EnrolmentImport.id == import_id)
    return db.session.scalars(
        query.with_for_update().execution_options(populate_existing=True)
    ).one()


def with_hash(run_id: UUID, sha256: str) -> EnrolmentImport:
    """Return the list of the run that was made from these bytes."""
    query = select(EnrolmentImport).where(
        EnrolmentImport.run_id == run_id, EnrolmentImport.sha256 == sha256
    )
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def imports_of(run_id: UUID) -> Sequence[EnrolmentImport]:
    """Return the lists of the run, the newest first."""
    query = select(EnrolmentImport).where(EnrolmentImport.run_id == run_id)
    return db.session.scalars(query.order_by(EnrolmentImport.id.desc()).limit(50)).all()


def people_in(run_id: UUID) -> set[UUID]:
    """Return who has an open place in the run."""
    query = select(Enrolment.trainee_id).where(
        Enrolment.run_id == run_id, Enrolment.state.in_(OPEN)
    )
    return set(db.session.scalars(query))
