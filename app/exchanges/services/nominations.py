"""Nominating people to hosts, and the hosts' answers.

A decision names the proposal it is about. A change of content makes another proposal, which the
host has to see anew; a change of personal data does not.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import User
from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Invalid, WrongState
from app.core.i18n import gettext as _
from app.core.names import search_text
from app.exchanges.models.agreements import Allocation, Quota
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call, Destination
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.nominations import Nomination, NominationProposal
from app.exchanges.notices import nominations as notices
from app.exchanges.policies import parties
from app.exchanges.queries import agreements, applications
from app.exchanges.queries import guest_links as links
from app.exchanges.queries import mobilities as stays
from app.exchanges.queries import nominations as queries
from app.exchanges.queries import quota_terms as terms
from app.exchanges.queries import quotas as places
from app.exchanges.rules.nominations import content_of, proposal_id
from app.exchanges.services import (
    guest_links,
    legal_clocks,
    mobilities,
    quota_terms,
    quotas,
    series,
)
from app.exchanges.services.nomination_answers import LINK, said
from app.exchanges.services.steps import take
from app.exchanges.states.applications import APPLICATION
from app.exchanges.states.calls import AcademicTerm
from app.exchanges.states.mobilities import (
    BEFORE_ARRIVAL,
    MOBILITY,
    NOMINATION,
)
from app.exchanges.words.nominations import value_in_words
from app.institutions.models import Institution


@dataclass(frozen=True, slots=True)
class Plan:
    """What is proposed to the host, beside who goes where."""

    planned_from: date
    planned_until: date
    term: AcademicTerm
    isced: str = ""
    eqf_level: int | None = None
    comment: str = ""
    confirmed: str = ""
    """How the office made sure of what the agreement asks and the application does not say."""


def plan_of(application: Application, call: Call) -> Plan:
    """Return what the call and the application say, to begin a nomination with."""
    facts = application.facts
    level = facts.get("eqf_level")
    return Plan(
        planned_from=call.stay_from,
        planned_until=call.stay_until,
        term=call.term,
        isced=str(facts.get("isced") or "")[:4],
        eqf_level=level if isinstance(level, int) else None,
    )


@atomic()
def nominate(
    actor: Actor,
    application_id: UUID,
    plan: Plan | None = None,
    *,
    home_coordinator_id: UUID | None = None,
) -> Nomination:
    """Nominate who has confirmed a place: make the stay and propose it to the host.

    Raises NotFound, Forbidden, WrongState, Conflict when no agreement stands for the year, and
    Invalid for days outside of it, and for a field, a level or a language that it does not send.
    """
    application = applications.locked_for(actor, application_id)
    call = application.call
    found = parties.in_application(actor, application, call)
    APPLICATION.require(found, "nominate")
    APPLICATION.machine.after(application.state, "nominate")
    destination = db.session.get_one(Destination, application.destination_id)
    quota = places.quota(destination.quota_id)
    plan = plan or plan_of(application, call)
    sure_of = _checked(plan, quota.id, application.id)
    mobility = _mobility(actor, application, call, quota, plan)
    if home_coordinator_id is not None:
        mobilities.set_coordinator(
            actor,
            mobility,
            "home_coordinator_id",
            mobility.sending_institution_id,
            home_coordinator_id,
        )
    take(
        actor,
        application,
        APPLICATION,
        "nominate",
        parties=found,
        institution_id=application.institution_id,
    )
    nomination = _nomination(actor, mobility, plan)
    quota_terms.note(actor, nomination, application.institution_id, sure_of, plan.confirmed)
    notices.nominated(mobility)
    return nomination


@atomic()
def propose(actor: Actor, nomination_id: UUID, plan: Plan) -> bool:
    """Change what is proposed; tell whether it is another proposal, which is to be seen anew.

    Raises as `nominate`: whatever is proposed anew lies in an agreement that is in force.
    """
    mobility, nomination = queries.locked_for(actor, nomination_id)
    found = parties.in_mobility(actor, mobility)
    NOMINATION.require(found, "propose")
    NOMINATION.machine.after(nomination.state, "propose")
    if mobility.state not in BEFORE_ARRIVAL:
        raise WrongState(_("The stay has begun: its plan cannot be changed any more."))
    _in_order(plan)
    for name in ("planned_from", "planned_until", "term", "isced", "eqf_level"):
        setattr(mobility, name, getattr(plan, name))
    content = content_of(mobility, plan.comment)
    if proposal_id(content) == nomination.proposal_id:
        return False
    known = {rule for one in terms.confirmations(nomination.id) for rule in one.rules}
    sure_of = _checked(plan, mobility.quota_id, mobility.application_id, known)
    home = mobility.sending_institution_id
    quota_terms.note(actor, nomination, home, sure_of, plan.confirmed)
    if mobility.application_id and places.held_by(mobility.application_id) is None:
        # The host said no before, to the plan or to the person; whoever came since is first.
        months = _months(mobility.application_id)
        quotas.take(mobility.application_id, mobility.quota_id, months)
    nomination.content, nomination.proposal_id = content, proposal_id(content)
    nomination.proposed_at = now()
    nomination.decided_at, nomination.decision_comment = None, ""
    take(
        actor,
        nomination,
        NOMINATION,
        "propose",
        parties=found,
        institution_id=mobility.sending_institution_id,
    )
    _keep(actor, nomination)
    legal_clocks.follow_plan(mobility)
    notices.nominated(mobility, is_changed=True)
    return True


@atomic()
def correct(actor: Actor, nomination_id: UUID, personal: Mapping[str, str]) -> None:
    """Change names or contacts; what the host decided stays decided."""
    mobility, nomination = queries.locked_for(actor, nomination_id)
    NOMINATION.require(parties.in_mobility(actor, mobility), "propose")
    before = dict(nomination.personal)
    nomination.personal = before | {name: text.strip()[:250] for name, text in personal.items()}
    audit.record(
        actor,
        "nomination.correct",
        nomination.id,
        kind=NOMINATION.kind,
        institution_id=mobility.sending_institution_id,
        changes={"personal": [sorted(before), sorted(nomination.personal)]},
    )


@atomic()
def cancel(actor: Actor, nomination_id: UUID, reason: str) -> None:
    """Take a nomination back before the stay begins; stay and place are given up with it."""
    mobility, nomination = queries.locked_for(actor, nomination_id)
    found = parties.in_mobility(actor, mobility)
    NOMINATION.require(found, "cancel")
    NOMINATION.machine.after(nomination.state, "cancel")
    MOBILITY.machine.after(mobility.state, "cancel")
    words = said(reason, "reason")
    where = mobility.sending_institution_id
    take(
        actor,
        nomination,
        NOMINATION,
        "cancel",
        parties=found,
        institution_id=where,
        reason=words,
    )
    take(actor, mobility, MOBILITY, "cancel", parties=found, institution_id=where, reason=words)
    if mobility.application_id:
        quotas.release(mobility.application_id)
    for link in links.open_links(LINK, nomination.id):
        guest_links.revoke(actor, link.id)
    notices.cancelled(mobility, words)


@atomic()
def give_up(actor: Actor, mobility_id: UUID, reason: str) -> None:
    """Cancel a stay before it begins, whatever the host has answered. Raises as `cancel`."""
    mobility = stays.locked_for(actor, mobility_id)
    nomination = queries.of_stay(mobility_id)
    found = parties.in_mobility(actor, mobility)
    MOBILITY.require(found, "cancel")
    MOBILITY.machine.after(mobility.state, "cancel")
    if nomination and "cancel" in NOMINATION.machine.actions(nomination.state):
        cancel(actor, nomination.id, reason)
        return
    words = said(reason, "reason")
    where = mobility.sending_institution_id
    take(actor, mobility, MOBILITY, "cancel", parties=found, institution_id=where, reason=words)
    if mobility.application_id:
        quotas.release(mobility.application_id)
    notices.cancelled(mobility, words)


def _mobility(
    actor: Actor, application: Application, call: Call, quota: Quota, plan: Plan
) -> Mobility:
    home = db.session.get_one(Institution, quota.sending_institution_id)
    host = db.session.get_one(Institution, quota.receiving_institution_id)
    person = db.session.get_one(User, application.applicant_id)
    condition = agreements.condition_of(quota.id)
    number = str(series.next_number(home, series.STAYS, call.academic_year))
    mobility = Mobility(
        application_id=application.id,
        quota_id=quota.id,
        number=number,
        person_id=person.id,
        kind=quota.kind,
        sending_institution_id=home.id,
        receiving_institution_id=host.id,
        sending_unit_id=application.unit_id or (condition.sending_unit_id if condition else None),
        receiving_unit_id=condition.receiving_unit_id if condition else None,
        academic_year=call.academic_year,
        term=plan.term,
        isced=plan.isced,
        eqf_level=plan.eqf_level,
        planned_from=plan.planned_from,
        planned_until=plan.planned_until,
        search_text=search_text(
            person.display_name, number, *home.name.values(), *host.name.values()
        )[:1000],
    )
    audit.begin(actor, mobility, MOBILITY.machine, kind=MOBILITY.kind, institution_id=home.id)
    db.session.add(mobility)
    db.session.flush()
    return mobility


def _nomination(actor: Actor, mobility: Mobility, plan: Plan) -> Nomination:
    content = content_of(mobility, plan.comment)
    person = db.session.get_one(User, mobility.person_id)
    nomination = Nomination(
        mobility_id=mobility.id,
        proposal_id=proposal_id(content),
        content=content,
        personal={"name": person.display_name, "email": person.email},
        proposed_at=now(),
    )
    audit.begin(
        actor,
        nomination,
        NOMINATION.machine,
        kind=NOMINATION.kind,
        institution_id=mobility.sending_institution_id,
    )
    db.session.add(nomination)
    db.session.flush()
    _keep(actor, nomination)
    return nomination


def _keep(actor: Actor, nomination: Nomination) -> None:
    known: list[Any] = list(queries.proposals_of(nomination.id))
    db.session.add(
        NominationProposal(
            nomination_id=nomination.id,
            number=len(known) + 1,
            proposal_id=nomination.proposal_id,
            content=nomination.content,
            by=actor.user_id,
        )
    )


def _months(application_id: UUID) -> int:
    query = select(Allocation.months).where(Allocation.application_id == application_id)
    return db.session.scalars(query.order_by(Allocation.taken_at.desc())).first() or 0


def _checked(
    plan: Plan, quota_id: UUID, application_id: UUID | None, known: Collection[str] = ()
) -> list[str]:
    """Return what the office confirms of the agreement; Invalid names what does not fit it."""
    _in_order(plan)
    life = agreements.life_of(quota_id)
    if life is None:
        raise Conflict(
            _("The agreement with this host is not in force for the academic year of the stay.")
        )
    first, last = (value_in_words("planned_from", day.isoformat()) for day in life)
    if plan.planned_from < life[0]:
        reason = _("The agreement with this host begins on %(day)s.", day=first)
        raise Invalid(reason, field="planned_from")
    if plan.planned_from > life[1]:
        reason = _("The agreement with this host ends on %(day)s, before the stay.", day=last)
        raise Invalid(reason, field="planned_from")
    if plan.planned_until > life[1]:
        reason = _("The agreement with this host ends on %(day)s, during the stay.", day=last)
        raise Invalid(reason, field="planned_until")
    planned = {"isced": plan.isced, "eqf_level": plan.eqf_level}
    return quota_terms.require(quota_id, application_id, planned, plan.confirmed, confirmed=known)


def _in_order(plan: Plan) -> None:
    if plan.planned_until < plan.planned_from:
        raise Invalid(_("The last day comes before the first."), field="planned_until")
