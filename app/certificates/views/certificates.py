"""A holder's certificates, one certificate, its file, and the names to print."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.models import PersonName
from app.accounts.queries import people
from app.accounts.states import NameOrder, Script
from app.certificates import policies, queries, services
from app.certificates.eligibility import Record, hindrances
from app.certificates.forms import NamesForm
from app.certificates.models import Certificate
from app.certificates.queries.eligibility import letters_missing
from app.certificates.reasons import Kind
from app.certificates.snapshots import printed_name
from app.certificates.states import CERTIFICATE, CertificateState
from app.certificates.views import bp
from app.certificates.words import (
    CERTIFICATE_CHIPS,
    CERTIFICATE_LABELS,
    EVENT_LABELS,
    KIND_LABELS,
    REASON_LABELS,
    SCRIPT_LABELS,
    in_words,
)
from app.core.i18n import gettext as _
from app.core.paging import Page
from app.courses.states import EnrolmentState
from app.files import queries as files
from app.files.views import as_attachment
from app.web.access import actor, signed_in
from app.web.pages import page, see_other, tell

_SCRIPTS = (Script.LATIN, Script.CYRILLIC, Script.HAN)


@bp.get("/certificates")
@signed_in
def mine() -> ResponseReturnValue:
    """List the certificates of the person who is signed in, and what is still to come."""
    shown = queries.certificates.held_by(actor(), cursor=request.args.get("cursor"))
    return page(
        certificates=Page([(one, _name(one)) for one in shown.items], shown.next, shown.previous),
        awaited=queries.certificates.awaited_by(actor()),
        names_confirmed=_names_confirmed(),
        labels=CERTIFICATE_LABELS,
        chips=CERTIFICATE_CHIPS,
        kinds=KIND_LABELS,
    )


@bp.get("/certificates/<uuid:certificate_id>")
@signed_in
def certificate_detail(certificate_id: UUID) -> ResponseReturnValue:
    """Show one certificate, what happened to it and what may be done with it."""
    found = queries.certificates.certificate_for(actor(), certificate_id)
    keeps = policies.may_withdraw(actor(), found)
    return page(
        certificate=found,
        name=_name(found),
        history=queries.certificates.history(found),
        replacement=queries.certificates.replacement_of(found),
        is_holder=actor().user_id == found.holder_id,
        keeps=keeps,
        actions=CERTIFICATE.actions(found.state) - {"issue", "cancel"} if keeps else frozenset(),
        is_pending=found.state == CertificateState.PENDING,
        is_cancelled=found.state == CertificateState.CANCELLED,
        labels=CERTIFICATE_LABELS,
        chips=CERTIFICATE_CHIPS,
        kinds=KIND_LABELS,
        reasons=REASON_LABELS,
        events=EVENT_LABELS,
    )


@bp.get("/certificates/<uuid:certificate_id>/certificate.pdf")
@signed_in
def pdf(certificate_id: UUID) -> ResponseReturnValue:
    """Send the file as it was issued."""
    found = queries.certificates.certificate_for(actor(), certificate_id)
    stored = files.file_of(found.file_id)
    return as_attachment(stored, files.content(stored))


@bp.route("/certificates/names", methods=["GET", "POST"])
@signed_in
def names() -> ResponseReturnValue:
    """Confirm how one's own name is to be printed."""
    kept = {Script(one.script): one for one in people.names_of(actor().user_id)}
    form = NamesForm(data=_as_data(kept))
    if form.accepted(lambda: services.names.confirm(actor(), _typed(form))):
        tell(_("Your name will be printed exactly like this."))
        return see_other(".mine")
    shown = queries.eligibility.names_of([actor().user_id])[actor().user_id]
    return page(
        form=form,
        shown=[(SCRIPT_LABELS[script], *shown[script]) for script in _SCRIPTS if script in shown],
        scripts=[(script, SCRIPT_LABELS[script]) for script in _SCRIPTS],
    )


def _name(certificate: Certificate) -> str:
    snapshot = certificate.snapshot
    return printed_name(snapshot["names"], snapshot["languages"][0])[0]


def _names_confirmed() -> list[str]:
    """Return what has to be done about the names before anything can be printed."""
    names = queries.eligibility.names_of([actor().user_id])[actor().user_id]
    record = Record(state=EnrolmentState.COMPLETED, outcome="met", names=names)
    return [in_words(one) for one in hindrances(record, Kind.COMPLETION, _SCRIPTS, letters_missing)]


def _as_data(kept: dict[Script, PersonName]) -> dict[str, object]:
    data: dict[str, object] = {}
    for script, name in kept.items():
        data |= {
            f"{script}_given": name.given,
            f"{script}_family": name.family,
            f"{script}_order": name.order,
        }
    return data


def _typed(form: NamesForm) -> dict[Script, services.names.Typed]:
    return {
        script: services.names.Typed(
            form[f"{script}_given"].data or "",
            form[f"{script}_family"].data or "",
            NameOrder(form[f"{script}_order"].data),
        )
        for script in _SCRIPTS
    }
