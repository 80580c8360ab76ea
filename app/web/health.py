"""Whether the product is alive and ready, for those who watch it."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app.core.database import db
from app.web.access import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """Answer as long as the process runs."""
    return "ok\n", 200, {"Content-Type": "text/plain"}


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Answer 200 when the database answers."""
    db.session.execute(text("select 1"))
    return "ready\n", 200, {"Content-Type": "text/plain"}
