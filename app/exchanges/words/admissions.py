"""The words for admissions and their conditions."""

from app.core.i18n import cldr, current_locale
from app.core.i18n import lazy_gettext as _l
from app.exchanges.states.mobilities import AdmissionState, ConditionState

_A, _C = AdmissionState, ConditionState
ADMISSION_LABELS: dict[AdmissionState, str] = {
    _A.AWAITING_DOCUMENTS: _l("Papers awaited"),
    _A.COMPLETE: _l("Waits for the host"),
    _A.CONDITIONAL: _l("Admitted under conditions"),
    _A.ACCEPTED: _l("Admitted"),
    _A.REFUSED: _l("Not admitted"),
    _A.LAPSED: _l("Lapsed"),
    _A.LETTER_ISSUED: _l("Admitted, letter issued"),
    _A.CONFIRMED_COMING: _l("Is coming"),
}
ADMISSION_CHIPS: dict[AdmissionState, str] = {
    _A.AWAITING_DOCUMENTS: "wait",
    _A.COMPLETE: "review",
    _A.CONDITIONAL: "wait",
    _A.ACCEPTED: "ok",
    _A.REFUSED: "no",
    _A.LAPSED: "no",
    _A.LETTER_ISSUED: "ok",
    _A.CONFIRMED_COMING: "ok",
}
CONDITION_LABELS: dict[ConditionState, str] = {
    _C.OPEN: _l("Open"),
    _C.MET: _l("Met"),
    _C.WAIVED: _l("Waived"),
}
CONDITION_CHIPS: dict[ConditionState, str] = {_C.OPEN: "wait", _C.MET: "ok", _C.WAIVED: "closed"}

_COUNTRY_LETTERS = 2
_NO_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}


def countries() -> list[tuple[str, str]]:
    """Return codes and names of countries in the language in use, by name."""
    names = cldr(current_locale()).territories
    found = [
        (code, str(name))
        for code, name in names.items()
        if len(code) == _COUNTRY_LETTERS and code.isalpha() and code not in _NO_COUNTRIES
    ]
    return sorted(found, key=lambda one: one[1])
