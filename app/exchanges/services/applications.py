"""Sending an application, taking it back, and what its office does with it."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from app.accounts.models import User
from app.audit import services as audit
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Forbidden, Gone, Invalid, NotFound, WrongState
from app.core.i18n import gettext as _
from app.exchanges.models.applications import Application, EligibilityFinding
from app.exchanges.models.calls import Call
from app.exchanges.notices import applications as notices
from app.exchanges.policies import applications as policies
from app.exchanges.queries import allocation
from app.exchanges.queries import applications as queries
from app.exchanges.queries import readiness as readiness_queries
from app.exchanges.rules.eligibility import Outcome
from app.exchanges.services import offers, quotas, travellers
from app.exchanges.services.drafts import (
    Saved,
    StaleStep,
    is_in_time,
    require_no_stake,
    save_step,
    searched,
    start,
)
from app.exchanges.services.steps import take
from app.exchanges.states.applications import APPLICATION, SEAT_HOLDING, ApplicationState
from app.exchanges.states.calls import RESULTS_KNOWN, CallState
from app.exchanges.states.parties import Party
from app.exchanges.words.findings import BY_HAND

RETURNABLE = frozenset({CallState.OPEN, CallState.CLOSED, CallState.SELECTING})
"""States of a call in which an application may go back to its applicant."""

LONGEST_RETURN = timedelta(days=60)
REMINDED_BEFORE = timedelta(days=3)
MOST_REASON = 2000
SENT = "exchanges.send_application"
"""The line of the trail that holds the hash of what was sent."""


@atomic()
def submit(actor: Actor, application_id: UUID) -> Application:
    """Send an application: numbered, checked by the rules as they are now, and receipted.

    Raises NotFound, Forbidden, WrongState, Gone (too late by the server's clock), Invalid (it is
    not complete, or a rule is against it).
    """
    call, application = _with_call(actor, application_id)
    APPLICATION.require(policies.parties_of(actor, application), "submit")
    APPLICATION.machine.after(application.state, "submit")
    if not is_in_time(application):
        raise Gone(_("The time to send this application is over."))
    require_no_stake(actor, call)
    person = db.session.get_one(User, application.applicant_id)
    ready = readiness_queries.readiness(application, now().date(), person.institution_id)
    if not ready.may_be_sent:
        raise Invalid(_("Something is still missing, or a rule is against it: see below."))
    application.number = application.number or queries.next_number(call.id)
    application.submitted_at, application.due_at = now(), None
    application.search_text = searched(person, call, application.number)
    _take(actor, application, "submit")
    _note_findings(application, ready)
    travellers.remember(actor, person.id, application.facts.get("citizenship") or ())
    audit.record(
        actor,
        SENT,
        application.id,
        kind=APPLICATION.kind,
        institution_id=call.institution_id,
        changes={"content": [None, content_hash(application)]},
    )
    notices.sent(application, call)
    return application


@atomic()
def withdraw(actor: Actor, application_id: UUID, *, reason: str = "") -> None:
    """Take an application back; a place that it holds goes to the next in line.

    Raises NotFound, Forbidden, WrongState.
    """
    call, application = _with_call(actor, application_id)
    APPLICATION.require(policies.parties_of(actor, application), "withdraw")
    if application.state == ApplicationState.NOT_SELECTED and call.state in RESULTS_KNOWN:
        raise WrongState(_("There is nothing to withdraw any more."))
    held, was_sent = application.state in SEAT_HOLDING, application.number is not None
    _take(actor, application, "withdraw", reason.strip()[:MOST_REASON])
    application.offer_expires_at = application.due_at = None
    application.reason = reason.strip()[:MOST_REASON]
    if held:
        quotas.release(application.id)
        offers.fill_kin(call)
    if was_sent:
        notices.withdrawn(application, call)


@atomic()
def return_(actor: Actor, application_id: UUID, *, reason: str, due_at: datetime) -> None:
    """Give an application back to its applicant, to be corrected and sent again by a moment.

    Raises NotFound, Forbidden, WrongState, Invalid.
    """
    application = _for_office(actor, application_id, "return")
    call = application.call
    if call.state not in RETURNABLE:
        raise WrongState(_("The selection is past the point where applications go back."))
    application.reason = _reason(reason)
    application.due_at = _due(due_at, call)
    _take(actor, application, "return", application.reason)
    notices.returned(application, call)


@atomic()
def lapse(application_id: UUID) -> bool:
    """Close an application that was returned and not sent again in time; tell whether it was.

    For the clock alone.
    """
    application = queries.locked(application_id)
    if application.state != ApplicationState.RETURNED or is_in_time(application):
        return False
    _take(SYSTEM, application, "lapse", _("It was not sent again in time."))
    notices.lapsed(application, application.call)
    return True


def lapse_overdue() -> int:
    """Close every application whose time to be sent again is over; return how many."""
    return sum(lapse(application_id) for application_id in queries.overdue(now()))


def remind_of_drafts() -> int:
    """Remind everybody once whose draft, or what they got back, is not sent and soon too late.

    Each is a change of its own.
    """
    found = queries.drafts_closing(now(), REMINDED_BEFORE)
    for application_id in found:
        _remind(application_id)
    return len(found)


@atomic()
def _remind(application_id: UUID) -> None:
    application = queries.locked(application_id)
    if policies.is_writable(application) and is_in_time(application):
        notices.remind_of_draft(application, application.call)


@atomic()
def refuse_as_ineligible(
    actor: Actor, application_id: UUID, *, message: str, rule_id: str = BY_HAND
) -> None:
    """Refuse an application by a rule of its call, with a message; the person may appeal.

    Raises NotFound, Forbidden, WrongState, Invalid (no message, no such rule).
    """
    application = _for_office(actor, application_id, "refuse")
    rule_set = readiness_queries.rules_of(application.call_id)
    known = {str(one.get("id")) for one in rule_set.rules} if rule_set else set()
    if rule_id != BY_HAND and rule_id not in known:
        raise Invalid(_("This call has no such rule."), field="rule_id")
    application.reason = _reason(message, field="message")
    application.decided_at = now()
    _take(actor, application, "refuse", application.reason)
    if rule_set is not None:
        _decide_by_rule(actor, application, rule_set.id, rule_id)
    notices.ineligible(application, application.call)


@atomic()
def decide_needs_human(
    actor: Actor, finding_id: UUID, *, passes: bool, reason: str, seen: str = ""
) -> None:
    """Decide what a rule could not: it is met, or it is not. May be decided anew.

    `seen` is the `version_of` the finding that was shown. Raises NotFound, Forbidden, WrongState,
    Invalid, and Conflict when somebody else has decided it since.
    """
    finding = db.session.get(EligibilityFinding, finding_id)
    if finding is None:
        raise NotFound(_("There is no such finding."))
    application = queries.locked_for(actor, finding.application_id)
    _require_office(actor, application)
    if application.state not in {ApplicationState.SUBMITTED, ApplicationState.UNDER_REVIEW}:
        raise WrongState(_("Findings are decided while an application is being checked."))
    finding = db.session.get_one(EligibilityFinding, finding_id, populate_existing=True)
    if finding.outcome != Outcome.NEEDS_HUMAN and finding.decided_by is None:
        raise WrongState(_("The rule has decided this itself."))
    if seen and version_of(finding) != seen:
        raise Conflict(_("Somebody else has decided this in the meantime. Look at it again."))
    before = finding.outcome
    finding.outcome = str(Outcome.PASS if passes else Outcome.FAIL)
    finding.decided_by, finding.at = actor.user_id, now()
    finding.details = finding.details | {"reason": _reason(reason)}
    audit.record(
        actor,
        "exchanges.decide_finding",
        application.id,
        kind=APPLICATION.kind,
        institution_id=application.institution_id,
        changes={finding.rule_id: [before, finding.outcome]},
        reason=reason.strip(),
    )


def version_of(finding: EligibilityFinding) -> str:
    """Return what tells one decision about a finding from the next."""
    return f"{finding.outcome} {finding.at.isoformat()}"


def content_hash(application: Application) -> str:
    """Return the SHA-256 of what an applicant sends: facts, answers and wishes."""
    wanted = [str(one.destination_id) for one in queries.preferences_of(application.id)]
    whole = [application.facts, application.answers, wanted, str(application.form_version_id)]
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def require_office(actor: Actor, application: Application) -> None:
    """Raise Forbidden unless the actor works in the home office and it is not their own."""
    _require_office(actor, application)


def _with_call(actor: Actor, application_id: UUID) -> tuple[Call, Application]:
    """Lock the call and those that share its places first, then the application; NotFound."""
    call = allocation.lock_family(queries.call_id_of(application_id))
    return call, queries.locked_for(actor, application_id)


def _for_office(actor: Actor, application_id: UUID, action: str) -> Application:
    """Lock an application for its office: 404, 403 and 409 in this order."""
    application = queries.locked_for(actor, application_id)
    APPLICATION.require(policies.parties_of(actor, application), action)
    _require_not_own(actor, application)
    APPLICATION.machine.after(application.state, action)
    return application


def _require_office(actor: Actor, application: Application) -> None:
    if Party.HOME_OFFICER not in policies.parties_of(actor, application):
        raise Forbidden(_("This step is for somebody else in this exchange to take."))
    _require_not_own(actor, application)


def _require_not_own(actor: Actor, application: Application) -> None:
    if application.applicant_id == actor.user_id:
        raise Forbidden(_("Somebody else in the office has to decide your own application."))


def _take(actor: Actor, application: Application, action: str, reason: str = "") -> None:
    take(
        actor,
        application,
        APPLICATION,
        action,
        parties=policies.parties_of(actor, application),
        institution_id=application.institution_id,
        reason=reason,
    )


def _reason(text: str, *, field: str = "reason") -> str:
    said = text.replace("\0", "").strip()
    if not said:
        raise Invalid(_("Say why: the person will read it."), field=field)
    if len(said) > MOST_REASON:
        raise Invalid(_("Use at most %(max)s characters.", max=MOST_REASON), field=field)
    return said


def _due(due_at: datetime, call: Call) -> datetime:
    if due_at <= now():
        raise Invalid(_("Choose a moment that is still to come."), field="due_at")
    if due_at > min(now() + LONGEST_RETURN, call.release_at):
        raise Invalid(
            _("Choose an earlier moment: within 60 days, and before the results."), field="due_at"
        )
    return due_at


def _note_findings(application: Application, ready: readiness_queries.Readiness) -> None:
    """Store what the rules said; what a person decided about the same facts stays decided."""
    if ready.rule_set is None:
        return
    rule_set_id = ready.rule_set.id
    decided = {
        one.rule_id: one
        for one in queries.findings_of(application.id)
        if one.decided_by is not None and one.rule_set_id == rule_set_id
    }
    mine = EligibilityFinding.application_id == application.id
    db.session.execute(delete(EligibilityFinding).where(mine))
    for found in ready.findings:
        row: dict[str, Any] = {"outcome": str(found.outcome), "details": found.details}
        former = decided.get(found.rule_id)
        if former is not None and found.outcome is Outcome.NEEDS_HUMAN:
            said = {key: value for key, value in former.details.items() if key != "reason"}
            if said == found.details:
                row = {
                    "outcome": former.outcome,
                    "details": former.details,
                    "decided_by": former.decided_by,
                }
        db.session.add(
            EligibilityFinding(
                application_id=application.id,
                rule_set_id=rule_set_id,
                rule_id=found.rule_id,
                at=now(),
                **row,
            )
        )


def _decide_by_rule(
    actor: Actor, application: Application, rule_set_id: UUID, rule_id: str
) -> None:
    former = [one for one in queries.findings_of(application.id) if one.rule_id == rule_id]
    details = former[-1].details if former else {}
    for one in former:
        db.session.delete(one)
    db.session.add(
        EligibilityFinding(
            application_id=application.id,
            rule_set_id=rule_set_id,
            rule_id=rule_id,
            outcome=str(Outcome.FAIL),
            details=details | {"reason": application.reason},
            decided_by=None if actor == SYSTEM else actor.user_id,
            at=now(),
        )
    )


__all__ = [
    "BY_HAND",
    "SENT",
    "Saved",
    "StaleStep",
    "content_hash",
    "decide_needs_human",
    "lapse",
    "lapse_overdue",
    "refuse_as_ineligible",
    "remind_of_drafts",
    "require_office",
    "return_",
    "save_step",
    "start",
    "submit",
    "version_of",
    "withdraw",
]
