"""Moving a person from one run to another without ever being in neither."""

from uuid import UUID

from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Invalid, WrongState
from app.core.events import announce
from app.core.i18n import gettext as _
from app.courses import policies
from app.courses.events import PlaceGivenUp
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.courses.notices import enrolments as notices
from app.courses.queries import enrolments as queries
from app.courses.queries import runs
from app.courses.services import queue
from app.courses.states import ENROLMENT, EnrolmentSource, EnrolmentState, RunState


@atomic()
def transfer(actor: Actor, enrolment_id: UUID, target_run_id: UUID, *, reason: str) -> Enrolment:
    """Move a person's place to another run: the seat there is taken first.

    Whoever waits there goes first. Both runs are locked in the order of their ids, so that two
    transfers the opposite way round cannot wait for each other. Raises NotFound, Forbidden (the
    right is needed on both sides), Invalid, Conflict (no seat), WrongState.
    """
    source_run_id = queries.run_id_of(enrolment_id)
    if source_run_id == target_run_id:
        raise Invalid(_("The person is in this run already."), field="run_id")
    runs.run_for(actor, target_run_id)
    both = {one: runs.locked(one) for one in sorted({source_run_id, target_run_id})}
    source, target = both[source_run_id], both[target_run_id]
    _source, enrolment = queries.locked_for(actor, enrolment_id)
    policies.may_manage_places.require(actor, source)
    policies.may_manage_places.require(actor, target)
    _require_movable(enrolment, target, reason)
    queue.settle(target)
    if not queue.take_seat(target):
        raise Conflict(_("There is no free seat in the other run."))
    moved = _new_place(actor, enrolment, target, reason)
    enrolment.transferred_to_id = moved.id
    _leave(actor, source, enrolment, reason)
    announce(PlaceGivenUp(enrolment.id, source.id, enrolment.trainee_id))
    notices.place_transferred(enrolment, source, target, moved)
    queue.give_back_seat(source)
    queue.settle(source)
    return moved


def _require_movable(enrolment: Enrolment, target: Run, reason: str) -> None:
    ENROLMENT.after(enrolment.state, "transfer")
    if not reason.strip():
        raise Invalid(_("Say why: the person will read it."), field="reason")
    if target.state != RunState.PUBLISHED:
        raise WrongState(_("The other run takes nobody at the moment."))
    if queries.open_one(target.id, enrolment.trainee_id) is not None:
        raise Conflict(_("The person is in the other run already."))


def _new_place(actor: Actor, former: Enrolment, target: Run, reason: str) -> Enrolment:
    moved = Enrolment(
        run_id=target.id,
        trainee_id=former.trainee_id,
        attempt=queries.attempts(target.id, former.trainee_id) + 1,
        source=EnrolmentSource.STAFF,
        active_from=now(),
    )
    audit.begin(
        actor,
        moved,
        ENROLMENT,
        EnrolmentState.ACTIVE,
        kind="enrolment",
        institution_id=target.institution_id,
        reason=reason.strip(),
    )
    db.session.add(moved)
    db.session.flush()
    queue.confirm(target, moved)
    return moved


def _leave(actor: Actor, source: Run, enrolment: Enrolment, reason: str) -> None:
    enrolment.active_to = enrolment.decided_at = now()
    enrolment.decided_by, enrolment.reason = actor.user_id, reason.strip()
    audit.move(
        actor,
        enrolment,
        ENROLMENT,
        "transfer",
        kind="enrolment",
        institution_id=source.institution_id,
        reason=reason.strip(),
    )
