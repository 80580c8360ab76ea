"""Reviews: assigned by the office, conflicts of interest, score sheets that are locked for good."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from app.audit import services as audit
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict as Clash
from app.core.errors import Forbidden, Invalid, WrongState
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Criterion
from app.exchanges.models.reviews import ReviewAssignment, Score
from app.exchanges.notices import reviews as notices
from app.exchanges.policies.applications import parties_of
from app.exchanges.queries import allocation, applications
from app.exchanges.queries import reviews as queries
from app.exchanges.rules.conflicts import Judge, Tie, ties
from app.exchanges.services import ranking
from app.exchanges.services.steps import take
from app.exchanges.states.applications import APPLICATION, ApplicationState, Conflict
from app.exchanges.states.calls import GIVEN_UP
from app.exchanges.states.parties import Party

ASSIGNABLE = frozenset({ApplicationState.SUBMITTED, ApplicationState.UNDER_REVIEW})
SOON = timedelta(days=2)
MOST_AT_ONCE = 500


@dataclass(slots=True)
class Assigned:
    """What became of assigning reviewers to several applications."""

    made: int = 0
    conflicts: list[tuple[int, UUID, Tie]] = field(default_factory=list)
    """Number of the application, the reviewer, and what ties them: not assigned."""
    passed_over: int = 0
    """Applications that take no reviewers any more."""


class NoPoints(Invalid):
    """A sheet cannot be locked: `criteria` are those that have no points yet."""

    def __init__(self, criteria: Sequence[Criterion]) -> None:
        names = ", ".join(one.title.in_(current_locale()) for one in criteria)
        super().__init__(
            _("Give points for every criterion before locking. Missing: %(names)s.", names=names),
            field=points_field(criteria[0].id),
        )
        self.criteria = tuple(criteria)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a reviewer gives for one criterion."""

    points: int | None
    comment: str = ""


@atomic()
def assign(
    actor: Actor,
    application_ids: Sequence[UUID],
    reviewer_ids: Sequence[UUID],
    *,
    due_at: datetime,
) -> Assigned:
    """Give several reviewers several applications to judge.

    Whoever is tied to an applicant is not assigned, and the caller learns why. Who has the task
    already keeps it with the new date. Raises NotFound, Forbidden, Invalid, and WrongState when
    none of the applications takes reviewers any more.
    """
    if due_at <= now():
        raise Invalid(_("Choose a moment that is still to come."), field="due_at")
    if not reviewer_ids:
        raise Invalid(_("Choose at least one reviewer."), field="reviewers")
    judges, found = queries.judges(reviewer_ids), Assigned()
    if set(judges) != set(reviewer_ids):
        raise Invalid(_("One of the reviewers has no account."), field="reviewers")
    for application_id in sorted(set(application_ids))[:MOST_AT_ONCE]:
        application = applications.locked_for(actor, application_id)
        _require_office(actor, application)
        if application.state not in ASSIGNABLE or application.call.state in GIVEN_UP:
            found.passed_over += 1
            continue
        for judge in judges.values():
            _assign(actor, application, judge, due_at, found)
    if found.passed_over and not found.made and not found.conflicts:
        raise WrongState(_("These applications take no reviewers any more. Reload the page."))
    return found


@atomic()
def unassign(actor: Actor, assignment_id: UUID, *, reason: str = "") -> None:
    """Take a review back that is not locked; what was saved stays, but does not count.

    Raises NotFound, Forbidden, WrongState.
    """
    application, assignment = _locked(actor, assignment_id)
    _require_office(actor, application)
    if assignment.locked_at is not None:
        raise WrongState(_("These scores are locked: they stay."))
    assignment.removed_at = now()
    _record(actor, "exchanges.unassign_reviewer", application, assignment, reason)
    ranking.settle(application, application.call)


@atomic()
def send_to_review(actor: Actor, application_id: UUID) -> None:
    """Begin the review of an application that is complete.

    Raises NotFound, Forbidden, WrongState, and Conflict when a reviewer is missing or not free, or
    a rule of the call is not met or not decided.
    """
    application = applications.locked_for(actor, application_id)
    APPLICATION.require(parties_of(actor, application), "review")
    _require_office(actor, application)
    take(
        actor,
        application,
        APPLICATION,
        "review",
        parties=parties_of(actor, application),
        institution_id=application.institution_id,
    )
    require_running(application)
    if faults := queries.obstacles(application):
        raise Clash(" ".join(faults))
    for one in queries.standing_of(application.id):
        notices.assigned(one, application, application.call)


@atomic()
def reopen_review(
    actor: Actor, application_id: UUID, reviewer_id: UUID, *, due_at: datetime, reason: str
) -> None:
    """Have a ranked application judged by one more reviewer, whose scores will count too.

    Raises NotFound, Forbidden, WrongState, Invalid, Conflict.
    """
    application = applications.locked_for(actor, application_id)
    take(
        actor,
        application,
        APPLICATION,
        "reopen_review",
        parties=parties_of(actor, application),
        institution_id=application.institution_id,
        reason=reason,
    )
    if not reason.strip():
        raise Invalid(_("Write why one more review is needed."), field="reason")
    if due_at <= now():
        raise Invalid(_("Choose a moment that is still to come."), field="due_at")
    judge, found = queries.judges([reviewer_id]).get(reviewer_id), Assigned()
    if judge is None:
        raise Invalid(_("One of the reviewers has no account."), field="reviewers")
    if any(one.reviewer_id == reviewer_id for one in queries.standing_of(application.id)):
        raise Invalid(_("This reviewer has judged the application already."), field="reviewers")
    application.score_milli = application.place = None
    _assign(actor, application, judge, due_at, found)
    if found.conflicts:
        raise Clash(_("This reviewer has a conflict of interest."))


@atomic()
def declare_conflict(actor: Actor, assignment_id: UUID, *, reason: str) -> None:
    """Say that one is not free to judge; the office finds somebody else.

    Raises NotFound, WrongState, Invalid.
    """
    application, assignment = _own(actor, assignment_id)
    _require_open(assignment)
    if application.state == ApplicationState.WITHDRAWN:
        raise WrongState(_("This application was withdrawn: there is nothing to judge any more."))
    if not reason.strip():
        raise Invalid(_("Write what ties you to the applicant."), field="reason")
    assignment.conflict, assignment.conflict_reason = Conflict.DECLARED, reason.strip()
    _record(actor, "exchanges.declare_conflict", application, assignment, reason)
    notices.conflict(assignment, application, application.call)


@atomic()
def save_sheet(
    actor: Actor,
    assignment_id: UUID,
    marks: Mapping[UUID, Mark],
    *,
    comment: str = "",
    lock: bool = False,
) -> bool:
    """Keep the points of one's sheet; locked, they are never changed again.

    Returns False, and keeps nothing, when a tie to the applicant was found meanwhile: the review is
    blocked and the office finds somebody else. The last mandatory sheet that is locked ranks the
    application. Raises NotFound, Invalid, WrongState.
    """
    application, assignment = _own(actor, assignment_id)
    _require_open(assignment)
    if application.state != ApplicationState.UNDER_REVIEW:
        raise WrongState(_("This application is not under review now."))
    require_running(application)
    if found := _ties(assignment, application):
        assignment.conflict, assignment.conflict_reason = Conflict.DETECTED, found[0].value
        _record(actor, "exchanges.detect_conflict", application, assignment, found[0].value)
        notices.conflict(assignment, application, application.call)
        return False
    rubric = allocation.criteria_of(application.call_id)
    if lock:
        _require_points(rubric, marks)
    _write(assignment, rubric, marks)
    assignment.comment, assignment.saved_at = comment.strip(), now()
    if lock:
        assignment.locked_at = now()
        _record(actor, "exchanges.lock_scores", application, assignment)
        db.session.flush()
        ranking.settle(application, application.call)
    return True


@atomic()
def lock_sheet(actor: Actor, assignment_id: UUID) -> bool:
    """Lock what is saved on one's sheet, for good; returns and raises as `save_sheet`.

    Raises NoPoints, with the criteria that have none yet, when the sheet is not whole.
    """
    _application, assignment = _own(actor, assignment_id)
    marks = {
        one: Mark(score.points, score.comment)
        for one, score in queries.scores_of(assignment.id).items()
    }
    return save_sheet(actor, assignment_id, marks, comment=assignment.comment, lock=True)


@atomic()
def remind(actor: Actor, assignment_id: UUID) -> None:
    """Remind a reviewer of what is not locked yet. Raises NotFound, Forbidden, WrongState."""
    application, assignment = _locked(actor, assignment_id)
    _require_office(actor, application)
    _require_open(assignment)
    notices.reminder(assignment, application, application.call, stage=f"{now():%Y-%m-%d}")


def remind_all() -> int:
    """Remind everybody whose review is due within two days, and again when it is overdue."""
    ids = queries.to_remind(now(), before=SOON)
    for assignment_id in ids:
        _remind_by_clock(assignment_id)
    return len(ids)


@atomic()
def _remind_by_clock(assignment_id: UUID) -> None:
    application, assignment = _locked(SYSTEM, assignment_id)
    stage = "overdue" if assignment.due_at <= now() else "soon"
    notices.reminder(assignment, application, application.call, stage=stage)


def _assign(
    actor: Actor, application: Application, judge: Judge, due_at: datetime, found: Assigned
) -> None:
    for tie in ties(judge, queries.judged(application))[:1]:
        found.conflicts.append((application.number or 0, judge.id, tie))
        return
    standing = {one.reviewer_id: one for one in queries.standing_of(application.id)}
    known = standing.get(judge.id)
    if known is not None:
        if known.locked_at is None:
            known.due_at = due_at
        return
    assignment = ReviewAssignment(
        application_id=application.id,
        reviewer_id=judge.id,
        due_at=due_at,
        conflict=Conflict.NONE,
        assigned_by=actor.user_id,
    )
    db.session.add(assignment)
    _record(actor, "exchanges.assign_reviewer", application, assignment)
    db.session.flush()
    found.made += 1
    if application.state == ApplicationState.UNDER_REVIEW:
        notices.assigned(assignment, application, application.call)


def without_points(
    rubric: Sequence[Criterion], marks: Mapping[UUID, Mark | Score]
) -> list[Criterion]:
    """Return the criteria that still need points before a sheet can be locked."""
    return [one for one in rubric if (mark := marks.get(one.id)) is None or mark.points is None]


def points_field(criterion_id: UUID) -> str:
    """Return the name of the field that holds the points for one criterion."""
    return f"points-{criterion_id}"


def _require_points(rubric: Sequence[Criterion], marks: Mapping[UUID, Mark]) -> None:
    if missing := without_points(rubric, marks):
        raise NoPoints(missing)


def _write(
    assignment: ReviewAssignment, rubric: Sequence[Criterion], marks: Mapping[UUID, Mark]
) -> None:
    scores = queries.scores_of(assignment.id)
    for criterion in rubric:
        mark = marks.get(criterion.id, Mark(None))
        if mark.points is None:
            continue
        if not 0 <= mark.points <= criterion.max_points:
            raise Invalid(
                _("Give points from 0 to %(most)s.", most=criterion.max_points),
                field=points_field(criterion.id),
            )
        score = scores.get(criterion.id)
        if score is None:
            score = Score(assignment_id=assignment.id, criterion_id=criterion.id)
            db.session.add(score)
        score.points, score.comment = mark.points, mark.comment.strip()


def _ties(assignment: ReviewAssignment, application: Application) -> list[Tie]:
    judge = queries.judges([assignment.reviewer_id])[assignment.reviewer_id]
    return ties(judge, queries.judged(application))


def _locked(actor: Actor, assignment_id: UUID) -> tuple[Application, ReviewAssignment]:
    application = applications.locked_for(actor, queries.application_of(assignment_id))
    return application, queries.locked(assignment_id)


def _own(actor: Actor, assignment_id: UUID) -> tuple[Application, ReviewAssignment]:
    """Lock one's own review; raises NotFound for anybody else's."""
    queries.review_for(actor, assignment_id)
    application = applications.locked(queries.application_of(assignment_id))
    return application, queries.locked(assignment_id)


def _require_open(assignment: ReviewAssignment) -> None:
    if assignment.locked_at is not None:
        raise WrongState(_("These scores are locked: they stay."))
    if assignment.conflict != Conflict.NONE:
        raise WrongState(_("This review is blocked by a conflict of interest."))


def require_running(application: Application) -> None:
    """Raise WrongState when the call of an application was cancelled or put away."""
    if application.call.state in GIVEN_UP:
        raise WrongState(_("This call is over; nothing is decided in it any more."))


def _require_office(actor: Actor, application: Application) -> None:
    if parties_of(actor, application).isdisjoint({Party.HOME_OFFICER, Party.CHAIR}):
        raise Forbidden(_("This step is for somebody else in this exchange to take."))
    if application.applicant_id == actor.user_id:
        raise Forbidden(_("Somebody else in the office has to decide your own application."))


def _record(
    actor: Actor,
    action: str,
    application: Application,
    assignment: ReviewAssignment,
    reason: str = "",
) -> None:
    audit.record(
        actor,
        action,
        application.id,
        kind=APPLICATION.kind,
        institution_id=application.institution_id,
        changes={"reviewer": [None, assignment.reviewer_id]},
        reason=reason,
    )
