"""Taking a thing one step further: by a party that may, from a state that allows it."""

from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from app.audit import services as audit
from app.core.actor import Actor
from app.exchanges.policies.parties import Parties
from app.exchanges.states.parties import Workflow

S = TypeVar("S", bound=StrEnum)


def take(
    actor: Actor,
    thing: Any,
    workflow: Workflow[S],
    action: str,
    *,
    parties: Parties,
    institution_id: UUID,
    reason: str = "",
) -> None:
    """Move a thing that was read under a lock, and note it.

    Raises Forbidden when none of the parties may, then WrongState when the state does not allow it.
    """
    workflow.require(parties, action)
    audit.move(
        actor,
        thing,
        workflow.machine,
        action,
        kind=workflow.kind,
        institution_id=institution_id,
        reason=reason,
    )
