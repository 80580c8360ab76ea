"""The words of reviews, rankings, allocations, offers and appeals."""

from app.core.i18n import lazy_gettext as _l
from app.core.i18n import lazy_pgettext
from app.exchanges.rules.allocation import Reason, Verdict
from app.exchanges.rules.conflicts import Stake, Tie
from app.exchanges.rules.ranking import DRAW, SCORE
from app.exchanges.rules.reviews import Standing
from app.exchanges.states.applications import AllocationRunState, Conflict

VERDICTS: dict[str, str] = {
    Verdict.SELECT: _l("Selected"),
    Verdict.WAIT_LIST: _l("Waiting list"),
    Verdict.NOT_SELECT: _l("Not selected"),
}
VERDICT_CHIPS = {Verdict.SELECT: "ok", Verdict.WAIT_LIST: "wait", Verdict.NOT_SELECT: "no"}

REASONS: dict[str, str] = {
    Reason.NONE: "",
    Reason.BELOW_MINIMUM: _l("The score is below the minimum that the committee set."),
    Reason.NO_PLACE: _l("All places at the destinations named went to higher scores."),
    Reason.LIST_FULL: _l(
        "All places at the destinations named went to higher scores, and the waiting list is full."
    ),
    Reason.NO_PREFERENCE: _l("The application names no destination."),
    "list_closed": _l("No place became free for you before the waiting list was closed."),
}
"""Why somebody was not selected, by the word that is stored with the application."""

RUNGS: dict[str, str] = {SCORE: _l("by score"), DRAW: _l("by the draw")}
"""What set a place apart from the one above; otherwise it is a criterion."""

TIES: dict[str, str] = {
    Tie.OWN_APPLICATION: _l("it is their own application"),
    Tie.OWN_STUDENT: _l("they supervise the applicant"),
    Tie.SAME_SUPERVISOR: _l("both have the same supervisor"),
    Tie.SAME_UNIT: _l("both belong to the same unit"),
    Tie.COMPETITOR: _l("they apply to the same call"),
}

CHAIR_TIES: dict[str, str] = {
    Tie.OWN_APPLICATION: _l("it is your own application"),
    Tie.OWN_STUDENT: _l("you supervise this applicant"),
    Tie.SAME_SUPERVISOR: _l("you have the same supervisor"),
    Tie.SAME_UNIT: _l("you belong to the same unit"),
    Tie.COMPETITOR: _l("you apply to the same call"),
}
"""What ties the chair of a committee to an applicant, as the chair reads it."""

STAKES: dict[str, str] = {
    Stake.CHAIR: _l(
        "You chair the committee of this call. That is a conflict of interest: you cannot apply."
    ),
    Stake.OFFICE: _l(
        "Your exchange office runs this call. That is a conflict of interest: you cannot apply."
    ),
    Stake.REVIEWER: _l(
        "You judge applications to this call. That is a conflict of interest: you cannot apply."
    ),
}
"""Why somebody who decides in a call cannot apply to it."""

CONFLICTS: dict[Conflict, str] = {
    Conflict.NONE: _l("None"),
    Conflict.DECLARED: _l("Declared by the reviewer"),
    Conflict.DETECTED: _l("Found by comparing the two"),
}

REVIEW_LABELS: dict[Standing, str] = {
    Standing.WITHDRAWN: _l("Withdrawn"),
    Standing.CONFLICT: _l("Conflict of interest"),
    Standing.LOCKED: _l("Locked"),
    Standing.TO_COME: _l("Not under review yet"),
    Standing.OVER: _l("No longer under review"),
    Standing.OVERDUE: _l("Overdue"),
    Standing.BEGUN: _l("Begun"),
    Standing.TO_DO: _l("To do"),
}
REVIEW_CHIPS = {
    Standing.WITHDRAWN: "closed",
    Standing.CONFLICT: "no",
    Standing.LOCKED: "ok",
    Standing.TO_COME: "wait",
    Standing.OVER: "closed",
    Standing.OVERDUE: "no",
    Standing.BEGUN: "review",
    Standing.TO_DO: "open",
}

RUN_LABELS: dict[AllocationRunState, str] = {
    AllocationRunState.DRY_RUN: _l("Tried"),
    AllocationRunState.PUBLISHED: _l("Published"),
    AllocationRunState.DISCARDED: lazy_pgettext("state", "Put aside"),
}
RUN_CHIPS = {
    AllocationRunState.DRY_RUN: "review",
    AllocationRunState.PUBLISHED: "ok",
    AllocationRunState.DISCARDED: "closed",
}


def reason_of(stored: str) -> str:
    """Return why somebody was not selected, in words; what is no code is words already."""
    return str(REASONS.get(stored, stored))
