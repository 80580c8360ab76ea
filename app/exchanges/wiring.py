"""How this package joins the application."""

from flask import Flask

from app.exchanges.models import agreements, applications, calls, mobilities
from app.exchanges.views import bp

__all__ = ["agreements", "applications", "calls", "mobilities"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
