"""Reading what was decided about equal courses: all of it, and what fits a draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from app.core.actor import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.names import search_terms
from app.core.paging import Page, paged
from app.exchanges.models.equivalences import EquivalenceDecision
from app.exchanges.models.mobilities import Mobility
from app.exchanges.policies.parties import OFFICE
from app.exchanges.rules.equivalences import Course, fits, stands
from app.exchanges.rules.learning_agreements import Component, Table

READERS = (*OFFICE, "faculty", "registrar")
"""Roles at the home institution that read what was decided there."""

MOST = 20_000


@dataclass(frozen=True, slots=True)
class Offer:
    """A decision that fits a draft, and the home courses that the draft lacks."""

    decision: EquivalenceDecision
    missing: Sequence[Course]


def host_courses(decision: EquivalenceDecision) -> list[Course]:
    """Return the courses of the host that a decision is about."""
    return [Course.from_json(one) for one in decision.host_courses]


def home_courses(decision: EquivalenceDecision) -> list[Course]:
    """Return the courses at home for which they stand."""
    return [Course.from_json(one) for one in decision.home_courses]


def standing(stay: Mobility, today: date) -> list[EquivalenceDecision]:
    """Return what holds between the two institutions of a stay, the newest first."""
    query = (
        select(EquivalenceDecision)
        .where(
            EquivalenceDecision.home_institution_id == stay.sending_institution_id,
            EquivalenceDecision.host_institution_id == stay.receiving_institution_id,
            EquivalenceDecision.withdrawn_at.is_(None),
            or_(
                EquivalenceDecision.valid_until.is_(None),
                EquivalenceDecision.valid_until >= today,
            ),
        )
        .options(*_with_all())
        .order_by(EquivalenceDecision.id.desc())
        .limit(200)
    )
    return list(db.session.scalars(query))


def offers(stay: Mobility, components: Sequence[Component], today: date) -> list[Offer]:
    """Return the decisions that say which home courses a draft could have, but has not."""
    found = [
        Offer(one, fits(host_courses(one), home_courses(one), components))
        for one in standing(stay, today)
    ]
    return [one for one in found if one.missing]


def suggestions(
    stay: Mobility, components: Sequence[Component], today: date
) -> list[EquivalenceDecision]:
    """Return the decisions about courses of the host of which a draft has none yet."""
    planned = {Course.of(one).key for one in components if one.table == Table.STUDIED}
    return [
        one
        for one in standing(stay, today)
        if planned.isdisjoint(course.key for course in host_courses(one))
    ]


def decision_for(actor: Actor, decision_id: UUID) -> EquivalenceDecision:
    """Return a decision that the actor may read; raises NotFound."""
    query = _visible(actor).where(EquivalenceDecision.id == decision_id)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise _unknown()
    return found


def locked_for(actor: Actor, decision_id: UUID) -> EquivalenceDecision:
    """Return the same under a lock; raises NotFound."""
    query = _visible(actor).where(EquivalenceDecision.id == decision_id)
    locked = query.with_for_update(of=EquivalenceDecision)
    found = db.session.scalars(locked.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise _unknown()
    return found


def is_standing(decision: EquivalenceDecision, today: date) -> bool:
    """Tell whether a decision is offered today."""
    return decision.withdrawn_at is None and stands(decision.valid_until, today)


def decisions(
    actor: Actor, *, words: str = "", sort: str = "", cursor: str | None = None
) -> Page[EquivalenceDecision]:
    """Return a page of the decisions of the actor's institutions, the newest first."""
    return paged(
        lambda asked: db.session.scalars(asked).all(),
        _searched(actor, words),
        EquivalenceDecision.id,
        cursor=cursor,
        key_of=lambda one: (one.id,),
        descending=sort != "decided",
    )


def all_decisions(actor: Actor, *, words: str = "") -> Sequence[EquivalenceDecision]:
    """Return the same to take away, at most MOST of them."""
    query = _searched(actor, words).order_by(EquivalenceDecision.id.desc()).limit(MOST)
    return db.session.scalars(query).all()


def _searched(actor: Actor, words: str) -> Select[EquivalenceDecision]:
    query = _visible(actor)
    for term in search_terms(words)[:6]:
        query = query.where(EquivalenceDecision.search_text.contains(term, autoescape=True))
    return query


def _visible(actor: Actor) -> Select[EquivalenceDecision]:
    return select(EquivalenceDecision).where(_mine(actor)).options(*_with_all())


def _mine(actor: Actor) -> ColumnElement[bool]:
    where = actor.institutions(*READERS) or frozenset()
    return or_(
        EquivalenceDecision.home_institution_id.in_(where),
        EquivalenceDecision.decided_by == actor.user_id,
    )


def _with_all() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(EquivalenceDecision.decider),
        joinedload(EquivalenceDecision.host_institution),
        joinedload(EquivalenceDecision.home_institution),
    )


def _unknown() -> NotFound:
    return NotFound(_("There is no such decision."))
