"""Lists of calls: those that everyone may read, and those that an office keeps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from app.core.actor import Actor
from app.core.clock import now
from app.core.database import db, read_rows
from app.core.i18n import current_locale
from app.core.names import search_terms
from app.core.paging import Page, paged
from app.exchanges.models.agreements import Quota
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call, Destination
from app.exchanges.policies.parties import OFFICE
from app.exchanges.queries.quotas import secretly_held
from app.exchanges.states.agreements import ExchangeKind
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import PUBLIC, CallState
from app.institutions.models import Institution

MOST_TERMS = 8
SORTS = ("closing", "title", "newest")
_TAKING = (CallState.PUBLISHED, CallState.OPEN)
_LISTED = tuple(PUBLIC - {CallState.ARCHIVED})


@dataclass(frozen=True, slots=True)
class WantedCalls:
    """What somebody looks for; everything is optional."""

    text: str = ""
    kind: ExchangeKind | None = None
    country: str = ""
    field: str = ""
    open_now: bool = False
    sort: str = "closing"

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything is filtered out."""
        return self != replace(WantedCalls(), sort=self.sort)


@dataclass(frozen=True, slots=True)
class CallCard:
    """A call of the public list, with the hosts it leads to and the places left."""

    call: Row[*tuple[Any, ...]]
    hosts: Sequence[Row[*tuple[Any, ...]]]

    @property
    def left(self) -> int:
        """Return how many places are left at all destinations together."""
        return sum(host.left for host in self.hosts)


_CARD: tuple[Any, ...] = (
    Call.id,
    Call.code,
    Call.title,
    Call.summary,
    Call.kind,
    Call.state,
    Call.academic_year,
    Call.term,
    Call.stay_from,
    Call.stay_until,
    Call.timezone,
    Call.opens_at,
    Call.closes_at,
    Call.release_at,
    Institution.name.label("institution"),
)


def public_calls(
    wanted: WantedCalls, cursor: str | None = None, *, size: int = 12
) -> Page[CallCard]:
    """Return one page of the calls that everyone may read. Two queries."""
    moment = now()
    is_over: ColumnElement[int] = case(
        (and_(Call.state.in_(_TAKING), Call.closes_at > moment), 0), else_=1
    )
    title = func.coalesce(Call.sort_keys[current_locale()].as_string(), Call.code)
    keys: dict[str, tuple[Any, ...]] = {
        "closing": (is_over, Call.closes_at),
        "title": (title,),
        "newest": (Call.opens_at,),
    }
    chosen = keys.get(wanted.sort, keys["closing"])
    labelled = [key.label(f"key{number}") for number, key in enumerate(chosen)]
    query: Select[Any] = (
        select(*_CARD, *labelled)
        .join(Institution, Institution.id == Call.institution_id)
        .where(*_conditions(wanted, moment))
    )
    page = paged(
        lambda statement: read_rows(statement).all(),
        query,
        *chosen,
        Call.id,
        cursor=cursor,
        key_of=lambda row: (*(getattr(row, one.name) for one in labelled), row.id),
        descending=wanted.sort == "newest",
        size=size,
    )
    hosts = _hosts([row.id for row in page.items])
    cards = [CallCard(row, hosts.get(row.id, [])) for row in page.items]
    return Page(cards, next=page.next, previous=page.previous)


def how_many(wanted: WantedCalls) -> int:
    """Count the public calls that are looked for."""
    query = select(func.count()).select_from(Call).where(*_conditions(wanted, now()))
    return int(db.session.scalar(query) or 0)


def countries() -> list[str]:
    """Return the countries that public calls lead to, by ISO 3166."""
    query = (
        select(Institution.country)
        .join(Destination, Destination.institution_id == Institution.id)
        .join(Call, Call.id == Destination.call_id)
        .where(Call.state.in_(_LISTED))
        .distinct()
        .order_by(Institution.country)
    )
    return list(db.session.scalars(query))


def office_calls(
    actor: Actor,
    *,
    text: str = "",
    state: CallState | None = None,
    sort: str = "-closes",
    cursor: str | None = None,
) -> Page[Row[*tuple[Any, ...]]]:
    """Return one page of the calls of the actor's offices, with numbers of applications."""
    keys = {
        "closes": Call.closes_at,
        "code": Call.code,
        "title": func.coalesce(Call.sort_keys[current_locale()].as_string(), Call.code),
    }
    key = keys.get(sort.removeprefix("-"), Call.closes_at)
    return paged(
        lambda statement: read_rows(statement).all(),
        _kept(actor, text, state).add_columns(key.label("sort_key")),
        key,
        Call.id,
        cursor=cursor,
        key_of=lambda row: (row.sort_key, row.id),
        descending=sort.startswith("-"),
    )


def all_office_calls(
    actor: Actor, *, text: str = "", state: CallState | None = None
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return all calls of the actor's offices, the last to close first."""
    query = _kept(actor, text, state).order_by(Call.closes_at.desc(), Call.id.desc())
    return read_rows(query).all()


def offices_of(actor: Actor) -> list[tuple[UUID, Any]]:
    """Return the institutions (id, name) in whose office the actor works, by code."""
    query = select(Institution.id, Institution.name).where(Institution.is_active)
    where = actor.institutions(*OFFICE)
    if where is not None:
        query = query.where(Institution.id.in_(where))
    return [(row.id, row.name) for row in db.session.execute(query.order_by(Institution.code))]


def _kept(actor: Actor, text: str, state: CallState | None) -> Select[Any]:
    sent = (
        select(func.count())
        .where(Application.call_id == Call.id, Application.state != ApplicationState.DRAFT)
        .correlate(Call)
        .scalar_subquery()
    )
    drafts = (
        select(func.count())
        .where(Application.call_id == Call.id, Application.state == ApplicationState.DRAFT)
        .correlate(Call)
        .scalar_subquery()
    )
    where = actor.institutions(*OFFICE)
    query: Select[Any] = (
        select(*_CARD, sent.label("sent"), drafts.label("drafts"))
        .join(Institution, Institution.id == Call.institution_id)
        .where(*_found(text))
    )
    if where is not None:
        query = query.where(Call.institution_id.in_(where))
    return query if state is None else query.where(Call.state == state)


def _conditions(wanted: WantedCalls, moment: datetime) -> list[ColumnElement[bool]]:
    found = [Call.state.in_(_LISTED), *_found(wanted.text)]
    if wanted.kind is not None:
        found.append(Call.kind == wanted.kind)
    if wanted.country:
        host = aliased(Institution)
        there = (
            select(Destination.id)
            .join(host, host.id == Destination.institution_id)
            .where(Destination.call_id == Call.id, host.country == wanted.country)
        )
        found.append(there.correlate(Call).exists())
    if wanted.field:
        fits = Call.isced_index.contains(f"|{wanted.field}", autoescape=True)
        found.append(or_(Call.isced_index == "", fits))
    if wanted.open_now:
        found += [
            Call.state.in_(_TAKING),
            Call.opens_at <= moment,
            Call.closes_at > moment,
        ]
    return found


def _found(text: str) -> list[ColumnElement[bool]]:
    terms = search_terms(text)[:MOST_TERMS]
    if text.strip() and not terms:  # something was typed that holds no letter or digit
        return [false()]
    return [Call.search_text.contains(term, autoescape=True) for term in terms]


def _hosts(call_ids: Sequence[UUID]) -> dict[UUID, list[Row[*tuple[Any, ...]]]]:
    if not call_ids:
        return {}
    query = (
        select(
            Destination.call_id,
            Institution.name,
            Institution.city,
            Institution.country,
            (Quota.capacity_persons - Quota.used_persons + secretly_held()).label("left"),
        )
        .join(Institution, Institution.id == Destination.institution_id)
        .join(Quota, Quota.id == Destination.quota_id)
        .where(Destination.call_id.in_(call_ids))
        .order_by(Destination.call_id, Destination.position)
    )
    found: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
    for row in read_rows(query):
        found.setdefault(row.call_id, []).append(row)
    return found
