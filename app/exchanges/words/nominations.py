"""The words for nominations."""

from datetime import date
from typing import Any

from babel.dates import format_date

from app.core.i18n import cldr, current_locale
from app.core.i18n import lazy_gettext as _l
from app.exchanges.states.calls import AcademicTerm
from app.exchanges.states.mobilities import NominationState
from app.exchanges.words.eligibility import field_name
from app.exchanges.words.mobilities import TERM_LABELS

_N = NominationState
NOMINATION_LABELS: dict[NominationState, str] = {
    _N.PENDING: _l("Waits for the host"),
    _N.APPROVED: _l("Approved"),
    _N.REJECTED: _l("Rejected"),
    _N.CANCELLED: _l("Taken back"),
}
NOMINATION_CHIPS: dict[NominationState, str] = {
    _N.PENDING: "wait",
    _N.APPROVED: "ok",
    _N.REJECTED: "no",
    _N.CANCELLED: "closed",
}
DECISION_LABELS: dict[str, str] = {"approve": _l("Approved"), "reject": _l("Rejected")}

FIELD_LABELS: dict[str, str] = {
    "term": _l("Term"),
    "isced": _l("Field of study (ISCED-F)"),
    "eqf_level": _l("Level (EQF)"),
    "planned_from": _l("First day"),
    "planned_until": _l("Last day"),
    "comment": _l("Comment"),
}
"""What the home office may change of a proposal, in the order people read it."""


def value_in_words(field: str, value: Any) -> str:
    """Return one value of a proposal as people read it."""
    if value in (None, ""):
        return "–"
    if field == "term":
        return str(TERM_LABELS[AcademicTerm(value)])
    if field in ("planned_from", "planned_until"):
        return format_date(date.fromisoformat(value), "long", locale=cldr(current_locale()))
    return field_name(value) if field == "isced" else str(value)
