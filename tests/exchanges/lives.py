"""Every question that can be asked of a workflow, and the answer that its tables give."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, TypeVar

from app.exchanges.states.parties import Party, Workflow

S = TypeVar("S", bound=StrEnum)


def questions(workflow: Workflow[S]) -> Iterator[tuple[S, Party, str, int]]:
    """Yield every state, party and action, with the status that asking for it must answer.

    0 is done; 403 is for somebody else; 409 is not now.
    """
    states: type[Any] = type(workflow.machine.start)
    for state in states:
        for party in Party:
            for action in workflow.who:
                if not workflow.allows({party}, action):
                    yield state, party, action, 403
                elif action in workflow.machine.actions(state):
                    yield state, party, action, 0
                else:
                    yield state, party, action, 409
