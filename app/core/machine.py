"""State machines as tables: which action leads from which states to which state."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from app.core.errors import WrongState
from app.core.i18n import gettext as _

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Move(Generic[S]):
    """One row of the table."""

    action: str
    sources: frozenset[S]
    target: S


def move(action: str, sources: Iterable[S], target: S) -> Move[S]:
    """Write one row: `move("approve", {State.SUBMITTED}, State.APPROVED)`."""
    return Move(action, frozenset(sources), target)


class Machine(Generic[S]):
    """The life of one kind of thing; `starts` are the states in which it may be born.

    Raises ValueError at import time when two rows answer the same question.
    """

    def __init__(self, *moves: Move[S], start: S, starts: Iterable[S] = ()) -> None:
        self.start = start
        self.starts = frozenset({start, *starts})
        self.moves = moves
        self._table: dict[tuple[str, S], S] = {}
        for row in moves:
            for source in row.sources:
                if (row.action, source) in self._table:
                    raise ValueError(f"{row.action!r} leaves {source!r} twice")
                self._table[row.action, source] = row.target

    def after(self, state: S, action: str) -> S:
        """Return the state after the action; raise WrongState when it does not apply."""
        try:
            return self._table[action, state]
        except KeyError:
            raise WrongState(
                _("This cannot be done any more: it was changed in the meantime. Reload the page.")
            ) from None

    def actions(self, state: S) -> frozenset[str]:
        """Return the actions that start from this state (for buttons and API links)."""
        return frozenset(action for action, source in self._table if source == state)
