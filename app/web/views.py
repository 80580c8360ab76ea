"""What the frame itself answers: choices of language and appearance, and the drawn covers."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from app.core.actor import THEMES
from app.core.errors import Invalid
from app.core.i18n import LOCALES
from app.core.i18n import gettext as _
from app.web import art, locale
from app.web.access import actor, public

bp = Blueprint("web", __name__)


@bp.post("/language")
@public
def language() -> ResponseReturnValue:
    """Keep the chosen language in a cookie, and with the person when one is signed in."""
    code = request.form.get("lang", "")
    if code not in LOCALES:
        raise Invalid(_("We do not speak that language."))
    return _keep("lang", "locale", code)


@bp.post("/theme")
@public
def theme() -> ResponseReturnValue:
    """Keep whether pages are light, dark, or as the device says: like the language."""
    wanted = request.form.get("theme", "")
    if wanted not in THEMES:
        raise Invalid(_("There is no such appearance."))
    return _keep("theme", "theme", wanted)


@bp.post("/keys")
@public
def keys() -> ResponseReturnValue:
    """Turn the shortcuts of a single key on or off (WCAG 2.2, 2.1.4)."""
    return _keep("keys", "keys", "off" if request.form.get("keys") == "off" else "on")


@bp.get("/art/covers/<string(maxlength=64):seed>.svg")
@public
def cover(seed: str) -> ResponseReturnValue:
    """Draw the cover of a course; the same for ever."""
    answer = Response(art.cover(seed), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def _keep(cookie: str, setting: str, value: str) -> ResponseReturnValue:
    if not actor().is_anonymous:
        locale.keep(actor(), setting, value)
    answer = redirect(_way_back(request.form.get("next", "")), code=303)
    answer.set_cookie(
        cookie,
        value,
        max_age=locale.A_YEAR,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure,
    )
    return answer


def _way_back(wanted: str) -> str:
    """Return a path on this site, whatever was sent; a `lang` in it would undo the choice."""
    parts = urlsplit(wanted.replace("\\", "/"))
    if parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith("//"):
        return "/"
    query = "&".join(p for p in parts.query.split("&") if p and not p.startswith("lang="))
    return f"{parts.path}?{query}" if query else parts.path
