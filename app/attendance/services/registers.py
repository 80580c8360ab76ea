"""Opening, closing and correcting the register of a session."""

from datetime import datetime
from uuid import UUID

from app.attendance import policies, queries
from app.attendance.checkin import window_of
from app.attendance.events import RegisterLocked, RegisterUnlocked, SessionHeld
from app.attendance.models import Record, RecordEvent
from app.attendance.states import RecordSource, StatusKind
from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.core.events import announce
from app.core.i18n import gettext as _
from app.courses.models.timetable import Session
from app.courses.states import SESSION, SessionState

MOST_REASON = 500


def kept_by(actor: Actor, session_id: UUID) -> Session:
    """Return the session under a lock; NotFound unless the actor keeps its register."""
    session = queries.registers.locked(session_id)
    if not policies.may_mark(actor, session.run):
        raise NotFound(_("There is no such session."))
    return session


def require_open(session: Session) -> None:
    """Refuse a mark in a register that is closed, cancelled, or not yet open."""
    if session.state == SessionState.LOCKED:
        raise WrongState(_("The register is closed. Ask a registrar to open it again."))
    if session.state == SessionState.CANCELLED:
        raise WrongState(_("The session is cancelled: nobody was there to be marked."))
    window = window_of(session.starts_at, session.ends_at, session.checkin_opens_minutes)
    if now() < window.opens_at:
        raise Invalid(
            _("The register opens %(minutes)s minutes before the session begins.")
            % {"minutes": session.checkin_opens_minutes}
        )


def hold_if_scheduled(actor: Actor, session: Session) -> None:
    """Note with the first mark that the session takes place."""
    if session.state == SessionState.SCHEDULED:
        _move(actor, session, "hold")
        db.session.flush()
        announce(SessionHeld(session.id, session.run_id))


@atomic()
def hold(actor: Actor, session_id: UUID) -> None:
    """Confirm that a session took place, once it has begun.

    Raises NotFound, Invalid, WrongState.
    """
    session = kept_by(actor, session_id)
    if session.state == SessionState.SCHEDULED and now() < session.starts_at:
        raise Invalid(_("The session has not begun yet."))
    _move(actor, session, "hold")
    db.session.flush()
    announce(SessionHeld(session.id, session.run_id))


@atomic()
def lock(actor: Actor, session_id: UUID) -> int:
    """Close the register: whoever is unmarked was absent. Return how many were.

    Raises NotFound, Invalid when the session has not begun, WrongState.
    """
    session = kept_by(actor, session_id)
    moment = now()
    if moment < session.starts_at and session.state != SessionState.CANCELLED:
        raise Invalid(_("The session has not begun yet."))
    hold_if_scheduled(actor, session)
    SESSION.after(session.state, "lock")
    missing = queries.registers.unmarked(session)
    for enrolment_id in missing:
        _mark_absent(actor, session, enrolment_id)
    session.locked_at, session.locked_by = moment, actor.user_id
    _move(actor, session, "lock")
    db.session.flush()
    announce(RegisterLocked(session.id, session.run_id))
    return len(missing)


@atomic()
def unlock(actor: Actor, session_id: UUID, *, reason: str) -> None:
    """Open a closed register to correct it; says why. Raises NotFound, Forbidden, WrongState."""
    session = kept_by(actor, session_id)
    policies.may_unlock.require(actor, session.run)
    reason = reason.strip()[:MOST_REASON]
    if not reason:
        raise Invalid(_("Say why the register is opened again."), field="reason")
    session.locked_at = session.locked_by = None
    _move(actor, session, "unlock", reason=reason)
    db.session.flush()
    announce(RegisterUnlocked(session.id, session.run_id, reason))


@atomic()
def note_move(session_id: UUID, before_starts_at: datetime, before_ends_at: datetime) -> int:
    """Flag the marks of a session that was moved to a time that does not touch the former one.

    Marks are kept in any case; return how many are flagged for the staff to look at.
    """
    session = queries.registers.locked(session_id)
    if session.starts_at < before_ends_at and before_starts_at < session.ends_at:
        return 0
    flagged = [one for one in queries.registers.records_of(session.id) if one.status is not None]
    for record in flagged:
        record.moved_away = True
    return len(flagged)


@atomic()
def hold_for_check_in(actor: Actor, session_id: UUID) -> None:
    """Note that a session takes place because somebody proved to be there."""
    session = queries.registers.locked(session_id)
    if actor.is_anonymous:
        raise Forbidden(_("Please sign in first."))
    hold_if_scheduled(actor, session)


def _mark_absent(actor: Actor, session: Session, enrolment_id: UUID) -> None:
    record = queries.marks.locked(session.id, enrolment_id)
    moment = now()
    if record is None:
        record = Record(
            session_id=session.id, enrolment_id=enrolment_id, version=0, source=RecordSource.STAFF
        )
        db.session.add(record)
    record.status, record.source = StatusKind.ABSENT, RecordSource.AUTO_CLOSE
    record.version += 1
    record.marked_by, record.marked_at = actor.user_id, moment
    db.session.add(
        RecordEvent(
            record_id=record.id,
            number=record.version,
            before=None,
            after=StatusKind.ABSENT,
            source=RecordSource.AUTO_CLOSE,
            actor_id=actor.user_id,
            occurred_at=moment,
        )
    )


def _move(actor: Actor, session: Session, action: str, *, reason: str = "") -> None:
    audit.move(
        actor,
        session,
        SESSION,
        action,
        kind="session",
        institution_id=session.run.institution_id,
        reason=reason,
    )
