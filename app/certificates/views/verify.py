"""The public pages behind the QR code, which say whether a document is genuine."""

import hashlib
from typing import Any

from flask import Response, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from app.certificates import queries
from app.certificates.forms import VerifyForm
from app.certificates.models import Certificate
from app.certificates.verification import Finding, Verdict, finding_of, finding_of_letter
from app.certificates.views import bp
from app.certificates.words import (
    KIND_LABELS,
    LETTER_TITLES,
    REASON_LABELS,
    VERDICT_TITLES,
    VERDICT_TONES,
)
from app.core.clock import now
from app.core.i18n import gettext as _
from app.core.throttle import hit
from app.exchanges.models.letters import IssuedDocument
from app.exchanges.queries import letters
from app.exchanges.words.letters import LETTER_LABELS
from app.web.access import public
from app.web.pages import page, see_other
from app.web.uploads import takes_files

TRIES, SECONDS = 30, 60


@bp.route("/verify", methods=["GET", "POST"])
@public
@takes_files
def verify() -> ResponseReturnValue:
    """Ask for a code, a number and name, or the file; answer about the file at once."""
    form = VerifyForm()
    if not form.validate_on_submit():
        return _guarded(page(form=form, finding=None, unknown_file=False, **_words()))
    _count()
    sent = form.file.data
    digest = form.sha256.data or (hashlib.sha256(sent.read()).hexdigest() if sent else "")
    if digest:
        finding = _finding(_by_file(digest.lower()), is_same_file=True)
        status = None if finding else 404
        answer = page(
            form=form, finding=finding, unknown_file=finding is None, status=status, **_words()
        )
        return _guarded(answer)
    typed = form.code.data or ""
    number, name = form.number.data or "", form.name.data or ""
    found = _by_code(typed) if typed.strip() else _by_number(number, name)
    if found is not None:
        return see_other(".verification", code=found.code)
    form.form_errors.append(
        _("We know of no such document. Compare every letter with what is printed.")
    )
    return _guarded(page(form=form, finding=None, unknown_file=False, status=404, **_words()))


@bp.get("/verify/<string(maxlength=80):code>")
@public
def verification(code: str) -> ResponseReturnValue:
    """Say what a document is worth now; the same answer for whatever does not exist."""
    _count()
    finding = _finding(_by_code(code))
    status = 200 if finding else 404
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return _guarded((jsonify(finding.as_json() if finding else {"status": "unknown"}), status))
    return _guarded(page(finding=finding, status=status, **_words()))


def _by_code(typed: str) -> Certificate | IssuedDocument | None:
    return queries.verification.by_code(typed) or letters.by_code(typed)


def _by_number(typed: str, name: str) -> Certificate | IssuedDocument | None:
    return queries.verification.by_number(typed, name) or letters.by_number(typed, name)


def _by_file(digest: str) -> Certificate | IssuedDocument | None:
    return queries.verification.by_file(digest) or letters.by_file(digest)


def _finding(
    found: Certificate | IssuedDocument | None, *, is_same_file: bool | None = None
) -> Finding | None:
    if found is None:
        return None
    if isinstance(found, IssuedDocument):
        return finding_of_letter(found, is_same_file=is_same_file)
    reason = queries.verification.reason_of(found)
    return finding_of(found, now().date(), reason=reason, is_same_file=is_same_file)


def _words() -> dict[str, Any]:
    return {
        "titles": VERDICT_TITLES,
        "letter_titles": LETTER_TITLES,
        "tones": VERDICT_TONES,
        "reasons": REASON_LABELS,
        "kinds": KIND_LABELS | {str(kind): words for kind, words in LETTER_LABELS.items()},
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
