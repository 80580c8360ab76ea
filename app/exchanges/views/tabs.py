"""The ways between the pages of one stay, as templates ask for them."""

from types import ModuleType
from uuid import UUID

from flask import current_app, url_for

from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.exchanges.models.mobilities import Mobility
from app.exchanges.views.blueprint import bp
from app.exchanges.words import mobilities as words
from app.web.access import actor

TABS: dict[str, str] = {
    "stay_detail": _l("Overview"),
    "learning_agreement": _l("Learning agreement"),
    "visit": _l("Visit"),
    "recognition": _l("Recognition"),
}
"""Endpoints that take a `mobility_id`, in their order; one that does not exist is left out."""


@bp.app_template_global("stay_tabs")
def stay_tabs(mobility: Mobility, current: str) -> list[tuple[str, str, bool]]:
    """Return address, words and whether it is the current one of each page of a stay."""
    return [
        (_address(name, mobility.id), words_, name == current)
        for name, words_ in TABS.items()
        if f"exchanges.{name}" in current_app.view_functions
    ]


@bp.app_template_global("stay_crumbs")
def stay_crumbs(mobility: Mobility, part: str = "") -> list[tuple[str, str]]:
    """Return the way to the pages of a stay, and further to the forms of one of its parts."""
    is_own = actor().user_id == mobility.person_id
    way = (
        (url_for("exchanges.my_stays"), _("My stays abroad"))
        if is_own
        else (url_for("exchanges.stays_list"), _("Stays"))
    )
    return [way, (_address(part, mobility.id), mobility.person.display_name)] if part else [way]


def _address(name: str, mobility_id: UUID) -> str:
    return url_for(f"exchanges.{name}", mobility_id=mobility_id)


@bp.app_template_global("stay_words")
def stay_words() -> ModuleType:
    """Return the words for stays."""
    return words
