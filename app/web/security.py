"""Headers, cookies, limits and where a request may come from."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_wtf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import Settings
from app.core.tokens import ready
from app.web.access import actor
from app.web.uploads import TEXT_BYTES, limit_body

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"),
)
csrf = CSRFProtect()


class Cookies(SecureCookieSessionInterface):
    """Flask's own sessions, which do nothing that is not needed: they serve every request."""

    _signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs the cookie."""
        if self._signer is None:
            made = super().get_signing_serializer(app)
            self._signer = made and ready(made)
        return self._signer

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie when something in it changed; what answers vary by is said below."""
        if session.modified:
            super().save_session(app, session, response)


_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def init_app(app: Flask, settings: Settings) -> None:
    app.config.update(
        SESSION_COOKIE_NAME="__Host-most" if settings.https else "most",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=settings.upload_bytes,
        MAX_FORM_MEMORY_SIZE=TEXT_BYTES,
        MAX_FORM_PARTS=5000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # our own check of the origin below is stricter
        TRUSTED_HOSTS=_hosts(settings) or None,
    )
    app.session_interface = Cookies()
    app.before_request(limit_body)  # before the token is looked for in the body
    csrf.init_app(app)
    if settings.proxies:
        number = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, number, number, number)  # type: ignore[method-assign]  # the documented way
    app.before_request(_check_host)
    app.before_request(_check_origin)
    app.before_request(_check_characters)
    app.after_request(_add_headers)
    app.config["HSTS"] = settings.https


def _hosts(settings: Settings) -> list[str]:
    named = [host.strip() for host in settings.trusted_hosts.split(",") if host.strip()]
    if settings.public_url and not named:
        named = [urlsplit(settings.public_url).hostname or ""]
    return named


def _check_host() -> None:
    try:
        request.host  # noqa: B018 -- Werkzeug checks it when it is read
    except SecurityError:
        abort(400)


def _check_origin() -> None:
    """Refuse a change that another site asks for, even with a stolen token."""
    if request.method not in _UNSAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site and site not in {"same-origin", "none"}:
        abort(403)
    origin = request.headers.get("Origin")
    if origin and origin != "null" and urlsplit(origin).netloc != request.host:
        abort(403)


def _check_characters() -> None:
    """Refuse NUL, which nobody can type and PostgreSQL cannot store."""
    if "\0" in request.path or b"%00" in request.query_string:
        abort(400)
    if request.method in _UNSAFE and any(
        "\0" in name or any("\0" in word for word in words) for name, words in request.form.lists()
    ):
        abort(400)


def _add_headers(response: Response) -> Response:
    """Add what a view did not say itself; all at once, as every header on its own is searched."""
    said = {name.lower() for name, _ in response.headers}
    wanted = [header for header in _HEADERS if header[0].lower() not in said]
    if current_app.config["HSTS"]:
        wanted.append(("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))
    if "cache-control" not in said and request.endpoint != "static":
        personal = not actor().is_anonymous or getattr(g, "no_store", False)
        wanted.append(("Cache-Control", "no-store" if personal else "private, no-cache"))
        wanted.append(("Vary", "Cookie, Accept-Language, HX-Request"))
    response.headers.extend(wanted)
    return response
