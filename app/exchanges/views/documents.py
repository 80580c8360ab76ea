"""Pages on which documents are handed in and taken out."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.courses.forms.choices import id_of
from app.exchanges.forms.applications import DocumentForm, StartForm
from app.exchanges.models.applications import Document
from app.exchanges.queries import applications, documents
from app.exchanges.services import documents as services
from app.exchanges.states.applications import DocumentState
from app.exchanges.views.blueprint import bp
from app.exchanges.words.fields import language_name
from app.web.access import actor, signed_in
from app.web.pages import page, see_other, tell
from app.web.uploads import takes_files


@bp.route(
    "/exchanges/applications/<uuid:application_id>/documents/<uuid:requirement_id>",
    methods=["GET", "POST"],
)
@signed_in
@takes_files
def document_new(application_id: UUID, requirement_id: UUID) -> ResponseReturnValue:
    """Hand in a document for one thing that is asked for, perhaps in place of another."""
    application = applications.application_for(actor(), application_id)
    if application.applicant_id != actor().user_id:
        raise NotFound(_("There is no such application."))
    requirement = documents.requirement(application.call_id, requirement_id)
    standing = _standing(application_id, requirement_id)
    former = _of(standing, request.args.get("replaces"))
    form = DocumentForm(data=_known(standing, former))
    originals = [one for one in standing if one.translation_of is None and one is not former]
    form.offer(
        [(one.id, one.file.name) for one in originals], needs_expiry=requirement.needs_expiry
    )
    if form.accepted(lambda: _hand_in(form, application_id, requirement_id, former)):
        tell(_("The document was handed in."))
        return see_other(".application_documents", application_id=application_id)
    application = applications.application_for(actor(), application_id)
    return page(
        form=form,
        application=application,
        requirement=documents.requirement(application.call_id, requirement_id),
        former=_of(_standing(application_id, requirement_id), request.args.get("replaces")),
        endings=_endings(requirement.media_types),
    )


@bp.route("/exchanges/documents/<uuid:document_id>/take-out", methods=["GET", "POST"])
@signed_in
def document_take_out(document_id: UUID) -> ResponseReturnValue:
    """Take a document out of an application, after a page that asks."""
    application, document = documents.document_for(actor(), document_id)
    if application.applicant_id != actor().user_id:
        raise NotFound(_("There is no such document."))
    form = StartForm()
    if form.accepted(lambda: services.take_out(actor(), document_id)):
        tell(_("The document was taken out."))
        return see_other(".application_documents", application_id=application.id)
    return page(form=form, application=application, document=document)


def _hand_in(
    form: DocumentForm, application_id: UUID, requirement_id: UUID, former: Document | None
) -> None:
    sent = form.file.data
    chosen = bool(getattr(sent, "filename", ""))
    upload = services.Upload(
        name=sent.filename if chosen else "",
        data=sent.read() if chosen else b"",
        language=str(form.language.data or "")[:3],
        issued_on=form.issued_on.data,
        valid_until=form.valid_until.data,
        translation_of=id_of(form.translation_of.data) if "translation_of" in form else None,
        replaces=former.id if former is not None else None,
    )
    services.hand_in(actor(), application_id, requirement_id, upload)


def _standing(application_id: UUID, requirement_id: UUID) -> list[Document]:
    return [
        one
        for one in documents.documents_of(application_id)
        if one.requirement_id == requirement_id and one.state != DocumentState.REPLACED
    ]


def _of(known: list[Document], text: str | None) -> Document | None:
    """Return the document that is to be replaced, if it is one of these."""
    wanted = id_of(text)
    return next((one for one in known if one.id == wanted), None)


def _known(standing: list[Document], former: Document | None) -> dict[str, object]:
    """Return what a new document is taken to share with the one it replaces."""
    if former is not None:
        translated = str(former.translation_of) if former.translation_of else ""
        return {"language": former.language, "translation_of": translated}
    wanted = _of(standing, request.args.get("translates"))
    return {"translation_of": str(wanted.id)} if wanted is not None else {}


_ENDINGS = {"application/pdf": "PDF", "image/png": "PNG", "image/jpeg": "JPEG"}


def _endings(media_types: list[str]) -> str:
    return ", ".join(_ENDINGS.get(one, one) for one in media_types or ["application/pdf"])


@bp.app_template_global("language_in_words")
def language_in_words(code: str) -> str:
    """Return a language by its code, for templates; nothing for none."""
    return language_name(code) if code and current_locale() else ""
