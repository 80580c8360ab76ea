"""Planning the runs of the demo with their staff and sessions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from app.accounts.queries import actor_for
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import db
from app.courses.models.runs import Run
from app.courses.rules.clocks import zone_of
from app.courses.rules.recurrence import WeeklyPattern, plan
from app.courses.services import runs, timetable
from app.courses.services import staff as staffing
from app.courses.services.runs import RunPlan
from app.courses.services.timetable import Details
from app.courses.states import Delivery, EnrolmentMode, StaffRole
from app.demo.catalogue import in_both_scripts
from app.demo.institutions import PARTNERS
from app.demo.plans import IDEAS, KEY, Phase, RunIdea, timing
from app.demo.subjects import Subject, subjects

ASSISTANTS = {"faculty": "teacher_banja_luka", "faculty_shanghai": "teacher_shanghai"}
"""Who helps whom."""


@dataclass(slots=True)
class Planned:
    """One run of the demo and what was made for it so far."""

    idea: RunIdea
    owner: str
    """Code of the institution."""
    run_id: UUID
    lead: Actor
    opens_at: datetime
    enrolments: dict[UUID, UUID] = field(default_factory=dict)
    """Enrolment of each person by the person's id."""

    @property
    def code(self) -> str:
        """Return the code of the run."""
        return f"{self.idea.course}-{self.idea.part}"


def make(
    staff: Mapping[str, UUID], courses: Mapping[str, UUID], rooms: Mapping[str, list[UUID]]
) -> list[Planned]:
    """Plan every run; publish those that are more than a draft."""
    by_code = {subject.code: subject for subject in subjects()}
    teachers = {key: actor_for(staff[key]) for key in {idea.teacher for idea in IDEAS}}
    return [
        _planned(
            idea, by_code[idea.course], courses, rooms, staff=staff, lead=teachers[idea.teacher]
        )
        for idea in IDEAS
    ]


def _planned(
    idea: RunIdea,
    subject: Subject,
    courses: Mapping[str, UUID],
    rooms: Mapping[str, list[UUID]],
    *,
    staff: Mapping[str, UUID],
    lead: Actor,
) -> Planned:
    zone = next(one.details.timezone for one in PARTNERS if one.code == subject.owner)
    local_now = now().astimezone(zone_of(zone))
    pattern = pattern_of(idea, local_now, zone)
    days = [one.local_start for one in plan(pattern).sessions]
    described = _described(idea, subject, zone, days, local_now)
    run_id = runs.create_run(lead, courses[idea.course], described)
    staffing.add_staff(lead, run_id, lead.user_id, StaffRole.LEAD)
    if idea.teacher in ASSISTANTS:
        staffing.add_staff(lead, run_id, staff[ASSISTANTS[idea.teacher]], StaffRole.ASSISTANT)
    room = rooms[subject.owner][idea.room] if idea.room is not None else None
    details = Details(room_id=room, meeting_url=described.meeting_url, teacher_id=lead.user_id)
    timetable.plan_sessions(lead, run_id, pattern, details)
    if idea.phase != Phase.DRAFT:
        runs.publish_run(lead, run_id)
    return Planned(
        idea, subject.owner, run_id, lead, db.session.get_one(Run, run_id).enrol_opens_at
    )


def pattern_of(idea: RunIdea, local_now: datetime, zone: str) -> WeeklyPattern:
    """Return the sessions of a run, when the demo is made at this local time."""
    when = timing(idea, local_now)
    return WeeklyPattern(
        first_on=when.first_on,
        weekdays=when.weekdays,
        start=when.start,
        minutes=idea.minutes,
        zone=zone,
        count=idea.sessions,
    )


def _described(
    idea: RunIdea, subject: Subject, zone: str, days: list[datetime], local_now: datetime
) -> RunPlan:
    """Return what is planned besides the sessions; enrolment closes the day before the first."""
    first, last = days[0].date(), days[-1].date()
    today = local_now.date()
    opens = min(today + timedelta(days=idea.opens_in), first - timedelta(days=30))
    if idea.opens_in > 0:
        opens = today + timedelta(days=idea.opens_in)
    is_remote = subject.delivery != Delivery.ONSITE
    link = f"https://meet.most.example/{idea.course}-{idea.part}".lower() if is_remote else ""
    cities = {
        "CIC": "Banja Luka",
        "UNIBL": "Banja Luka",
        "SUMHS": "上海 Shanghai",
        "UNSA": "Sarajevo",
    }
    return RunPlan(
        code=f"{idea.course}-{idea.part}",
        title=in_both_scripts(subject.title),
        starts_on=first,
        ends_on=last,
        timezone=zone,
        enrol_opens=datetime.combine(opens, time(8)),
        enrol_closes=closing(first),
        languages=list(subject.languages),
        delivery=subject.delivery,
        capacity=idea.capacity,
        waitlist_capacity=20 if idea.capacity else None,
        mode=idea.mode,
        key=KEY if idea.mode == EnrolmentMode.KEY else "",
        venue="" if subject.delivery == Delivery.ONLINE else cities[subject.owner],
        meeting_url=link,
    )


def closing(first: date) -> datetime:
    """Return when enrolment closes: on the evening before the first session."""
    return datetime.combine(first - timedelta(days=1), time(20))
