"""The answers of hosts to nominations: by an account, or by a link without one.

A decision names the proposal it is about; one about a proposal that was changed is refused.
"""

from dataclasses import dataclass
from uuid import UUID

from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Invalid, NotFound, WrongState
from app.core.i18n import gettext as _
from app.exchanges.models.admissions import HostAdmission
from app.exchanges.models.agreements import GuestLink
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.nominations import Nomination, NominationDecision, NominationProposal
from app.exchanges.notices import nominations as notices
from app.exchanges.policies import parties
from app.exchanges.queries import admissions
from app.exchanges.queries import mobilities as stays
from app.exchanges.queries import nominations as queries
from app.exchanges.rules.nominations import plan_in
from app.exchanges.services import guest_links, legal_clocks, mobilities, quotas, readmission
from app.exchanges.services.steps import take
from app.exchanges.states.mobilities import (
    ADMISSION,
    BEFORE_ARRIVAL,
    NOMINATION,
    NOT_ADMITTED,
    NominationState,
)
from app.exchanges.states.parties import Party

LINK = "nomination"
"""The purpose of the links by which hosts without accounts answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host says, and the id of the proposal it is about."""

    decision: str
    seen: str
    comment: str


@atomic()
def approve(
    actor: Actor,
    nomination_id: UUID,
    seen: str,
    comment: str,
    *,
    host_coordinator_id: UUID | None = None,
) -> None:
    """Approve the proposal that was seen, and name who coordinates the stay at the host."""
    mobility, nomination = queries.locked_for(actor, nomination_id)
    found = parties.in_mobility(actor, mobility)
    _decide(actor, mobility, nomination, Answer("approve", seen, comment), found=found)
    if host_coordinator_id is not None:
        mobilities.set_coordinator(
            actor,
            mobility,
            "host_coordinator_id",
            mobility.receiving_institution_id,
            host_coordinator_id,
        )


@atomic()
def reject(actor: Actor, nomination_id: UUID, seen: str, comment: str) -> None:
    """Reject the proposal that was seen.

    Of a plan that was changed the one approved before stands, with its place; else the place is
    free again. Raises WrongState once the person has come.
    """
    mobility, nomination = queries.locked_for(actor, nomination_id)
    found = parties.in_mobility(actor, mobility)
    _decide(actor, mobility, nomination, Answer("reject", seen, comment), found=found)


@atomic()
def decide_as_guest(token: str, seen: str, decision: str, comment: str) -> None:
    """Let a host without an account answer by its link, once. Raises NotFound, Gone, Conflict."""
    # The stay is locked first, as by everybody who deals with it and then with its links.
    mobility, nomination = _of_link(guest_links.open_link(token, LINK))
    link = guest_links.use(token, LINK)
    guest = guest_links.guest(link)
    answer = Answer(decision, seen, comment)
    found = frozenset({Party.HOST_OFFICER})
    _decide(guest, mobility, nomination, answer, found=found, link=link)


@atomic()
def ask_guest(
    actor: Actor, nomination_id: UUID, *, name: str, email: str, locale: str = "en", days: int = 30
) -> str:
    """Send somebody at the host a link to answer by, and return its token.

    Raises Conflict when the host's office has an account: nobody answers in its place.
    """
    mobility, nomination = queries.locked_for(actor, nomination_id)
    NOMINATION.require(parties.in_mobility(actor, mobility), "propose")
    if nomination.state != NominationState.PENDING:
        raise WrongState(_("This nomination does not wait for an answer."))
    token = guest_links.make(
        actor,
        LINK,
        nomination.id,
        institution_id=mobility.receiving_institution_id,
        name=name,
        email=email,
        content={"proposal_id": nomination.proposal_id},
        locale=locale,
        days=days,
    )
    notices.guest_asked(mobility, guest_links.open_link(token, LINK), by=actor.name)
    return token


def said(text: str, field: str) -> str:
    """Return what somebody wrote; raises Invalid when it is nothing."""
    words = " ".join(text.split())[:2000]
    if not words:
        raise Invalid(_("Say why: the other side reads it."), field=field)
    return words


def _decide(
    actor: Actor,
    mobility: Mobility,
    nomination: Nomination,
    answer: Answer,
    *,
    found: parties.Parties,
    link: GuestLink | None = None,
) -> None:
    action = answer.decision
    if action not in ("approve", "reject"):
        raise Invalid(_("Choose whether to approve or to reject."), field="decision")
    NOMINATION.require(found, action)
    NOMINATION.machine.after(nomination.state, action)
    if answer.seen != nomination.proposal_id:
        raise Conflict(
            _(
                "The nomination was changed since you opened it. Look at what is proposed now,"
                " and decide about that."
            )
        )
    if action == "reject" and mobility.state not in BEFORE_ARRIVAL:
        raise WrongState(_("The stay has begun: its plan can no longer be rejected."))
    words = said(answer.comment, "comment")
    former = _former(mobility, nomination) if action == "reject" else None
    step = "keep_former" if former else action
    nomination.decision_comment, nomination.decided_at = words, now()
    if former:
        _restore(mobility, nomination, *former)
    take(
        actor,
        nomination,
        NOMINATION,
        step,
        parties=found,
        institution_id=mobility.receiving_institution_id,
        reason=words,
    )
    db.session.add(
        NominationDecision(
            nomination_id=nomination.id,
            proposal_id=answer.seen,
            decision=action,
            comment=words,
            by=actor.user_id,
            name=actor.name,
            link_id=link.id if link else None,
        )
    )
    if action == "approve":
        _begin_admission(actor, mobility)
    elif not former and mobility.application_id:
        quotas.release(mobility.application_id)
    mobilities.advance(mobility.id)
    notices.decided(mobility, step, words)


def _former(
    mobility: Mobility, nomination: Nomination
) -> tuple[NominationProposal, NominationDecision] | None:
    """Return what was approved before and stands while a change of it is rejected."""
    admission = admissions.of_stay(mobility.id)
    if admission is None or admission.state in NOT_ADMITTED:
        return None  # nothing was approved, or the approval came to nothing
    return queries.approved_before(nomination.id)


def _restore(
    mobility: Mobility,
    nomination: Nomination,
    former: NominationProposal,
    approval: NominationDecision,
) -> None:
    nomination.content, nomination.proposal_id = former.content, former.proposal_id
    nomination.decision_comment, nomination.decided_at = approval.comment, approval.at
    for name, value in plan_in(former.content).items():
        setattr(mobility, name, value)
    legal_clocks.follow_plan(mobility)


def _begin_admission(actor: Actor, mobility: Mobility) -> None:
    found = admissions.of_stay(mobility.id)
    if found is not None:
        if found.state in NOT_ADMITTED:
            readmission.reopen(mobility, admissions.locked_of(mobility.id))
        return  # an earlier proposal was approved before
    admission = HostAdmission(mobility_id=mobility.id)
    audit.begin(
        actor,
        admission,
        ADMISSION.machine,
        kind=ADMISSION.kind,
        institution_id=mobility.receiving_institution_id,
    )
    db.session.add(admission)
    db.session.flush()


def _of_link(link: GuestLink) -> tuple[Mobility, Nomination]:
    found = db.session.get(Nomination, link.subject_id)
    if found is None:
        raise NotFound(_("There is no such nomination."))
    return stays.locked(found.mobility_id), queries.locked(found.id)
