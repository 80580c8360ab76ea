"""The blueprint, and what its pages share."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, g, redirect, request, session
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response
from wtforms import Field

from app.accounts.services import sign_in as signing_in
from app.config import Settings
from app.web.forms import Form
from app.web.locale import A_YEAR
from app.web.pages import page

bp = Blueprint("accounts", __name__)

START = "/today"
"""Where one goes who was going nowhere in particular."""


def settings() -> Settings:
    """Return the settings of this installation."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def place() -> signing_in.Place:
    """Return where this request comes from."""
    return signing_in.Place(request.remote_addr or "", request.user_agent.string)


def typed(field: Field) -> str:
    """Return what was typed into a field, as text."""
    return str(field.data or "")


def put_in_cookie(found: signing_in.SignIn) -> None:
    """Begin a new cookie that holds the secret of the sign-in and nothing from before it."""
    session.clear()
    g.pop("csrf_token", None)  # a form on the page that answers needs the new one's
    session["_user_id"] = found.secret
    session.permanent = True


def answered(form: Form, act: Callable[[], object], **values: Any) -> ResponseReturnValue | None:
    """Return the page again when the form was not sent or was refused; None when it was done."""
    return None if form.accepted(act) else page(form=form, **values)


def forget(response: ResponseReturnValue) -> Response:
    """Have the browser forget what it kept of the signed-in pages."""
    answer = current_app.make_response(response)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def to_path(path: str) -> ResponseReturnValue:
    """Redirect to a path that `safe_path` has checked."""
    return redirect(path, code=303)


def with_keys(response: ResponseReturnValue, single_keys: bool) -> Response:
    """Tell the browser whether the person wants shortcuts of a single key."""
    answer = current_app.make_response(response)
    answer.set_cookie(
        "keys",
        "on" if single_keys else "off",
        max_age=A_YEAR,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure,
    )
    return answer
