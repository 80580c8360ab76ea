"""Adding people to a run by their addresses, and inviting addresses to it."""

from uuid import UUID

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.rules import address_key, is_address
from app.audit import services as audit
from app.core.actor import Actor
from app.core.database import atomic, db, insert_new
from app.core.errors import Conflict, Invalid, WrongState
from app.core.i18n import gettext as _
from app.courses import policies
from app.courses.models.enrolments import Enrolment, Invitation
from app.courses.models.runs import Run
from app.courses.notices import enrolments as notices
from app.courses.queries import enrolments as queries
from app.courses.queries import runs
from app.courses.services import enrolments, prerequisites
from app.courses.states import EnrolmentSource, RunState

MOST_INVITED = 500
"""Addresses invited at a time."""


@atomic()
def add_person(actor: Actor, run_id: UUID, email: str, *, reason: str = "") -> Enrolment:
    """Give a person a seat or the next number of the queue, whatever the run's way in.

    Somebody who has not completed what must come before is let in with a reason. Raises NotFound,
    Forbidden, Invalid (nobody has this address, no reason), Conflict, WrongState.
    """
    run = runs.locked(run_id)
    policies.may_manage_places.require(actor, run)
    require_published(run)
    user_id = db.session.scalar(select(User.id).where(User.email_key == address_key(email)))
    if user_id is None:
        raise Invalid(
            _("Nobody has this address. Invite the person under People first."), field="email"
        )
    if queries.open_one(run.id, user_id) is not None:
        raise Invalid(_("This person is in the run already."), field="email")
    why = prerequisites.require(run, user_id, reason)
    try:
        return enrolments.seat(actor, run, user_id, source=EnrolmentSource.STAFF, reason=why)
    except Conflict as full:
        raise Invalid(str(full), field="email") from None


@atomic()
def invite(actor: Actor, run_id: UUID, addresses: str) -> int:
    """Let these addresses, one a line, enrol in the run, and tell them; return how many are new.

    Raises NotFound, Forbidden, Invalid naming the first line that is no address.
    """
    run = runs.locked(run_id)
    policies.may_manage_places.require(actor, run)
    require_published(run)
    number = 0
    for address in _lines(addresses):
        key = address_key(address)
        if insert_new(Invitation, run_id=run.id, email_key=key, invited_by=actor.user_id):
            notices.invited(key, run, language=actor.locale)
            number += 1
    audit.record(
        actor,
        "courses.invite",
        run.id,
        kind="run",
        institution_id=run.institution_id,
        changes={"invited": [0, number]},
    )
    return number


@atomic()
def uninvite(actor: Actor, run_id: UUID, address: str) -> None:
    """Take back an invitation; whoever enrolled with it keeps the place.

    Raises NotFound, also when the address was not invited, and Forbidden.
    """
    run = runs.locked(run_id)
    policies.may_manage_places.require(actor, run)
    invitation = queries.invitation_of(run.id, address_key(address))
    db.session.delete(invitation)
    audit.record(
        actor,
        "courses.uninvite",
        run.id,
        kind="run",
        institution_id=run.institution_id,
        changes={"email": [invitation.email_key, None]},
    )


def require_published(run: Run) -> None:
    """Raise WrongState unless the run can take people."""
    if run.state != RunState.PUBLISHED:
        raise WrongState(_("This run takes nobody at the moment."))


def _lines(text: str) -> list[str]:
    found = [line.strip() for line in text.replace(",", "\n").replace(";", "\n").splitlines()]
    kept = list(dict.fromkeys(line for line in found if line))
    if len(kept) > MOST_INVITED:
        raise Invalid(
            _("Invite at most %(num)s addresses at a time.", num=MOST_INVITED), field="emails"
        )
    for number, line in enumerate(kept, start=1):
        if not is_address(line):
            raise Invalid(
                _("Line %(number)s is no e-mail address: %(line)s", number=number, line=line[:80]),
                field="emails",
            )
    return kept
