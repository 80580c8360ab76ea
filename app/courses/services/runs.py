"""Planning runs and leading them through their life."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.audit import services as audit
from app.core.actor import Actor
from app.core.database import Text, atomic, db
from app.core.errors import Invalid, NotFound, WrongState
from app.core.events import announce
from app.core.i18n import LOCALES
from app.core.i18n import gettext as _
from app.core.tokens import digest
from app.courses import policies, queries
from app.courses.events import (
    CapacityChanged,
    RunCancelled,
    RunClosed,
    RunPublished,
    RunReopened,
)
from app.courses.models.catalogue import Course, CourseVersion
from app.courses.models.runs import Run
from app.courses.notices import runs as notices
from app.courses.rules.clocks import LocalTimeProblem, UnknownZone, to_utc, zone_of
from app.courses.services import changes, queue, timetable
from app.courses.states import (
    RUN,
    CourseState,
    Delivery,
    EnrolmentMode,
    RunState,
)

KIND = "run"
MOST_SEATS = 100_000
PLACE = ("venue", "meeting_url")
"""What people are told of when it changes in a run that is public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """What people plan of a run; times are local, on the run's own clock."""

    code: str
    title: Mapping[str, str]
    starts_on: date
    ends_on: date
    timezone: str
    enrol_opens: datetime
    enrol_closes: datetime
    languages: list[str]
    delivery: Delivery
    capacity: int | None = None
    waitlist_capacity: int | None = None
    offer_hours: int = 48
    mode: EnrolmentMode = EnrolmentMode.OPEN
    key: str = ""
    """A new enrolment key; empty keeps the former one."""
    approval_steps: int = 1
    withdraw_until: datetime | None = None
    venue: str = ""
    meeting_url: str = ""


@atomic()
def create_run(
    actor: Actor, course_id: UUID, plan: RunPlan, *, version_id: UUID | None = None
) -> UUID:
    """Plan a run of a published course, as a draft; by default of its newest version.

    Raises NotFound, Forbidden, WrongState, Invalid.
    """
    course = queries.catalogue.locked(course_id)
    if not policies.may_see_course(actor, course):
        raise NotFound(_("There is no such course."))
    policies.may_create_run.require(actor, course)
    if course.state != CourseState.PUBLISHED:
        raise WrongState(_("Only a published course can be run."))
    values = _values(plan, course.institution_id)
    run = Run(
        course_id=course.id,
        course_version_id=_version(course, version_id).id,
        institution_id=course.institution_id,
        created_by=actor.user_id,
        **values,
    )
    _require_key(run)
    audit.begin(actor, run, RUN, kind=KIND, institution_id=run.institution_id)
    db.session.add(run)
    db.session.flush()
    return run.id


@atomic()
def edit_run(actor: Actor, run_id: UUID, plan: RunPlan, *, version: int | None = None) -> None:
    """Change the plan of a run. More seats go to the queue at once; fewer put nobody out.

    Raises NotFound, Forbidden, WrongState, Invalid, and Conflict when `version` is no longer
    the one that is stored.
    """
    run = _managed(actor, run_id)
    if run.state not in (RunState.DRAFT, RunState.PUBLISHED):
        raise WrongState(_("A run that is over cannot be changed."))
    changes.require_version(run, version)
    values = _values(plan, run.institution_id, but=run.id)
    if run.timezone != values["timezone"] and queries.timetable.first_start(run.id):
        raise Invalid(
            _("The sessions are planned in the present time zone; it cannot change now."),
            field="timezone",
        )
    changed = changes.apply(run, values)
    _require_key(run)
    if not changed:
        return
    run.version += 1
    _record(actor, "courses.edit_run", run, changed)
    moved = {name: pair for name, pair in changed.items() if name in PLACE}
    if moved and run.state == RunState.PUBLISHED:
        timetable.follow_run(actor, run, moved)
    if "capacity" in changed or "offer_hours" in changed:
        _tell_capacity(actor, run, changed)


@atomic()
def publish_run(actor: Actor, run_id: UUID) -> None:
    """Let everyone see a run, and enrol while its window is open.

    Raises NotFound, Forbidden, WrongState.
    """
    run = _managed(actor, run_id)
    course = db.session.get_one(Course, run.course_id)
    if course.state != CourseState.PUBLISHED:
        raise WrongState(_("The course of this run is not published."))
    _move(actor, run, "publish")
    announce(RunPublished(run.id))


@atomic()
def close_run(actor: Actor, run_id: UUID, *, reason: str = "") -> None:
    """End the teaching of a run, so that results are decided; its queue ends with it.

    Raises NotFound, Forbidden, WrongState.
    """
    run = _managed(actor, run_id)
    _move(actor, run, "close", reason)
    queue.dissolve(run)
    announce(RunClosed(run.id))


@atomic()
def reopen_run(actor: Actor, run_id: UUID, *, reason: str) -> None:
    """Let a closed run go on. Raises NotFound, Forbidden, WrongState, Invalid without a reason."""
    run = _seen(actor, run_id)
    policies.may_reopen_run.require(actor, run)
    _require_reason(reason)
    _move(actor, run, "reopen", reason)
    announce(RunReopened(run.id))
    queue.fill_places(actor, run.id)


@atomic()
def archive_run(actor: Actor, run_id: UUID) -> None:
    """Put a closed run away for good. Raises NotFound, Forbidden, WrongState."""
    _move(actor, _managed(actor, run_id), "archive")


@atomic()
def cancel_run(actor: Actor, run_id: UUID, *, reason: str) -> None:
    """Give up a run: cancel the sessions to come and tell everyone with a place or waiting.

    Raises NotFound, Forbidden, WrongState, Invalid without a reason.
    """
    run = _managed(actor, run_id)
    _require_reason(reason)
    was_public = run.state != RunState.DRAFT
    _move(actor, run, "cancel", reason)
    sessions = timetable.cancel_all(actor, run, reason)
    announce(RunCancelled(run.id, reason))
    if was_public:
        notices.run_cancelled(run, sessions, reason)
    queue.dissolve(run, tells=False)


@atomic()
def promise_certificate(actor: Actor, run_id: UUID, design_id: UUID | None) -> None:
    """Note by which design those who complete a run get a certificate at once; None: by none.

    Who may decide that, and of which designs, is for the caller to say. Raises NotFound,
    WrongState.
    """
    run = _seen(actor, run_id)
    if run.state in (RunState.ARCHIVED, RunState.CANCELLED):
        raise WrongState(_("A run that is over cannot be changed."))
    if changed := changes.apply(run, {"certificate_design_id": design_id}):
        _record(actor, "courses.promise_certificate", run, changed)


def _seen(actor: Actor, run_id: UUID) -> Run:
    run = queries.runs.locked(run_id)
    if not policies.may_see_run(actor, run):
        raise NotFound(_("There is no such run."))
    return run


def _managed(actor: Actor, run_id: UUID) -> Run:
    run = _seen(actor, run_id)
    policies.may_manage_run.require(actor, run)
    return run


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(_("Say why."), field="reason")


def _require_key(run: Run) -> None:
    if run.mode == EnrolmentMode.KEY and not run.key_digest:
        raise Invalid(_("Choose a key that people enter to enrol."), field="key")


def _version(course: Course, version_id: UUID | None) -> CourseVersion:
    versions = queries.catalogue.versions_of(course.id)
    for version in versions:
        if version_id is None or version.id == version_id:
            return version
    raise Invalid(_("There is no such version of the course."), field="version_id")


def _values(plan: RunPlan, institution_id: UUID, *, but: UUID | None = None) -> dict[str, Any]:
    """Return the columns of a run. Raises Invalid."""
    _check(plan)
    if queries.runs.code_is_taken(institution_id, plan.code, but=but):
        raise Invalid(_("Another run of the institution has this code."), field="code")
    zone = plan.timezone
    opens = _moment(plan.enrol_opens, zone, "enrol_opens")
    closes = _moment(plan.enrol_closes, zone, "enrol_closes")
    if closes <= opens:
        raise Invalid(_("Enrolment must close after it opens."), field="enrol_closes")
    until = plan.withdraw_until
    values: dict[str, Any] = {
        "code": plan.code,
        "title": Text(plan.title),
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "timezone": zone,
        "enrol_opens_at": opens,
        "enrol_closes_at": closes,
        "capacity": plan.capacity,
        "waitlist_capacity": plan.waitlist_capacity,
        "offer_hours": plan.offer_hours,
        "mode": plan.mode,
        "approval_steps": plan.approval_steps,
        "withdraw_until": _moment(until, zone, "withdraw_until") if until else None,
        "delivery": plan.delivery,
        "venue": plan.venue,
        "meeting_url": plan.meeting_url,
        "languages": list(plan.languages),
    }
    if plan.key:
        values["key_digest"] = digest(plan.key.strip())
    return values


def _check(plan: RunPlan) -> None:
    try:
        zone_of(plan.timezone)
    except UnknownZone:
        raise Invalid(_("There is no such time zone."), field="timezone") from None
    faults = {
        "code": (not plan.code.strip(), _("Give the run a code.")),
        "title": (not plan.title.get("en"), _("Write the title in English at least.")),
        "ends_on": (plan.ends_on < plan.starts_on, _("The last day is before the first.")),
        "languages": (
            not plan.languages or not set(plan.languages) <= set(LOCALES),
            _("Choose at least one language of instruction."),
        ),
        "capacity": (
            not 0 <= (plan.capacity or 0) <= MOST_SEATS,
            _("This is no possible number of seats."),
        ),
        "waitlist_capacity": (
            not 0 <= (plan.waitlist_capacity or 0) <= MOST_SEATS,
            _("This is no possible number of people."),
        ),
        "approval_steps": (plan.approval_steps not in (1, 2), _("Choose one step or two.")),
    }
    for name, (is_wrong, message) in faults.items():
        if is_wrong:
            raise Invalid(message, field=name)


def _moment(local: datetime, zone: str, field: str) -> datetime:
    try:
        return to_utc(local, zone, fold=0)
    except LocalTimeProblem:
        raise Invalid(
            _("The clocks go forward over this time; it does not exist on that day."), field=field
        ) from None


def _tell_capacity(actor: Actor, run: Run, changed: dict[str, list[Any]]) -> None:
    before, after = changed.get("capacity", [run.capacity, run.capacity])
    announce(CapacityChanged(run.id, before, after))
    db.session.flush()
    queue.fill_places(actor, run.id)


def _move(actor: Actor, run: Run, action: str, reason: str = "") -> None:
    audit.move(actor, run, RUN, action, kind=KIND, institution_id=run.institution_id, reason=reason)


def _record(actor: Actor, action: str, run: Run, changed: dict[str, list[Any]]) -> None:
    # The digest of a key is nobody's business, not even the trail's.
    shown = {name: pair for name, pair in changed.items() if name != "key_digest"}
    if "key_digest" in changed:
        shown["key"] = [None, "changed"]
    audit.record(actor, action, run.id, kind=KIND, institution_id=run.institution_id, changes=shown)
