"""States and choices of this package as words."""

from app.core.i18n import LazyText
from app.core.i18n import lazy_gettext as _
from app.courses.states import (
    CourseState,
    Delivery,
    EnrolmentMode,
    RunState,
    SessionState,
    StaffRole,
    Track,
)

COURSE_LABELS: dict[CourseState, LazyText] = {
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

RUN_LABELS: dict[RunState, LazyText] = {
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

SESSION_LABELS: dict[SessionState, LazyText] = {
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

DELIVERY_LABELS: dict[Delivery, LazyText] = {
    Delivery.ONSITE: _("On site"),
    Delivery.ONLINE: _("Online"),
    Delivery.HYBRID: _("Blended"),
}

TRACK_LABELS: dict[Track, LazyText] = {
    Track.TECHNOLOGY_TRANSFER: _("Technology transfer"),
    Track.INTELLECTUAL_PROPERTY: _("Intellectual property"),
    Track.INCUBATION: _("Incubation"),
    Track.CLINICAL_PRACTICE: _("Clinical practice"),
    Track.HEALTH_DATA: _("Health data"),
    Track.TEACHING: _("Teaching"),
}

MODE_LABELS: dict[EnrolmentMode, LazyText] = {
    EnrolmentMode.OPEN: _("Open to everyone"),
    EnrolmentMode.KEY: _("With an enrolment key"),
    EnrolmentMode.APPROVAL: _("After approval"),
    EnrolmentMode.INVITE: _("By invitation"),
}

STAFF_LABELS: dict[StaffRole, LazyText] = {
    StaffRole.LEAD: _("Leads the run"),
    StaffRole.TEACHER: _("Teacher"),
    StaffRole.ASSISTANT: _("Assistant"),
}

LANGUAGE_CODES = {
    "en": "EN",
    "zh_Hans_CN": "中文",
    "sr_Cyrl": "СР",
    "sr_Latn": "SR",
    "bs": "BS",
}
"""Languages of instruction on a card, in short."""
