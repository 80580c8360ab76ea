"""Who teaches or helps in a run."""

from uuid import UUID

from app.accounts.models import User
from app.accounts.states import AccountState
from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Invalid, NotFound, WrongState
from app.core.i18n import gettext as _
from app.courses import policies, queries
from app.courses.models.runs import Run, RunStaff
from app.courses.notices import runs as notices
from app.courses.states import StaffRole


@atomic()
def add_staff(actor: Actor, run_id: UUID, user_id: UUID, role: StaffRole) -> None:
    """Make somebody staff of a run, or give them another role in it.

    Raises NotFound, Forbidden, Invalid.
    """
    run = _managed(actor, run_id)
    person = db.session.get(User, user_id)
    if person is None or person.state != AccountState.ACTIVE:
        raise Invalid(_("There is no such person."), field="user_id")
    staff = db.session.get(RunStaff, (run.id, user_id), with_for_update=True)
    if staff is None:
        _add(actor, run, user_id, role)
    elif staff.role != role:
        before, staff.role = staff.role, role
        _record(actor, "courses.add_staff", run, user_id, (before, role))
        notices.joined_staff(run, user_id, role)


@atomic()
def remove_staff(actor: Actor, run_id: UUID, user_id: UUID) -> None:
    """Take somebody off the staff of a run. Raises NotFound, Forbidden, WrongState."""
    run = _managed(actor, run_id)
    staff = db.session.get(RunStaff, (run.id, user_id), with_for_update=True)
    if staff is None:
        raise NotFound(_("This person is not on the staff of the run."))
    if queries.timetable.teaches_still(run.id, user_id, now()):
        raise WrongState(
            _("This person teaches sessions to come. Give those to somebody else first.")
        )
    _record(actor, "courses.remove_staff", run, user_id, (staff.role, None))
    db.session.delete(staff)


def join(actor: Actor, run: Run, user_id: UUID) -> None:
    """Make the teacher of a session of a locked run staff of the run, and tell them."""
    if db.session.get(RunStaff, (run.id, user_id)) is None:
        _add(actor, run, user_id, StaffRole.TEACHER)


def _add(actor: Actor, run: Run, user_id: UUID, role: StaffRole) -> None:
    db.session.add(RunStaff(run_id=run.id, user_id=user_id, role=role))
    _record(actor, "courses.add_staff", run, user_id, (None, role))
    notices.joined_staff(run, user_id, role)


def _managed(actor: Actor, run_id: UUID) -> Run:
    run = queries.runs.locked(run_id)
    if not policies.may_see_run(actor, run):
        raise NotFound(_("There is no such run."))
    policies.may_manage_run.require(actor, run)
    return run


def _record(
    actor: Actor, action: str, run: Run, user_id: UUID, roles: tuple[StaffRole | None, ...]
) -> None:
    audit.record(
        actor,
        action,
        run.id,
        kind="run",
        institution_id=run.institution_id,
        changes={str(user_id): list(roles)},
    )
