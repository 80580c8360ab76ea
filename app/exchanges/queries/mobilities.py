"""Reading stays: one of them, those of an office, one's own."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Exists, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload
from sqlalchemy.sql.base import ExecutableOption

from app.accounts.models import User
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.names import search_terms
from app.core.paging import Page, paged
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.nominations import Nomination
from app.exchanges.models.visits import ClockStep
from app.exchanges.policies import parties
from app.exchanges.states.mobilities import ABROAD, BEFORE_ARRIVAL, OVER_FOR_HOST, MobilityState

EXPORT_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Filters:
    """What part of the stays is asked for."""

    words: str = ""
    state: MobilityState | None = None
    side: str = ""
    sort: str = ""
    overdue: bool = False

    @property
    def order(self) -> tuple[str, bool]:
        """Return by what to sort, and whether the largest comes first."""
        name = self.sort.removeprefix("-")
        return (name, self.sort.startswith("-")) if name in _SORTS else ("number", True)


_SORTS = {"name": User.sort_name, "from": Mobility.planned_from, "number": Mobility.id}


def mobility_for(actor: Actor, mobility_id: UUID) -> Mobility:
    """Return the stay with its person and institutions; NotFound unless the actor is in it.

    For the host a stay is over once it said no to the nomination or this was taken back.
    """
    found = even_over(actor, mobility_id)
    if is_over_for(actor, found):
        raise _unknown()
    return found


def even_over(actor: Actor, mobility_id: UUID) -> Mobility:
    """Return the stay as `mobility_for` does, to its host also when it is over for that."""
    query = select(Mobility).where(Mobility.id == mobility_id).options(*_with_all())
    found = db.session.scalars(query).one_or_none()
    if found is None or not parties.in_mobility(actor, found):
        raise _unknown()
    return found


def is_over_for(actor: Actor, mobility: Mobility) -> bool:
    """Tell whether the actor is of the host, which is to read nothing more of the stay."""
    if not parties.is_host_alone(parties.in_mobility(actor, mobility)):
        return False
    return bool(db.session.scalar(select(_over(mobility.id))))


def locked(mobility_id: UUID) -> Mobility:
    """Return the stay, ours to change until the transaction ends; raises NotFound."""
    query = (
        select(Mobility)
        .where(Mobility.id == mobility_id)
        .options(*_with_all())
        .with_for_update(of=Mobility)
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise _unknown()
    return found


def locked_for(actor: Actor, mobility_id: UUID) -> Mobility:
    """Return the stay under a lock; NotFound also when the actor is nothing to it."""
    found = locked(mobility_id)
    if not parties.in_mobility(actor, found):
        raise _unknown()
    return found


def stays(actor: Actor, filters: Filters, *, cursor: str | None = None) -> Page[Mobility]:
    """Return a page of the stays of the actor's offices, home and host."""
    name, descending = filters.order
    key = _SORTS[name]
    keys = (Mobility.id,) if name == "number" else (key, Mobility.id)
    return paged(
        lambda asked: db.session.scalars(asked).all(),
        _of_offices(actor, filters),
        *keys,
        cursor=cursor,
        key_of=lambda one: [
            *([] if name == "number" else [_value(one, name)]),
            one.id,
        ],
        descending=descending,
    )


def all_stays(actor: Actor, filters: Filters) -> list[Mobility]:
    """Return the stays of the actor's offices to take away, at most EXPORT_ROWS of them."""
    query = _of_offices(actor, filters).order_by(Mobility.id).limit(EXPORT_ROWS)
    return list(db.session.scalars(query))


def overdue_with_authorities() -> frozenset[UUID]:
    """Return the stays abroad of which a step with an authority is overdue."""
    return frozenset(db.session.scalars(_overdue()))


def _overdue() -> Select[UUID]:
    return (
        select(ClockStep.mobility_id)
        .join(Mobility, Mobility.id == ClockStep.mobility_id)
        .where(
            ClockStep.applies,
            ClockStep.done_on.is_(None),
            ClockStep.due_at < now(),
            Mobility.state.in_(ABROAD),
        )
    )


def at_institution(institution_id: UUID) -> list[Mobility]:
    """Return all stays from and to an institution, for a change of how they are found."""
    query = select(Mobility).where(
        or_(
            Mobility.sending_institution_id == institution_id,
            Mobility.receiving_institution_id == institution_id,
        )
    )
    return list(db.session.scalars(query.options(*_with_all()).order_by(Mobility.id)))


def going_on_of(user_id: UUID) -> list[UUID]:
    """Return the stays of a person that are prepared or under way, in the order of their locks."""
    query = select(Mobility.id).where(
        Mobility.person_id == user_id, Mobility.state.in_(ABROAD | BEFORE_ARRIVAL)
    )
    return list(db.session.scalars(query.order_by(Mobility.id)))


def own(actor: Actor) -> list[Mobility]:
    """Return the actor's own stays, newest first."""
    query = select(Mobility).where(Mobility.person_id == actor.user_id).options(*_with_all())
    return list(db.session.scalars(query.order_by(Mobility.planned_from.desc(), Mobility.id)))


def at_offices(actor: Actor, side: str = "", *, even_over: bool = False) -> ColumnElement[bool]:
    """Return the condition under which a stay belongs to the actor, as an office or by name.

    Those that are over for the host are its own only on demand.
    """
    where = actor.institutions(*parties.OFFICE, "registrar")
    if where is None:
        where = frozenset()  # who may do everything everywhere is no party to a stay
    sending = Mobility.sending_institution_id.in_(where) | (
        Mobility.home_coordinator_id == actor.user_id
    )
    office = actor.institutions(*parties.OFFICE) or frozenset()
    receiving: ColumnElement[bool] = Mobility.receiving_institution_id.in_(office) | (
        Mobility.host_coordinator_id == actor.user_id
    )
    if not even_over:
        receiving = and_(receiving, ~_over(Mobility.id))
    return {"out": sending, "in": receiving}.get(side, or_(sending, receiving))


def matching(query: Select[Mobility], words: str) -> Select[Mobility]:
    """Narrow a query of stays to what was typed: names, numbers, institutions."""
    for term in search_terms(words)[:6]:
        query = query.where(Mobility.search_text.contains(term, autoescape=True))
    return query


def _of_offices(actor: Actor, filters: Filters) -> Select[Mobility]:
    query = (
        select(Mobility)
        .join(User, User.id == Mobility.person_id)
        .where(at_offices(actor, filters.side))
        .options(*_with_all())
    )
    if filters.state is not None:
        query = query.where(Mobility.state == filters.state)
    if filters.overdue:
        query = query.where(Mobility.id.in_(_overdue()))
    return matching(query, filters.words)


def _over(mobility_id: UUID | InstrumentedAttribute[UUID]) -> Exists:
    query = select(Nomination.id).where(Nomination.state.in_(OVER_FOR_HOST))
    return query.where(Nomination.mobility_id == mobility_id).exists()


def _with_all() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(Mobility.person),
        joinedload(Mobility.sending_institution),
        joinedload(Mobility.receiving_institution),
    )


def _value(mobility: Mobility, name: str) -> object:
    return mobility.person.sort_name if name == "name" else mobility.planned_from


def _unknown() -> NotFound:
    return NotFound(_("There is no such stay."))
