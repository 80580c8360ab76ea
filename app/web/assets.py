"""Static files whose address changes with their content, so that browsers may keep them a year."""

import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

A_YEAR = 31_536_000
"""Seconds; RFC 9111 knows no longer life that anybody honours."""


def init_app(app: Flask) -> None:
    """Put the fingerprint of a static file into its address, and let browsers keep what has one."""
    folder = Path(app.static_folder or "static")

    @app.url_defaults
    def add_fingerprint(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values and "v" not in values:
            take = fingerprint.__wrapped__ if app.debug else fingerprint
            if found := take(folder / values["filename"]):
                values["v"] = found

    @app.after_request
    def keep(response: Response) -> Response:
        if (
            request.endpoint == "static"
            and "v" in request.args
            and response.status_code < HTTPStatus.BAD_REQUEST
        ):
            response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
        return response


@cache
def fingerprint(path: Path) -> str:
    """Return twelve hexadecimal digits of a file's SHA-256; nothing when there is no file."""
    if not path.is_file():
        return ""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
