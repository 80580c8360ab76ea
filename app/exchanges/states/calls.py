"""The life of a call."""

from enum import StrEnum

from app.core.machine import Machine, move
from app.exchanges.states.parties import Party, Workflow


class CallState(StrEnum):
    """Where a call stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    OPEN = "open"
    CLOSED = "closed"
    SELECTING = "selecting"
    EMBARGOED = "results_embargoed"
    RELEASED = "results_released"
    NOTICE = "public_notice"
    FINALISED = "finalised"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


_C = CallState
PUBLIC = frozenset(CallState) - {_C.DRAFT, _C.CANCELLED}
"""States in which everyone may read a call."""

GIVEN_UP = frozenset({_C.CANCELLED, _C.ARCHIVED})
"""States of a call in which nothing is decided about its applications any more."""

RESULTS_KNOWN = frozenset({_C.RELEASED, _C.NOTICE, _C.FINALISED, _C.ARCHIVED})
"""States in which applicants learn what was decided; before, results are under embargo."""

CALL = Workflow(
    "exchange_call",
    Machine(
        move("publish", {_C.DRAFT}, _C.PUBLISHED),
        move("open", {_C.PUBLISHED}, _C.OPEN),
        # Extending is an event that everyone sees; a call that has just closed opens again.
        move("extend", {_C.PUBLISHED}, _C.PUBLISHED),
        move("extend_open", {_C.OPEN, _C.CLOSED}, _C.OPEN),
        move("close", {_C.OPEN}, _C.CLOSED),
        move("begin_selection", {_C.CLOSED}, _C.SELECTING),
        move("decide", {_C.SELECTING}, _C.EMBARGOED),
        move("reconsider", {_C.EMBARGOED}, _C.SELECTING),
        move("release", {_C.EMBARGOED}, _C.RELEASED),
        move("post_notice", {_C.RELEASED}, _C.NOTICE),
        move("finalise", {_C.RELEASED, _C.NOTICE}, _C.FINALISED),
        move("archive", {_C.FINALISED}, _C.ARCHIVED),
        move("cancel", {_C.DRAFT, _C.PUBLISHED, _C.OPEN}, _C.CANCELLED),
        start=_C.DRAFT,
    ),
    {
        "publish": {Party.HOME_OFFICER},
        "open": {Party.SYSTEM},
        "extend": {Party.HOME_OFFICER},
        "extend_open": {Party.HOME_OFFICER},
        "close": {Party.SYSTEM, Party.HOME_OFFICER},
        "begin_selection": {Party.HOME_OFFICER},
        "decide": {Party.CHAIR},
        "reconsider": {Party.CHAIR},
        "release": {Party.SYSTEM},
        "post_notice": {Party.SYSTEM},
        "finalise": {Party.SYSTEM},
        "archive": {Party.HOME_OFFICER},
        "cancel": {Party.HOME_OFFICER},
    },
)


class Audience(StrEnum):
    """Whom a call addresses."""

    STUDENTS = "students"
    STAFF = "staff"
    BOTH = "both"


class AcademicTerm(StrEnum):
    """Which part of the academic year a stay takes."""

    AUTUMN = "autumn"
    SPRING = "spring"
    FULL_YEAR = "full_year"
    OTHER = "other"
