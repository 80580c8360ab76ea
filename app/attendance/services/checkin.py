"""Checking in: a proven code becomes a claim, a claim becomes a mark, once and for one person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection

from app.attendance import checkin, queries, rules
from app.attendance.models import PresenceClaim, Record, RecordEvent
from app.attendance.queries.checkin import OpenSession
from app.attendance.services import marking, registers
from app.attendance.states import RecordSource, StatusKind
from app.core import tokens
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import Model, atomic, atomic_statements
from app.core.errors import Conflict, Forbidden, Gone, NotFound, WrongState
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.core.prepared import Prepared
from app.courses.states import SessionState

PASS_PURPOSE = "attendance.pass"  # noqa: S105 -- what the key is for, not a password
_MAX_TOKEN = 600

_event = RecordEvent.__table__
_record = Record.__table__
_ADD_EVENT = Prepared(insert(_event))  # type: ignore[arg-type]  # a table is one
_CHANGE = Prepared(
    update(_record)  # type: ignore[arg-type]  # a table is one
    .where(_record.c.id == bindparam("record"), _record.c.version == bindparam("known"))
    .values(
        status=bindparam("new_status"),
        source=bindparam("new_source"),
        minutes_late=bindparam("late"),
        arrived_at=bindparam("arrived"),
        version=bindparam("next"),
        marked_by=bindparam("by"),
        marked_at=bindparam("at"),
    )
)


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """What checking in led to; `is_new` is False when the mark stood already."""

    session_id: UUID
    status: StatusKind
    is_new: bool


class _NotHeld(Exception):
    """The session is to be noted as held first."""


def prove(session_id: UUID, code: str) -> str:
    """Return a signed claim of presence for whoever holds the code shown in the room now.

    Raises NotFound; WrongState before and after the window; Gone when the code is wrong or old.
    """
    session = queries.checkin.session_by_id(session_id)
    moment = now()
    _require_window(session, moment)
    if not checkin.is_current(session.checkin_secret.encode(), session.id, code, moment):
        raise Gone(_("This code is no longer shown. Scan or type the one on the wall now."))
    return _claim(session.id, moment, RecordSource.SELF_QR)


def prove_typed(code: str) -> str:
    """Return a signed claim for a typed code of any session open now. Raises Gone."""
    moment = now()
    found = _session_with(code, queries.checkin.open_now(moment), moment)
    if found is None:
        raise Gone(_not_shown())
    return _claim(found, moment, RecordSource.SELF_CODE)


def claim_in(token: str) -> checkin.Claim:
    """Return the claim of a token. Raises Gone when it is forged or older than ten minutes."""
    seconds = int(checkin.CLAIM_LIFETIME.total_seconds())
    payload = None
    if len(token) <= _MAX_TOKEN:
        payload = tokens.read(checkin.CLAIM_PURPOSE, token, max_age=seconds)
    try:
        return checkin.claim_from(payload)
    except checkin.InvalidClaim:
        raise Gone(_("This check-in has expired. Scan or type the code on the wall again.")) from (
            None
        )


def use_claim(actor: Actor, token: str, *, device: str = "") -> CheckedIn:
    """Check the actor in by a claim proven at most ten minutes ago.

    One claim serves one person; using it again changes nothing. Raises Gone, NotFound,
    Forbidden when not enrolled, WrongState outside the window, Conflict when somebody else used it.
    """
    claim = claim_in(token)
    try:
        return _check_in(actor, claim, device)
    except _NotHeld:
        registers.hold_for_check_in(actor, claim.session_id)
        return _check_in(actor, claim, device)


def check_in_by_code(actor: Actor, code: str, *, device: str = "") -> CheckedIn:
    """Check the actor in by a typed code; the session is the one it belongs to.

    Raises Gone when no open session shows this code, Forbidden when not enrolled.
    """
    moment = now()
    found = _session_with(code, queries.checkin.open_for(actor.user_id, moment), moment)
    if found is None and _session_with(code, queries.checkin.open_now(moment), moment):
        raise Forbidden(_("You are not enrolled in the run whose code this is."))
    if found is None:
        raise Gone(_not_shown())
    return use_claim(actor, _claim(found, moment, RecordSource.SELF_CODE), device=device)


def pass_of(user_id: UUID, at: datetime | None = None) -> tuple[str, int]:
    """Return what a person's own pass shows now, and for how many more seconds."""
    moment = at or now()
    shown = checkin.pass_at(tokens.key_for(PASS_PURPOSE), user_id, moment)
    return shown, checkin.seconds_left(moment, checkin.PASS_SECONDS)


def read_pass(person_id: UUID, code: str) -> None:
    """Check that a scanned pass is the person's of this minute. Raises Gone."""
    key = tokens.key_for(PASS_PURPOSE)
    if checkin.pass_holder(key, code, [person_id], now()) is None:
        raise Gone(_("This pass has expired. Ask for the one shown now."))


def admit(actor: Actor, session_id: UUID, person_id: UUID, code: str) -> CheckedIn:
    """Mark somebody whose pass was scanned at the door as present or late, by the clock.

    A mark that stands already is kept. Raises NotFound, WrongState, Gone, Forbidden.
    """
    read_pass(person_id, code)
    return _admit(actor, session_id, person_id)


def admit_by_code(actor: Actor, session_id: UUID, code: str) -> tuple[CheckedIn, str]:
    """Mark the person whose pass shows this code; return their name as well.

    Raises NotFound, WrongState, and Gone when nobody on the register has such a pass now.
    """
    session = queries.registers.session_for(actor, session_id)
    people = {person: name for person, _e, name in queries.checkin.people_of(session)}
    holder = checkin.pass_holder(tokens.key_for(PASS_PURPOSE), code, people, now())
    if holder is None:
        raise Gone(_("Nobody on this register has a pass with this code now."))
    return _admit(actor, session_id, holder), people[holder]


@atomic()
def _admit(actor: Actor, session_id: UUID, person_id: UUID) -> CheckedIn:
    session = registers.kept_by(actor, session_id)
    registers.require_open(session)
    found = [e for person, e, _n in queries.checkin.people_of(session) if person == person_id]
    if not found:
        raise Forbidden(_("This person is not enrolled in the run."))
    row = queries.registers.row_of(session, found[0])
    moment = now()
    kind = rules.arrival(
        session.starts_at, moment, session.late_after_minutes, session.absent_after_minutes
    )
    standing = (row.status, row.source) if row.status and row.source else None
    incoming = (kind, RecordSource.PASS_SCAN)
    if standing and rules.precedence(standing, incoming) == rules.Precedence.KEEP:
        return CheckedIn(session.id, standing[0], is_new=False)
    late = rules.minutes_late(session.starts_at, moment) or None
    details = marking.Details(minutes_late=late)
    row = marking.mark(
        actor,
        session.id,
        found[0],
        kind,
        version=row.version,
        details=details,
        source=RecordSource.PASS_SCAN,
    )
    return CheckedIn(session.id, row.status or kind, is_new=True)


def _check_in(actor: Actor, claim: checkin.Claim, device: str) -> CheckedIn:
    with atomic_statements() as connection:
        return _arrive(connection, actor, claim, device)


def _arrive(connection: Connection, actor: Actor, claim: checkin.Claim, device: str) -> CheckedIn:
    """Do it with as few statements as can be: hundreds arrive in the same minute."""
    used = tokens.digest(claim.id.hex)
    row = queries.checkin.arrival(connection, claim.session_id, actor.user_id, used)
    moment = now()
    _require_usable(row, claim, actor, moment)
    assert row is not None  # noqa: S101 -- as required just above
    if row.claimed_by == actor.user_id:
        if row.status is None:  # staff took the mark back: the same proof does not bring it again
            raise Gone(_("This check-in was used already. Speak to the person who teaches."))
        return CheckedIn(claim.session_id, row.status, is_new=False)
    if row.state == SessionState.SCHEDULED:
        raise _NotHeld
    use = {
        "claim": used,
        "session_id": claim.session_id,
        "user_id": actor.user_id,
        "device_digest": device,
        "used_at": moment,
    }
    if not _claim_is_ours(connection, use):
        raise Conflict(_used_by_another())
    kind = rules.arrival(
        row.starts_at, claim.proven_at, row.late_after_minutes, row.absent_after_minutes
    )
    if row.status is not None:
        incoming = (kind, claim.source)
        if rules.precedence((row.status, row.source), incoming) == rules.Precedence.KEEP:
            return CheckedIn(claim.session_id, row.status, is_new=False)
    return _store(
        connection, row, claim, user_id=actor.user_id, kind=kind, device=device, moment=moment
    )


def _require_usable(
    row: OpenSession | None, claim: checkin.Claim, actor: Actor, moment: datetime
) -> None:
    if row is None or actor.is_anonymous:
        raise NotFound(_("There is no such session."))
    if row.claimed_by is not None and row.claimed_by != actor.user_id:
        raise Conflict(_used_by_another())
    if row.enrolment_id is None:
        raise Forbidden(_("You are not enrolled in this run, or were not when the session began."))
    if row.claimed_by is None:
        _require_window(row, claim.proven_at)
        if not claim.proven_at <= moment <= claim.lapses_at:
            raise Gone(_("This check-in has expired. Scan or type the code on the wall again."))


def _require_window(session: Any, moment: datetime) -> None:
    """Refuse to check in to a session that is not open at the moment, saying which way."""
    if session.state == SessionState.CANCELLED:
        raise WrongState(_("The session is cancelled."))
    if session.state == SessionState.LOCKED:
        raise WrongState(_("The register is closed. Speak to the person who teaches."))
    window = checkin.window_of(session.starts_at, session.ends_at, session.checkin_opens_minutes)
    if moment < window.opens_at:
        raise WrongState(
            _("Check-in opens %(minutes)s minutes before the session begins.")
            % {"minutes": session.checkin_opens_minutes}
        )
    if not window.holds(moment):
        raise WrongState(_("The session is over. Speak to the person who teaches."))


def _store(
    connection: Connection,
    row: OpenSession,
    claim: checkin.Claim,
    *,
    user_id: UUID,
    kind: StatusKind,
    device: str,
    moment: datetime,
) -> CheckedIn:
    late = rules.minutes_late(row.starts_at, claim.proven_at) or None
    late = late if kind == StatusKind.LATE else None
    version = (row.version or 0) + 1
    record_id = row.record_id
    if record_id is None:
        record_id = new_id()
        new = {
            "id": record_id,
            "session_id": claim.session_id,
            "enrolment_id": row.enrolment_id,
            "status": kind,
            "minutes_late": late,
            "arrived_at": claim.proven_at,
            "source": claim.source,
            "note": "",
            "moved_away": False,
            "version": version,
            "marked_by": user_id,
            "marked_at": moment,
        }
        stored = _add(connection.dialect.name, Record).change(connection, new)
    else:
        changed = {
            "record": record_id,
            "known": row.version,
            "new_status": kind,
            "new_source": claim.source,
            "late": late,
            "arrived": claim.proven_at,
            "next": version,
            "by": user_id,
            "at": moment,
        }
        stored = _CHANGE.change(connection, changed)
    if not stored:  # somebody marked this person at the same moment: theirs stands
        mark = select(_record.c.status).where(
            _record.c.session_id == claim.session_id, _record.c.enrolment_id == row.enrolment_id
        )
        return CheckedIn(claim.session_id, connection.scalar(mark) or kind, is_new=False)
    event = {
        "id": new_id(),
        "record_id": record_id,
        "number": version,
        "before": row.status,
        "after": kind,
        "minutes_late": late,
        "source": claim.source,
        "actor_id": user_id,
        "reason": "",
        "client_key": None,
        "occurred_at": claim.proven_at,
        "recorded_at": moment,
        "device_digest": device,
    }
    _ADD_EVENT.change(connection, event)
    return CheckedIn(claim.session_id, kind, is_new=True)


def _claim_is_ours(connection: Connection, use: Mapping[str, object]) -> bool:
    if _add(connection.dialect.name, PresenceClaim).change(connection, use):
        return True
    holder = select(PresenceClaim.user_id).where(PresenceClaim.claim == use["claim"])
    return connection.scalar(holder) == use["user_id"]


@cache
def _add(dialect: str, model: type[Model]) -> Prepared:
    """Return the statement that adds a row unless there is one already; its count tells."""
    build = sqlite_insert if dialect == "sqlite" else postgresql_insert
    return Prepared(build(model.__table__).on_conflict_do_nothing())  # type: ignore[arg-type]  # a table is one


def _session_with(code: str, sessions: Any, moment: datetime) -> UUID | None:
    for one in sessions:
        if checkin.is_current(one.checkin_secret.encode(), one.id, code, moment):
            return UUID(str(one.id))
    return None


def _claim(session_id: UUID, moment: datetime, source: RecordSource) -> str:
    claim = checkin.Claim(new_id(), session_id, moment, source)
    return tokens.sign(checkin.CLAIM_PURPOSE, claim.payload())


def _used_by_another() -> str:
    return _("Somebody else has checked in with this link. Scan the code on the wall yourself.")


def _not_shown() -> str:
    return _("No session shows this code now. Look at the wall again: it changes often.")
