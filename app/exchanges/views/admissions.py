"""Pages about admission: the applicant's papers, the host's decision, conditions."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.exchanges.forms.admissions import (
    CONDITIONS,
    AdmitForm,
    EvidenceForm,
    PaperForm,
    PapersForm,
    SettleForm,
)
from app.exchanges.forms.visits import ForHostForm
from app.exchanges.policies import parties
from app.exchanges.queries import admissions as queries
from app.exchanges.queries.mobilities import mobility_for
from app.exchanges.queries.travellers import citizenships_of
from app.exchanges.services import admissions as services
from app.exchanges.services.admissions import Upload, Wanted
from app.exchanges.states.mobilities import ADMISSION, CONDITION
from app.exchanges.states.parties import Party
from app.exchanges.views.blueprint import bp
from app.exchanges.views.for_host import ask_evidence, evidence_of
from app.institutions.forms import country_choices
from app.web.access import actor, signed_in
from app.web.once import once
from app.web.pages import acted, page
from app.web.uploads import takes_files


@bp.route("/exchanges/stays/<uuid:mobility_id>/papers", methods=["GET", "POST"])
@signed_in
def admission_papers(mobility_id: UUID) -> ResponseReturnValue:
    """Give the host what it needs to decide."""
    stay = mobility_for(actor(), mobility_id)
    ADMISSION.require(parties.in_mobility(actor(), stay), "complete")
    admission = queries.admission_of(stay.id)
    form = PapersForm(data={"citizenship": next(iter(citizenships_of(stay.person_id)), "")})
    form.citizenship.choices = [("", "–"), *country_choices()]

    def act() -> None:
        services.complete(
            actor(),
            mobility_id,
            {
                "passport_name": form.passport_name.data or "",
                "born_on": form.born_on.data.isoformat() if form.born_on.data else "",
                "citizenship": form.citizenship.data or "",
                "address": form.address.data or "",
                "message": form.message.data or "",
            },
        )

    if answer := acted(
        form, act, _("Your papers are with the host now."), ".stay_detail", mobility_id=mobility_id
    ):
        return answer
    return page(
        form=form,
        paper_form=PaperForm(formdata=None),
        mobility=mobility_for(actor(), mobility_id),
        documents=queries.documents_of(admission.id),
    )


@bp.route("/exchanges/stays/<uuid:mobility_id>/papers/add", methods=["GET", "POST"])
@signed_in
@once
@takes_files
def admission_paper(mobility_id: UUID) -> ResponseReturnValue:
    """Hand in one file for the host."""
    stay = mobility_for(actor(), mobility_id)
    ADMISSION.require(parties.in_mobility(actor(), stay), "complete")
    form = PaperForm()
    if answer := acted(
        form,
        lambda: services.add_document(
            actor(), mobility_id, form.title.data or "", _upload(form.file.data)
        ),
        _("The file was handed in."),
        ".admission_papers",
        mobility_id=mobility_id,
    ):
        return answer
    return page(form=form, mobility=mobility_for(actor(), mobility_id))


@bp.route("/exchanges/stays/<uuid:mobility_id>/admit", methods=["GET", "POST"])
@signed_in
def admission_decide(mobility_id: UUID) -> ResponseReturnValue:
    """Admit, admit under conditions or refuse, as the host's coordinator."""
    stay = mobility_for(actor(), mobility_id)
    ADMISSION.require(parties.in_mobility(actor(), stay), "accept")
    form = AdmitForm()
    ask_evidence(form, stay, ADMISSION, "accept")

    def act() -> None:
        comment, evidence = form.comment.data or "", evidence_of(form)
        if form.decision.data == "accept":
            services.accept(actor(), mobility_id, comment, evidence=evidence)
        elif form.decision.data == "refuse":
            services.refuse(actor(), mobility_id, comment, evidence=evidence)
        else:
            services.accept_conditionally(
                actor(), mobility_id, _wanted(form), comment, evidence=evidence
            )

    if answer := acted(
        form,
        act,
        _("Your decision was sent to the applicant and the home office."),
        ".stay_detail",
        mobility_id=mobility_id,
    ):
        return answer
    return page(form=form, mobility=mobility_for(actor(), mobility_id))


@bp.route("/exchanges/stays/<uuid:mobility_id>/letter-of-host", methods=["GET", "POST"])
@signed_in
def admission_letter(mobility_id: UUID) -> ResponseReturnValue:
    """Note that the letter of a host without an account has come."""
    stay = mobility_for(actor(), mobility_id)
    mine = parties.in_mobility(actor(), stay) & {Party.FOR_HOST}
    ADMISSION.require(mine, "issue_letter")
    form = ForHostForm()
    if answer := acted(
        form,
        lambda: services.note_letter(actor(), mobility_id, evidence_of(form)),
        _("The letter of the host is noted. The applicant can say now that they are coming."),
        ".stay_detail",
        mobility_id=mobility_id,
    ):
        return answer
    return page(form=form, mobility=mobility_for(actor(), mobility_id))


@bp.route("/exchanges/stays/<uuid:mobility_id>/coming", methods=["GET", "POST"])
@signed_in
def admission_confirm(mobility_id: UUID) -> ResponseReturnValue:
    """Say that one is coming, after a page that says what it means."""
    stay = mobility_for(actor(), mobility_id)
    ADMISSION.require(parties.in_mobility(actor(), stay), "confirm_coming")
    form = EvidenceForm()
    del form.file
    if answer := acted(
        form,
        lambda: services.confirm_coming(actor(), mobility_id),
        _("Both offices know now that you are coming."),
        ".stay_detail",
        mobility_id=mobility_id,
    ):
        return answer
    return page(form=form, mobility=mobility_for(actor(), mobility_id))


@bp.route("/exchanges/conditions/<uuid:condition_id>/evidence", methods=["GET", "POST"])
@signed_in
@once
@takes_files
def condition_evidence(condition_id: UUID) -> ResponseReturnValue:
    """Show that a condition is met."""
    condition, stay = queries.condition_for(actor(), condition_id)
    ADMISSION.require(parties.in_mobility(actor(), stay), "complete")
    form = EvidenceForm()
    if answer := acted(
        form,
        lambda: services.add_evidence(actor(), condition_id, _upload(form.file.data)),
        _("The file is with the host now."),
        ".stay_detail",
        mobility_id=stay.id,
    ):
        return answer
    condition, stay = queries.condition_for(actor(), condition_id)
    return page(form=form, condition=condition, mobility=stay)


@bp.route("/exchanges/conditions/<uuid:condition_id>/settle", methods=["GET", "POST"])
@signed_in
def condition_settle(condition_id: UUID) -> ResponseReturnValue:
    """Say that a condition is met or waived."""
    condition, stay = queries.condition_for(actor(), condition_id)
    CONDITION.require(parties.in_mobility(actor(), stay), "meet")
    form = SettleForm()
    ask_evidence(form, stay, CONDITION, "meet")

    def act() -> None:
        settle = services.waive if form.decision.data == "waive" else services.meet
        settle(actor(), condition_id, form.note.data or "", evidence=evidence_of(form))

    if answer := acted(
        form, act, _("The condition was settled."), ".stay_detail", mobility_id=stay.id
    ):
        return answer
    condition, stay = queries.condition_for(actor(), condition_id)
    return page(form=form, condition=condition, mobility=stay)


def _wanted(form: AdmitForm) -> list[Wanted]:
    found = []
    for number in range(1, CONDITIONS + 1):
        text, due = form[f"text_{number}"].data or {}, form[f"due_{number}"].data
        if text and due is None:
            raise Invalid(_("Say until when."), field=f"due_{number}")
        if text or due:
            found.append(Wanted(text, due))
    return found


def _upload(sent: object) -> Upload:
    if sent is None or not hasattr(sent, "read"):
        raise Invalid(_("Choose a file."), field="file")
    return Upload(sent.read(), getattr(sent, "filename", None) or "file")
