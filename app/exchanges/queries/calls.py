"""Reading calls and their parts: for everyone, for the office, and under a lock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.accounts.models import RoleAssignment, User
from app.accounts.states import STAFF_ROLES, AccountState
from app.audit.models import StateChange
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.exchanges.models.agreements import Quota
from app.exchanges.models.applications import Application, Preference
from app.exchanges.models.calls import (
    Call,
    Criterion,
    Destination,
    Extension,
    FormVersion,
    Requirement,
    RuleSet,
)
from app.exchanges.policies import calls as policies
from app.exchanges.policies import parties
from app.exchanges.queries import quotas
from app.exchanges.rules.publication import Contents
from app.exchanges.states.applications import ACTIVE, LEFT_OPEN, ApplicationState
from app.exchanges.states.calls import PUBLIC, CallState
from app.institutions.models import Institution


@dataclass(frozen=True, slots=True)
class Place:
    """A destination of a call with what is left of its quota."""

    destination: Destination
    institution: Institution
    quota: Quota
    secret: int
    """How many places are held by results that are not released yet."""

    @property
    def id(self) -> UUID:
        """Return the id of the destination."""
        return self.destination.id

    @property
    def left(self) -> int:
        """Return how many people may still go."""
        return max(self.quota.capacity_persons - self.quota.used_persons, 0)

    @property
    def left_to_public(self) -> int:
        """Return how many places are left for all that is known to everyone."""
        return max(self.quota.capacity_persons - self.quota.used_persons + self.secret, 0)


def call_for(actor: Actor, call_id: UUID) -> Call:
    """Return the call with its institution; NotFound when it is not to be seen."""
    query = select(Call).where(Call.id == call_id).options(joinedload(Call.institution))
    call = db.session.scalars(query).one_or_none()
    if call is None or not may_see(actor, call):
        raise NotFound(_("There is no such call."))
    return call


def office_call(actor: Actor, call_id: UUID) -> Call:
    """Return a call that the actor's office keeps; raises NotFound, Forbidden."""
    call = call_for(actor, call_id)
    policies.require_keeper(actor, call)
    return call


def may_see(actor: Actor, call: Call) -> bool:
    """Tell whether the actor may read a call: it is public, or theirs to run or to follow."""
    if call.state in PUBLIC or parties.in_call(actor, call):
        return True
    # Who has applied must be able to read why a call was cancelled.
    return call.state == CallState.CANCELLED and has_applied(actor, call.id)


def has_applied(actor: Actor, call_id: UUID) -> bool:
    """Tell whether the actor has an application to a call, in whatever state."""
    query = select(Application.id).where(
        Application.call_id == call_id, Application.applicant_id == actor.user_id
    )
    return db.session.scalars(query.limit(1)).first() is not None


def takes_part(user_id: UUID, call_id: UUID) -> bool:
    """Tell whether somebody has an application to a call that they did not withdraw."""
    query = select(Application.id).where(
        Application.call_id == call_id,
        Application.applicant_id == user_id,
        Application.state != ApplicationState.WITHDRAWN,
    )
    return db.session.scalars(query.limit(1)).first() is not None


def locked(call_id: UUID) -> Call:
    """Return the call, ours to change until the transaction ends; NotFound."""
    query = (
        select(Call)
        .where(Call.id == call_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    call = db.session.scalars(query).one_or_none()
    if call is None:
        raise NotFound(_("There is no such call."))
    return call


def code_is_taken(institution_id: UUID, code: str, *, but: UUID | None = None) -> bool:
    """Tell whether another call of the institution has this code."""
    query = select(Call.id).where(Call.institution_id == institution_id, Call.code == code)
    found = db.session.scalar(query)
    return found is not None and found != but


def current_rules(call_id: UUID) -> RuleSet:
    """Return the newest version of the call's rules; every call has one."""
    query = select(RuleSet).where(RuleSet.call_id == call_id).order_by(RuleSet.number.desc())
    return db.session.scalars(query.limit(1)).one()


def current_form(call_id: UUID) -> FormVersion:
    """Return the newest version of the call's form; every call has one."""
    query = (
        select(FormVersion)
        .where(FormVersion.call_id == call_id)
        .order_by(FormVersion.number.desc())
    )
    return db.session.scalars(query.limit(1)).one()


def requirements(call_id: UUID) -> Sequence[Requirement]:
    """Return the documents that a call asks for, in their order."""
    query = select(Requirement).where(Requirement.call_id == call_id)
    return db.session.scalars(query.order_by(Requirement.position)).all()


def criteria(call_id: UUID) -> Sequence[Criterion]:
    """Return the lines of a call's rubric, in their order."""
    query = select(Criterion).where(Criterion.call_id == call_id)
    return db.session.scalars(query.order_by(Criterion.position)).all()


def extensions(call_id: UUID) -> Sequence[Extension]:
    """Return how often a call was extended, and why, the newest first."""
    query = select(Extension).where(Extension.call_id == call_id)
    return db.session.scalars(query.order_by(Extension.at.desc(), Extension.id.desc())).all()


def destinations(call_id: UUID) -> list[Place]:
    """Return where a call leads, in its order, with the places left. One query."""
    query = (
        select(Destination, quotas.secretly_held())
        .join(Quota, Quota.id == Destination.quota_id)
        .where(Destination.call_id == call_id)
        .options(joinedload(Destination.institution), contains_eager(Destination.quota))
        .order_by(Destination.position)
    )
    return [
        Place(one, one.institution, one.quota, secret) for one, secret in db.session.execute(query)
    ]


def quotas_on_offer(call: Call) -> list[tuple[Quota, Institution]]:
    """Return the quotas that a call may offer and does not yet, with their hosts."""
    offered = set(
        db.session.scalars(select(Destination.quota_id).where(Destination.call_id == call.id))
    )
    found = quotas.offered_to(call.institution_id, call.kind, call.academic_year)
    return [(quota, host) for quota, host in found if quota.id not in offered]


def contents(call: Call) -> Contents:
    """Return what a call has so far, to tell what it lacks."""
    form = current_form(call.id)
    return Contents(
        summary=call.summary,
        closes_at=call.closes_at,
        has_chair=call.chair_id is not None,
        places=[place.left for place in destinations(call.id)],
        rules=current_rules(call.id).rules,
        fields=form.fields,
        steps=max(len(form.steps), 1),
        criteria=len(criteria(call.id)),
    )


def chairs(institution_id: UUID) -> list[tuple[UUID, str]]:
    """Return the people (id, name) who may chair a committee: staff of the institution."""
    moment = now()
    staff = select(RoleAssignment.user_id).where(
        RoleAssignment.institution_id == institution_id,
        RoleAssignment.role.in_(STAFF_ROLES),
        RoleAssignment.valid_from <= moment,
        or_(RoleAssignment.valid_until.is_(None), RoleAssignment.valid_until > moment),
    )
    query = (
        select(User.id, User.display_name)
        .where(User.state == AccountState.ACTIVE, User.id.in_(staff))
        .order_by(User.sort_name, User.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def ids_about(institution_id: UUID) -> list[UUID]:
    """Return the calls of an institution and those that lead to it."""
    to_it = select(Destination.call_id).where(Destination.institution_id == institution_id)
    query = select(Call.id).where(or_(Call.institution_id == institution_id, Call.id.in_(to_it)))
    return list(db.session.scalars(query.order_by(Call.id)))


def is_wanted(destination_id: UUID) -> bool:
    """Tell whether somebody has named this destination among their preferences."""
    query = select(Preference.application_id).where(Preference.destination_id == destination_id)
    selected = select(Application.id).where(Application.destination_id == destination_id)
    found = db.session.scalars(query.limit(1)).first() or db.session.scalars(selected).first()
    return found is not None


def cancelled_because(call_id: UUID) -> str:
    """Return the reason why a call was cancelled."""
    query = select(StateChange.reason).where(
        StateChange.subject_id == call_id, StateChange.action == "cancel"
    )
    return db.session.scalars(query.limit(1)).first() or ""


def applicants(call_id: UUID, states: frozenset[ApplicationState] = ACTIVE) -> list[UUID]:
    """Return who has an application to a call in one of these states, each once."""
    query = select(Application.applicant_id).where(
        Application.call_id == call_id, Application.state.in_(states)
    )
    return list(db.session.scalars(query.distinct().order_by(Application.applicant_id)))


def applications_by_state(call_id: UUID) -> Mapping[ApplicationState, int]:
    """Return how many applications a call has in each state."""
    query = (
        select(Application.state, func.count())
        .where(Application.call_id == call_id)
        .group_by(Application.state)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def left_open(call_id: UUID) -> int:
    """Return how many applications of a call wait for a decision, an answer or a place."""
    numbers = applications_by_state(call_id)
    return sum(number for state, number in numbers.items() if state in LEFT_OPEN)


def due_ids(moment: datetime) -> list[UUID]:
    """Return the calls that the clock has something to do for."""
    query = select(Call.id).where(
        or_(
            (Call.state == CallState.PUBLISHED) & (Call.opens_at <= moment),
            (Call.state == CallState.OPEN) & (Call.closes_at <= moment),
            (Call.state == CallState.EMBARGOED) & (Call.release_at <= moment),
            Call.state.in_((CallState.RELEASED, CallState.NOTICE)),
        )
    )
    return list(db.session.scalars(query.order_by(Call.id)))
