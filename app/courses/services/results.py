"""Writing down how an enrolment ended; completion decides, this changes the state."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.courses.models.enrolments import Enrolment
from app.courses.states import ENROLMENT


@atomic()
def complete(actor: Actor, enrolment_id: UUID, *, reason: str = "") -> None:
    """Note that the run is completed. Raises NotFound, WrongState."""
    _move(actor, enrolment_id, "complete", reason)


@atomic()
def fail(actor: Actor, enrolment_id: UUID, *, reason: str = "") -> None:
    """Note that the run is over and was not completed. Raises NotFound, WrongState."""
    _move(actor, enrolment_id, "fail", reason)


@atomic()
def reverse(actor: Actor, enrolment_id: UUID, *, reason: str) -> None:
    """Take a completion back, which only a review does. Raises NotFound, WrongState."""
    _move(actor, enrolment_id, "reverse", reason)


def _move(actor: Actor, enrolment_id: UUID, action: str, reason: str) -> None:
    query = (
        select(Enrolment)
        .where(Enrolment.id == enrolment_id)
        .options(joinedload(Enrolment.run))
        .with_for_update(of=Enrolment)
        .execution_options(populate_existing=True)
    )
    enrolment = db.session.scalars(query).one_or_none()
    if enrolment is None:
        raise NotFound(_("There is no such place."))
    ENROLMENT.after(enrolment.state, action)
    enrolment.decided_by, enrolment.decided_at, enrolment.reason = actor.user_id, now(), reason
    audit.move(
        actor,
        enrolment,
        ENROLMENT,
        action,
        kind="enrolment",
        institution_id=enrolment.run.institution_id,
        reason=reason,
    )
