"""Reading reviews: one's own, those of an application, and what ties people together."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import RoleAssignment, User
from app.accounts.states import AccountState, Role
from app.core.actor import Actor
from app.core.database import db, read_rows
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call
from app.exchanges.models.reviews import ReviewAssignment, Score
from app.exchanges.policies.parties import in_office
from app.exchanges.queries import applications
from app.exchanges.rules.conflicts import Judge, Judged, Stake
from app.exchanges.states.applications import ApplicationState, Conflict
from app.exchanges.states.calls import GIVEN_UP
from app.institutions.models import Contact

_JUDGING = (Role.FACULTY, Role.OFFICER, Role.REGISTRAR, Role.ADMINISTRATOR)
_R = ReviewAssignment
DUTY = "review"
"""What actors know of whether an office has asked them to judge something."""


def was_asked() -> ColumnElement[bool]:
    """Tell whether the person whose row is read has reviews, whatever became of them."""
    return exists().where(_R.reviewer_id == User.id, _R.removed_at.is_(None))


def review_for(actor: Actor, assignment_id: UUID) -> ReviewAssignment:
    """Return one's own review with application, person and call; raises NotFound."""
    query = (
        select(_R)
        .where(_R.id == assignment_id, _R.removed_at.is_(None))
        .options(
            joinedload(_R.application).joinedload(Application.call).joinedload(Call.institution),
            joinedload(_R.application).joinedload(Application.applicant),
        )
    )
    found = db.session.scalars(query).one_or_none()
    if found is None or found.reviewer_id != actor.user_id:
        raise NotFound(_("There is no such review."))
    return found


def application_of(assignment_id: UUID) -> UUID:
    """Return which application a review belongs to; that never changes. Raises NotFound."""
    found = db.session.scalar(select(_R.application_id).where(_R.id == assignment_id))
    if found is None:
        raise NotFound(_("There is no such review."))
    return found


def locked(assignment_id: UUID) -> ReviewAssignment:
    """Return a review under a lock, one that was taken back excepted; lock its application first.

    Raises NotFound.
    """
    query = (
        select(_R)
        .where(_R.id == assignment_id, _R.removed_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(_("There is no such review."))
    return found


def standing_of(application_id: UUID) -> Sequence[ReviewAssignment]:
    """Return the reviews of an application with their reviewers, the first assigned first."""
    query = (
        select(_R)
        .where(_R.application_id == application_id, _R.removed_at.is_(None))
        .options(joinedload(_R.reviewer))
        .order_by(_R.created_at, _R.id)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


def obstacles(application: Application) -> list[str]:
    """Return what keeps an application from review, in words."""
    found = []
    standing = standing_of(application.id)
    if not any(one.is_mandatory for one in standing):
        found.append(_("No reviewer is assigned yet."))
    if any(one.conflict != Conflict.NONE for one in standing):
        found.append(_("A reviewer has a conflict of interest: assign somebody else."))
    outcomes = {one.rule_id: one.outcome for one in applications.findings_of(application.id)}
    if "fail" in outcomes.values():
        found.append(_("A rule of the call is not met."))
    if "needs_human" in outcomes.values():
        found.append(_("A rule of the call waits for the office's decision."))
    return found


def points_of(assignment_ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """Return the points of these reviews by criterion; one query."""
    query = select(Score.assignment_id, Score.criterion_id, Score.points).where(
        Score.assignment_id.in_(list(assignment_ids))
    )
    found: dict[UUID, dict[str, int]] = {one: {} for one in assignment_ids}
    for assignment_id, criterion_id, points in read_rows(query):
        found[assignment_id][str(criterion_id)] = points
    return found


def comments_of(assignment_ids: Collection[UUID]) -> dict[UUID, dict[UUID, str]]:
    """Return what these reviews say beside their points, by criterion; one query."""
    query = select(Score.assignment_id, Score.criterion_id, Score.comment).where(
        Score.assignment_id.in_(list(assignment_ids)), Score.comment != ""
    )
    found: dict[UUID, dict[UUID, str]] = {one: {} for one in assignment_ids}
    for assignment_id, criterion_id, comment in read_rows(query):
        found[assignment_id][criterion_id] = comment
    return found


def scores_of(assignment_id: UUID) -> dict[UUID, Score]:
    """Return what a reviewer wrote on the sheet, by criterion."""
    query = select(Score).where(Score.assignment_id == assignment_id)
    return {one.criterion_id: one for one in db.session.scalars(query)}


def reviewers_at(institution_id: UUID, call_id: UUID, *, most: int = 200) -> Sequence[User]:
    """Return whom an office can ask: staff of its institution, and who judges in the call."""
    staff = exists().where(
        RoleAssignment.user_id == User.id,
        RoleAssignment.institution_id == institution_id,
        RoleAssignment.role.in_(_JUDGING),
    )
    judging = exists().where(
        _R.reviewer_id == User.id,
        _R.removed_at.is_(None),
        _R.application_id == Application.id,
        Application.call_id == call_id,
    )
    query = select(User).where(User.state == AccountState.ACTIVE, or_(staff, judging))
    return db.session.scalars(query.order_by(User.sort_name, User.id).limit(most)).all()


def by_address(addresses: Collection[str]) -> dict[str, UUID]:
    """Return the people with these e-mail addresses who can sign in, by folded address."""
    query = select(User.email_key, User.id).where(
        User.email_key.in_([one.casefold() for one in addresses]),
        User.state == AccountState.ACTIVE,
    )
    return dict(db.session.execute(query).all())


def judges(reviewer_ids: Collection[UUID]) -> dict[UUID, Judge]:
    """Return what is known of these reviewers, to see conflicts of interest; three queries."""
    ids = list(reviewer_ids)
    people = select(User.id, User.email_key, User.unit_id, User.supervisor_email)
    known = {row.id: row for row in db.session.execute(people.where(User.id.in_(ids)))}
    emails = {one: row.email_key for one, row in known.items()}
    units: dict[str, set[UUID]] = defaultdict(set)
    rows = db.session.execute(
        select(func.lower(Contact.email), Contact.unit_id).where(
            func.lower(Contact.email).in_(list(emails.values()))
        )
    )
    for email, unit_id in rows:
        if unit_id is not None:
            units[email].add(unit_id)
    own_ones: dict[UUID, list[Any]] = defaultdict(list)
    applied = select(
        Application.applicant_id,
        Application.call_id,
        Application.supervisor_id,
        Application.facts,
    ).where(Application.applicant_id.in_(ids), Application.state != ApplicationState.WITHDRAWN)
    for row in db.session.execute(applied):
        own_ones[row.applicant_id].append(row)
    return {
        one: Judge(
            one,
            emails[one],
            frozenset(units[emails[one]] | ({known[one].unit_id} - {None})),
            frozenset(row.supervisor_id for row in own_ones[one] if row.supervisor_id),
            frozenset(
                filter(
                    None,
                    (
                        known[one].supervisor_email,
                        *(_supervisor(row.facts) for row in own_ones[one]),
                    ),
                )
            ),
            frozenset(row.call_id for row in own_ones[one]),
        )
        for one in ids
        if one in emails
    }


def judged(application: Application) -> Judged:
    """Return what is known of an application, to see conflicts of interest."""
    return Judged(
        application.applicant_id,
        application.call_id,
        application.unit_id,
        application.supervisor_id,
        _supervisor(application.facts),
    )


def stake_in(actor: Actor, call: Call) -> Stake | None:
    """Return why the actor cannot apply to a call: they chair it, run it, or judge in it."""
    if actor.is_anonymous:
        return None
    if call.chair_id == actor.user_id:
        return Stake.CHAIR
    if in_office(actor, call.institution_id):
        return Stake.OFFICE
    query = (
        select(_R.id)
        .join(Application, Application.id == _R.application_id)
        .where(
            _R.reviewer_id == actor.user_id,
            _R.removed_at.is_(None),
            Application.call_id == call.id,
        )
        .limit(1)
    )
    return None if db.session.scalar(query) is None else Stake.REVIEWER


def to_remind(moment: datetime, *, before: timedelta) -> Sequence[UUID]:
    """Return the open reviews that are due soon or overdue."""
    query = (
        select(_R.id)
        .join(Application, Application.id == _R.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Call.state.not_in(GIVEN_UP),
            _R.locked_at.is_(None),
            _R.removed_at.is_(None),
            _R.conflict == Conflict.NONE,
            _R.due_at <= moment + before,
            Application.state == ApplicationState.UNDER_REVIEW,
        )
        .order_by(_R.due_at, _R.id)
    )
    return db.session.scalars(query).all()


def _supervisor(facts: dict[str, Any]) -> str:
    return str(facts.get("supervisor_email") or "").strip().casefold()
