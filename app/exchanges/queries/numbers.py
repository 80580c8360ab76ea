"""Numbers of an exchange office: applications, selections, balance, who is where now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.core.actor import Actor
from app.core.database import Text, db, read_rows
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call
from app.exchanges.models.mobilities import Mobility
from app.exchanges.policies.parties import OFFICE
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import CallState
from app.exchanges.states.mobilities import ABROAD, MobilityState
from app.institutions.models import Institution

MOST_ROWS = 5_000
_A = ApplicationState
STEPS: dict[str, frozenset[ApplicationState]] = {
    "drafts": frozenset({_A.DRAFT}),
    "sent": frozenset(ApplicationState) - {_A.DRAFT},
    "selected": frozenset({_A.SELECTED, _A.CONFIRMED, _A.NOMINATED}),
    "waiting": frozenset({_A.WAIT_LISTED}),
    "not_selected": frozenset({_A.NOT_SELECTED, _A.INELIGIBLE, _A.DISMISSED}),
    "gave_up": frozenset({_A.WITHDRAWN, _A.DECLINED, _A.OFFER_EXPIRED}),
    "nominated": frozenset({_A.NOMINATED}),
}
"""What is counted of a call, by the states that count."""


@dataclass(frozen=True, slots=True)
class CallNumbers:
    """How many applications of a call stand where."""

    id: UUID
    code: str
    title: Text
    state: CallState
    academic_year: int
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay that is under way, or about to be."""

    id: UUID
    number: str
    name: str
    state: MobilityState
    kind: str
    sending: Text
    receiving: Text
    city: Text
    country: str
    since: date
    until: date


def institutions_of(actor: Actor) -> Sequence[Institution]:
    """Return the institutions in whose exchange office the actor works."""
    where = actor.institutions(*OFFICE)
    query = select(Institution).order_by(Institution.code)
    if where is not None:
        query = query.where(Institution.id.in_(where))
    return db.session.scalars(query).all()


def years_of(institution_id: UUID) -> list[int]:
    """Return the academic years in which an institution has calls or stays, newest first."""
    calls = select(Call.academic_year).where(Call.institution_id == institution_id)
    stays = select(Mobility.academic_year).where(
        or_(
            Mobility.sending_institution_id == institution_id,
            Mobility.receiving_institution_id == institution_id,
        )
    )
    return sorted(db.session.scalars(calls.union(stays)), reverse=True)


def calls(institution_id: UUID, year: int) -> list[CallNumbers]:
    """Return the calls of an institution for a year with what became of the applications."""
    counts: dict[UUID, dict[ApplicationState, int]] = {}
    counted = (
        select(Application.call_id, Application.state, func.count())
        .join(Call, Call.id == Application.call_id)
        .where(Call.institution_id == institution_id, Call.academic_year == year)
        .group_by(Application.call_id, Application.state)
    )
    for call_id, state, number in read_rows(counted):
        counts.setdefault(call_id, {})[state] = number
    query = (
        select(Call.id, Call.code, Call.title, Call.state, Call.academic_year)
        .where(Call.institution_id == institution_id, Call.academic_year == year)
        .order_by(Call.code)
    )
    return [
        CallNumbers(
            row.id,
            row.code,
            Text(row.title),
            row.state,
            row.academic_year,
            {
                step: sum(n for state, n in counts.get(row.id, {}).items() if state in states)
                for step, states in STEPS.items()
            },
        )
        for row in read_rows(query)
    ]


def abroad(institution_id: UUID) -> list[Stay]:
    """Return the stays under way that the institution sends or receives, by country and name."""
    return _stays(institution_id, Mobility.state.in_(ABROAD))


def in_year(institution_id: UUID, year: int) -> list[Stay]:
    """Return every stay of a year that the institution sends or receives."""
    return _stays(institution_id, Mobility.academic_year == year)


def _stays(institution_id: UUID, condition: Any) -> list[Stay]:
    sending, receiving = aliased(Institution), aliased(Institution)
    query = (
        select(
            Mobility.id,
            Mobility.number,
            User.display_name,
            Mobility.state,
            Mobility.kind,
            sending.name.label("sending"),
            receiving.name.label("receiving"),
            receiving.city.label("city"),
            receiving.country,
            func.coalesce(Mobility.actual_from, Mobility.planned_from).label("since"),
            func.coalesce(Mobility.actual_until, Mobility.planned_until).label("until"),
        )
        .join(User, User.id == Mobility.person_id)
        .join(sending, sending.id == Mobility.sending_institution_id)
        .join(receiving, receiving.id == Mobility.receiving_institution_id)
        .where(
            condition,
            or_(
                Mobility.sending_institution_id == institution_id,
                Mobility.receiving_institution_id == institution_id,
            ),
        )
        .order_by(receiving.country, receiving.code, User.sort_name, Mobility.id)
        .limit(MOST_ROWS)
    )
    return [
        Stay(
            row.id,
            row.number,
            row.display_name,
            row.state,
            row.kind,
            Text(row.sending),
            Text(row.receiving),
            Text(row.city),
            row.country,
            row.since,
            row.until,
        )
        for row in read_rows(query)
    ]
