"""Admission by the host: papers, decision, conditions and the word that somebody is coming."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from app.audit import services as audit
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import Text, atomic, db
from app.core.errors import Invalid, WrongState
from app.core.i18n import gettext as _
from app.core.names import InvalidName, clean_name
from app.exchanges.models.admissions import (
    AdmissionCondition,
    AdmissionDocument,
    ConditionEvidence,
    HostAdmission,
)
from app.exchanges.models.mobilities import Mobility
from app.exchanges.notices import admissions as notices
from app.exchanges.policies import parties
from app.exchanges.queries import admissions as queries
from app.exchanges.queries import nominations
from app.exchanges.queries.travellers import citizenships_of
from app.exchanges.services import for_host, mobilities, quotas, travellers, visits
from app.exchanges.services.steps import take
from app.exchanges.states.mobilities import (
    ADMISSION,
    CONDITION,
    AdmissionState,
    ConditionState,
    NominationState,
)
from app.exchanges.states.parties import Party
from app.files import rules as file_rules
from app.files import services as files

PURPOSE = "exchange.admission"
MEDIA_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg"})
MAX_BYTES = 10_000_000
MOST_FILES = 20
MOST_CONDITIONS = 10


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    data: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """One condition that the host sets: what, in which languages, until which day."""

    text: Mapping[str, str]
    due_on: date


@atomic()
def complete(actor: Actor, mobility_id: UUID, details: Mapping[str, str]) -> None:
    """Give the host what it needs to decide. Raises Invalid beside the field."""
    mobility, admission = queries.locked_for(actor, mobility_id)
    found = parties.in_mobility(actor, mobility)
    ADMISSION.require(found, "complete")
    ADMISSION.machine.after(admission.state, "complete")
    admission.details = _details(details)
    admission.completed_at = now()
    _remember(actor, mobility, admission.details["citizenship"])
    _take(actor, mobility, admission, "complete")
    notices.completed(mobility)


@atomic()
def add_document(actor: Actor, mobility_id: UUID, title: str, upload: Upload) -> None:
    """Hand in one file for the host, before the papers are complete."""
    mobility, admission = queries.locked_for(actor, mobility_id)
    ADMISSION.require(parties.in_mobility(actor, mobility), "complete")
    ADMISSION.machine.after(admission.state, "complete")
    if len(queries.documents_of(admission.id)) >= MOST_FILES:
        raise Invalid(_("There are %(max)s files already.", max=MOST_FILES), field="file")
    words = " ".join(title.split())[:200]
    if not words:
        raise Invalid(_("Say what this file is."), field="title")
    stored = _keep(actor, mobility, upload)
    db.session.add(AdmissionDocument(admission_id=admission.id, title=words, file_id=stored))


@atomic()
def accept(actor: Actor, mobility_id: UUID, comment: str = "", *, evidence: str = "") -> None:
    """Admit a person without conditions.

    Whoever acts on behalf of a host without an account gives the evidence, here and below.
    """
    mobility, admission = queries.locked_for(actor, mobility_id)
    _decide(actor, mobility, admission, "accept", comment, evidence=evidence)
    mobilities.advance(mobility.id)


@atomic()
def accept_conditionally(
    actor: Actor,
    mobility_id: UUID,
    conditions: Sequence[Wanted],
    comment: str = "",
    *,
    evidence: str = "",
) -> None:
    """Admit a person once these conditions are met."""
    mobility, admission = queries.locked_for(actor, mobility_id)
    found = parties.in_mobility(actor, mobility)
    ADMISSION.require(found, "accept_conditionally")
    ADMISSION.machine.after(admission.state, "accept_conditionally")
    if not 1 <= len(conditions) <= MOST_CONDITIONS:
        raise Invalid(_("Write at least one condition."), field="text_1")
    zone = ZoneInfo(mobility.receiving_institution.timezone)
    former = queries.conditions_of(admission.id)
    for position, one in enumerate(conditions, start=1 + len(former)):
        _add_condition(actor, admission, position, one, zone)
    _decide(actor, mobility, admission, "accept_conditionally", comment, evidence=evidence)


@atomic()
def refuse(actor: Actor, mobility_id: UUID, comment: str, *, evidence: str = "") -> None:
    """Do not admit a person, and say why; the place is free again."""
    mobility, admission = queries.locked_for(actor, mobility_id)
    ADMISSION.require(parties.in_mobility(actor, mobility), "refuse")
    ADMISSION.machine.after(admission.state, "refuse")
    if not comment.strip():
        raise Invalid(_("Say why: the applicant and the home office read it."), field="comment")
    _decide(actor, mobility, admission, "refuse", comment, evidence=evidence)
    _release(mobility)


@atomic()
def add_evidence(actor: Actor, condition_id: UUID, upload: Upload) -> None:
    """Show that a condition is met; the host looks at it and says so."""
    mobility, admission, condition = queries.locked_condition_for(actor, condition_id)
    ADMISSION.require(parties.in_mobility(actor, mobility), "complete")
    _still_open(admission, condition)
    if len(queries.evidence_of(admission.id).get(condition.id, ())) >= MOST_FILES:
        raise Invalid(_("There are %(max)s files already.", max=MOST_FILES), field="file")
    stored = _keep(actor, mobility, upload)
    db.session.add(ConditionEvidence(condition_id=condition.id, file_id=stored))
    notices.evidence_given(mobility)


@atomic()
def meet(actor: Actor, condition_id: UUID, note: str = "", *, evidence: str = "") -> None:
    """Say that a condition is met; the last one that was open makes the admission hold."""
    _settle(actor, condition_id, "meet", note, evidence)


@atomic()
def waive(actor: Actor, condition_id: UUID, note: str, *, evidence: str = "") -> None:
    """Do without a condition, and say why."""
    _settle(actor, condition_id, "waive", note, evidence)


@atomic()
def note_letter(actor: Actor, mobility_id: UUID, evidence: str) -> None:
    """Note on behalf of a host without an account that its own letter has come."""
    mobility, admission = queries.locked_for(actor, mobility_id)
    found = parties.in_mobility(actor, mobility)
    ADMISSION.require(found & {Party.FOR_HOST}, "issue_letter")
    ADMISSION.machine.after(admission.state, "issue_letter")
    for_host.note(actor, mobility, ADMISSION, "issue_letter", found=found, evidence=evidence)
    _take(actor, mobility, admission, "issue_letter")
    visits.note_letter(actor, mobility)
    mobilities.advance(mobility.id)


@atomic()
def confirm_coming(actor: Actor, mobility_id: UUID) -> None:
    """Say, as the applicant, that one is coming."""
    mobility, admission = queries.locked_for(actor, mobility_id)
    _take(actor, mobility, admission, "confirm_coming")
    mobilities.advance(mobility.id)
    notices.coming(mobility)


def lapse_overdue() -> None:
    """Let conditional admissions lapse that have an open condition past its day."""
    for mobility_id in queries.overdue(now()):
        _lapse(mobility_id)


@atomic()
def _lapse(mobility_id: UUID) -> None:
    mobility, admission = queries.locked_for(SYSTEM, mobility_id)
    conditions = queries.conditions_of(admission.id)
    if (
        admission.state != AdmissionState.CONDITIONAL
        or queries.shown_state(admission, conditions, now()) != AdmissionState.LAPSED
    ):
        return
    _take(SYSTEM, mobility, admission, "lapse")
    if nominations.state_of(mobility.id) != NominationState.PENDING:  # else proposed anew already
        _release(mobility)
    notices.lapsed(mobility)


def _release(mobility: Mobility) -> None:
    if mobility.application_id:
        quotas.release(mobility.application_id)


def _decide(
    actor: Actor,
    mobility: Mobility,
    admission: HostAdmission,
    action: str,
    comment: str,
    *,
    evidence: str,
) -> None:
    ADMISSION.require(parties.in_mobility(actor, mobility), action)
    ADMISSION.machine.after(admission.state, action)
    if nominations.state_of(mobility.id) != NominationState.APPROVED:
        raise WrongState(_("Answer the nomination first: its plan was changed."))
    found = parties.in_mobility(actor, mobility)
    for_host.note(actor, mobility, ADMISSION, action, found=found, evidence=evidence)
    _take(actor, mobility, admission, action, reason=" ".join(comment.split())[:2000])
    admission.comment = comment.strip()[:2000]
    admission.decided_at, admission.decided_by = now(), actor.user_id
    notices.decided(mobility, action, admission.comment)


def _settle(actor: Actor, condition_id: UUID, action: str, note: str, evidence: str) -> None:
    mobility, admission, condition = queries.locked_condition_for(actor, condition_id)
    found = parties.in_mobility(actor, mobility)
    CONDITION.require(found, action)
    CONDITION.machine.after(condition.state, action)
    _still_open(admission, condition)
    words = " ".join(note.split())[:2000]
    if action == "waive" and not words:
        raise Invalid(_("Say why the condition is waived."), field="note")
    for_host.note(actor, mobility, CONDITION, action, found=found, evidence=evidence)
    condition.note, condition.settled_at, condition.settled_by = words, now(), actor.user_id
    take(
        actor,
        condition,
        CONDITION,
        action,
        parties=found,
        institution_id=mobility.receiving_institution_id,
        reason=words,
    )
    db.session.flush()
    if all(one.state != ConditionState.OPEN for one in queries.conditions_of(admission.id)):
        _take(SYSTEM, mobility, admission, "fulfil")
        mobilities.advance(mobility.id)
        notices.decided(mobility, "accept", admission.comment)


def _still_open(admission: HostAdmission, condition: AdmissionCondition) -> None:
    """Raise WrongState when it is too late for a condition, whatever the clock's job has done."""
    if admission.state != AdmissionState.CONDITIONAL or condition.state != ConditionState.OPEN:
        raise WrongState(_("This condition is not open any more."))
    if condition.due_at <= now():
        raise WrongState(_("The day for this condition has passed: the admission has lapsed."))


def _add_condition(
    actor: Actor, admission: HostAdmission, position: int, wanted: Wanted, zone: ZoneInfo
) -> None:
    texts = {code: text.strip()[:1000] for code, text in wanted.text.items() if text.strip()}
    if not texts:
        raise Invalid(_("Say what the condition is."), field=f"text_{position}")
    due_at = datetime.combine(wanted.due_on, time(23, 59, 59), zone)
    if due_at <= now():
        raise Invalid(_("This day has passed."), field=f"due_{position}")
    condition = AdmissionCondition(
        admission_id=admission.id, position=position, text=Text(texts), due_at=due_at
    )
    audit.begin(
        actor,
        condition,
        CONDITION.machine,
        kind=CONDITION.kind,
    )
    db.session.add(condition)


def _take(
    actor: Actor, mobility: Mobility, admission: HostAdmission, action: str, reason: str = ""
) -> None:
    found = parties.in_mobility(actor, mobility)
    take(
        actor,
        admission,
        ADMISSION,
        action,
        parties=found if actor != SYSTEM else frozenset({Party.SYSTEM}),
        institution_id=mobility.receiving_institution_id,
        reason=reason,
    )


def _details(given: Mapping[str, str]) -> dict[str, str]:
    try:
        name = clean_name(given.get("passport_name", ""), longest=200)
    except InvalidName as error:
        raise Invalid(error.message, field="passport_name") from error
    if not name:
        raise Invalid(_("Write your name as it stands in your passport."), field="passport_name")
    country = given.get("citizenship", "").strip().upper()
    if not travellers.is_country(country):
        raise Invalid(_("Choose a country."), field="citizenship")
    born = given.get("born_on", "")
    try:
        is_past = date.fromisoformat(born) < now().date()
    except ValueError:
        is_past = False
    if not is_past:
        raise Invalid(_("Write the day you were born."), field="born_on")
    return {
        "passport_name": name,
        "born_on": born,
        "citizenship": country,
        "address": given.get("address", "").strip()[:500],
        "message": given.get("message", "").strip()[:2000],
    }


def _remember(actor: Actor, mobility: Mobility, country: str) -> None:
    """Keep the citizenship of the passport as the person's; one that is known already changes none.

    Whoever names another than is known has corrected it.
    """
    if country not in citizenships_of(mobility.person_id):
        home = mobility.sending_institution_id
        travellers.remember(actor, mobility.person_id, [country], institution_id=home)


def _keep(actor: Actor, mobility: Mobility, upload: Upload) -> UUID:
    if not upload.data:
        raise Invalid(_("Choose a file."), field="file")
    if len(upload.data) > MAX_BYTES:
        raise Invalid(_("This file is too large."), field="file")
    media_type = file_rules.media_type_of(upload.data, file_rules.safe_name(upload.name))
    if media_type is None or media_type not in MEDIA_TYPES:
        raise Invalid(
            _("This file is not what its name says, or of a kind we do not take."), field="file"
        )
    stored = files.keep(
        actor,
        upload.data,
        name=upload.name,
        media_type=media_type,
        purpose=PURPOSE,
        owner_id=mobility.id,
        institution_id=mobility.receiving_institution_id,
    )
    return stored.id
