"""The words for admissions and their conditions."""

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
