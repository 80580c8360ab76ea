"""The life of a learning agreement: three sign a proposal, and it is agreed.

Whoever signs names the proposal they read. When it was changed since, nothing is signed and they
are told (409).
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from app.accounts.models import User
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Forbidden, Invalid, WrongState
from app.core.i18n import gettext as _
from app.exchanges.models.learning_agreements import LearningAgreementSignature
from app.exchanges.notices import learning_agreements as notices
from app.exchanges.policies import learning_agreements as policies
from app.exchanges.queries import learning_agreements as queries
from app.exchanges.queries.learning_agreement_wholes import problems, unfinished
from app.exchanges.queries.learning_agreements import Locked
from app.exchanges.rules.learning_agreements import Content, fingerprint
from app.exchanges.services import steps
from app.exchanges.states.learning_agreements import LEARNING_AGREEMENT, Signer
from app.exchanges.states.parties import Party
from app.exchanges.words import learning_agreements as words


@atomic()
def sign_student(actor: Actor, mobility_id: UUID, *, proposal_id: str) -> None:
    """Sign the draft as the person who goes abroad, which hands it to the coordinator at home.

    Raises NotFound, Forbidden, WrongState, Conflict (another draft stands now), Invalid (it breaks
    a rule, or nobody is named to sign it at home).
    """
    held = _step(actor, mobility_id, "sign_student", proposal_id)
    if held.stay.home_coordinator_id is None:
        raise Invalid(_("No coordinator at home is named for this stay. Ask your exchange office."))
    if not differs(held):
        raise Invalid(
            _("Nothing differs from what is agreed. Change something, or drop the draft.")
        )
    for finding in unfinished(held.stay, held.agreement):
        raise Invalid(words.finding(finding))
    _sign(actor, held, Signer.STUDENT)
    _take(actor, held, "sign_student")
    notices.to_sign(held.stay, held.agreement, held.stay.home_coordinator_id)


@atomic()
def sign_home(actor: Actor, mobility_id: UUID, *, proposal_id: str, position: str) -> None:
    """Sign as the coordinator at home: from now on the host sees the proposal.

    Raises NotFound, Forbidden, WrongState, Conflict, Invalid.
    """
    held = _step(actor, mobility_id, "sign_home", proposal_id)
    if held.stay.host_coordinator_id is None:
        raise Invalid(
            _("No coordinator of the host is named for this stay. Ask the host's office.")
        )
    _require_same(held)
    _sign(actor, held, Signer.HOME, position)
    _take(actor, held, "sign_home")
    notices.to_sign(held.stay, held.agreement, held.stay.host_coordinator_id)


@atomic()
def reject_home(actor: Actor, mobility_id: UUID, *, proposal_id: str, comment: str) -> None:
    """Send the proposal back to the student with a comment; the signatures under it are void.

    Raises NotFound, Forbidden, WrongState, Conflict, Invalid (no comment).
    """
    held = _step(actor, mobility_id, "reject_home", proposal_id)
    _require_comment(comment)
    _take(actor, held, "reject_home", comment)
    _begin_round(held)
    notices.returned(held.stay, held.agreement, comment, by_host=False)


@atomic()
def approve_host(actor: Actor, mobility_id: UUID, *, proposal_id: str, position: str) -> None:
    """Sign as the coordinator of the host: the proposal is what all three agreed on.

    The first time it becomes the first version, which never changes; later it replaces the
    approved changes. Raises NotFound, Forbidden, WrongState, Conflict, Invalid.
    """
    held = _step(actor, mobility_id, "approve_host", proposal_id)
    _require_same(held)
    _sign(actor, held, Signer.HOST, position)
    db.session.flush()
    for finding in problems(held.stay, held.agreement, finished=True):
        raise Invalid(words.finding(finding))
    agreement, at = held.agreement, now()
    is_first = agreement.first_version is None
    after = agreement.snapshots.approve(proposal_id, _proposal(held))
    if is_first and after.first is not None:
        agreement.first_version, agreement.first_round = after.first.as_json(), agreement.round
    elif after.approved is not None:
        agreement.approved_changes = after.approved.as_json()
        agreement.approved_round = agreement.round
    _take(actor, held, "approve_host")
    _settle(held, at)
    notices.agreed(held.stay, agreement, is_first=is_first)


@atomic()
def comment_host(actor: Actor, mobility_id: UUID, *, proposal_id: str, comment: str) -> None:
    """Ask for another proposal, saying what is wrong with this one; its signatures are void.

    What was agreed before stands. Raises NotFound, Forbidden, WrongState, Conflict, Invalid.
    """
    held = _step(actor, mobility_id, "comment_host", proposal_id)
    _require_comment(comment)
    _take(actor, held, "comment_host", comment)
    _begin_round(held)
    notices.returned(held.stay, held.agreement, comment, by_host=True)


@atomic()
def take_back(actor: Actor, mobility_id: UUID, *, reason: str = "") -> None:
    """Take back what one signed, to correct it; whoever signed or was to sign is told.

    Raises NotFound, Forbidden, WrongState.
    """
    held = _step(actor, mobility_id, "take_back")
    signed = queries.under(queries.signatures(held.agreement.id), held.agreement.round)
    reached_host = Signer.HOME in signed
    _take(actor, held, "take_back", reason)
    _begin_round(held)
    notices.taken_back(held.stay, held.agreement, reason.strip(), reached_host=reached_host)


@atomic()
def change(actor: Actor, mobility_id: UUID, *, reason: str = "") -> None:
    """Begin a draft of changes to what is agreed, which stands until they are.

    Raises NotFound, Forbidden, WrongState, Conflict (a short stay takes no changes).
    """
    held = _step(actor, mobility_id, "change")
    policies.require_changes(held.agreement)
    before = held.agreement.snapshots
    draft = before.approved or Content(teaching=before.first.teaching if before.first else {})
    held.agreement.changes_proposal = draft.as_json()
    held.agreement.proposal_id = draft.id
    held.agreement.asked_at = now()
    _take(actor, held, "change", reason)
    if Party.APPLICANT not in held.parties:
        notices.change_asked(held.stay, held.agreement, reason.strip())


@atomic()
def drop_changes(actor: Actor, mobility_id: UUID) -> None:
    """Throw a draft of changes away; what is agreed stands. Raises as `change`."""
    held = _step(actor, mobility_id, "drop_changes")
    if held.agreement.first_version is None:
        raise WrongState(_("Nothing is agreed yet that could stand instead."))
    _take(actor, held, "drop_changes")
    _settle(held, held.agreement.agreed_at)


def differs(held: Locked) -> bool:
    """Tell whether the draft says anything else than what is agreed."""
    shown = [queries.shown(held.agreement, held.stay, proposed=one) for one in (True, False)]
    return fingerprint(shown[0]) != fingerprint(shown[1])


def _step(actor: Actor, mobility_id: UUID, action: str, proposal_id: str | None = None) -> Locked:
    """Lock what the step is about and refuse it unless it may be taken; `_take` takes it.

    The two are apart because an agreement in force without a first version cannot be stored, not
    even for the moment in which the signatures are read.
    """
    held = queries.locked_for(actor, mobility_id)
    LEARNING_AGREEMENT.require(held.parties, action)
    LEARNING_AGREEMENT.machine.after(held.agreement.state, action)
    policies.require_open(held.stay)
    if proposal_id is not None:
        held.agreement.snapshots.require(proposal_id)
    return held


def _take(actor: Actor, held: Locked, action: str, reason: str = "") -> None:
    steps.take(
        actor,
        held.agreement,
        LEARNING_AGREEMENT,
        action,
        parties=held.parties,
        institution_id=held.stay.sending_institution_id,
        reason=reason.strip(),
    )


def _proposal(held: Locked) -> Content:
    found = held.agreement.snapshots.proposal
    if found is None:  # the state says otherwise, and so does a constraint
        raise WrongState(_("Nothing is proposed."))
    return found


def _sign(actor: Actor, held: Locked, party: Signer, position: str = "") -> None:
    agreement = held.agreement
    if party != Signer.STUDENT and not position.strip():
        raise Invalid(_("Say in which position you sign."), field="position")
    given = queries.under(queries.signatures(agreement.id), agreement.round)
    if any(one.signer_id == actor.user_id for one in given.values()):
        raise Forbidden(_("You have signed this for another side. Somebody else has to sign here."))
    signer = db.session.get_one(User, actor.user_id)
    seen = queries.shown(agreement, held.stay)
    db.session.add(
        LearningAgreementSignature(
            agreement_id=agreement.id,
            round=agreement.round,
            party=party,
            proposal_id=agreement.proposal_id,
            seen=seen,
            seen_hash=fingerprint(seen),
            signer_id=signer.id,
            name=signer.display_name,
            position=position.strip(),
            email=signer.email,
            signed_at=now(),
        )
    )


def _require_same(held: Locked) -> None:
    """Raise Conflict when the others signed something that reads otherwise now, as other days."""
    wanted = fingerprint(queries.shown(held.agreement, held.stay))
    given = queries.under(queries.signatures(held.agreement.id), held.agreement.round)
    if any(one.seen_hash != wanted for one in given.values()):
        raise Conflict(
            _(
                "The stay itself, such as its days, changed after this was signed. Ask the student"
                " to take the agreement back and to sign it again."
            )
        )


def _begin_round(held: Locked) -> None:
    held.agreement.round += 1


def _settle(held: Locked, agreed_at: datetime | None) -> None:
    agreement = held.agreement
    agreement.changes_proposal, agreement.proposal_id = None, ""
    agreement.asked_at, agreement.agreed_at = None, agreed_at
    _begin_round(held)


def _require_comment(comment: str) -> None:
    if not comment.strip():
        raise Invalid(_("Say what should be different: the student will read it."), field="comment")


STEPS: dict[str, Callable[..., None]] = {
    "sign_student": sign_student,
    "sign_home": sign_home,
    "reject_home": reject_home,
    "approve_host": approve_host,
    "comment_host": comment_host,
    "take_back": take_back,
    "change": change,
    "drop_changes": drop_changes,
}
"""Every step by the name that the table of states gives it."""
