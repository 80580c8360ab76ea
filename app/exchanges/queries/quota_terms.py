"""Reading what agreements ask of the people they send, and what an office has made sure of."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.core.clock import now
from app.core.database import db
from app.exchanges.models.agreements import AgreementVersion, Condition, Quota
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Destination
from app.exchanges.queries.applications import Wish
from app.exchanges.rules.eligibility import Finding
from app.exchanges.rules.quota_terms import findings, rules_of
from app.exchanges.states.agreements import STANDING

CONFIRMED = "exchanges.confirm_terms"


@dataclass(frozen=True, slots=True)
class OfHost:
    """What the agreement with one host asks, and what is found about somebody."""

    institution: dict[str, str]
    rules: list[dict[str, Any]]
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What somebody of the office made sure of: which rules, how, who and when."""

    rules: tuple[str, ...]
    reason: str
    name: str
    at: datetime


def of_wishes(application: Application, wishes: Sequence[Wish]) -> list[OfHost]:
    """Return what the agreements ask of an applicant, by the hosts wished for. One query."""
    rules = _rules_by_destination([one.destination_id for one in wishes])
    found = []
    for one in wishes:
        asked = rules.get(one.destination_id, [])
        said = findings(asked, application.facts, now().date())
        if said:
            found.append(OfHost(one.institution, asked, said))
    return found


def rules_of_call(call_id: UUID) -> list[dict[str, Any]]:
    """Return what the agreements behind a call's destinations ask, to know what to ask for."""
    ids = db.session.scalars(select(Destination.id).where(Destination.call_id == call_id)).all()
    return [rule for rules in _rules_by_destination(ids).values() for rule in rules]


def confirmations(nomination_id: UUID) -> list[Confirmed]:
    """Return what the office has made sure of for a nomination, the newest first."""
    query = (
        select(AuditEntry, User.display_name)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(AuditEntry.subject_id == nomination_id, AuditEntry.action == CONFIRMED)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
    return [
        Confirmed(tuple(entry.changes["terms"][1]), entry.reason, name or "", entry.at)
        for entry, name in db.session.execute(query)
    ]


def _rules_by_destination(ids: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    query = (
        select(Destination.id, Condition)
        .join(Quota, Quota.id == Destination.quota_id)
        .join(Condition, Condition.line_id == Quota.line_id)
        .join(AgreementVersion, AgreementVersion.id == Condition.version_id)
        .where(
            Destination.id.in_(ids),
            AgreementVersion.agreement_id == Quota.agreement_id,
            AgreementVersion.state.in_(STANDING),
            Condition.first_year <= Quota.academic_year,
            Condition.last_year >= Quota.academic_year,
        )
    )
    return {key: rules_of(condition) for key, condition in db.session.execute(query)}
