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


class _Living(Protocol):
    """A thing with a life: its state is changed by `move` alone."""

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
    thing: _Living,
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
    _note(
        actor,
        StateChange(kind=kind, action="start", before=None, after=str(first), reason=reason),
        thing.id,
        institution_id,
    )


def move(
    actor: Actor,
    thing: _Living,
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
    _note(
        actor,
        StateChange(
            kind=kind, action=action, before=str(before), after=str(thing.state), reason=reason
        ),
        thing.id,
        institution_id,
    )


def _note(actor: Actor, change: StateChange, subject_id: UUID, institution_id: UUID | None) -> None:
    change.actor_id, change.subject_id = actor.user_id, subject_id
    db.session.add(change)
    record(
        actor,
        f"{change.kind}.{change.action}",
        subject_id,
        kind=change.kind,
        institution_id=institution_id,
        changes={"state": [change.before, change.after]},
        reason=change.reason,
    )


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | bool | list | dict):
        return str(value) if isinstance(value, StrEnum) else value
    return str(value)
