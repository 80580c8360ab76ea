"""Fetching files."""

from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from app.files import queries, services
from app.files.models import StoredFile
from app.web.access import actor, public, signed_in

bp = Blueprint("files", __name__, url_prefix="/files")
SANDBOX = "sandbox; default-src 'none'"


@bp.get("/<uuid:file_id>")
@signed_in
def download(file_id: UUID) -> ResponseReturnValue:
    """Send a file to be saved, if its purpose lets this person have it."""
    stored = queries.file_for(actor(), file_id)
    return as_attachment(stored, services.content(stored))


@bp.get("/<uuid:file_id>/picture")
@public
def logo(file_id: UUID) -> ResponseReturnValue:
    """Show a picture of public pages; what lies under an id never changes."""
    stored = queries.public_picture(file_id)
    answer = Response(services.content(stored), mimetype=stored.media_type)
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def as_attachment(stored: StoredFile, data: bytes) -> Response:
    """Return an answer that browsers save and never show (RFC 6266, RFC 8187)."""
    answer = Response(data, mimetype=stored.media_type)
    plain = stored.name.encode("ascii", "ignore").decode().replace('"', "").strip() or "file"
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(stored.name, safe='')}"
    )
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
