"""Writing the trail, in the transaction of what it tells about."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol, TypeVar
from uuid import UUID

from app.audit.models import AuditEntry, StateChange
from app.core.actor import Actor
from app.core.database import db
from app.core.machine import Machine

S = TypeVar("S", bound=StrEnum)


class _Living(Protocol[S]):
    id: Any
    state: Any


def record(
    actor: Actor,
    action: str,
    subject_id: UUID,
    *,
    kind: str = "",
    institution_id: UUID | None = None,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Note an action, named `package.verb`; changes are {field: [before, after]}."""
    db.session.add(
        AuditEntry(
            actor_id=actor.user_id,
            session_id=actor.session_id,
            action=action,
            kind=kind or action.partition(".")[0],
            subject_id=subject_id,
            institution_id=institution_id,
            changes={name: [_plain(v) for v in pair] for name, pair in (changes or {}).items()},
            reason=reason,
        )
    )


def begin(
    actor: Actor,
    thing: _Living[S],
    machine: Machine[S],
    state: S | None = None,
    *,
    kind: str,
    institution_id: UUID | None = None,
    reason: str = "",
) -> None:
    """Put a new thing into a state in which it may be born, and note it."""
    first = machine.start if state is None else state
    if first not in machine.starts:
        raise ValueError(f"no {kind} begins as {first!r}")
    thing.state = first
    _note(actor, thing, "start", None, first, kind, institution_id, reason)


def move(
    actor: Actor,
    thing: _Living[S],
    machine: Machine[S],
    action: str,
    *,
    kind: str,
    institution_id: UUID | None = None,
    reason: str = "",
) -> None:
    """Change a thing's state through its machine, and note who, when, from, to and why.

    Raises WrongState. The thing must have been read under a lock.
    """
    before = thing.state
    thing.state = machine.after(before, action)
    _note(actor, thing, action, before, thing.state, kind, institution_id, reason)


def _note(
    actor: Actor,
    thing: _Living[S],
    action: str,
    before: S | None,
    after: S,
    kind: str,
    institution_id: UUID | None,
    reason: str,
) -> None:
    db.session.add(
        StateChange(
            kind=kind,
            subject_id=thing.id,
            action=action,
            before=None if before is None else str(before),
            after=str(after),
            actor_id=actor.user_id,
            reason=reason,
        )
    )
    record(
        actor,
        f"{kind}.{action}",
        thing.id,
        kind=kind,
        institution_id=institution_id,
        changes={"state": [before, after]},
        reason=reason,
    )


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | bool | list | dict):
        return str(value) if isinstance(value, StrEnum) else value
    return str(value)
