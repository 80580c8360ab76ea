"""What other packages announce and certificates follow."""

from sqlalchemy import ColumnElement, select

from app.attendance.events import RegisterLocked
from app.certificates import services
from app.certificates.jobs import ISSUE_WHEN_READY
from app.certificates.queries import certificates
from app.certificates.reasons import Reason
from app.completion.events import (
    CompletionReversed,
    CompletionUpheld,
    CourseCompleted,
    ReissueAsked,
)
from app.core.actor import SYSTEM
from app.core.database import db
from app.core.events import listen
from app.courses.events import SessionCancelled
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run


@listen(CourseCompleted)
def issue_what_was_promised(event: CourseCompleted) -> None:
    """Issue when the run says that those who complete it get a certificate."""
    query = (
        select(Run.certificate_design_id)
        .join(Enrolment, Enrolment.run_id == Run.id)
        .where(Enrolment.id == event.enrolment_id)
    )
    if db.session.scalar(query) is not None:
        ISSUE_WHEN_READY.put(event.enrolment_id)


@listen(CompletionUpheld)
def issue_what_waited_for_the_review(event: CompletionUpheld) -> None:
    """Issue what could not be issued while the completion was in question."""
    _issue_what_waited(Enrolment.id == event.enrolment_id)


@listen(RegisterLocked)
def issue_what_waited_for_the_register(event: RegisterLocked) -> None:
    """Issue what could not be issued while a register of the run was open."""
    _issue_what_waited(Enrolment.run_id == event.run_id)


@listen(SessionCancelled)
def issue_what_waited_for_the_session(event: SessionCancelled) -> None:
    """Issue what waited for the register of a session that has none any more."""
    _issue_what_waited(Enrolment.run_id == event.run_id)


@listen(CompletionReversed)
def revoke_what_rests_on_it(event: CompletionReversed) -> None:
    """Revoke the certificates of a completion that was taken back; cancel the unprinted."""
    for one in certificates.unprinted(event.enrolment_id):
        services.withdrawing.cancel(SYSTEM, one.id, Reason.COMPLETION_REVERSED, event.reason)
    for one in certificates.in_force(event.enrolment_id):
        services.withdrawing.revoke(SYSTEM, one.id, Reason.COMPLETION_REVERSED, event.reason)


@listen(ReissueAsked)
def replace_what_is_wrong(event: ReissueAsked) -> None:
    """Issue the certificates of a completion anew, from the facts as they are now."""
    for one in certificates.unprinted(event.enrolment_id):
        services.withdrawing.renew(SYSTEM, one.id, Reason.DETAILS_CORRECTED, event.reason)
    for one in certificates.in_force(event.enrolment_id):
        services.withdrawing.replace(SYSTEM, one.id, Reason.DETAILS_CORRECTED, event.reason)
    _issue_what_waited(Enrolment.id == event.enrolment_id)


def _issue_what_waited(*where: ColumnElement[bool]) -> None:
    for enrolment_id in certificates.promised_in_vain(*where):
        ISSUE_WHEN_READY.put(enrolment_id)
