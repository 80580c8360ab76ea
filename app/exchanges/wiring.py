"""How this package joins the application."""

from flask import Flask

from app.exchanges.models import (
    admissions,
    agreements,
    applications,
    calls,
    letters,
    mobilities,
    nominations,
)
from app.exchanges.views import bp

__all__ = [
    "admissions",
    "agreements",
    "applications",
    "calls",
    "letters",
    "mobilities",
    "nominations",
]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
