"""Builds the application; the only module that knows every package."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import make_url

from app import config
from app.accounts import wiring as accounts
from app.attendance import wiring as attendance
from app.audit import wiring as audit
from app.certificates import wiring as certificates
from app.completion import wiring as completion
from app.core import sqlite
from app.core.database import db
from app.courses import wiring as courses
from app.exchanges import wiring as exchanges
from app.files import wiring as files
from app.institutions import wiring as institutions
from app.notifications import wiring as notifications
from app.reports import wiring as reports
from app.web import errors, health, security
from app.web import wiring as web

HERE = Path(__file__).parent
SHIPPED = HERE / "templates"  # in a wheel; in a checkout they stand beside app/
TEMPLATES = SHIPPED if SHIPPED.is_dir() else HERE.parent / "templates"

_LIMITS = ("-cstatement_timeout=30000", "-clock_timeout=15000")  # milliseconds, on PostgreSQL


class Most(Flask):
    """The application; none of its views and hooks is a coroutine, which need not be looked at."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function as it is."""
        return func


def create_app(settings: config.Settings | None = None) -> Flask:
    """Return the application for these settings, by default those of the environment."""
    settings = settings or config.from_environment()
    app = Most("app", template_folder=str(TEMPLATES), static_folder=str(HERE / "static"))
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.key(),
        SECRET_KEY_FALLBACKS=[k for k in settings.secret_key_fallbacks.split(",") if k],
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
    )
    logging.getLogger("most").setLevel(settings.log_level)
    sqlite.synchronous["mode"] = settings.sqlite_synchronous
    if settings.database.startswith("sqlite:///") and not settings.database_url:
        settings.var.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    app.register_blueprint(health.bp)
    security.init_app(app, settings)
    web.init_app(app)
    for part in (
        errors,
        audit,
        files,
        notifications,
        accounts,
        institutions,
        courses,
        attendance,
        completion,
        exchanges,
        certificates,
        reports,
    ):
        part.init_app(app)
    if settings.jobs == "celery":
        from app.core.jobs import on_celery  # noqa: PLC0415 -- Celery is an optional package

        on_celery.relay(settings.celery_broker_url)
    return app


def _engine_options(settings: config.Settings) -> dict[str, object]:
    if settings.database.startswith("sqlite"):
        return {}
    given = str(make_url(settings.database).query.get("options", ""))
    return {
        "pool_pre_ping": True,
        "pool_size": settings.threads + 2,
        "max_overflow": 10,
        "connect_args": {"options": " ".join([given, *_LIMITS]).strip()},
    }
