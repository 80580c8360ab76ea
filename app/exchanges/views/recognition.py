"""Transcripts of records and what they count at home, on the page of a stay."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.i18n import current_locale, ngettext
from app.core.i18n import gettext as _
from app.exchanges.forms.letters import LanguagesForm
from app.exchanges.forms.recognition import (
    DecideForm,
    RecognitionForm,
    ReleaseForm,
    TranscriptForm,
    TranscriptListForm,
)
from app.exchanges.models.letters import IssuedDocument
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.recognition import GradeScale, Recognition, Transcript
from app.exchanges.policies import letters as letter_policies
from app.exchanges.policies import parties
from app.exchanges.queries import mobilities, scales, transcripts
from app.exchanges.queries import recognition as queries
from app.exchanges.rules.grades import scale_of
from app.exchanges.rules.letter_languages import of_both_sides
from app.exchanges.services import recognition as services
from app.exchanges.services import record_letters, suggestions, transcript_lists
from app.exchanges.services import transcripts as transcript_services
from app.exchanges.states.letters import LetterKind
from app.exchanges.states.parties import Party
from app.exchanges.states.recognition import RecognitionState, TranscriptState
from app.exchanges.views.blueprint import bp
from app.exchanges.words import recognition as words
from app.exchanges.words.letters import LETTER_LABELS
from app.web.access import actor, signed_in
from app.web.forms import Form
from app.web.once import once
from app.web.pages import acted, page, see_other, tell
from app.web.uploads import takes_files


@bp.get("/exchanges/stays/<uuid:mobility_id>/recognition")
@signed_in
def recognition(mobility_id: UUID) -> ResponseReturnValue:
    """Show the transcript of a stay and what was recognised of it."""
    mobility = mobilities.mobility_for(actor(), mobility_id)
    who = parties.in_mobility(actor(), mobility)
    writes = bool(who & {Party.HOST_OFFICER, Party.REGISTRAR})
    found = [
        (one, transcripts.lines_of(one.id))
        for one in transcripts.of_stay(mobility_id)
        if writes or one.state != TranscriptState.DRAFT
    ][:3]
    decisions = [
        (one, queries.groups_of(one.id))
        for one in queries.of_stay(mobility_id)
        if Party.REGISTRAR in who or one.state != RecognitionState.DRAFT
    ][:3]
    is_stale = _is_stale([one for one, _groups in decisions], [one for one, _lines in found])
    is_prepared = bool(decisions) and decisions[0][0].state == RecognitionState.DRAFT
    return page(
        mobility=mobility,
        transcripts=found,
        decisions=decisions,
        is_stale=is_stale,
        lack=_lack(mobility, decisions[0][1]) if is_prepared and not is_stale else None,
        writes=writes,
        may_print={
            "transcript": letter_policies.may_issue(actor(), mobility, LetterKind.TRANSCRIPT),
            "decision": letter_policies.may_issue(actor(), mobility, LetterKind.RECOGNITION),
        },
        decides=Party.REGISTRAR in who,
        words=words,
    )


@bp.route("/exchanges/stays/<uuid:mobility_id>/transcript", methods=["GET", "POST"])
@signed_in
def transcript_edit(mobility_id: UUID) -> ResponseReturnValue:
    """Write the draft of a transcript."""
    mobility, offered = _writable(mobility_id)
    draft = transcripts.in_state(mobility_id, TranscriptState.DRAFT)
    shown = draft or transcripts.in_state(mobility_id, TranscriptState.RELEASED)
    lines = transcripts.lines_of(shown.id) if shown else []
    form = TranscriptForm() if request.method == "POST" else TranscriptForm.of(shown, lines)
    form.offer(offered, current_locale())
    if request.form.get("more"):
        form.add_rows()
        return page(form=form, status=200, mobility=mobility, scales=offered)

    def write() -> None:
        transcript_services.write(
            actor(),
            mobility_id,
            scale_id=UUID(form.scale.data),
            credit_scheme=form.credit_scheme.data or "",
            lines=form.written(),
            remarks=form.remarks.data or "",
            version=_number(form.version.data),
        )

    saved, status = _("The draft is saved. Release it when it is complete."), None
    try:
        if answer := acted(form, write, saved, "exchanges.recognition", mobility_id=mobility_id):
            return answer
    except Conflict as conflict:
        form.form_errors.append(str(conflict))
        status = 409
    mobility = mobilities.mobility_for(actor(), mobility_id)
    return page(form=form, mobility=mobility, scales=offered, status=status)


@bp.route("/exchanges/stays/<uuid:mobility_id>/transcript/list", methods=["GET", "POST"])
@signed_in
@takes_files
def transcript_list(mobility_id: UUID) -> ResponseReturnValue:
    """Read the courses of a transcript from a file in place of the draft's."""
    mobility, offered = _writable(mobility_id)
    draft = transcripts.in_state(mobility_id, TranscriptState.DRAFT)
    stands = transcripts.lines_of(draft.id) if draft is not None else []
    form = TranscriptListForm()
    form.offer(offered, current_locale())
    if not stands:
        del form.replace
    if request.method == "GET":
        form.version.data = str(draft.version if draft is not None else 0)
    faults: list[transcript_lists.Fault] = []
    number: list[int] = []

    def take() -> None:
        scale_id = UUID(form.scale.data)
        kept = scales.scale(scale_id)
        lines, wrong = transcript_lists.read(form.file.data.read(), scale_of(kept.grades))
        faults.extend(wrong)
        if wrong:
            raise Invalid(_("Nothing was taken from the file: correct these rows."), field="file")
        transcript_services.write(
            actor(),
            mobility_id,
            scale_id=scale_id,
            credit_scheme=form.credit_scheme.data or "",
            lines=lines,
            version=_number(form.version.data),
        )
        number.append(len(lines))

    if form.accepted(take):
        message = ngettext(
            "%(num)s course was read into the draft.",
            "%(num)s courses were read into the draft.",
            number[0],
        )
        tell(message)
        return see_other("exchanges.recognition", mobility_id=mobility_id)
    mobility = mobilities.mobility_for(actor(), mobility_id)
    return page(form=form, mobility=mobility, faults=faults, lines=stands, words=words)


@bp.route("/exchanges/stays/<uuid:mobility_id>/transcript/release", methods=["GET", "POST"])
@signed_in
def transcript_release(mobility_id: UUID) -> ResponseReturnValue:
    """Ask, then freeze the draft as what the host certifies."""
    mobility, _scales = _writable(mobility_id)
    draft = transcripts.in_state(mobility_id, TranscriptState.DRAFT)
    if draft is None:
        raise NotFound(_("There is no draft of a transcript."))
    form = ReleaseForm()
    if request.method == "GET":
        form.version.data = str(draft.version)
    if answer := acted(
        form,
        lambda: transcript_services.release(
            actor(), mobility_id, version=_number(form.version.data)
        ),
        _("The transcript is released, and the person was told."),
        "exchanges.recognition",
        mobility_id=mobility_id,
    ):
        return answer
    mobility = mobilities.mobility_for(actor(), mobility_id)
    return page(form=form, mobility=mobility, lines=transcripts.lines_of(draft.id), words=words)


@bp.post("/exchanges/stays/<uuid:mobility_id>/recognition/prepare")
@signed_in
def recognition_prepare(mobility_id: UUID) -> ResponseReturnValue:
    """Begin a decision from the transcript, with what the rules suggest."""
    mobilities.mobility_for(actor(), mobility_id)
    try:
        services.prepare(actor(), mobility_id)
    except Invalid as error:
        tell(str(error), "no")
        return see_other("exchanges.recognition", mobility_id=mobility_id)
    return see_other("exchanges.recognition_edit", mobility_id=mobility_id)


@bp.route("/exchanges/stays/<uuid:mobility_id>/recognition/edit", methods=["GET", "POST"])
@signed_in
def recognition_edit(mobility_id: UUID) -> ResponseReturnValue:
    """Correct the suggestions, put courses together, answer each group."""
    values = _draft_values(mobility_id)
    groups, draft = values["groups"], values["draft"]
    form = (
        RecognitionForm() if request.method == "POST" else RecognitionForm.of(groups, draft.version)
    )
    form.offer(values["grades"])
    ids = {str(one.line.id): one.line.id for group in groups for one in group.results}
    version = _number(form.version.data)
    return _change_draft(
        mobility_id,
        form,
        lambda: services.save(actor(), mobility_id, form.answers(ids), version=version),
        _("The decision is saved; it is not final yet."),
    )


@bp.route("/exchanges/stays/<uuid:mobility_id>/recognition/decide", methods=["GET", "POST"])
@signed_in
def recognition_decide(mobility_id: UUID) -> ResponseReturnValue:
    """Ask, then make the decision final."""
    values = _draft_values(mobility_id)
    form = DecideForm()
    if request.method == "GET":
        form.version.data = str(values["draft"].version)
    version = _number(form.version.data)
    return _change_draft(
        mobility_id,
        form,
        lambda: services.decide(
            actor(), mobility_id, reference=form.reference.data or "", version=version
        ),
        _("The decision is final, and the person was told."),
    )


@bp.route(
    "/exchanges/stays/<uuid:mobility_id>/recognition/<any(transcript, decision):what>/pdf",
    methods=["GET", "POST"],
)
@signed_in
@once
def recognition_letter(mobility_id: UUID, what: str) -> ResponseReturnValue:
    """Issue the transcript or the decision as a PDF that anyone can verify."""
    mobility = mobilities.mobility_for(actor(), mobility_id)
    kind = {"transcript": LetterKind.TRANSCRIPT, "decision": LetterKind.RECOGNITION}[what]
    if not letter_policies.may_issue(actor(), mobility, kind):
        raise Forbidden(_("Only the institution that certifies it issues this document."))
    issue = {
        LetterKind.TRANSCRIPT: record_letters.issue_transcript,
        LetterKind.RECOGNITION: record_letters.issue_decision,
    }[kind]
    both = of_both_sides(kind, mobility.sending_institution, mobility.receiving_institution)
    form, made = LanguagesForm.in_languages(both), list[IssuedDocument]()
    if form.accepted(lambda: made.append(issue(actor(), mobility_id, form.chosen()))):
        tell(_("The document has its number and is being printed."))
        return see_other("exchanges.letter_detail", mobility_id=mobility_id, letter_id=made[0].id)
    mobility = mobilities.mobility_for(actor(), mobility_id)
    return page(form=form, mobility=mobility, title=LETTER_LABELS[kind])


def _writable(mobility_id: UUID) -> tuple[Mobility, list[GradeScale]]:
    mobility = mobilities.mobility_for(actor(), mobility_id)
    transcript_services.require_writer(actor(), mobility)
    return mobility, list(scales.newest_scales([mobility.receiving_institution_id]))


def _change_draft(
    mobility_id: UUID, form: Form, act: Callable[[], object], done: str
) -> ResponseReturnValue:
    """Do what a form asks of the decision in preparation, or show it again with what is wrong.

    When somebody else was faster, what they saved is shown beside what was typed.
    """
    try:
        answer = acted(form, act, done, "exchanges.recognition", mobility_id=mobility_id)
    except Conflict as conflict:
        form.form_errors.append(str(conflict))
        return page(form=form, status=409, **_draft_values(mobility_id))
    return answer or page(form=form, **_draft_values(mobility_id))


def _draft_values(mobility_id: UUID) -> dict[str, Any]:
    mobility = mobilities.mobility_for(actor(), mobility_id)
    draft = services.draft_for(actor(), mobility)
    groups = queries.groups_of(draft.id)
    return {
        "mobility": mobility,
        "draft": draft,
        "groups": groups,
        "lack": _lack(mobility, groups),
        "grades": services.home_grades(mobility),
        "words": words,
    }


def _lack(mobility: Mobility, groups: list[queries.Group]) -> suggestions.Lack | None:
    return suggestions.lack_of(mobility, transcripts.released(mobility.id), groups)


def _is_stale(decisions: list[Recognition], known: list[Transcript]) -> bool:
    """Tell whether the decision in preparation rests on a transcript that was replaced."""
    released = [one.id for one in known if one.state == TranscriptState.RELEASED]
    return bool(decisions and released) and (
        decisions[0].state == RecognitionState.DRAFT and decisions[0].transcript_id not in released
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 -- fits an integer
