"""Answers: a page, a part of one, or the way to the next one."""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from app.core.errors import TooMany
from app.web.forms import Form
from app.web.templating import address, render


def page(
    *, form: Form | None = None, status: int | None = None, **values: object
) -> ResponseReturnValue:
    """Render the endpoint's own template: `courses.enrol` is `courses/enrol.html`.

    The status is 422 when the form was refused (or says why else), else 200.
    """
    template = (request.endpoint or "").replace(".", "/") + ".html"
    refused = form is not None and (form.errors or form.form_errors)
    headers = {}
    if form is not None and form.refusal is not None:
        status = status or form.refusal.status
        if isinstance(form.refusal, TooMany):
            headers["Retry-After"] = str(form.refusal.retry_after)
    return render(template, form=form, **values), status or (422 if refused else 200), headers


def fragment(template: str, *, status: int = 200, **values: object) -> ResponseReturnValue:
    """Render a part of a page for htmx: `fragment("courses/_results.html", ...)`."""
    return render(template, **values), status


def wants_fragment() -> bool:
    """Tell whether htmx asks for a part of the page."""
    return request.headers.get("HX-Request") == "true"


def see_other(endpoint: str, **values: object) -> ResponseReturnValue:
    """Redirect after a change, so that reloading does not repeat it."""
    return redirect(address(endpoint, **values), code=303)


def acted(
    form: Form, act: Callable[[], object], said: str, endpoint: str, **values: object
) -> ResponseReturnValue | None:
    """Do what the form asks for, say so and lead on; None while its page is to be shown."""
    if not form.accepted(act):
        return None
    tell(said)
    return see_other(endpoint, **values)


def tell(message: str, kind: str = "ok") -> None:
    """Show a message on the next page; the kind is ok, no or wait."""
    flash(message, kind)


def safe_path(target: str | None, default: str = "/") -> str:
    """Return a redirect target only if it is a path of ours, as a browser would read it."""
    if not target or len(target) > 2000:  # noqa: PLR2004 -- longer than any path of ours
        return default
    if not target.startswith("/") or target.startswith(("//", "/\\")):
        return default
    if any(character < " " or character in "\\\x7f" for character in target):
        return default
    return target


def came_from() -> str:
    """Return the page of ours that led to this request; "" when it is not known."""
    found = urlsplit(request.referrer or "")
    if found.netloc != request.host or found.path.startswith("//"):
        return ""
    return found.path + (f"?{found.query}" if found.query else "")
