"""Pages about letters: issuing one or many, one of them, its file, withdrawing it."""

from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import Forbidden, NotFound
from app.core.i18n import gettext as _
from app.core.jobs import JobState
from app.exchanges.forms.letters import LetterForm, ManyLettersForm, WithdrawForm
from app.exchanges.models.letters import IssuedDocument
from app.exchanges.policies import letters as policies
from app.exchanges.queries import letters as queries
from app.exchanges.queries.mobilities import mobility_for
from app.exchanges.rules.letter_languages import of_both_sides
from app.exchanges.services import letters as services
from app.exchanges.states.letters import LETTER, LetterKind
from app.exchanges.views.blueprint import bp
from app.exchanges.views.stays import LIST_ARGUMENTS
from app.exchanges.words import letters as words
from app.files import queries as files
from app.files.views import as_attachment
from app.web.access import actor, signed_in
from app.web.once import once
from app.web.pages import fragment, page, see_other, tell, wants_fragment
from app.web.templating import address

ISSUERS_ONLY = "Only the office of the issuing institution issues letters of a stay."


@bp.route("/exchanges/stays/<uuid:mobility_id>/letters/new", methods=["GET", "POST"])
@signed_in
@once
def letter_new(mobility_id: UUID) -> ResponseReturnValue:
    """Issue one letter of a stay."""
    stay = mobility_for(actor(), mobility_id)
    if not policies.may_issue(actor(), stay, LetterKind.ACCEPTANCE):
        raise Forbidden(_(ISSUERS_ONLY))
    both = of_both_sides(
        LetterKind.ACCEPTANCE, stay.sending_institution, stay.receiving_institution
    )
    form = LetterForm.in_languages(both)
    made: list[IssuedDocument] = []
    if form.accepted(
        lambda: made.append(
            services.issue(actor(), mobility_id, LetterKind(form.kind.data), form.chosen())
        )
    ):
        tell(_("The letter has its number and is being printed."))
        return see_other(".letter_detail", mobility_id=mobility_id, letter_id=made[0].id)
    return page(form=form, mobility=mobility_for(actor(), mobility_id))


@bp.get("/exchanges/stays/<uuid:mobility_id>/letters/<uuid:letter_id>")
@signed_in
def letter_detail(mobility_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    """Show one letter, what happened to it and how others check it."""
    letter, stay = queries.letter_for(actor(), letter_id)
    if stay.id != mobility_id:
        raise NotFound(_("There is no such letter."))
    mine = policies.in_letter(actor(), letter, stay)
    return page(
        letter=letter,
        mobility=stay,
        actions=LETTER.open_to(mine, letter.state),
        history=queries.history(letter),
        replacement=queries.replacement_of(letter),
        words=words,
    )


@bp.get("/exchanges/letters/<uuid:letter_id>.pdf")
@signed_in
def letter_pdf(letter_id: UUID) -> ResponseReturnValue:
    """Send the file as it was issued."""
    letter, _stay = queries.letter_for(actor(), letter_id)
    if letter.file_id is None:
        raise NotFound(_("The letter is being printed."))
    stored = files.file_of(letter.file_id)
    return as_attachment(stored, files.content(stored))


@bp.route("/exchanges/letters/<uuid:letter_id>/revoke", methods=["GET", "POST"])
@signed_in
def letter_revoke(letter_id: UUID) -> ResponseReturnValue:
    """Revoke a letter, after a page that says what will happen."""
    letter, stay = queries.letter_for(actor(), letter_id)
    LETTER.require(policies.in_letter(actor(), letter, stay), "revoke")
    form = WithdrawForm()
    if form.accepted(lambda: services.revoke(actor(), letter_id, form.reason.data or "")):
        tell(_("The letter was revoked."))
        return see_other(".letter_detail", mobility_id=stay.id, letter_id=letter_id)
    letter, stay = queries.letter_for(actor(), letter_id)
    return page(form=form, letter=letter, mobility=stay, words=words)


@bp.route("/exchanges/letters/<uuid:letter_id>/replace", methods=["GET", "POST"])
@signed_in
@once
def letter_replace(letter_id: UUID) -> ResponseReturnValue:
    """Issue the same letter anew, with today's facts, in place of this one."""
    letter, stay = queries.letter_for(actor(), letter_id)
    LETTER.require(policies.in_letter(actor(), letter, stay), "supersede")
    form = WithdrawForm()
    made: list[IssuedDocument] = []
    if form.accepted(
        lambda: made.append(services.replace(actor(), letter_id, form.reason.data or ""))
    ):
        tell(_("The new letter has its number and is being printed."))
        return see_other(".letter_detail", mobility_id=stay.id, letter_id=made[0].id)
    letter, stay = queries.letter_for(actor(), letter_id)
    return page(form=form, letter=letter, mobility=stay, words=words)


@bp.post("/exchanges/letters")
@signed_in
@once
def letters_issue() -> ResponseReturnValue:
    """Have letters of one kind made for the stays that were ticked."""
    form = ManyLettersForm()
    ids = [UUID(one) for one in request.form.getlist("ids") if _is_id(one)]
    put: list[UUID] = []

    def act() -> None:
        kind = LetterKind(form.kind.data)
        put.append(services.issue_many(actor(), ids, kind, form.chosen()))

    if form.accepted(act):
        return see_other(".letters_progress", job_id=put[0])
    for fault in [*form.form_errors, *(text for field in form for text in field.errors)]:
        tell(str(fault), "no")
    kept = {name: request.args[name] for name in LIST_ARGUMENTS if name in request.args}
    # Not 303: what was refused is no answer to keep, the same page may be sent again.
    return redirect(address(".stays_list", **kept), code=302)


@bp.get("/exchanges/letters/jobs/<uuid:job_id>")
@signed_in
def letters_progress(job_id: UUID) -> ResponseReturnValue:
    """Show how far the making of letters is, and what became of each."""
    job = queries.job_for(actor(), job_id)
    values: dict[str, Any] = {
        "job": job,
        "results": queries.results_of(job),
        "job_url": url_for(".letters_progress", job_id=job_id),
    }
    if wants_fragment():
        over = job.state not in (JobState.WAITING, JobState.RUNNING)
        return fragment("exchanges/_letters_progress.html", status=286 if over else 200, **values)
    return page(**values)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
