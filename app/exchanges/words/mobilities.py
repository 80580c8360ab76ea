"""The words for stays, their nomination and admission."""

from app.core.i18n import lazy_gettext as _l
from app.exchanges.states.agreements import ExchangeKind
from app.exchanges.states.calls import AcademicTerm
from app.exchanges.states.mobilities import MobilityState

_M = MobilityState
MOBILITY_LABELS: dict[MobilityState, str] = {
    _M.PLANNED: _l("Planned"),
    _M.PRE_DEPARTURE: _l("Preparing"),
    _M.READY: _l("Ready to go"),
    _M.ARRIVED: _l("Arrived"),
    _M.IN_PROGRESS: _l("Under way"),
    _M.INTERRUPTED: _l("Interrupted"),
    _M.DEPARTED: _l("Departed"),
    _M.RECORDS_RECEIVED: _l("Records received"),
    _M.RECOGNISED: _l("Recognised"),
    _M.CLOSED: _l("Closed"),
    _M.CANCELLED: _l("Cancelled"),
    _M.NO_SHOW: _l("Did not arrive"),
    _M.ENDED_EARLY: _l("Ended early"),
}
MOBILITY_CHIPS: dict[MobilityState, str] = {
    _M.PLANNED: "sent",
    _M.PRE_DEPARTURE: "wait",
    _M.READY: "ok",
    _M.ARRIVED: "ok",
    _M.IN_PROGRESS: "ok",
    _M.INTERRUPTED: "wait",
    _M.DEPARTED: "review",
    _M.RECORDS_RECEIVED: "review",
    _M.RECOGNISED: "ok",
    _M.CLOSED: "closed",
    _M.CANCELLED: "no",
    _M.NO_SHOW: "no",
    _M.ENDED_EARLY: "wait",
}
STAY_KINDS: dict[ExchangeKind, str] = {
    ExchangeKind.STUDIES: _l("Studies"),
    ExchangeKind.TRAINEESHIP: _l("Traineeship"),
    ExchangeKind.SHORT_VISIT: _l("Short visit"),
    ExchangeKind.TEACHING: _l("Teaching"),
    ExchangeKind.TRAINING: _l("Staff training"),
}
TERM_LABELS: dict[AcademicTerm, str] = {
    AcademicTerm.AUTUMN: _l("Autumn term"),
    AcademicTerm.SPRING: _l("Spring term"),
    AcademicTerm.FULL_YEAR: _l("Full year"),
    AcademicTerm.OTHER: _l("Other dates"),
}


def year_in_words(year: int) -> str:
    """Return an academic year as people write it: 2026/27."""
    return f"{year}/{(year + 1) % 100:02d}"
