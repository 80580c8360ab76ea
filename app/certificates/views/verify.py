"""The public pages behind the QR code, which say whether a certificate is genuine."""

import hashlib
from typing import Any

from flask import Response, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from app.certificates import queries
from app.certificates.forms import VerifyForm
from app.certificates.models import Certificate
from app.certificates.verification import Finding, Verdict, finding_of
from app.certificates.views import bp
from app.certificates.words import KIND_LABELS, REASON_LABELS, VERDICT_TITLES, VERDICT_TONES
from app.core.clock import now
from app.core.i18n import gettext as _
from app.core.throttle import hit
from app.web.access import public
from app.web.pages import page, see_other

TRIES, SECONDS = 30, 60


@bp.route("/verify", methods=["GET", "POST"])
@public
def verify() -> ResponseReturnValue:
    """Ask for a code, a number and name, or the file; answer about the file at once."""
    form = VerifyForm()
    if not form.validate_on_submit():
        return _guarded(page(form=form, finding=None, unknown_file=False, **_words()))
    _count()
    sent = form.file.data
    digest = form.sha256.data or (hashlib.sha256(sent.read()).hexdigest() if sent else "")
    if digest:
        finding = _finding(queries.verification.by_file(digest.lower()), is_same_file=True)
        status = None if finding else 404
        answer = page(
            form=form, finding=finding, unknown_file=finding is None, status=status, **_words()
        )
        return _guarded(answer)
    typed = form.code.data or ""
    found = (
        queries.verification.by_code(typed)
        if typed.strip()
        else queries.verification.by_number(form.number.data or "", form.name.data or "")
    )
    if found is not None:
        return see_other(".verification", code=found.code)
    form.form_errors.append(
        _("We know of no such certificate. Compare every letter with what is printed.")
    )
    return _guarded(page(form=form, finding=None, unknown_file=False, status=404, **_words()))


@bp.get("/verify/<string(maxlength=80):code>")
@public
def verification(code: str) -> ResponseReturnValue:
    """Say what a certificate is worth now; the same answer for whatever does not exist."""
    _count()
    finding = _finding(queries.verification.by_code(code))
    status = 200 if finding else 404
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return _guarded((jsonify(finding.as_json() if finding else {"status": "unknown"}), status))
    return _guarded(page(finding=finding, status=status, **_words()))


def _finding(found: Certificate | None, *, is_same_file: bool | None = None) -> Finding | None:
    if found is None:
        return None
    reason = queries.verification.reason_of(found)
    return finding_of(found, now().date(), reason=reason, is_same_file=is_same_file)


def _words() -> dict[str, Any]:
    return {
        "titles": VERDICT_TITLES,
        "tones": VERDICT_TONES,
        "reasons": REASON_LABELS,
        "kinds": KIND_LABELS,
        "VALID": Verdict.VALID,
    }


def _count() -> None:
    hit(f"verify:{request.remote_addr}", limit=TRIES, seconds=SECONDS)


def _guarded(answer: ResponseReturnValue) -> Response:
    response = make_response(answer)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response
