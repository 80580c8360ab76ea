"""Outcomes, reviews and faults of policies, as words."""

from app.completion.rules import ATTENDANCE, REQUIRED_SESSIONS, Fault, Verdict
from app.completion.states import ReviewState
from app.core.i18n import lazy_gettext as _

VERDICT_LABELS: dict[str, str] = {
    Verdict.MET: _("Met"),
    Verdict.NOT_MET: _("Not met"),
    Verdict.PENDING: _("Still open"),
}
VERDICT_CHIPS: dict[str, str] = {
    Verdict.MET: "ok",
    Verdict.NOT_MET: "no",
    Verdict.PENDING: "wait",
}
CRITERION_LABELS: dict[str, str] = {
    ATTENDANCE: _("Attendance"),
    REQUIRED_SESSIONS: _("Required sessions attended"),
}
REVIEW_LABELS: dict[ReviewState, str] = {
    ReviewState.OPEN: _("To be decided"),
    ReviewState.UPHELD: _("The completion stands"),
    ReviewState.REVERSED: _("The completion was taken back"),
    ReviewState.REISSUED: _("The certificate is issued anew"),
}
REVIEW_CHIPS: dict[ReviewState, str] = {
    ReviewState.OPEN: "wait",
    ReviewState.UPHELD: "ok",
    ReviewState.REVERSED: "no",
    ReviewState.REISSUED: "sent",
}
FAULT_LABELS: dict[Fault, str] = {
    Fault.NOT_AN_OBJECT: _("is not an object"),
    Fault.UNKNOWN_KEY: _("is not known"),
    Fault.NOT_ONE_KIND: _("must be exactly one of all, any and criterion"),
    Fault.UNKNOWN_CRITERION: _("is no criterion we know"),
    Fault.EMPTY_BRANCH: _("is empty"),
    Fault.TOO_DEEP: _("is nested too deeply"),
    Fault.TOO_MANY: _("has too many parts"),
    Fault.MISSING: _("is missing"),
    Fault.WRONG_TYPE: _("is of the wrong kind"),
    Fault.OUT_OF_RANGE: _("is out of range"),
}
