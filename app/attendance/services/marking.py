"""Marking people in a register, one by one or together, and taking a mark back."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from app.attendance import notices, queries, rules
from app.attendance.models import Record, RecordEvent
from app.attendance.queries.registers import Row
from app.attendance.services import registers
from app.attendance.states import RecordSource, StatusKind
from app.attendance.words import STATUS_LABELS
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Invalid, WrongState
from app.core.i18n import gettext as _
from app.courses.models.timetable import Session

DAY = 24 * 60
MOST_NOTE = 500
_WITH_DELAY = frozenset({StatusKind.LATE, StatusKind.LEFT_EARLY})


@dataclass(frozen=True, slots=True)
class Details:
    """What a mark says besides its kind; None leaves a note as it is."""

    minutes_late: int | None = None
    minutes_present: int | None = None
    note: str | None = None
    reason: str = ""


class StaleMark(Conflict):
    """Somebody else marked this person since the page was shown; `row` holds their mark."""

    def __init__(self, message: object, row: Row) -> None:
        super().__init__(message)
        self.row = row


@atomic()
def mark(
    actor: Actor,
    session_id: UUID,
    enrolment_id: UUID,
    status: StatusKind,
    *,
    version: int,
    details: Details | None = None,
    source: RecordSource = RecordSource.STAFF,
    client_key: str | None = None,
) -> Row:
    """Mark one person; `version` is what the page showed, 0 for somebody never marked.

    The same click sent twice acts once. Raises NotFound, WrongState, Invalid, and StaleMark when
    the mark was changed in the meantime.
    """
    session = registers.kept_by(actor, session_id)
    registers.require_open(session)
    row = queries.registers.row_of(session, enrolment_id)
    if client_key and queries.marks.event_with(client_key):
        return row
    details = _checked(session, status, details or Details())
    record = queries.marks.locked(session_id, enrolment_id)
    if record is not None and record.version != version:
        if _says(record, status, details):
            return row
        raise StaleMark(_meanwhile(row), row)
    if record is None and version != 0:
        raise StaleMark(_meanwhile(row), row)
    if record is not None and _says(record, status, details) and not record.moved_away:
        return row
    registers.hold_if_scheduled(actor, session)
    _write(
        actor,
        session,
        record,
        enrolment_id,
        status,
        details=details,
        source=source,
        client_key=client_key,
    )
    db.session.flush()
    return queries.registers.row_of(session, enrolment_id)


@atomic()
def mark_all_present(actor: Actor, session_id: UUID, shown: Collection[UUID]) -> int:
    """Mark as present whoever of the people shown is unmarked; return how many were.

    Raises NotFound, WrongState, Invalid.
    """
    session = registers.kept_by(actor, session_id)
    registers.require_open(session)
    wanted = set(shown)
    found = [one for one in queries.registers.unmarked(session) if one in wanted]
    if found:
        registers.hold_if_scheduled(actor, session)
    for enrolment_id in found:
        record = queries.marks.locked(session_id, enrolment_id)
        _write(actor, session, record, enrolment_id, StatusKind.PRESENT, details=Details())
    return len(found)


@atomic()
def take_back(actor: Actor, session_id: UUID, enrolment_id: UUID, *, version: int) -> Row:
    """Undo the last change of a mark by one that says the opposite; the history keeps both.

    Raises NotFound, WrongState, and StaleMark when there is a later change.
    """
    session = registers.kept_by(actor, session_id)
    registers.require_open(session)
    row = queries.registers.row_of(session, enrolment_id)
    record = queries.marks.locked(session_id, enrolment_id)
    if record is None:
        raise WrongState(_("There is nothing to take back."))
    if record.version != version:
        raise StaleMark(_meanwhile(row), row)
    last = queries.marks.last_event(record.id)
    earlier = queries.marks.event_before(record.id, last.number)
    record.status = last.before
    record.minutes_late = earlier.minutes_late if earlier and last.before else None
    record.source = earlier.source if earlier and last.before else RecordSource.STAFF
    record.minutes_present = None if last.before is None else record.minutes_present
    _note(actor, record, before=last.after, source=RecordSource.STAFF, reason="")
    db.session.flush()
    _tell_if_reopened(actor, session, record, last.after)
    return queries.registers.row_of(session, enrolment_id)


def _write(
    actor: Actor,
    session: Session,
    record: Record | None,
    enrolment_id: UUID,
    status: StatusKind,
    *,
    details: Details,
    source: RecordSource = RecordSource.STAFF,
    client_key: str | None = None,
) -> None:
    before = record.status if record else None
    if record is None:
        record = Record(session_id=session.id, enrolment_id=enrolment_id, version=0, note="")
        db.session.add(record)
    record.status, record.source = status, source
    record.minutes_late = details.minutes_late
    record.minutes_present = details.minutes_present
    record.moved_away = False
    if details.note is not None:
        record.note = details.note
    _note(actor, record, before=before, source=source, reason=details.reason, client_key=client_key)
    _tell_if_reopened(actor, session, record, before, details.reason)


def _tell_if_reopened(
    actor: Actor, session: Session, record: Record, before: StatusKind | None, reason: str = ""
) -> None:
    """Tell the person of a change of what a closed register had said."""
    if before not in (None, record.status) and queries.marks.was_closed(session.id):
        db.session.flush()
        notices.mark_changed(actor, session, record, before, reason)


def _note(
    actor: Actor,
    record: Record,
    *,
    before: StatusKind | None,
    source: RecordSource,
    reason: str,
    client_key: str | None = None,
) -> None:
    moment = now()
    record.version += 1
    record.marked_by, record.marked_at = actor.user_id, moment
    db.session.add(
        RecordEvent(
            record_id=record.id,
            number=record.version,
            before=before,
            after=record.status,
            minutes_late=record.minutes_late,
            source=source,
            actor_id=actor.user_id,
            reason=reason,
            client_key=client_key,
            occurred_at=moment,
        )
    )


def _checked(session: Session, status: StatusKind, given: Details) -> Details:
    """Return the details that this kind of mark has, with the delay from the clock if unsaid."""
    late, present, moment = given.minutes_late, given.minutes_present, now()
    if status == StatusKind.LATE and late is None and moment < session.ends_at:
        late = rules.minutes_late(session.starts_at, moment) or None
    for minutes, field in ((late, "minutes_late"), (present, "minutes_present")):
        if minutes is not None and not 0 <= minutes <= DAY:
            raise Invalid(_("Use a number from 0 to 1440."), field=field)
    if status == StatusKind.PARTIAL and present is None:
        raise Invalid(_("Say how many minutes they were there."), field="minutes_present")
    if given.note is not None and len(given.note) > MOST_NOTE:
        raise Invalid(_("Use at most %(max)s characters.") % {"max": MOST_NOTE}, field="note")
    return Details(
        minutes_late=late if status in _WITH_DELAY else None,
        minutes_present=present if status == StatusKind.PARTIAL else None,
        note=None if given.note is None else given.note.strip(),
        reason=given.reason.strip()[:MOST_NOTE],
    )


def _says(record: Record, status: StatusKind, details: Details) -> bool:
    """Tell whether the mark that stands already says this; a delay left unsaid is no change."""
    if record.status != status or record.minutes_present != details.minutes_present:
        return False
    if details.note is not None and details.note != record.note:
        return False
    return details.minutes_late in (None, record.minutes_late) or (
        details.note is None and status == StatusKind.LATE
    )


def _meanwhile(row: Row) -> str:
    return _(
        "%(who)s changed this to “%(mark)s” in the meantime. What you chose was not saved.",
        who=row.marked_by or _("Somebody"),
        mark=str(STATUS_LABELS[row.status]),
    )
