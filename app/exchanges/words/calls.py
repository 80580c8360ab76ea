"""The words for calls: their states, what they lack, what may be changed."""

from app.core.i18n import lazy_gettext as _l
from app.exchanges.rules.publication import Gap
from app.exchanges.states.calls import Audience, CallState

_C = CallState
CALL_LABELS: dict[CallState, str] = {
    _C.DRAFT: _l("Draft"),
    _C.PUBLISHED: _l("Opens soon"),
    _C.OPEN: _l("Open"),
    _C.CLOSED: _l("Closed"),
    _C.SELECTING: _l("Under selection"),
    _C.EMBARGOED: _l("Results to come"),
    _C.RELEASED: _l("Results released"),
    _C.NOTICE: _l("Public notice"),
    _C.FINALISED: _l("Finished"),
    _C.ARCHIVED: _l("Archived"),
    _C.CANCELLED: _l("Cancelled"),
}
CALL_CHIPS: dict[CallState, str] = {
    _C.DRAFT: "draft",
    _C.PUBLISHED: "sent",
    _C.OPEN: "open",
    _C.CLOSED: "closed",
    _C.SELECTING: "review",
    _C.EMBARGOED: "wait",
    _C.RELEASED: "ok",
    _C.NOTICE: "ok",
    _C.FINALISED: "closed",
    _C.ARCHIVED: "closed",
    _C.CANCELLED: "no",
}

AUDIENCES: dict[Audience, str] = {
    Audience.STUDENTS: _l("Students"),
    Audience.STAFF: _l("Staff"),
    Audience.BOTH: _l("Students and staff"),
}
FOR_WHOM: dict[Audience, str] = {
    Audience.STUDENTS: _l("This call is for students."),
    Audience.STAFF: _l("This call is for staff."),
    Audience.BOTH: _l("This call is for students and staff."),
}
NOT_MEANT: dict[Audience, str] = {
    Audience.STUDENTS: _l("This call is for students; your account has a role of staff only."),
    Audience.STAFF: _l("This call is for staff; your account has no role of staff."),
    Audience.BOTH: "",
}
"""Why somebody cannot apply whom a call does not address."""

GAPS: dict[Gap, tuple[str, str]] = {
    Gap.SUMMARY: (_l("Write a summary: lists show it."), "call_basics"),
    Gap.CLOSES_IN_THE_PAST: (
        _l("The call would be over already: change its dates."),
        "call_basics",
    ),
    Gap.NO_CHAIR: (_l("Choose who chairs the committee."), "call_basics"),
    Gap.NO_DESTINATION: (_l("Choose at least one destination."), "call_destinations"),
    Gap.NO_PLACES: (_l("No place is left at any destination."), "call_destinations"),
    Gap.BROKEN_RULES: (_l("Complete the rules of eligibility."), "call_rules"),
    Gap.NO_QUESTIONS: (_l("Build the form."), "call_form"),
    Gap.BROKEN_FORM: (_l("Complete the questions of the form."), "call_form"),
    Gap.NO_PREFERENCES: (
        _l("Ask for the destinations in order: add a question of that type."),
        "call_form",
    ),
    Gap.NO_CRITERIA: (_l("Write the rubric by which reviewers score."), "call_rubric"),
}
"""What a call lacks, and the page on which to mend it."""

SORT_LABELS: dict[str, str] = {
    "closing": _l("Closing soonest"),
    "title": _l("By title"),
    "newest": _l("Newest first"),
}
