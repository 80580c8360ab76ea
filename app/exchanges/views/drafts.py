"""Pages on which an application is filled in, saved while typing, checked and sent."""

from typing import Any
from uuid import UUID

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from app.core.clock import now
from app.core.errors import Invalid
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.exchanges.forms.answers import PREFIX, AnswersForm
from app.exchanges.forms.applications import StartForm
from app.exchanges.forms.steps import StepForm, consent_form
from app.exchanges.models.calls import Requirement
from app.exchanges.queries import applications as queries
from app.exchanges.queries import calls, documents
from app.exchanges.queries import readiness as readiness_queries
from app.exchanges.rules import forms
from app.exchanges.rules.phases import accepts
from app.exchanges.services import applications as services
from app.exchanges.services import consents as consent_services
from app.exchanges.services import documents as document_services
from app.exchanges.services.drafts import StaleStep
from app.exchanges.views import draft_steps
from app.exchanges.views.blueprint import bp
from app.exchanges.views.calls import barrier
from app.exchanges.words import answers as answer_words
from app.exchanges.words import applications as words
from app.exchanges.words import consents as consent_words
from app.exchanges.words.forms import fault_in_words
from app.web.access import actor, signed_in
from app.web.once import once
from app.web.pages import fragment, page, see_other, tell
from app.web.uploads import takes_files
from app.web.zones import beside

MOST_DIGITS = 9


@bp.route("/exchanges/calls/<uuid:call_id>/apply", methods=["GET", "POST"])
@signed_in
@once
def application_start(call_id: UUID) -> ResponseReturnValue:
    """Begin an application to a call, or go on with the one there is."""
    call = calls.call_for(actor(), call_id)
    is_open = accepts(call, now())
    existing = queries.active_one(call.id, actor().user_id)
    known = existing.id if existing else queries.latest_one(call.id, actor().user_id)
    if existing is not None or (known and not is_open):
        return see_other(".application_detail", application_id=known)
    form = StartForm()
    begun: list[UUID] = []
    if form.accepted(lambda: begun.append(services.start(actor(), call_id).id)):
        return see_other(".application_edit", application_id=begun[0], step="about")
    requirements = documents.requirements(call.id)
    return page(
        form=form,
        call=call,
        is_open=is_open,
        stake=barrier(call),
        requirements=requirements,
        places=calls.destinations(call.id),
        beside=beside,
    )


@bp.route("/exchanges/applications/<uuid:application_id>/edit/<step>", methods=["GET", "POST"])
@signed_in
@takes_files
def application_edit(application_id: UUID, step: str) -> ResponseReturnValue:
    """Fill in one step: about oneself, a step of the call's form, or where to go."""
    draft = draft_steps.draft_of(application_id)
    if not draft_steps.is_open(draft):
        if request.method == "POST":
            tell(_("This was not saved: the application cannot be changed any more."), "no")
        return see_other(".application_detail", application_id=application_id)
    form = draft_steps.form_for(draft, step)
    if request.method == "GET":
        return _step_page(draft, step, form)
    try:
        faults = _save(draft, step, form)
    except StaleStep as stale:
        return _conflict_page(application_id, step, form, str(stale))
    if faults:
        draft = draft_steps.draft_of(application_id)
        draft_steps.show_faults(form, draft, faults)
        return _step_page(draft, step, form)
    tell(_("Saved."))
    return _after(draft, step)


@bp.post("/exchanges/applications/<uuid:application_id>/autosave/<step>")
@signed_in
def application_autosave(application_id: UUID, step: str) -> ResponseReturnValue:
    """Save a step while its person types; answers a few words, or what another window saved."""
    draft = draft_steps.draft_of(application_id)
    form = draft_steps.form_for(draft, step)
    try:
        saved = services.save_step(
            actor(), application_id, step, form.values(), revision=_revision()
        )
    except StaleStep as stale:
        fresh = draft_steps.draft_of(application_id)
        return fragment(
            "exchanges/_conflict.html",
            status=409,
            message=str(stale),
            lines=draft_steps.stored_lines(fresh, step),
            revision=fresh.application.revision,
            step=step,
            application=fresh.application,
        )
    message = _("Saved.") if not saved.faults else _("Saved, but some answers cannot be kept yet.")
    return jsonify(revision=saved.revision, message=message)


@bp.get("/exchanges/applications/<uuid:application_id>/documents")
@signed_in
def application_documents(application_id: UUID) -> ResponseReturnValue:
    """Show which documents are asked for, and what was handed in."""
    draft = draft_steps.draft_of(application_id)
    if not draft_steps.is_open(draft):
        return see_other(".application_detail", application_id=application_id)
    gaps: dict[UUID, list[Any]] = {}
    for gap in draft.ready.gaps:
        gaps.setdefault(gap.requirement_id, []).append(gap.lack)
    return page(
        draft=draft,
        step=draft_steps.DOCUMENTS,
        shelves=documents.shelves(draft.application),
        gaps=gaps,
        labels=words,
        may_write=True,
        may_judge=False,
        beside=beside,
    )


@bp.route("/exchanges/applications/<uuid:application_id>/declarations", methods=["GET", "POST"])
@signed_in
def application_declarations(application_id: UUID) -> ResponseReturnValue:
    """Declare what has to be declared, and consent to what one wants to."""
    draft = draft_steps.draft_of(application_id)
    if not draft_steps.is_open(draft):
        return see_other(".application_detail", application_id=application_id)
    asked = readiness_queries.declarations_for(draft.application, draft.wishes)
    given = readiness_queries.standing_consents(application_id)
    valid = set(consent_words.MANDATORY) - set(draft.ready.consents)
    yes = {
        purpose: one.answer and (purpose in valid or not one.is_mandatory)
        for purpose, one in given.items()
    }
    form = consent_form([(one.purpose, one.text) for one in asked], yes)
    shown = {one.purpose: request.form.get(f"seen-{one.purpose}", "") for one in asked}
    answers = {one.purpose: bool(form[one.purpose].data) for one in asked}
    if form.accepted(
        lambda: consent_services.declare(actor(), application_id, answers, shown=shown)
    ):
        tell(_("Saved."))
        return _after(draft, draft_steps.DECLARATIONS)
    draft = _again(draft, application_id)
    return page(
        form=form,
        draft=draft,
        step=draft_steps.DECLARATIONS,
        declarations=asked,
        titles=consent_words.TITLES,
        version=consent_words.VERSION,
        labels=words,
        beside=beside,
    )


@bp.route("/exchanges/applications/<uuid:application_id>/review", methods=["GET", "POST"])
@signed_in
def application_review(application_id: UUID) -> ResponseReturnValue:
    """Show everything once more, what is missing and what the rules say; send it."""
    draft = draft_steps.draft_of(application_id)
    if not draft_steps.is_open(draft) and request.method == "GET":
        return see_other(".application_detail", application_id=application_id)
    form = StartForm()
    if form.accepted(lambda: services.submit(actor(), application_id)):
        tell(_("Your application has been sent. A receipt is on its way by e-mail."))
        return see_other(".application_detail", application_id=application_id)
    draft = _again(draft, application_id)
    return page(
        form=form,
        draft=draft,
        step=draft_steps.REVIEW,
        findings=draft.findings(),
        missing=missing_of(draft),
        labels=words,
        beside=beside,
        **content_of(draft),
    )


def missing_of(draft: draft_steps.Draft) -> list[tuple[str, str]]:
    """Return what is still to be added, in words, each with the step it belongs to."""
    ready = draft.ready
    found = [("about", str(words.FACT_LABELS[name])) for name in ready.facts]
    asked = {str(one["id"]): one for one in draft.form.fields}
    for key, fault in ready.answers.items():
        label = answer_words.answer_line(asked[key], None).label
        text = f"{label}: {fault_in_words(forms.AnswerFault(fault), asked[key])}"
        found.append((f"form-{asked[key].get('step', 1)}", text))
    own_step = any(one.key == "preferences" for one in draft.steps)
    if ready.wishes and own_step:
        found.append(("preferences", _("Where you want to go")))
    titles = {one.id: one for one in documents.requirements(draft.application.call_id)}
    for gap in ready.gaps:
        text = f"{_title(titles[gap.requirement_id])}: {words.LACK_LABELS[gap.lack]}"
        found.append((draft_steps.DOCUMENTS, text))
    consents = (str(consent_words.TITLES[purpose]) for purpose in ready.consents)
    return [*found, *((draft_steps.DECLARATIONS, text) for text in consents)]


def content_of(draft: draft_steps.Draft) -> dict[str, Any]:
    """Return what an application says, for the partial templates that show it."""
    application = draft.application
    return {
        "application": application,
        "about": draft_steps.stored_lines(draft, "about"),
        "parts": answer_words.answer_parts(
            draft.form.fields, draft.form.steps, application.answers
        ),
        "wishes": draft.wishes,
        "shelves": documents.shelves(application),
    }


def _again(draft: draft_steps.Draft, application_id: UUID) -> draft_steps.Draft:
    """Return the draft as it is after a change was refused, which forgets what was read."""
    if request.method == "GET":
        return draft
    return draft_steps.draft_of(application_id)


def _title(requirement: Requirement) -> str:
    return requirement.title.in_(current_locale())


def _save(draft: draft_steps.Draft, step: str, form: StepForm | AnswersForm) -> dict[str, str]:
    """Save the files of a step and then the rest; return what could not be kept."""
    application_id = draft.application.id
    saved = services.save_step(actor(), application_id, step, form.values(), revision=_revision())
    if not isinstance(form, AnswersForm):
        return saved.faults
    for question in form.questions:
        upload = request.files.get(f"{PREFIX}{question['id']}")
        if question["type"] != forms.FieldType.FILE or upload is None or not upload.filename:
            continue
        try:
            document_services.keep_answer(
                actor(),
                application_id,
                step,
                str(question["id"]),
                name=upload.filename,
                data=upload.read(),
            )
        except Invalid as error:
            shown = form.field_of(question)
            shown.errors = [*shown.errors, str(error)]
            return saved.faults | {"": ""}
    return saved.faults


def _step_page(
    draft: draft_steps.Draft,
    step: str,
    form: StepForm | AnswersForm,
    *,
    status: int | None = None,
    **more: Any,
) -> ResponseReturnValue:
    values: dict[str, Any] = {
        "draft": draft,
        "step": step,
        "title": draft.title_of(step),
        "revision": draft.application.revision,
        "questions": form.questions if isinstance(form, AnswersForm) else None,
        "answers": draft.application.answers,
        "conflict": None,
        "message": "",
        "findings": draft.findings() if step == "about" else [],
        "labels": words,
        "beside": beside,
    }
    return page(form=form, status=status, **(values | more))


def _conflict_page(
    application_id: UUID, step: str, form: StepForm | AnswersForm, message: str
) -> ResponseReturnValue:
    """Show what was typed, and beside it what another window has saved since."""
    draft = draft_steps.draft_of(application_id)
    lines = draft_steps.stored_lines(draft, step)
    return _step_page(draft, step, form, conflict=lines, message=message, status=409)


def _after(draft: draft_steps.Draft, step: str) -> ResponseReturnValue:
    """Go on to the next step, or stay."""
    target = draft.next_of(step) if request.form.get("then") != "stay" else step
    application_id = draft.application.id
    if target in (draft_steps.DOCUMENTS, draft_steps.DECLARATIONS, draft_steps.REVIEW):
        return see_other(f".application_{target}", application_id=application_id)
    return see_other(".application_edit", application_id=application_id, step=target)


def _revision() -> int:
    """Return the revision that the window was shown; nonsense is the oldest there is."""
    text = request.form.get("revision", "")
    if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
        return int(text)
    return 0
