"""Holding nominations to what the agreement asks of the people it sends."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import Invalid
from app.exchanges.models.applications import Application
from app.exchanges.models.nominations import Nomination
from app.exchanges.queries import agreements
from app.exchanges.queries.quota_terms import CONFIRMED
from app.exchanges.rules import quota_terms as rules
from app.exchanges.rules.eligibility import Outcome
from app.exchanges.states.mobilities import NOMINATION
from app.exchanges.words.quota_terms import refusal, unsure


def require(
    quota_id: UUID,
    application_id: UUID | None,
    planned: dict[str, Any],
    reason: str,
    *,
    confirmed: Collection[str] = (),
) -> list[str]:
    """Return what the office has made sure of by its reason, beside what was confirmed before.

    Raises Invalid naming the field that the agreement does not fit, or `confirmed` when nobody
    knows whether it fits and the office gives no reason.
    """
    application = db.session.get(Application, application_id) if application_id else None
    asked = rules.rules_of(agreements.condition_of(quota_id))
    known = rules.facts_of(application.facts if application else {}, **planned)
    found = rules.findings(asked, known, now().date())
    for one in found:
        if one.outcome is Outcome.FAIL:
            raise Invalid(refusal(one), field=one.rule_id.partition("-")[0])
    open_ones = rules.unknown(found, confirmed)
    if open_ones and not reason.strip():
        by_id = {rule["id"]: rule for rule in asked}
        raise Invalid(unsure([by_id[one.rule_id] for one in open_ones]), field="confirmed")
    return [one.rule_id for one in open_ones]


def note(actor: Actor, nomination: Nomination, where: UUID, terms: list[str], reason: str) -> None:
    """Note what the office has made sure of, and how; nothing when there was nothing."""
    if not terms:
        return
    audit.record(
        actor,
        CONFIRMED,
        nomination.id,
        kind=NOMINATION.kind,
        institution_id=where,
        changes={"terms": [None, terms]},
        reason=" ".join(reason.split())[:1000],
    )
