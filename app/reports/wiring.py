"""How this package joins the application."""

from flask import Flask

from app.core.i18n import lazy_gettext as _
from app.reports.views import bp
from app.web import navigation


def init_app(app: Flask) -> None:
    """Serve the start page, the first entry of the menu."""
    app.register_blueprint(bp)
    navigation.add("reports.today", _("Today"), "home", order=0, group="main", phone=True)
