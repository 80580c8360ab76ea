"""States and choices of this package as words."""

from app.core.i18n import lazy_gettext as _
from app.courses.rules.recurrence import PatternFault
from app.courses.states import (
    CourseState,
    Delivery,
    EnrolmentMode,
    EnrolmentSource,
    EnrolmentState,
    RunState,
    SessionState,
    StaffRole,
    Track,
)

COURSE_LABELS: dict[CourseState, str] = {
    CourseState.DRAFT: _("Draft"),
    CourseState.IN_REVIEW: _("In review"),
    CourseState.PUBLISHED: _("Published"),
    CourseState.RETIRED: _("Retired"),
}
COURSE_CHIPS = {
    CourseState.DRAFT: "draft",
    CourseState.IN_REVIEW: "review",
    CourseState.PUBLISHED: "ok",
    CourseState.RETIRED: "closed",
}

RUN_LABELS: dict[RunState, str] = {
    RunState.DRAFT: _("Draft"),
    RunState.PUBLISHED: _("Published"),
    RunState.CLOSED: _("Closed"),
    RunState.ARCHIVED: _("Archived"),
    RunState.CANCELLED: _("Cancelled"),
}
RUN_CHIPS = {
    RunState.DRAFT: "draft",
    RunState.PUBLISHED: "ok",
    RunState.CLOSED: "closed",
    RunState.ARCHIVED: "closed",
    RunState.CANCELLED: "no",
}

SESSION_LABELS: dict[SessionState, str] = {
    SessionState.SCHEDULED: _("Scheduled"),
    SessionState.HELD: _("Held"),
    SessionState.LOCKED: _("Register closed"),
    SessionState.CANCELLED: _("Cancelled"),
}
SESSION_CHIPS = {
    SessionState.SCHEDULED: "sent",
    SessionState.HELD: "ok",
    SessionState.LOCKED: "closed",
    SessionState.CANCELLED: "no",
}

DELIVERY_LABELS: dict[Delivery, str] = {
    Delivery.ONSITE: _("On site"),
    Delivery.ONLINE: _("Online"),
    Delivery.HYBRID: _("Blended"),
}

TRACK_LABELS: dict[Track, str] = {
    Track.TECHNOLOGY_TRANSFER: _("Technology transfer"),
    Track.INTELLECTUAL_PROPERTY: _("Intellectual property"),
    Track.INCUBATION: _("Incubation"),
    Track.CLINICAL_PRACTICE: _("Clinical practice"),
    Track.HEALTH_DATA: _("Health data"),
    Track.TEACHING: _("Teaching"),
}

MODE_LABELS: dict[EnrolmentMode, str] = {
    EnrolmentMode.OPEN: _("Open to everyone"),
    EnrolmentMode.KEY: _("With an enrolment key"),
    EnrolmentMode.APPROVAL: _("After approval"),
    EnrolmentMode.INVITE: _("By invitation"),
}

STAFF_LABELS: dict[StaffRole, str] = {
    StaffRole.LEAD: _("Leads the run"),
    StaffRole.TEACHER: _("Teacher"),
    StaffRole.ASSISTANT: _("Assistant"),
}

WEEKDAY_LABELS: dict[int, str] = {
    0: _("Monday"),
    1: _("Tuesday"),
    2: _("Wednesday"),
    3: _("Thursday"),
    4: _("Friday"),
    5: _("Saturday"),
    6: _("Sunday"),
}

FAULT_LABELS: dict[PatternFault, str] = {
    PatternFault.NO_WEEKDAY: _("Choose at least one weekday."),
    PatternFault.NO_END: _("Say until when, or how many sessions."),
    PatternFault.ENDS_BEFORE_START: _("The last day is before the first."),
    PatternFault.TOO_MANY: _("These are too many sessions; a run has at most 200."),
    PatternFault.NOTHING_PLANNED: _("There is no such weekday in this time."),
    PatternFault.LENGTH: _("A session lasts from a minute to a day."),
    PatternFault.WEEKS_BETWEEN: _("Use a number of weeks from 1 to 8."),
}
"""What is wrong with a weekly pattern."""

LANGUAGE_CODES = {
    "en": "EN",
    "zh_Hans_CN": "中文",
    "sr_Cyrl": "СР",
    "sr_Latn": "SR",
    "bs": "BS",
}
"""Languages of instruction on a card, in short."""


ENROLMENT_LABELS: dict[EnrolmentState, str] = {
    EnrolmentState.APPLIED: _("Waiting for approval"),
    EnrolmentState.WAITLISTED: _("In the queue"),
    EnrolmentState.OFFERED: _("Place offered"),
    EnrolmentState.ACTIVE: _("Has a place"),
    EnrolmentState.COMPLETED: _("Completed"),
    EnrolmentState.NOT_COMPLETED: _("Not completed"),
    EnrolmentState.DECLINED: _("Declined"),
    EnrolmentState.EXPIRED: _("Offer not taken up"),
    EnrolmentState.WITHDRAWN: _("Withdrawn"),
    EnrolmentState.REMOVED: _("Removed"),
    EnrolmentState.TRANSFERRED: _("Moved to another run"),
}
ENROLMENT_CHIPS = {
    EnrolmentState.APPLIED: "review",
    EnrolmentState.WAITLISTED: "wait",
    EnrolmentState.OFFERED: "open",
    EnrolmentState.ACTIVE: "ok",
    EnrolmentState.COMPLETED: "ok",
    EnrolmentState.NOT_COMPLETED: "no",
    EnrolmentState.DECLINED: "no",
    EnrolmentState.EXPIRED: "closed",
    EnrolmentState.WITHDRAWN: "closed",
    EnrolmentState.REMOVED: "no",
    EnrolmentState.TRANSFERRED: "closed",
}

ENROLMENT_STEPS: dict[str, str] = {
    "start applied": _("Asked for a place"),
    "start waitlisted": _("Joined the queue"),
    "start active": _("Got a place"),
    "endorse": _("First approval given"),
    "approve": _("Approved"),
    "queue": _("Approved, joined the queue"),
    "decline": _("Declined"),
    "offer": _("A place was offered"),
    "admit": _("Moved up from the queue to a place"),
    "accept": _("Accepted the offer"),
    "refuse": _("Refused the offer"),
    "expire": _("The offer lapsed"),
    "withdraw": _("Gave up the place"),
    "withdraw by others": _("Was taken out of the run"),
    "remove": _("Was removed from the run"),
    "transfer": _("Moved to another run"),
    "complete": _("Completed the run"),
    "fail": _("Did not complete the run"),
    "reverse": _("The completion was taken back"),
}
"""What happened, for the history of a place; the first step is told by its state."""

SOURCE_LABELS: dict[EnrolmentSource, str] = {
    EnrolmentSource.SELF: _("Asked for it"),
    EnrolmentSource.STAFF: _("Added by the office"),
    EnrolmentSource.IMPORT: _("From a list"),
    EnrolmentSource.COHORT: _("With a cohort"),
    EnrolmentSource.NOMINATION: _("Nominated"),
}
