"""Deciding that courses of a host stand for courses at home, and using what was decided."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Forbidden, Invalid, WrongState
from app.core.i18n import gettext as _
from app.core.names import search_text
from app.exchanges.models.equivalences import EquivalenceDecision
from app.exchanges.policies.parties import in_mobility, in_office
from app.exchanges.queries import equivalences as queries
from app.exchanges.queries import learning_agreements as agreements
from app.exchanges.queries import mobilities
from app.exchanges.rules.equivalences import Course
from app.exchanges.rules.learning_agreements import OF_HOST, Component, Table, effective
from app.exchanges.services import learning_agreement_drafts as drafts
from app.exchanges.states.parties import Party

_SUBSTITUTE = "substituting-deleted"


@atomic()
def decide(
    actor: Actor,
    mobility_id: UUID,
    *,
    host: Collection[str],
    home: Collection[str],
    valid_until: date | None = None,
    note: str = "",
) -> EquivalenceDecision:
    """Remember that some rows of an agreement taught by the host stand for some at home.

    The rows are named by their keys. Raises NotFound, Forbidden (the home coordinator decides),
    Invalid (nothing chosen on one side, a day that is over).
    """
    held = agreements.locked_for(actor, mobility_id)
    if Party.HOME_COORDINATOR not in held.parties:
        raise Forbidden(_("The coordinator at home decides what stands for what."))
    if valid_until is not None and valid_until < now().date():
        raise Invalid(_("This day is over."), field="valid_until")
    snapshots = held.agreement.snapshots
    rows = effective(snapshots.first, snapshots.proposal or snapshots.approved)
    there = _chosen(rows, host, OF_HOST)
    here = _chosen(rows, home, {Table.RECOGNISED})
    if not there:
        raise Invalid(_("Choose at least one course of the host."), field="host")
    if not here:
        raise Invalid(_("Choose at least one course at home."), field="home")
    decision = EquivalenceDecision(
        home_institution_id=held.stay.sending_institution_id,
        host_institution_id=held.stay.receiving_institution_id,
        host_courses=[one.as_json() for one in there],
        home_courses=[one.as_json() for one in here],
        mobility_id=held.stay.id,
        note=note.strip(),
        valid_until=valid_until,
        decided_by=actor.user_id,
        search_text=search_text(
            *(part for one in (*there, *here) for part in (one.code, one.title)),
            *held.stay.receiving_institution.name.values(),
        )[:2000],
    )
    db.session.add(decision)
    _note(actor, "equivalence.decide", decision)
    return decision


@atomic()
def withdraw(actor: Actor, decision_id: UUID, *, reason: str) -> None:
    """Offer a decision no more; agreements that used it stand.

    Raises NotFound, Forbidden (who decided it, or the office at home), WrongState, Invalid.
    """
    decision = queries.locked_for(actor, decision_id)
    is_theirs = decision.decided_by == actor.user_id
    if not is_theirs and not in_office(actor, decision.home_institution_id):
        raise Forbidden(_("Who decided it or the exchange office at home withdraws it."))
    if decision.withdrawn_at is not None:
        raise WrongState(_("This was withdrawn before."))
    if not reason.strip():
        raise Invalid(_("Say why: others will ask."), field="reason")
    decision.withdrawn_at, decision.withdrawn_by = now(), actor.user_id
    _note(actor, "equivalence.withdraw", decision, reason.strip())


@atomic()
def use(
    actor: Actor, mobility_id: UUID, decision_id: UUID, *, term: tuple[int, int]
) -> Sequence[Component]:
    """Put the courses of a decision into one's draft, those that it lacks on either side.

    Returns what was added. Raises NotFound, Forbidden, WrongState, Conflict (it holds no more).
    """
    stay = mobilities.locked_for(actor, mobility_id)
    if Party.APPLICANT not in in_mobility(actor, stay):
        raise Forbidden(_("Only who goes abroad writes this agreement."))
    decision = next(
        (one for one in queries.standing(stay, now().date()) if one.id == decision_id), None
    )
    if decision is None:
        raise Conflict(_("This decision holds no more. Look at the offers as they are now."))
    snapshots = agreements.locked_for(actor, mobility_id).agreement.snapshots
    rows = effective(snapshots.first, snapshots.proposal)
    wanted = {
        Table.STUDIED: queries.host_courses(decision),
        Table.RECOGNISED: queries.home_courses(decision),
    }
    reason = "" if snapshots.first is None else _SUBSTITUTE
    added = [
        Component(table, one.title, one.code, term=term, credits=one.credits, reason_code=reason)
        for table, courses in wanted.items()
        for one in courses
        if not any(Course.of(row).key == one.key for row in rows if row.table == table)
    ]
    for one in added:
        drafts.add_component(actor, mobility_id, one)
    return [replace(one, reason_code="") for one in added]


def _chosen(
    rows: Sequence[Component], keys: Collection[str], tables: Collection[Table]
) -> list[Course]:
    return [Course.of(one) for one in rows if one.key in keys and one.table in tables]


def _note(actor: Actor, action: str, decision: EquivalenceDecision, reason: str = "") -> None:
    audit.record(
        actor,
        action,
        decision.id,
        kind="equivalence",
        institution_id=decision.home_institution_id,
        reason=reason,
    )
