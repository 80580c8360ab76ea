"""Deciding what becomes of a completion that later facts contradict."""

from uuid import UUID

from app.audit import services as audit
from app.completion import notices, policies, queries
from app.completion.events import CompletionReversed, CompletionUpheld, ReissueAsked
from app.completion.states import REVIEW
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Invalid, NotFound
from app.core.events import announce
from app.core.i18n import gettext as _
from app.courses.services import results

OUTCOMES = ("uphold", "reverse", "reissue")


@atomic()
def close(actor: Actor, review_id: UUID, outcome: str, *, reason: str) -> None:
    """Close a review: uphold, reverse or reissue, with a reason.

    Only reversing changes the completion. Raises NotFound, Invalid, WrongState.
    """
    review = queries.reviews.locked(review_id)
    run = review.enrolment.run
    if not policies.may_decide_review(actor, run):
        raise NotFound(_("There is no such review."))
    if outcome not in OUTCOMES:
        raise Invalid(_("Choose what becomes of the completion."), field="outcome")
    reason = reason.strip()
    if not reason:
        raise Invalid(_("Say why."), field="reason")
    REVIEW.after(review.state, outcome)
    review.closed_at, review.closed_by, review.reason = now(), actor.user_id, reason
    audit.move(
        actor,
        review,
        REVIEW,
        outcome,
        kind="review",
        institution_id=run.institution_id,
        reason=reason,
    )
    db.session.flush()
    enrolment_id = review.enrolment_id
    if outcome == "reverse":
        results.reverse(actor, enrolment_id, reason=reason)
        announce(CompletionReversed(enrolment_id, review.id, reason))
        notices.reversed_(review.enrolment, run, review)
    elif outcome == "reissue":
        announce(ReissueAsked(enrolment_id, review.id, reason))
    else:
        announce(CompletionUpheld(enrolment_id, review.id))
