"""Every endpoint says who may call it; `tests/house` refuses one that does not."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import current_app
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core.actor import ANONYMOUS, Actor

P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)


class SignedIn:
    """What Flask-Login keeps for a request: the actor and the secret of the sign-in, no row."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, actor: Actor, secret: str = "") -> None:
        self.actor, self._secret = actor, secret

    def get_id(self) -> str:
        """Return the secret of the sign-in, which is all that the cookie holds."""
        return self._secret


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Let anyone call this endpoint."""
    view.access = "public"  # type: ignore[attr-defined]  # read by the house tests
    return view


def signed_in(view: Callable[P, R]) -> Callable[P, ResponseReturnValue]:
    """Let any signed-in person call this endpoint; the service decides the rest."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if not current_user.is_authenticated:
            return cast(ResponseReturnValue, current_app.login_manager.unauthorized())  # type: ignore[attr-defined]  # Flask-Login adds it
        return view(*args, **kwargs)

    guarded.access = "signed in"  # type: ignore[attr-defined]  # read by the house tests
    return guarded


def with_token(scope: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let whoever holds a secret for this purpose call the endpoint, which checks it itself."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.access = f"token:{scope}"  # type: ignore[attr-defined]  # read by the house tests
        return view

    return mark


def actor() -> Actor:
    """Return who is acting in this request; a visitor is ANONYMOUS."""
    acting = getattr(current_user, "actor", None)
    return acting if isinstance(acting, Actor) else ANONYMOUS
