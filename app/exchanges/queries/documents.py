"""Reading the documents of applications."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.actor import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.exchanges.models.applications import Application, Document
from app.exchanges.models.calls import Requirement
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.nominations import Nomination
from app.exchanges.policies.parties import in_office
from app.exchanges.queries import applications
from app.exchanges.rules.documents import Asked, Given
from app.exchanges.states.applications import DocumentState
from app.exchanges.states.mobilities import OVER_FOR_HOST
from app.files.models import StoredFile
from app.files.policies import readable_by

PURPOSE = "exchange.document"
"""Of stored files; who may fetch them is said in `policies`."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a call asks for, and what stands for it; what was replaced comes after."""

    requirement: Requirement
    standing: list[Document]
    replaced: list[Document]


def documents_of(application_id: UUID) -> Sequence[Document]:
    """Return every document of an application with its file, oldest first; one query."""
    query = (
        select(Document)
        .where(Document.application_id == application_id)
        .options(joinedload(Document.file))
        .order_by(Document.created_at, Document.id)
    )
    return db.session.scalars(query).all()


def shelves(application: Application) -> list[Shelf]:
    """Return what is asked for with what was handed in, in the order of what is asked."""
    given = documents_of(application.id)
    return [
        Shelf(
            one,
            [d for d in given if d.requirement_id == one.id and _stands(d)],
            [d for d in given if d.requirement_id == one.id and not _stands(d)],
        )
        for one in requirements(application.call_id)
    ]


def requirements(call_id: UUID) -> Sequence[Requirement]:
    """Return what a call asks for, in its order."""
    query = select(Requirement).where(Requirement.call_id == call_id)
    return db.session.scalars(query.order_by(Requirement.position)).all()


def requirement(call_id: UUID, requirement_id: UUID) -> Requirement:
    """Return one thing that this call asks for; raises NotFound."""
    found = db.session.get(Requirement, requirement_id)
    if found is None or found.call_id != call_id:
        raise NotFound(_("This call asks for no such document."))
    return found


def document_for(actor: Actor, document_id: UUID) -> tuple[Application, Document]:
    """Return a document and its application; NotFound unless the actor may see both."""
    query = select(Document).where(Document.id == document_id).options(joinedload(Document.file))
    document = db.session.scalars(query).one_or_none()
    if document is None:
        raise _none()
    try:
        return applications.application_for(actor, document.application_id), document
    except NotFound:
        raise _none() from None


def locked_for(actor: Actor, document_id: UUID) -> tuple[Application, Document]:
    """Lock the application and then its document; NotFound unless the actor may see both."""
    application_id = db.session.scalar(
        select(Document.application_id).where(Document.id == document_id)
    )
    if application_id is None:
        raise _none()
    try:
        application = applications.locked_for(actor, application_id)
    except NotFound:
        raise _none() from None
    query = (
        select(Document)
        .where(Document.id == document_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return application, db.session.scalars(query).one()


def asked(requirements: Sequence[Requirement]) -> list[Asked]:
    """Return what is asked for as the rules read it."""
    return [
        Asked(one.id, one.is_required, one.needs_expiry, one.translation_language)
        for one in requirements
    ]


def given(documents: Sequence[Document]) -> list[Given]:
    """Return what was handed in as the rules read it."""
    return [
        Given(
            one.id,
            one.requirement_id,
            one.state,
            one.language,
            one.translation_of,
            one.valid_until,
        )
        for one in documents
    ]


@readable_by(PURPOSE)
def may_read(actor: Actor, stored: StoredFile) -> bool:
    """Tell whether a document goes to this person: who sees its application, or was nominated it.

    A host reads the documents of those who are nominated to it, until it says no or they are
    taken back, and of nobody else.
    """
    if stored.owner_id is None:
        return False
    try:
        applications.application_for(actor, stored.owner_id)
    except NotFound:
        query = (
            select(Mobility.receiving_institution_id)
            .join(Nomination, Nomination.mobility_id == Mobility.id)
            .where(
                Mobility.application_id == stored.owner_id,
                Nomination.state.not_in(OVER_FOR_HOST),
            )
        )
        host_id = db.session.scalar(query)
        return host_id is not None and in_office(actor, host_id)
    return True


def _stands(document: Document) -> bool:
    return document.state != DocumentState.REPLACED


def _none() -> NotFound:
    return NotFound(_("There is no such document."))
