"""The lives of courses, runs, sessions and places, and the fixed choices around them."""

from enum import StrEnum

from app.core.machine import Machine, move


class CourseState(StrEnum):
    """Where an entry of the catalogue stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETIRED = "retired"


COURSE = Machine(
    move("submit", {CourseState.DRAFT}, CourseState.IN_REVIEW),
    move("send_back", {CourseState.IN_REVIEW}, CourseState.DRAFT),
    move("publish", {CourseState.IN_REVIEW}, CourseState.PUBLISHED),
    move("retire", {CourseState.PUBLISHED}, CourseState.RETIRED),
    move("restore", {CourseState.RETIRED}, CourseState.PUBLISHED),
    start=CourseState.DRAFT,
)


class RunState(StrEnum):
    """Where a run stands; upcoming, full or in progress follow from dates and seats."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


RUN = Machine(
    move("publish", {RunState.DRAFT}, RunState.PUBLISHED),
    move("close", {RunState.PUBLISHED}, RunState.CLOSED),
    move("reopen", {RunState.CLOSED}, RunState.PUBLISHED),
    move("archive", {RunState.CLOSED}, RunState.ARCHIVED),
    move("cancel", {RunState.DRAFT, RunState.PUBLISHED}, RunState.CANCELLED),
    start=RunState.DRAFT,
)


class SessionState(StrEnum):
    """Where one timetabled meeting stands; whether check-in is open follows from the clock."""

    SCHEDULED = "scheduled"
    HELD = "held"
    LOCKED = "locked"
    CANCELLED = "cancelled"


SESSION = Machine(
    move("hold", {SessionState.SCHEDULED}, SessionState.HELD),
    move("lock", {SessionState.HELD}, SessionState.LOCKED),
    move("unlock", {SessionState.LOCKED}, SessionState.HELD),
    move("cancel", {SessionState.SCHEDULED}, SessionState.CANCELLED),
    move("restore", {SessionState.CANCELLED}, SessionState.SCHEDULED),
    start=SessionState.SCHEDULED,
)
COUNTED_SESSIONS = frozenset({SessionState.HELD, SessionState.LOCKED})


class EnrolmentState(StrEnum):
    """Where one attempt of one person at one run stands."""

    APPLIED = "applied"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    ACTIVE = "active"
    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"
    TRANSFERRED = "transferred"


SEAT_HOLDING = frozenset(
    {
        EnrolmentState.OFFERED,
        EnrolmentState.ACTIVE,
        EnrolmentState.COMPLETED,
        EnrolmentState.NOT_COMPLETED,
    }
)
OPEN = SEAT_HOLDING | {EnrolmentState.APPLIED, EnrolmentState.WAITLISTED}
UNDECIDED = OPEN - SEAT_HOLDING | {EnrolmentState.OFFERED}
"""Open, but not settled: what ends with the run."""
TERMINAL = frozenset(EnrolmentState) - OPEN

# A direct place, a place in the queue and an application are three ways to begin: the service
# chooses by the mode of the run and by whether a seat could be taken.
ENROLMENT = Machine(
    move("endorse", {EnrolmentState.APPLIED}, EnrolmentState.APPLIED),
    move("approve", {EnrolmentState.APPLIED}, EnrolmentState.ACTIVE),
    move("queue", {EnrolmentState.APPLIED}, EnrolmentState.WAITLISTED),
    move("decline", {EnrolmentState.APPLIED}, EnrolmentState.DECLINED),
    move("offer", {EnrolmentState.WAITLISTED}, EnrolmentState.OFFERED),
    move("admit", {EnrolmentState.WAITLISTED}, EnrolmentState.ACTIVE),
    move("accept", {EnrolmentState.OFFERED}, EnrolmentState.ACTIVE),
    move("refuse", {EnrolmentState.OFFERED}, EnrolmentState.EXPIRED),
    move("expire", {EnrolmentState.OFFERED}, EnrolmentState.EXPIRED),
    move(
        "withdraw",
        {
            EnrolmentState.APPLIED,
            EnrolmentState.WAITLISTED,
            EnrolmentState.OFFERED,
            EnrolmentState.ACTIVE,
        },
        EnrolmentState.WITHDRAWN,
    ),
    move("remove", {EnrolmentState.ACTIVE}, EnrolmentState.REMOVED),
    move("transfer", {EnrolmentState.ACTIVE}, EnrolmentState.TRANSFERRED),
    move(
        "complete",
        {EnrolmentState.ACTIVE, EnrolmentState.NOT_COMPLETED},
        EnrolmentState.COMPLETED,
    ),
    move("fail", {EnrolmentState.ACTIVE}, EnrolmentState.NOT_COMPLETED),
    # Only closing a completion review with the outcome "reversed" takes a completion back.
    move("reverse", {EnrolmentState.COMPLETED}, EnrolmentState.NOT_COMPLETED),
    start=EnrolmentState.APPLIED,
    starts={EnrolmentState.APPLIED, EnrolmentState.WAITLISTED, EnrolmentState.ACTIVE},
)


class EnrolmentMode(StrEnum):
    """How one gets into a run."""

    OPEN = "open"
    KEY = "key"
    APPROVAL = "approval"
    INVITE = "invite"


class EnrolmentSource(StrEnum):
    """Who caused an enrolment."""

    SELF = "self"
    STAFF = "staff"
    IMPORT = "import"
    COHORT = "cohort"
    NOMINATION = "nomination"


class Delivery(StrEnum):
    """Where a run takes place."""

    ONSITE = "onsite"
    ONLINE = "online"
    HYBRID = "hybrid"


class Track(StrEnum):
    """The subject areas of the catalogue."""

    TECHNOLOGY_TRANSFER = "technology_transfer"
    INTELLECTUAL_PROPERTY = "intellectual_property"
    INCUBATION = "incubation"
    CLINICAL_PRACTICE = "clinical_practice"
    HEALTH_DATA = "health_data"
    TEACHING = "teaching"


class StaffRole(StrEnum):
    """What a member of staff is to a run."""

    LEAD = "lead"
    TEACHER = "teacher"
    ASSISTANT = "assistant"
