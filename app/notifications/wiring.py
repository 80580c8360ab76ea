"""How this package joins the application."""

from flask import Flask

from app.core.i18n import lazy_gettext as _
from app.notifications import policies, postbox, tasks
from app.notifications.views import bp
from app.web import navigation

__all__ = ["tasks"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    navigation.add(
        "notifications.inbox",
        _("Notices"),
        "bell",
        group="bell",
        count=lambda actor: actor.unread,
    )
    navigation.add("notifications.preferences", _("Mail and notices"), group="account", order=30)
    navigation.add("notifications.calendar", _("My calendar"), group="account", order=31)
    navigation.add(
        "notifications.jobs",
        _("Background work"),
        "adjustments",
        group="admin",
        order=80,
        shows=lambda actor: policies.may_see_jobs(actor, None),
    )
    navigation.add(
        "notifications.mails",
        _("Mail of this demo"),
        group="footer",
        order=90,
        shows=lambda _actor: postbox.is_open(),
    )
