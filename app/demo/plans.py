"""The runs of the demo, counted in weeks from the day on which the demo is made."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from app.courses.states import EnrolmentMode

MON, TUE, WED, THU, FRI, SAT = range(6)
UNIBL, SUMHS, UNSA = ("UNIBL",), ("SUMHS",), ("UNSA",)
BOTH_SIDES, EVERYWHERE = ("UNIBL", "SUMHS"), ("UNIBL", "SUMHS", "UNSA")
KEY = "vrbas-2026"
"""The enrolment key of the run that asks for one."""


class Phase(StrEnum):
    """How far a run has come."""

    DRAFT = "draft"
    UPCOMING = "upcoming"
    RUNNING = "running"
    CLOSED = "closed"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


class Slot(StrEnum):
    """A time that follows from when the demo is made, so that something happens today."""

    SOON = "soon"
    NOW = "now"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunIdea:
    """One run as the demo wants it.

    `weeks` is its first week: 0 is the present one, and 1 begins a full week after next Monday,
    so that enrolment is open whatever the day.
    """

    course: str
    part: str
    phase: Phase
    teacher: str
    weeks: int
    sessions: int
    days: tuple[int, ...] = ()
    at: time = time(10)
    minutes: int = 90
    slot: Slot | None = None
    capacity: int | None = 24
    people: int = 0
    waiting: int = 0
    audience: tuple[str, ...] = EVERYWHERE
    mode: EnrolmentMode = EnrolmentMode.OPEN
    room: int | None = None
    with_trainees: tuple[str, ...] = field(default=())
    """Keys of accounts that take part, before everyone else."""
    opens_in: int = -30
    """Days from today to the opening of enrolment."""


def running(course: str, teacher: str, weeks: int, sessions: int, **more: Any) -> RunIdea:
    """Return a run that is under way."""
    more = {"part": "A", "phase": Phase.RUNNING, **more}
    return RunIdea(course=course, teacher=teacher, weeks=weeks, sessions=sessions, **more)


def closed(course: str, teacher: str, weeks: int, sessions: int, **more: Any) -> RunIdea:
    """Return a run that is over."""
    more = {"part": "A", "phase": Phase.CLOSED, "people": 13, "capacity": 20, **more}
    return RunIdea(course=course, teacher=teacher, weeks=weeks, sessions=sessions, **more)


def upcoming(course: str, teacher: str, weeks: int, sessions: int, **more: Any) -> RunIdea:
    """Return a run that is to come."""
    more = {"part": "B", "phase": Phase.UPCOMING, **more}
    return RunIdea(course=course, teacher=teacher, weeks=weeks, sessions=sessions, **more)


_APPROVAL, _KEY, _INVITE = EnrolmentMode.APPROVAL, EnrolmentMode.KEY, EnrolmentMode.INVITE
_NOVAK, _LUKIC = "teacher_centre", "teacher_banja_luka"
_ZHAO, _HADZIC = "teacher_shanghai", "teacher_sarajevo"
_KOVACEVIC, _CHEN = "faculty", "faculty_shanghai"
_RADIC, _WANG = "trainee", "trainee_shanghai"

# fmt: off
IDEAS = (
    running("IP-210", _KOVACEVIC, -5, 10, slot=Slot.SOON, room=1, people=21, audience=UNIBL,
            with_trainees=(_RADIC,)),
    running("HD-230", _KOVACEVIC, -4, 8, slot=Slot.NOW, minutes=120, room=0, capacity=30,
            people=22, audience=("UNIBL", "UNSA")),
    running("GCP-120", _CHEN, -6, 12, days=(WED,), at=time(16), capacity=40, people=26,
            with_trainees=(_RADIC, _WANG)),
    running("LAB-330", _CHEN, -1, 12, days=(MON, TUE, WED, THU, FRI), at=time(9), minutes=180,
            room=0, capacity=16, people=13, audience=BOTH_SIDES, with_trainees=(_WANG,)),
    running("TT-215", _ZHAO, -7, 9, days=(THU,), at=time(14), people=16, audience=SUMHS),
    running("INC-210", _ZHAO, -3, 10, days=(TUE, FRI), at=time(13, 30), room=1, people=15,
            audience=SUMHS),
    running("TT-101", _NOVAK, -3, 10, days=(MON, WED), capacity=40, people=24,
            audience=BOTH_SIDES),
    running("HD-110", _NOVAK, -4, 8, days=(THU,), at=time(11), capacity=60, people=24,
            with_trainees=(_WANG,)),
    running("CP-140", _HADZIC, -5, 8, days=(TUE,), at=time(9), room=0, people=17, audience=UNSA),
    running("EDU-220", _ZHAO, -2, 8, days=(WED,), at=time(13, 30), people=14, audience=SUMHS),

    closed("TT-110", _KOVACEVIC, -15, 6, days=(TUE,), with_trainees=(_RADIC,), audience=UNIBL),
    closed("EDU-205", _LUKIC, -14, 6, days=(THU,), at=time(9), with_trainees=(_RADIC,),
           audience=UNIBL),
    closed("IP-305", _NOVAK, -13, 6, days=(MON,), with_trainees=(_WANG,)),
    closed("IP-101", _CHEN, -15, 6, days=(WED,), at=time(14), with_trainees=(_WANG,),
           audience=SUMHS),
    closed("GCP-220", _LUKIC, -16, 5, days=(FRI,), audience=("UNIBL", "UNSA")),
    closed("HD-340", _HADZIC, -12, 5, days=(TUE,), audience=UNSA),
    closed("TT-320", _NOVAK, -14, 5, days=(WED,), at=time(11)),
    closed("EDU-110", _NOVAK, -12, 6, days=(THU,)),
    RunIdea(course="HD-205", part="A", phase=Phase.ARCHIVED, teacher=_ZHAO, weeks=-26, sessions=4,
            days=(MON,), at=time(14), people=9, audience=SUMHS),

    upcoming("INC-401", _NOVAK, 2, 10, part="A", days=(TUE,), room=1, capacity=12, people=12,
             waiting=6, audience=BOTH_SIDES, with_trainees=(_RADIC,)),
    upcoming("HD-110", _NOVAK, 1, 8, days=(MON,), at=time(11), capacity=10, people=10, waiting=2,
             with_trainees=(_RADIC,)),
    upcoming("TT-320", _NOVAK, 3, 6, days=(WED,), at=time(11), capacity=14, people=14),
    upcoming("IP-210", _KOVACEVIC, 4, 10, days=(WED,), room=1, people=9, audience=UNIBL),
    upcoming("TT-110", _KOVACEVIC, 3, 6, days=(TUE,), at=time(12), people=7, audience=UNIBL,
             with_trainees=(_RADIC,)),
    upcoming("EDU-205", _LUKIC, 2, 6, days=(THU,), at=time(9), room=2, capacity=18, people=11,
             audience=UNIBL),
    upcoming("INC-220", _LUKIC, 5, 8, part="A", days=(FRI,), people=6, audience=("UNIBL", "UNSA")),
    upcoming("LAB-330", _CHEN, 6, 10, days=(MON, TUE, WED, THU, FRI), at=time(9), minutes=180,
             room=0, capacity=16, people=10, audience=BOTH_SIDES),
    upcoming("GCP-120", _CHEN, 4, 8, days=(WED,), at=time(16), capacity=60, people=18,
             with_trainees=(_WANG,)),
    upcoming("IP-101", _CHEN, 3, 6, days=(THU,), at=time(14), people=12, audience=SUMHS),
    upcoming("TT-215", _ZHAO, 5, 9, days=(THU,), at=time(14), people=8, audience=SUMHS),
    upcoming("CP-250", _ZHAO, 4, 8, part="A", days=(TUE, THU), at=time(13, 30), people=9,
             audience=BOTH_SIDES),
    upcoming("HD-205", _ZHAO, 9, 8, days=(MON,), at=time(14), opens_in=7, audience=SUMHS),
    upcoming("INC-315", _NOVAK, 4, 6, part="A", days=(FRI,), at=time(11), people=9),
    upcoming("EDU-110", _NOVAK, 6, 6, days=(THU,), capacity=None, people=16),
    upcoming("HD-340", _HADZIC, 3, 6, days=(TUE,), people=8, audience=UNSA),
    upcoming("GCP-220", _LUKIC, 4, 8, days=(MON,), mode=_APPROVAL, people=5,
             audience=("UNIBL", "UNSA"), with_trainees=(_RADIC,)),
    upcoming("EDU-220", _ZHAO, 5, 8, days=(WED,), at=time(13, 30), mode=_APPROVAL, people=4,
             audience=SUMHS),
    upcoming("IP-305", _NOVAK, 4, 6, days=(MON,), mode=_KEY, people=3, audience=BOTH_SIDES),
    upcoming("INC-210", _ZHAO, 7, 10, days=(TUE, FRI), at=time(13, 30), room=1, mode=_INVITE,
             people=4, audience=SUMHS),

    RunIdea(course="TT-101", part="B", phase=Phase.DRAFT, teacher=_NOVAK, weeks=8, sessions=10,
            days=(MON, WED)),
    RunIdea(course="HD-230", part="B", phase=Phase.DRAFT, teacher=_KOVACEVIC, weeks=10, sessions=8,
            days=(TUE,)),
    RunIdea(course="CP-140", part="B", phase=Phase.DRAFT, teacher=_HADZIC, weeks=9, sessions=8,
            days=(TUE,), at=time(9)),
    RunIdea(course="INC-401", part="B", phase=Phase.DRAFT, teacher=_NOVAK, weeks=14, sessions=8,
            days=(THU,)),
    RunIdea(course="CP-250", part="B", phase=Phase.CANCELLED, teacher=_ZHAO, weeks=5, sessions=6,
            days=(TUE,), at=time(13, 30), people=5, audience=SUMHS, with_trainees=(_WANG,)),
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Timing:
    """When the sessions of a run are, on its own clock."""

    first_on: date
    weekdays: frozenset[int]
    start: time


def timing(idea: RunIdea, local_now: datetime) -> Timing:
    """Return when a run meets; `local_now` is the present moment on the run's clock."""
    today = local_now.date()
    if idea.slot is None:
        monday = today - timedelta(days=today.weekday())
        if idea.weeks > 0:
            monday += timedelta(weeks=1)
        return Timing(monday + timedelta(weeks=idea.weeks), frozenset(idea.days), idea.at)
    met = _moment(idea.slot, local_now)
    first_on = met.date() + timedelta(weeks=idea.weeks)
    return Timing(first_on, frozenset({met.weekday()}), met.time())


def _moment(slot: Slot, local_now: datetime) -> datetime:
    """Return a quarter of an hour that is near, but never at night."""
    quarter = local_now.replace(minute=local_now.minute // 15 * 15, second=0, microsecond=0)
    near = quarter + timedelta(minutes=30 if slot == Slot.SOON else -15)
    begin, end = time(7), time(20)
    if begin <= near.time() <= end:
        return near.replace(tzinfo=None)
    day = near.date() + timedelta(days=1 if near.time() > end else 0)
    return datetime.combine(day, time(10) if slot == Slot.SOON else time(14))
