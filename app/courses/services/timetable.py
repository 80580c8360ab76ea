"""Planning, moving and cancelling sessions; rooms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.accounts.models import User
from app.accounts.states import AccountState
from app.audit import services as audit
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import Text, atomic, db
from app.core.errors import Invalid, NotFound, WrongState
from app.core.events import announce
from app.core.i18n import LOCALES, in_language
from app.core.i18n import gettext as _
from app.core.tokens import new_secret
from app.courses import policies, queries
from app.courses.events import (
    SessionCancelled,
    SessionMoved,
    SessionRestored,
    SessionsPlanned,
)
from app.courses.models.runs import Run
from app.courses.models.timetable import Room, Session
from app.courses.notices import runs as notices
from app.courses.rules.clocks import (
    Derived,
    NonexistentTime,
    RepeatedTime,
    derived,
    rederived,
)
from app.courses.rules.recurrence import MOST_SESSIONS, Plan, WeeklyPattern, plan
from app.courses.services import changes, staff
from app.courses.states import SESSION, RunState, SessionState

KIND = "session"
PLACE = ("starts_at", "ends_at", "room_id", "venue", "meeting_url")
"""What people are told of when it changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What sessions have besides their time; an empty title is made of the number."""

    title: Mapping[str, str] = field(default_factory=dict)
    room_id: UUID | None = None
    venue: str = ""
    meeting_url: str = ""
    teacher_id: UUID | None = None
    required: bool = True
    weight_minutes: int | None = None
    """Weight in attendance; None: as long as the session lasts."""
    checkin_opens_minutes: int = 15
    late_after_minutes: int = 10
    absent_after_minutes: int = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """When a session is, on the run's clock; `fold` says which of a repeated time is meant."""

    local_start: datetime
    minutes: int
    fold: int | None = None


@atomic()
def plan_sessions(
    actor: Actor, run_id: UUID, pattern: WeeklyPattern, details: Details
) -> list[UUID]:
    """Create all sessions of a weekly pattern, numbered on; return their ids.

    Raises NotFound, Forbidden, WrongState, InvalidPattern, and Invalid while a local time of the
    pattern is not exactly one moment.
    """
    run = _open_run(actor, run_id)
    _check(run, details)
    made = _settled(plan(pattern))
    first = queries.timetable.last_number(run.id)
    if first + len(made.sessions) > MOST_SESSIONS:
        raise Invalid(_("A run has at most %(count)s sessions.", count=MOST_SESSIONS))
    added = []
    for one in made.sessions:
        fold = pattern.folds.get(one.local_start.date(), 0)
        when = When(local_start=one.local_start, minutes=one.minutes, fold=fold)
        times = Derived(one.starts_at, one.ends_at)
        added.append(_add(actor, run, details, number=first + one.number, when=when, times=times))
    return _planned(actor, run, added)


@atomic()
def add_session(actor: Actor, run_id: UUID, when: When, details: Details) -> UUID:
    """Create one session. Raises NotFound, Forbidden, WrongState, Invalid."""
    run = _open_run(actor, run_id)
    _check(run, details)
    number = queries.timetable.last_number(run.id) + 1
    session = _add(actor, run, details, number=number, when=when, times=moments(when, run.timezone))
    return _planned(actor, run, [session])[0]


@atomic()
def edit_session(
    actor: Actor, session_id: UUID, when: When, details: Details, *, version: int | None = None
) -> bool:
    """Change a session; tell whether it moved, of which the people of a public run are told.

    Raises NotFound, Forbidden, WrongState, Invalid, and Conflict when `version` is no longer the
    one that is stored.
    """
    run, session = _locked(actor, session_id)
    if session.state not in (SessionState.SCHEDULED, SessionState.HELD):
        raise WrongState(
            _("A session that is cancelled or whose register is closed stays as it is.")
        )
    changes.require_version(session, version)
    _check(run, details, kept=session.teacher_id)
    times = moments(when, session.timezone)
    before = Derived(session.starts_at, session.ends_at)
    if session.state == SessionState.HELD and times != before:
        raise Invalid(_("A session that was held cannot be moved."), field="day")
    changed = changes.apply(session, _values(session.number, when, times, details))
    if not changed:
        return False
    session.version += 1
    changes.renew_entry(session)
    _record(actor, "courses.edit_session", run, session, changed)
    if session.teacher_id is not None:
        staff.join(actor, run, session.teacher_id)
    moved = any(name in changed for name in PLACE)
    if moved:
        _moved(run, session, before)
    return moved


@atomic()
def cancel_session(actor: Actor, session_id: UUID, *, reason: str) -> None:
    """Give up a session that was not held, and tell people.

    Raises NotFound, Forbidden, WrongState, Invalid without a reason.
    """
    run, session = _locked(actor, session_id)
    if not reason.strip():
        raise Invalid(_("Say why."), field="reason")
    _cancel(actor, run, session, reason)
    if run.state == RunState.PUBLISHED:
        notices.session_cancelled(run, session, reason)


@atomic()
def restore_session(actor: Actor, session_id: UUID) -> None:
    """Hold a cancelled session after all, and tell people.

    Raises NotFound, Forbidden, WrongState.
    """
    run, session = _locked(actor, session_id)
    if run.state not in (RunState.DRAFT, RunState.PUBLISHED):
        raise WrongState(_("A run that is over cannot be changed."))
    _move(actor, run, session, "restore")
    session.version += 1
    changes.renew_entry(session)
    announce(SessionRestored(session.id, run.id))
    if run.state == RunState.PUBLISHED:
        notices.session_restored(run, session)


def cancel_all(actor: Actor, run: Run, reason: str) -> Sequence[Session]:
    """Cancel every session of a run that is given up; return those that were to come.

    Telling people is up to the caller, once for the whole run.
    """
    sessions = queries.timetable.to_come(run.id)
    for session in sessions:
        _cancel(actor, run, session, reason)
    return sessions


def follow_run(actor: Actor, run: Run, changed: Mapping[str, list[Any]]) -> None:
    """Let the sessions to come that have no place or link of their own follow those of the run.

    One that merely says what the run said before has none of its own. People are told once for
    the whole run.
    """
    moved = []
    for session in queries.timetable.to_come(run.id):
        follows = [
            name
            for name, (before, _after) in changed.items()
            if getattr(session, name) in ("", before)
            if name != "venue" or session.room_id is None
        ]
        if not follows:
            continue
        if own := changes.apply(session, dict.fromkeys(follows, "")):
            session.version += 1
            _record(actor, "courses.edit_session", run, session, own)
        changes.renew_entry(session)
        moved.append(session)
    notices.run_moved(run, moved, set(changed))


@atomic()
def rederive_sessions() -> int:
    """Follow the rules of the zones as they are now; return how many sessions to come moved.

    Local wall time is the truth of a session, so its moment moves when governments change clocks.
    """
    count = 0
    for session in queries.timetable.all_to_come(now()):
        try:
            times = rederived(
                session.local_start,
                session.timezone,
                session.duration_minutes,
                session.starts_at,
                now(),
            )
        except NonexistentTime:
            continue  # the planner is warned when looking; guessing would move people's time
        if times is None:
            continue
        run = db.session.get_one(Run, session.run_id)
        before = Derived(session.starts_at, session.ends_at)
        changed = changes.apply(session, {"starts_at": times.starts_at, "ends_at": times.ends_at})
        session.version += 1
        changes.renew_entry(session)
        _record(SYSTEM, "courses.rederive_session", run, session, changed)
        _moved(run, session, before)
        count += 1
    return count


def moments(when: When, zone: str) -> Derived:
    """Return the interval that a local time means. Raises Invalid, naming the field."""
    try:
        return derived(when.local_start, zone, when.minutes, when.fold)
    except NonexistentTime:
        raise Invalid(
            _("The clocks go forward over this time; it does not exist on that day."),
            field="start",
        ) from None
    except RepeatedTime:
        raise Invalid(
            _("The clocks go back, so this time comes twice on that day: say which one is meant."),
            field="fold",
        ) from None


def _open_run(actor: Actor, run_id: UUID) -> Run:
    run = queries.runs.locked(run_id)
    if not policies.may_see_run(actor, run):
        raise NotFound(_("There is no such run."))
    policies.may_manage_run.require(actor, run)
    if run.state not in (RunState.DRAFT, RunState.PUBLISHED):
        raise WrongState(_("A run that is over cannot be changed."))
    return run


def _locked(actor: Actor, session_id: UUID) -> tuple[Run, Session]:
    """Lock the run, then its session, in the order in which everyone locks them."""
    run = queries.runs.locked(queries.timetable.run_id_of(session_id))
    if not policies.may_see_run(actor, run):
        raise NotFound(_("There is no such session."))
    policies.may_manage_run.require(actor, run)
    return run, queries.timetable.locked(session_id)


def _check(run: Run, details: Details, *, kept: UUID | None = None) -> None:
    if details.room_id is not None:
        room = db.session.get(Room, details.room_id)
        if room is None or room.institution_id != run.institution_id:
            raise Invalid(_("There is no such room."), field="room_id")
    if details.teacher_id is not None and details.teacher_id != kept:
        person = db.session.get(User, details.teacher_id)
        if person is None or person.state != AccountState.ACTIVE:
            raise Invalid(_("There is no such person."), field="teacher_id")
    if details.late_after_minutes > details.absent_after_minutes:
        raise Invalid(_("Lateness must begin before absence does."), field="absent_after_minutes")


def _settled(made: Plan) -> Plan:
    if made.problems:
        days = ", ".join(problem.local.date().isoformat() for problem in made.problems)
        raise Invalid(_("Settle these days first: %(days)s.", days=days))
    return made


def _add(
    actor: Actor, run: Run, details: Details, *, number: int, when: When, times: Derived
) -> Session:
    session = Session(
        run_id=run.id,
        number=number,
        timezone=run.timezone,
        checkin_secret=new_secret(),
        **_values(number, when, times, details),
    )
    audit.begin(actor, session, SESSION, kind=KIND, institution_id=run.institution_id)
    db.session.add(session)
    return session


def _planned(actor: Actor, run: Run, added: list[Session]) -> list[UUID]:
    """Announce sessions that were added, and tell the people of a public run of them once."""
    db.session.flush()
    for teacher_id in {one.teacher_id for one in added if one.teacher_id is not None}:
        staff.join(actor, run, teacher_id)
    announce(SessionsPlanned(run.id, tuple(one.id for one in added)))
    coming = [one for one in added if one.ends_at > now()]
    if run.state == RunState.PUBLISHED and coming:
        notices.sessions_planned(run, coming)
    return [one.id for one in added]


def _values(number: int, when: When, times: Derived, details: Details) -> dict[str, Any]:
    title = Text({code: words for code, words in details.title.items() if words})
    return {
        "title": title or numbered(number),
        "local_start": when.local_start,
        "fold": when.fold or 0,
        "duration_minutes": when.minutes,
        "starts_at": times.starts_at,
        "ends_at": times.ends_at,
        "room_id": details.room_id,
        "venue": details.venue,
        "meeting_url": details.meeting_url,
        "teacher_id": details.teacher_id,
        "required": details.required,
        "weight_minutes": details.weight_minutes or when.minutes,
        "checkin_opens_minutes": details.checkin_opens_minutes,
        "late_after_minutes": details.late_after_minutes,
        "absent_after_minutes": details.absent_after_minutes,
    }


def numbered(number: int) -> Text:
    """Return the title of a session nobody gave one, in every language."""
    title = Text()
    for code in LOCALES:
        with in_language(code):
            title[code] = _("Session %(number)s", number=number)
    return title


def _moved(run: Run, session: Session, before: Derived) -> None:
    announce(SessionMoved(session.id, run.id, before.starts_at, before.ends_at))
    if run.state == RunState.PUBLISHED and session.ends_at > now() - timedelta(days=1):
        notices.session_moved(run, session, before.starts_at, before.ends_at)


def _cancel(actor: Actor, run: Run, session: Session, reason: str) -> None:
    _move(actor, run, session, "cancel", reason)
    session.version += 1
    changes.renew_entry(session)
    announce(SessionCancelled(session.id, run.id, reason))


def _move(actor: Actor, run: Run, session: Session, action: str, reason: str = "") -> None:
    audit.move(
        actor,
        session,
        SESSION,
        action,
        kind=KIND,
        institution_id=run.institution_id,
        reason=reason,
    )


def _record(
    actor: Actor, action: str, run: Run, session: Session, changed: dict[str, list[Any]]
) -> None:
    audit.record(
        actor,
        action,
        session.id,
        kind=KIND,
        institution_id=run.institution_id,
        changes=changed,
    )
