"""Lists of agreements: to search, filter and sort, page by page or as a whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, String, case, cast, false, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from app.core.actor import Actor
from app.core.database import db
from app.core.names import search_terms
from app.core.paging import Page, paged
from app.exchanges.models.agreements import Agreement, AgreementVersion, Condition
from app.exchanges.policies.agreements import OF_OURS_ALONE
from app.exchanges.policies.parties import OFFICE
from app.exchanges.states.agreements import STANDING, AgreementState
from app.institutions.models import Institution

SORTS = ("code", "title", "end")
MOST_IN_A_FILE = 10_000
_NEVER = "9999-12-31"
_COLUMNS: tuple[Any, ...] = (
    Agreement.id,
    Agreement.code,
    Agreement.title,
    AgreementVersion.state,
    AgreementVersion.number,
    AgreementVersion.ends_on,
)

Line = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; everything is optional."""

    text: str = ""
    state: AgreementState | None = None
    sort: str = "code"
    falling: bool = False


def agreements(actor: Actor, wanted: Wanted, cursor: str | None = None) -> Page[Line]:
    """Return a page of the agreements of the actor's offices, each with its foremost version.

    One query.
    """
    query, key = _statement(actor, wanted)
    return paged(
        lambda ordered: db.session.execute(ordered).all(),
        query,
        key,
        Agreement.id,
        cursor=cursor,
        key_of=lambda row: (row.sort_key, row.id),
        descending=wanted.falling,
    )


def all_agreements(actor: Actor, wanted: Wanted) -> Iterator[Line]:
    """Yield every agreement that is looked for."""
    query, key = _statement(actor, wanted)
    way = key.desc() if wanted.falling else key.asc()
    yield from db.session.execute(query.order_by(way, Agreement.id).limit(MOST_IN_A_FILE))


def years_of(agreement_ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """Return the first and the last academic year of the standing versions, in one query."""
    query = (
        select(
            AgreementVersion.agreement_id,
            func.min(Condition.first_year),
            func.max(Condition.last_year),
        )
        .join(Condition, Condition.version_id == AgreementVersion.id)
        .where(
            AgreementVersion.agreement_id.in_(agreement_ids),
            AgreementVersion.state.in_(STANDING),
        )
        .group_by(AgreementVersion.agreement_id)
    )
    return {row[0]: (row[1], row[2]) for row in db.session.execute(query)}


def _statement(actor: Actor, wanted: Wanted) -> tuple[Select[Any], ColumnElement[Any]]:
    ours = _at(Agreement.institution_id, actor.institutions(*OFFICE, "registrar"))
    theirs = _at(Agreement.partner_id, actor.institutions(*OFFICE))
    foremost = (
        select(AgreementVersion.id)
        .where(
            AgreementVersion.agreement_id == Agreement.id,
            or_(ours, AgreementVersion.state.not_in(OF_OURS_ALONE)),
        )
        .order_by(
            case((AgreementVersion.state.in_(STANDING), 0), else_=1),
            AgreementVersion.number.desc(),
        )
        .limit(1)
        .correlate(Agreement)
        .scalar_subquery()
    )
    keys: dict[str, ColumnElement[Any]] = {
        "code": Agreement.code,  # type: ignore[dict-item]  # a column is an element
        "title": Agreement.title,  # type: ignore[dict-item]  # as above
        "end": func.coalesce(cast(AgreementVersion.ends_on, String), _NEVER),
    }
    key = keys.get(wanted.sort, keys["code"])
    home, partner = aliased(Institution), aliased(Institution)
    query = (
        select(
            *_COLUMNS,
            home.name.label("home"),
            partner.name.label("partner"),
            key.label("sort_key"),
        )
        .join(AgreementVersion, AgreementVersion.id == foremost)
        .join(home, home.id == Agreement.institution_id)
        .join(partner, partner.id == Agreement.partner_id)
        .where(or_(ours, theirs))
    )
    for term in search_terms(wanted.text):
        query = query.where(Agreement.search_text.contains(term, autoescape=True))
    if wanted.state is not None:
        query = query.where(AgreementVersion.state == wanted.state)
    return query, key


def _at(column: Any, where: frozenset[UUID] | None) -> ColumnElement[bool]:
    if where is None:
        return column.is_not(None)  # type: ignore[no-any-return]  # a column of any model
    return column.in_(where) if where else false()
