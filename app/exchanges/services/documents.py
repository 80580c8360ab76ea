"""Handing in documents, replacing them, and what the office says to them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Invalid, NotFound, WrongState
from app.core.i18n import gettext as _
from app.exchanges.models.applications import Application, Document
from app.exchanges.models.calls import Requirement
from app.exchanges.notices import applications as notices
from app.exchanges.policies import applications as policies
from app.exchanges.queries import applications as application_queries
from app.exchanges.queries import documents as queries
from app.exchanges.rules import forms
from app.exchanges.services.applications import require_office
from app.exchanges.services.drafts import require_writable, step_number
from app.exchanges.services.steps import take
from app.exchanges.states.applications import DOCUMENT, OVER, ApplicationState, DocumentState
from app.files import rules as file_rules
from app.files import services as files

MOST_DOCUMENTS = 40
"""Documents of one application, with those that were replaced."""

MOST_REASON = 2000
ANSWER_TYPES = frozenset({file_rules.PDF, file_rules.PNG, file_rules.JPEG})
ANSWER_BYTES = 5_000_000
"""Of a file that answers a question of the form."""

_EARLIEST, _LATEST = date(1950, 1, 1), date(2150, 1, 1)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent, and what its owner says about it."""

    name: str
    data: bytes
    language: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    translation_of: UUID | None = None
    replaces: UUID | None = None


@atomic()
def hand_in(actor: Actor, application_id: UUID, requirement_id: UUID, upload: Upload) -> Document:
    """Keep a document for one thing the call asks for; what it replaces is kept as replaced.

    A document that the office refused may be replaced even after the application was sent, until
    it is decided. Raises NotFound, Forbidden, WrongState, Invalid.
    """
    application = application_queries.locked_for(actor, application_id)
    policies.may_write.require(actor, application)
    requirement = queries.requirement(application.call_id, requirement_id)
    known = {one.id: one for one in queries.documents_of(application.id)}
    former = _former(known, requirement, upload.replaces)
    _require_open(application, former)
    if len(known) >= MOST_DOCUMENTS:
        raise Invalid(_("These are too many documents."), field="file")
    kinds = requirement.media_types or [file_rules.PDF]
    media_type = _fitting(upload.data, upload.name, kinds, requirement.max_bytes)
    _require_sense(requirement, upload, known, former)
    stored = files.keep(
        actor,
        upload.data,
        name=upload.name,
        media_type=media_type,
        purpose=queries.PURPOSE,
        owner_id=application.id,
        institution_id=application.institution_id,
    )
    document = Document(
        application_id=application.id,
        requirement_id=requirement.id,
        file_id=stored.id,
        language=upload.language,
        translation_of=upload.translation_of,
        issued_on=upload.issued_on,
        valid_until=upload.valid_until,
    )
    audit.begin(
        actor,
        document,
        DOCUMENT.machine,
        kind=DOCUMENT.kind,
        institution_id=application.institution_id,
    )
    db.session.add(document)
    db.session.flush()
    if former is not None:
        # A new original asks for a new translation: what translates the old one goes with it.
        for one in known.values():
            is_former = former.id in (one.id, one.translation_of)
            if is_former and one.state != DocumentState.REPLACED:
                _take(actor, application, one, "replace")
    return document


@atomic()
def keep_answer(
    actor: Actor, application_id: UUID, step: str, question_id: str, *, name: str, data: bytes
) -> None:
    """Keep a file as the answer to a question of the call's form, instead of a former one.

    Raises NotFound, Forbidden, WrongState, Invalid.
    """
    application = application_queries.locked_for(actor, application_id)
    policies.may_write.require(actor, application)
    require_writable(application)
    fields = forms.in_step(application_queries.form_of(application).fields, step_number(step))
    asked = {str(one["id"]) for one in fields if one["type"] == forms.FieldType.FILE}
    if question_id not in asked:
        raise NotFound(_("This form has no such step."))
    stored = files.keep(
        actor,
        data,
        name=name,
        media_type=_fitting(data, name, ANSWER_TYPES, ANSWER_BYTES, question_id),
        purpose=queries.PURPOSE,
        owner_id=application.id,
        institution_id=application.institution_id,
    )
    application.revision += 1
    application.saved = application.saved | {step: application.revision}
    application.answers = application.answers | {question_id: str(stored.id)}


@atomic()
def take_out(actor: Actor, document_id: UUID) -> None:
    """Take a document out of an application that is being filled in; its row is kept.

    Raises NotFound, Forbidden, WrongState.
    """
    application, document = queries.locked_for(actor, document_id)
    DOCUMENT.require(policies.parties_of(actor, application), "replace")
    DOCUMENT.machine.after(document.state, "replace")
    require_writable(application)
    _take(actor, application, document, "replace")
    for other in queries.documents_of(application.id):
        if other.translation_of == document.id and other.state != DocumentState.REPLACED:
            _take(actor, application, other, "replace")


@atomic()
def accept(actor: Actor, document_id: UUID, *, seen: str = "") -> None:
    """Find a document good. Raises NotFound, Forbidden, WrongState.

    `seen` is the state that was shown; when somebody else has judged since, Conflict is raised.
    """
    application, document = _for_office(actor, document_id)
    _require_seen(document, seen)
    _take(actor, application, document, "accept")
    document.reason = ""


@atomic()
def refuse(actor: Actor, document_id: UUID, *, reason: str, seen: str = "") -> None:
    """Refuse a document with a reason; its owner is told and may hand in another.

    Raises NotFound, Forbidden, WrongState, Invalid, and Conflict as `accept` does.
    """
    application, document = _for_office(actor, document_id)
    _require_seen(document, seen)
    DOCUMENT.machine.after(document.state, "refuse")
    said = reason.replace("\0", "").strip()
    if not said:
        raise Invalid(_("Say why: the person will read it."), field="reason")
    if len(said) > MOST_REASON:
        raise Invalid(_("Use at most %(max)s characters.", max=MOST_REASON), field="reason")
    document.reason = said
    _take(actor, application, document, "refuse", said)
    requirement = db.session.get_one(Requirement, document.requirement_id)
    notices.document_refused(application, application.call, document, dict(requirement.title))


def _require_seen(document: Document, seen: str) -> None:
    if seen and document.state != seen:
        raise Conflict(
            _("Somebody else has judged this document in the meantime. Look at it again.")
        )


def _for_office(actor: Actor, document_id: UUID) -> tuple[Application, Document]:
    application, document = queries.locked_for(actor, document_id)
    require_office(actor, application)
    if application.state == ApplicationState.DRAFT:
        raise WrongState(_("This application has not been sent yet."))
    return application, document


def _take(
    actor: Actor, application: Application, document: Document, action: str, reason: str = ""
) -> None:
    take(
        actor,
        document,
        DOCUMENT,
        action,
        parties=policies.parties_of(actor, application),
        institution_id=application.institution_id,
        reason=reason,
    )


def _require_open(application: Application, former: Document | None) -> None:
    was_refused = former is not None and former.state == DocumentState.REFUSED
    if was_refused and application.state not in {*OVER, ApplicationState.DRAFT}:
        return
    require_writable(application)


def _former(
    known: dict[UUID, Document], requirement: Requirement, replaces: UUID | None
) -> Document | None:
    if replaces is None:
        return None
    former = known.get(replaces)
    if former is None or former.requirement_id != requirement.id:
        raise Invalid(_("There is no such document to replace."), field="replaces")
    DOCUMENT.machine.after(former.state, "replace")
    return former


def _require_sense(
    requirement: Requirement,
    upload: Upload,
    known: dict[UUID, Document],
    former: Document | None,
) -> None:
    today = now().date()
    if upload.translation_of is not None:
        _require_original(requirement, upload.translation_of, known, former)
    for name, day in (("issued_on", upload.issued_on), ("valid_until", upload.valid_until)):
        if day is not None and not _EARLIEST <= day <= _LATEST:
            raise Invalid(_("This date makes no sense."), field=name)
    if upload.issued_on is not None and upload.issued_on > today:
        raise Invalid(_("A document cannot be issued in the future."), field="issued_on")
    if requirement.needs_expiry and upload.translation_of is None:
        if upload.valid_until is None:
            raise Invalid(_("Say until when this document is valid."), field="valid_until")
        if upload.valid_until < today:
            raise Invalid(_("This document is not valid any more."), field="valid_until")


def _require_original(
    requirement: Requirement,
    original_id: UUID,
    known: dict[UUID, Document],
    former: Document | None,
) -> None:
    original = known.get(original_id)
    is_fit = (
        original is not None
        and original.requirement_id == requirement.id
        and original.translation_of is None
        and original.state != DocumentState.REPLACED
        and (former is None or original.id != former.id)
    )
    if not is_fit:
        raise Invalid(_("Choose the document that this translates."), field="translation_of")


def _fitting(
    data: bytes, name: str, allowed: Collection[str], most: int, field: str = "file"
) -> str:
    """Return what a file is by its content; raises Invalid when it is not what is asked for."""
    if not data:
        raise Invalid(_("This file is empty."), field=field)
    if len(data) > most:
        raise Invalid(_("This file is too large."), field=field)
    media_type = file_rules.media_type_of(data, file_rules.safe_name(name))
    if media_type is None or media_type not in allowed:
        raise Invalid(
            _("This file is not what its name says, or of a kind we do not take."), field=field
        )
    return media_type
