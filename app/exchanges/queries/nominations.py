"""Reading nominations: of a stay, one of them, those of an office."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import RoleAssignment, User
from app.accounts.states import AccountState, Role
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.names import search_terms
from app.core.paging import Page, paged
from app.exchanges.models.agreements import GuestLink
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Destination
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.nominations import Nomination, NominationDecision, NominationProposal
from app.exchanges.policies import parties
from app.exchanges.queries import mobilities
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.mobilities import NominationState

EXPORT_ROWS = 20_000
COORDINATORS = (Role.FACULTY, Role.OFFICER, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Filters:
    """What part of the nominations is asked for."""

    words: str = ""
    state: NominationState | None = None
    side: str = ""
    sort: str = ""

    @property
    def order(self) -> tuple[str, bool]:
        """Return by what to sort, and whether the largest comes first."""
        name = self.sort.removeprefix("-")
        return (name, self.sort.startswith("-")) if name in _SORTS else ("proposed", True)


_SORTS: dict[str, Any] = {
    "name": User.sort_name,
    "from": Mobility.planned_from,
    "proposed": Nomination.proposed_at,
}


def nomination_for(actor: Actor, nomination_id: UUID) -> Nomination:
    """Return a nomination with its stay; NotFound unless the actor takes part in the stay."""
    found = _one(Nomination.id == nomination_id)
    if found is None or not parties.in_mobility(actor, found.mobility):
        raise _unknown()
    return found


def of_stay(mobility_id: UUID) -> Nomination | None:
    """Return the nomination of a stay."""
    return _one(Nomination.mobility_id == mobility_id)


def state_of(mobility_id: UUID) -> NominationState | None:
    """Return what the host said to the nomination of a stay, read anew; lock the stay before."""
    query = select(Nomination.state).where(Nomination.mobility_id == mobility_id)
    return db.session.scalars(query).one_or_none()


def approved_before(
    nomination_id: UUID,
) -> tuple[NominationProposal, NominationDecision] | None:
    """Return the proposal that the host approved last, with its answer."""
    query = (
        select(NominationProposal, NominationDecision)
        .join(
            NominationDecision,
            (NominationDecision.nomination_id == NominationProposal.nomination_id)
            & (NominationDecision.proposal_id == NominationProposal.proposal_id),
        )
        .where(
            NominationProposal.nomination_id == nomination_id,
            NominationDecision.decision == "approve",
        )
        .order_by(NominationDecision.at.desc(), NominationProposal.number.desc())
        .limit(1)
    )
    row = db.session.execute(query).first()
    return (row[0], row[1]) if row else None


def of_guest(link: GuestLink) -> Nomination:
    """Return the nomination that a guest was asked about."""
    found = _one(Nomination.id == link.subject_id)
    if found is None:
        raise _unknown()
    return found


def locked_for(actor: Actor, nomination_id: UUID) -> tuple[Mobility, Nomination]:
    """Lock the stay first and its nomination second; NotFound also when it is not the actor's."""
    mobility_id = db.session.scalar(
        select(Nomination.mobility_id).where(Nomination.id == nomination_id)
    )
    if mobility_id is None:
        raise _unknown()
    try:
        mobility = mobilities.locked_for(actor, mobility_id)
    except NotFound:
        raise _unknown() from None
    return mobility, locked(nomination_id)


def locked(nomination_id: UUID) -> Nomination:
    """Return a nomination, ours to change until the transaction ends; lock its stay before."""
    query = (
        select(Nomination)
        .where(Nomination.id == nomination_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise _unknown()
    return found


def proposals_of(nomination_id: UUID) -> Sequence[NominationProposal]:
    """Return every content that was proposed, newest first."""
    query = select(NominationProposal).where(NominationProposal.nomination_id == nomination_id)
    return db.session.scalars(query.order_by(NominationProposal.number.desc())).all()


def decisions_of(nomination_id: UUID) -> Sequence[NominationDecision]:
    """Return every answer of the host, newest first."""
    query = select(NominationDecision).where(NominationDecision.nomination_id == nomination_id)
    return db.session.scalars(
        query.order_by(NominationDecision.at.desc(), NominationDecision.id.desc())
    ).all()


def last_seen(nomination_id: UUID) -> NominationProposal | None:
    """Return the proposal that the host decided about last, to show what changed since."""
    query = (
        select(NominationProposal)
        .join(
            NominationDecision,
            (NominationDecision.nomination_id == NominationProposal.nomination_id)
            & (NominationDecision.proposal_id == NominationProposal.proposal_id),
        )
        .where(NominationProposal.nomination_id == nomination_id)
        .order_by(NominationDecision.at.desc(), NominationProposal.number.desc())
        .limit(1)
    )
    return db.session.scalars(query).first()


def nominations(actor: Actor, filters: Filters, *, cursor: str | None = None) -> Page[Nomination]:
    """Return a page of the nominations of the actor's offices, home and host."""
    name, descending = filters.order
    return paged(
        lambda asked: db.session.scalars(asked).all(),
        _of_offices(actor, filters),
        _SORTS[name],
        Nomination.id,
        cursor=cursor,
        key_of=lambda one: [_value(one, name), one.id],
        descending=descending,
    )


def all_nominations(actor: Actor, filters: Filters) -> Sequence[Nomination]:
    """Return the nominations of the actor's offices to take away, at most EXPORT_ROWS of them."""
    query = _of_offices(actor, filters).order_by(Nomination.proposed_at, Nomination.id)
    return db.session.scalars(query.limit(EXPORT_ROWS)).all()


def awaiting(actor: Actor, most: int = 50) -> Sequence[Application]:
    """Return the confirmed applications that the actor's office may nominate now."""
    where = actor.institutions(*parties.OFFICE) or frozenset()
    query = (
        select(Application)
        .where(
            Application.institution_id.in_(where), Application.state == ApplicationState.CONFIRMED
        )
        .options(
            joinedload(Application.applicant),
            joinedload(Application.call),
            joinedload(Application.destination).joinedload(Destination.institution),
        )
        .order_by(Application.decided_at, Application.id)
        .limit(most)
    )
    return db.session.scalars(query).all()


def counts_by_state(actor: Actor, side: str = "") -> dict[NominationState, int]:
    """Return how many nominations of each state the actor's offices have."""
    query = (
        select(Nomination.state, func.count())
        .join(Mobility, Mobility.id == Nomination.mobility_id)
        .where(mobilities.at_offices(actor, side, even_over=True))
        .group_by(Nomination.state)
    )
    return {NominationState(state): number for state, number in db.session.execute(query)}


def coordinators_at(institution_id: UUID) -> list[tuple[UUID, str]]:
    """Return who may coordinate stays for an institution, by name."""
    moment = now()
    holds = (
        select(RoleAssignment.id)
        .where(
            RoleAssignment.user_id == User.id,
            RoleAssignment.institution_id == institution_id,
            RoleAssignment.role.in_(COORDINATORS),
            RoleAssignment.valid_from <= moment,
            or_(RoleAssignment.valid_until.is_(None), RoleAssignment.valid_until > moment),
        )
        .exists()
    )
    query = select(User.id, User.display_name).where(User.state == AccountState.ACTIVE, holds)
    rows = db.session.execute(query.order_by(User.sort_name, User.id).limit(500))
    return [(row.id, row.display_name) for row in rows]


def _of_offices(actor: Actor, filters: Filters) -> Select[Nomination]:
    query = (
        select(Nomination)
        .join(Nomination.mobility)
        .join(User, User.id == Mobility.person_id)
        .where(mobilities.at_offices(actor, filters.side, even_over=True))
        .options(*_with_stay())
    )
    if filters.state is not None:
        query = query.where(Nomination.state == filters.state)
    for term in search_terms(filters.words)[:6]:
        query = query.where(Mobility.search_text.contains(term, autoescape=True))
    return query


def _with_stay() -> tuple[Any, ...]:
    stay = joinedload(Nomination.mobility)
    return (
        stay.joinedload(Mobility.person),
        stay.joinedload(Mobility.sending_institution),
        stay.joinedload(Mobility.receiving_institution),
    )


def _one(condition: Any) -> Nomination | None:
    query = select(Nomination).where(condition).options(*_with_stay())
    return db.session.scalars(query).one_or_none()


def _value(nomination: Nomination, name: str) -> object:
    return {
        "name": nomination.mobility.person.sort_name,
        "from": nomination.mobility.planned_from,
        "proposed": nomination.proposed_at,
    }[name]


def _unknown() -> NotFound:
    return NotFound(_("There is no such nomination."))
