"""How this package joins the application, and Flask-Login."""

from datetime import timedelta

from flask import Flask, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager

from app.accounts import invariants, policies, queries, tasks
from app.accounts.links import path_of
from app.accounts.queries import trail as in_trail
from app.accounts.queries.people import display_names
from app.accounts.services import profile
from app.accounts.services import sign_in as signing_in
from app.accounts.views import bp, entry
from app.audit import directory as trail
from app.core.actor import Actor
from app.core.clock import now
from app.core.i18n import lazy_gettext as _l
from app.notifications import channels
from app.web import locale, navigation
from app.web.access import SignedIn

__all__ = ["invariants", "tasks"]

login_manager = LoginManager()
login_manager.session_protection = None  # our own rows end sign-ins; this would trust headers

_A_MINUTE = timedelta(minutes=1)
_WITH_LINKS = (
    "confirm-address",
    "invitation",
    "reset-password",
    "confirm-new-address",
    "address-changed",
)


@login_manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login has no types
def load(secret: str) -> SignedIn | None:
    """Return who is signed in by this secret."""
    found = queries.sign_in_with(secret)
    if found is None:
        return None
    moment, ends_idle = now(), found.seen_at + found.idle
    if moment - found.seen_at > _A_MINUTE:
        g.seen_session = found.actor.session_id
        ends_idle = moment + found.idle
    g.signed_in_for = int((min(ends_idle, found.expires_at) - moment).total_seconds())
    return SignedIn(found.actor, secret)


@login_manager.unauthorized_handler  # type: ignore[untyped-decorator]  # Flask-Login has no types
def ask_to_sign_in() -> ResponseReturnValue:
    """Lead to the sign-in page, and back afterwards; a form that was sent is kept meanwhile."""
    g.no_store = True
    if request.method == "POST" and (answer := entry.sign_in_first()) is not None:
        return answer
    target = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("accounts.sign_in", next=target or None), code=303)


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
    app.after_request(_note_seen)
    app.register_blueprint(bp)
    for name in _WITH_LINKS:
        channels.secret_paths[f"accounts/{name}"] = path_of
    if _keep not in locale.KEEPERS:
        locale.KEEPERS.append(_keep)
    trail.name_people(display_names)
    trail.name_things(in_trail.people, "user", "person")
    _add_menus()


def _note_seen(response: Response) -> Response:
    """Note, after the answer is made, that a device is in use; at most once a minute."""
    session_id = g.pop("seen_session", None)
    if session_id is not None:
        signing_in.touch(session_id)
    return response


def _keep(person: Actor, setting: str, value: str) -> None:
    if setting == "locale":
        profile.save(person, locale=value)
    elif setting == "theme":
        profile.save(person, theme=value)
    elif setting == "keys":
        profile.save(person, single_keys=value == "on")


def _add_menus() -> None:
    add = navigation.add
    add("accounts.sign_in", _l("Sign in"), "login", order=10, group="entry")
    add("accounts.sign_up", _l("Create an account"), "user-plus", order=20, group="entry")
    add(
        "accounts.people",
        _l("People"),
        "users",
        order=10,
        group="admin",
        shows=lambda actor: policies.may_list(actor, None),
        also=("accounts.person", "accounts.invite", "accounts.grant_role", "accounts.suspend"),
    )
    add("accounts.profile", _l("My profile"), "user", order=10, group="account")
    add("accounts.devices", _l("My devices"), "device-laptop", order=20, group="account")
    add("audit.trail", _l("What I did"), "history", order=30, group="account")
    add("accounts.sign_out", _l("Sign out"), "logout", order=90, group="account", method="post")
