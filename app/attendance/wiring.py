"""How this package joins the application."""

from flask import Flask

from app.attendance import invariants, subscribers
from app.attendance.views import boards, bp, checkin, registers
from app.core.i18n import lazy_gettext as _
from app.web import navigation

PARTS = (boards, checkin, invariants, registers, subscribers)
"""Modules that are joined by being imported."""


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    navigation.add(
        "attendance.check_in",
        _("Check in"),
        "qrcode",
        order=40,
        phone=True,
        also=("attendance.confirm", "attendance.checked_in", "attendance.my_pass"),
    )
