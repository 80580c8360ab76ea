"""Errors as answers: a page for people, problem details for programs (RFC 9457)."""

import logging

from flask import Flask, Response, current_app, g, make_response, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app.core.database import db
from app.core.errors import Conflict, DomainError, TooMany
from app.core.i18n import gettext as _
from app.web.pages import came_from
from app.web.templating import render

_log = logging.getLogger("most.web")


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StaleDataError, _stale_data)
    app.register_error_handler(IntegrityError, _only_one)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(Exception, _bug)


def _refused(error: DomainError) -> Response:
    response = _answer(error.status, str(error))
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _stale_form(_error: CSRFError) -> Response:
    return _answer(400, _("This form has become too old. Go back, reload the page and try again."))


def _stale_data(_error: StaleDataError) -> Response:
    return _refused(
        Conflict(_("Somebody else changed this in the meantime. Go back and reload the page."))
    )


def _only_one(error: IntegrityError) -> Response:
    """Tell the later of two who saved the same at once; what a form can see, it says itself."""
    if current_app.testing:
        raise error
    _log.warning("a constraint refused what a form let through", exc_info=error)
    db.session.rollback()
    return _stale_data(StaleDataError())


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    if error.response is not None or code < 400:  # noqa: PLR2004 -- redirects are no errors
        return make_response(error.get_response())
    words = {
        400: _("The request could not be understood."),
        401: _("Please sign in first."),
        403: _("You may not do this."),
        404: _("There is no such page, or it is not for you."),
        405: _("This address cannot be used like that."),
        413: _("What you sent is too large."),
        415: _("This kind of content is not accepted."),
        429: _("Too many tries. Wait a little and try again."),
    }
    response = _answer(code, words.get(code, _("The request could not be answered.")))
    if code == 405 and getattr(error, "valid_methods", None):  # noqa: PLR2004 -- RFC 9110, 15.5.6
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]  # MethodNotAllowed has it
    return response


def _database(_error: OperationalError) -> Response:
    _log.exception("database unavailable")
    db.session.rollback()
    return _answer(503, _("The records cannot be reached at the moment. Try again in a minute."))


def _bug(error: Exception) -> Response:
    """Answer plainly and keep the traceback in the log, never on the page."""
    if current_app.testing:
        raise error
    _log.exception("unexpected error")
    db.session.rollback()
    return _answer(500, _("Something went wrong on our side. It has been noted."))


def _answer(status: int, message: str) -> Response:
    if _wants_json():
        problem = {"type": "about:blank", "title": message, "status": status}
        response = make_response(problem, status)
        response.content_type = "application/problem+json"
        return response
    try:
        html = render("error.html", message=message, status=status, back=_back(status))
    except Exception:  # noqa: BLE001 -- the last resort; logged with its traceback
        _log.exception("the error page itself failed")
        response = make_response(message, status)
        response.content_type = "text/plain; charset=utf-8"
        return response
    g.no_store = True
    return make_response(html, status)


def _back(status: int) -> str:
    """Return the page that somebody came from, to look at it again when things have moved on."""
    return came_from() if status == Conflict.status else ""


def _wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.path.startswith("/api/") or best == "application/json"
