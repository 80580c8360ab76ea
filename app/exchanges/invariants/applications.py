"""What must be true of applications, their documents and consents at all times."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.audit.models import AuditEntry, StateChange
from app.core.database import db
from app.core.errors import WrongState
from app.core.invariants import invariant
from app.exchanges.models.applications import (
    Application,
    Consent,
    ConsentText,
    Document,
    Preference,
)
from app.exchanges.models.calls import Destination, Requirement
from app.exchanges.policies.applications import is_writable
from app.exchanges.services.applications import SENT, content_hash
from app.exchanges.states.applications import APPLICATION, DOCUMENT
from app.exchanges.states.parties import Workflow
from app.exchanges.words.consents import MANDATORY


@invariant("What was sent with an application has not changed since")
def sent_content() -> Iterator[str]:
    """Compute the hash of every application that is not in its applicant's hands anew."""
    hashes = _sent()
    query = select(Application).where(Application.id.in_(hashes))
    for application in db.session.scalars(query):
        if not is_writable(application) and content_hash(application) != hashes[application.id]:
            yield f"application {application.id}: says something else than what was sent"


@invariant("Every application that was sent has the consents without which none is")
def given_consents() -> Iterator[str]:
    """Look at the answers to what must be declared, and for the words they were given to."""
    sent = _sent()
    texts = set(db.session.scalars(select(ConsentText.sha256)))
    agreed: dict[UUID, set[str]] = defaultdict(set)
    for consent in db.session.scalars(select(Consent).order_by(Consent.given_at, Consent.id)):
        if consent.answer:
            agreed[consent.application_id].add(consent.purpose)
        if consent.text_sha256 not in texts:
            yield f"consent {consent.id}: the words it was given to are not kept"
    for application_id in sent:
        if missing := set(MANDATORY) - agreed[application_id]:
            yield f"application {application_id}: was sent without {', '.join(sorted(missing))}"


@invariant("The state of every application and document follows from its history")
def histories() -> Iterator[str]:
    """Replay every history through its machine."""
    yield from _replayed(APPLICATION, Application)
    yield from _replayed(DOCUMENT, Document)


@invariant("Applications wish for destinations of their call, and hand in what it asks for")
def own_call() -> Iterator[str]:
    """Compare the calls of wishes and documents with that of their application."""
    wishes = (
        select(Preference.application_id)
        .join(Application, Application.id == Preference.application_id)
        .join(Destination, Destination.id == Preference.destination_id)
        .where(Destination.call_id != Application.call_id)
    )
    handed_in = (
        select(Document.application_id)
        .join(Application, Application.id == Document.application_id)
        .join(Requirement, Requirement.id == Document.requirement_id)
        .where(Requirement.call_id != Application.call_id)
    )
    for query in (wishes, handed_in):
        for application_id in db.session.scalars(query):
            yield f"application {application_id}: holds something of another call"
    documents = select(Document).options(joinedload(Document.file))
    for document in db.session.scalars(documents):
        if document.file.owner_id != document.application_id:
            yield f"document {document.id}: its file belongs to something else"


def _sent() -> dict[UUID, str]:
    """Return the hash of what each application said when it was last sent."""
    query = (
        select(AuditEntry.subject_id, AuditEntry.changes)
        .where(AuditEntry.action == SENT)
        .order_by(AuditEntry.at, AuditEntry.id)
    )
    return {row.subject_id: str(row.changes["content"][1]) for row in db.session.execute(query)}


def _replayed(workflow: Workflow[Any], model: type[Application | Document]) -> Iterator[str]:
    reached: dict[UUID, str | None] = {}
    query = (
        select(StateChange.subject_id, StateChange.action, StateChange.after)
        .where(StateChange.kind == workflow.kind)
        .order_by(StateChange.at, StateChange.id)
    )
    for subject_id, action, after in db.session.execute(query):
        reached[subject_id] = _after(workflow, reached.get(subject_id), action, after)
    for thing_id, state in db.session.execute(select(model.id, model.state)):
        if reached.get(thing_id) != state:
            yield f"{workflow.kind} {thing_id}: is {state}, its history says otherwise"


def _after(workflow: Workflow[Any], before: str | None, action: str, after: str) -> str | None:
    if action == "start":
        return after
    try:
        return str(workflow.machine.after(before, action)) if before else None
    except WrongState:
        return None
