"""The words of the desk."""

from collections.abc import Mapping

from app.core.database import Text
from app.core.i18n import current_locale
from app.core.i18n import lazy_gettext as _l

VIEWS: dict[str, str] = {
    "waiting": _l("Waiting for me"),
    "all": _l("All"),
    "documents": _l("Documents to check"),
    "assign": _l("To assign"),
    "review": _l("In review"),
    "ranked": _l("Ranked"),
    "selected": _l("Selected"),
    "waiting-list": _l("Waiting list"),
    "appeals": _l("Appeals"),
    "over": _l("Over"),
}
"""The saved views that everybody has, in the order they are shown."""


def in_words(text: Mapping[str, str] | None) -> str:
    """Return a stored text in the reader's language."""
    return Text(text).in_(current_locale()) if text else ""
