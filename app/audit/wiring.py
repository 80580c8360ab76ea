"""How this package joins the application."""

from flask import Flask

from app.audit import policies, tasks
from app.audit.views import bp
from app.core.i18n import lazy_gettext as _l
from app.web import navigation

__all__ = ["tasks"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    navigation.add(
        "audit.trail",
        _l("Audit trail"),
        "history",
        order=90,
        group="admin",
        shows=policies.reads_others,
    )
