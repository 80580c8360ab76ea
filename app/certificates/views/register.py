"""The register of certificates, to look through and to take away."""

from collections.abc import Iterable
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.certificates import policies, queries
from app.certificates.models import Certificate
from app.certificates.queries.certificates import Filters
from app.certificates.snapshots import pick
from app.certificates.states import CertificateState
from app.certificates.verification import printed_names
from app.certificates.views import bp
from app.certificates.words import CERTIFICATE_CHIPS, CERTIFICATE_LABELS, KIND_LABELS
from app.core.clock import now
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.core.spreadsheets import write_csv, write_xlsx
from app.web.access import actor, signed_in
from app.web.pages import page

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/certificates/register")
@signed_in
def register() -> ResponseReturnValue:
    """List the certificates of the institutions whose register the person keeps."""
    filters = _filters()
    found = queries.certificates.register(
        actor(), filters, sort=request.args.get("sort", "-made"), cursor=request.args.get("cursor")
    )
    return page(
        certificates=found,
        names={one.id: printed_names(one.snapshot) for one in found.items},
        filters=filters,
        counts=queries.certificates.counts_by_state(actor(), Filters(run_id=filters.run_id)),
        runs=queries.certificates.runs_to_serve(actor()),
        labels=CERTIFICATE_LABELS,
        chips=CERTIFICATE_CHIPS,
        kinds=KIND_LABELS,
    )


@bp.get("/certificates/register.<any(csv, xlsx):kind>")
@signed_in
def register_file(kind: str) -> ResponseReturnValue:
    """Give the register as a table to take away."""
    rows = _rows(queries.certificates.whole_register(actor(), _filters()))
    headers = [
        _("Number"), _("Name"), _("Course"), _("What is certified"), _("State"),
        _("Issued on"), _("Valid until"), _("Code"), _("SHA-256 of the PDF"),
    ]  # fmt: skip
    if kind == "csv":
        answer = Response(write_csv(headers, rows), mimetype="text/csv")
    else:
        answer = Response(write_xlsx(headers, rows, _("Certificates")), mimetype=_XLSX)
    name = f"certificates-{now().date().isoformat()}.{kind}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _rows(certificates: Iterable[Certificate]) -> Iterable[list[str]]:
    for one in certificates:
        yield [
            one.number,
            " / ".join(printed_names(one.snapshot)),
            pick(one.snapshot["course"], current_locale()),
            str(KIND_LABELS[one.kind]),
            str(CERTIFICATE_LABELS[one.state]),
            one.snapshot["issued_on"],
            one.valid_until.isoformat() if one.valid_until else "",
            one.code,
            one.pdf_sha256 or "",
        ]


def _filters() -> Filters:
    if not policies.keeps_a_register(actor()):
        policies.may_see_register.refuse()
    state = request.args.get("state", "")
    return Filters(
        words=request.args.get("q", "")[:200],
        state=CertificateState(state) if state in set(CertificateState) else None,
        run_id=_id(request.args.get("run", "")),
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
