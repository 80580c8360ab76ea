"""The WSGI object for granian, gunicorn and whatever else speaks WSGI."""

import os

from app.core.database import db
from app.factory import create_app

application = create_app()


def _forget_connections() -> None:
    """Leave connections to the parent: none may be used on both sides of a fork."""
    with application.app_context():
        db.engine.dispose(close=False)


os.register_at_fork(after_in_child=_forget_connections)
