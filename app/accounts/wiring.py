"""How this package joins the application, and Flask-Login."""

from flask import Flask, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager

from app.accounts import queries
from app.web.access import SignedIn

login_manager = LoginManager()
login_manager.session_protection = None  # our own rows end sign-ins; this would trust headers


@login_manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login has no types
def load(secret: str) -> SignedIn | None:
    """Return who is signed in by this secret."""
    found = queries.actor_of_sign_in(secret)
    return SignedIn(found, secret) if found else None


@login_manager.unauthorized_handler  # type: ignore[untyped-decorator]  # Flask-Login has no types
def ask_to_sign_in() -> ResponseReturnValue:
    """Lead to the sign-in page, and back afterwards."""
    g.no_store = True
    target = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("accounts.sign_in", next=target or None), code=303)


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
