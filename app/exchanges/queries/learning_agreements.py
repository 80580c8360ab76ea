"""Reading learning agreements: of one stay, of a person, waiting for somebody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.core.actor import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.paging import Page, paged
from app.exchanges.models.learning_agreements import (
    LearningAgreement,
    LearningAgreementSignature,
)
from app.exchanges.models.mobilities import Mobility
from app.exchanges.policies import parties
from app.exchanges.policies.parties import Parties
from app.exchanges.queries import mobilities
from app.exchanges.rules.learning_agreements import Component, Content, Table, effective
from app.exchanges.states.learning_agreements import LearningAgreementState as State
from app.exchanges.states.learning_agreements import Signer
from app.institutions.models import Institution

MOST_EXPORTED = 20_000
Line = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Locked:
    """A stay and its agreement, ours to change until the transaction ends."""

    stay: Mobility
    agreement: LearningAgreement
    parties: Parties


def of_stay(mobility_id: UUID) -> LearningAgreement | None:
    """Return the agreement of a stay, if it was begun; the caller knows that it may be seen."""
    query = select(LearningAgreement).where(LearningAgreement.mobility_id == mobility_id)
    return db.session.scalars(query).one_or_none()


def locked_for(actor: Actor, mobility_id: UUID) -> Locked:
    """Lock a stay, then its agreement; NotFound unless the actor is something to the stay."""
    stay = mobilities.locked_for(actor, mobility_id)
    query = (
        select(LearningAgreement)
        .where(LearningAgreement.mobility_id == stay.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(_("This stay has no learning agreement yet."))
    return Locked(stay, found, parties.in_mobility(actor, stay))


def signatures(agreement_id: UUID) -> Sequence[LearningAgreementSignature]:
    """Return every signature that was ever given, the oldest first."""
    query = select(LearningAgreementSignature).where(
        LearningAgreementSignature.agreement_id == agreement_id
    )
    order = (LearningAgreementSignature.round, LearningAgreementSignature.signed_at)
    return db.session.scalars(query.order_by(*order, LearningAgreementSignature.id)).all()


def under(
    given: Sequence[LearningAgreementSignature], number: int | None
) -> dict[Signer, LearningAgreementSignature]:
    """Return the signatures of one round, by who gave them."""
    return {one.party: one for one in given if one.round == number}


def coordinators(stay: Mobility) -> dict[Signer, User]:
    """Return who coordinates a stay on either side, as far as somebody is named."""
    named = {Signer.HOME: stay.home_coordinator_id, Signer.HOST: stay.host_coordinator_id}
    query = select(User).where(User.id.in_([one for one in named.values() if one is not None]))
    people = {one.id: one for one in db.session.scalars(query)}
    return {side: people[one] for side, one in named.items() if one in people}


def agreed_components(mobility_id: UUID) -> tuple[Component, ...]:
    """Return what all three agreed on last; nothing before the first version is signed."""
    found = of_stay(mobility_id)
    held = found.snapshots if found is not None else None
    return effective(held.first, held.approved) if held and held.first else ()


def agreed_tables(mobility_id: UUID) -> dict[Table, list[Component]]:
    """Return what all three agreed on last, by table."""
    found: dict[Table, list[Component]] = {}
    for one in agreed_components(mobility_id):
        found.setdefault(one.table, []).append(one)
    return found


def is_agreed(mobility_id: UUID) -> bool:
    """Tell whether all three have signed a first version."""
    query = select(LearningAgreement.id).where(
        LearningAgreement.mobility_id == mobility_id, LearningAgreement.first_round.is_not(None)
    )
    return db.session.scalar(query) is not None


def has_pending_proposal(mobility_id: UUID) -> bool:
    """Tell whether somebody signed something that not all three have; a draft is nothing yet."""
    query = select(LearningAgreement.id).where(
        LearningAgreement.mobility_id == mobility_id,
        LearningAgreement.state.in_((State.SIGNED_STUDENT, State.PROPOSED)),
    )
    return db.session.scalar(query) is not None


def facts(first: Content | None, *later: Content | None) -> dict[str, str]:
    """Return what is known about the student and the studies after these contents."""
    found: dict[str, str] = dict(first.details) if first else {}
    for content in later:
        if content is not None:
            found |= {**content.details, **content.student}
    return found


def shown(agreement: LearningAgreement, stay: Mobility, *, proposed: bool = True) -> dict[str, Any]:
    """Return the whole agreement as somebody reads it, with or without what is proposed.

    Names and contacts of coordinators are no part of it: whom to ask may change by itself.
    """
    held = agreement.snapshots
    proposal = held.proposal if proposed else None
    changes = proposal or held.approved
    latest = next((one for one in (proposal, held.approved, held.first) if one is not None), None)
    return {
        "stay": {
            "number": stay.number,
            "home": str(stay.sending_institution_id),
            "host": str(stay.receiving_institution_id),
            "from": stay.planned_from.isoformat(),
            "until": stay.planned_until.isoformat(),
            "academic_year": stay.academic_year,
            "term": str(stay.term),
        },
        "components": [one.as_json() for one in effective(held.first, changes)],
        "facts": facts(held.first, held.approved, proposal),
        "teaching": dict(latest.teaching) if latest else {},
    }


def components_of(values: Mapping[str, Any]) -> tuple[Component, ...]:
    """Return the components of an agreement as it was shown to somebody."""
    return tuple(map(Component.from_json, values.get("components", ())))


def lines(
    actor: Actor,
    *,
    words: str = "",
    waiting: bool = False,
    sort: str = "",
    cursor: str | None = None,
) -> Page[Line]:
    """Return a page of the agreements that the actor has to do with; one query."""
    by_name, descending = sort.lstrip("-") == "name", sort != "name"
    descending = sort.startswith("-") if by_name else True
    keys = (User.sort_name, Mobility.id) if by_name else (Mobility.id,)
    return paged(
        lambda asked: db.session.execute(asked).all(),
        _lines(actor, words, waiting=waiting),
        *keys,
        cursor=cursor,
        key_of=lambda row: (row.sort_name, row.id) if by_name else (row.id,),
        descending=descending,
    )


def all_lines(actor: Actor, *, words: str = "", waiting: bool = False) -> Sequence[Line]:
    """Return the same agreements to take away, at most MOST_EXPORTED of them."""
    query = _lines(actor, words, waiting=waiting).order_by(Mobility.id).limit(MOST_EXPORTED)
    return db.session.execute(query).all()


def stay_of(actor: Actor, agreement_id: UUID) -> UUID:
    """Return the stay whose agreement this is; NotFound unless the actor is in it."""
    agreement = db.session.get(LearningAgreement, agreement_id)
    if agreement is None:
        raise NotFound(_("There is no such learning agreement."))
    return mobilities.mobility_for(actor, agreement.mobility_id).id


def _lines(actor: Actor, words: str, *, waiting: bool) -> Select[*tuple[Any, ...]]:
    home, host = aliased(Institution), aliased(Institution)
    query: Select[*tuple[Any, ...]] = (
        select(
            Mobility.id,
            Mobility.number,
            Mobility.planned_from,
            Mobility.planned_until,
            User.display_name,
            User.sort_name,
            home.name.label("home"),
            host.name.label("host"),
            LearningAgreement.state,
            LearningAgreement.kind,
            LearningAgreement.first_round,
            LearningAgreement.agreed_at,
            _waits_for(actor).label("waits"),
        )
        .join(LearningAgreement, LearningAgreement.mobility_id == Mobility.id)
        .join(User, User.id == Mobility.person_id)
        .join(home, home.id == Mobility.sending_institution_id)
        .join(host, host.id == Mobility.receiving_institution_id)
        .where(or_(mobilities.at_offices(actor), Mobility.person_id == actor.user_id))
    )
    if waiting:
        query = query.where(_waits_for(actor))
    return mobilities.matching(query, words)


def _waits_for(actor: Actor) -> ColumnElement[bool]:
    turns = {
        State.EDITING: Mobility.person_id,
        State.SIGNED_STUDENT: Mobility.home_coordinator_id,
        State.PROPOSED: Mobility.host_coordinator_id,
    }
    return or_(
        *(
            and_(LearningAgreement.state == state, person == actor.user_id, person.is_not(None))
            for state, person in turns.items()
        )
    )
