"""Words of the start page."""

from app.core.i18n import lazy_gettext as _

GREETINGS: dict[str, str] = {
    "morning": _("Good morning, %(name)s"),
    "afternoon": _("Good afternoon, %(name)s"),
    "evening": _("Good evening, %(name)s"),
}
