"""Who takes part in an exchange, and machines whose steps name those who may take them."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from app.core.errors import Forbidden
from app.core.i18n import gettext as _
from app.core.machine import Machine

S = TypeVar("S", bound=StrEnum)


class Party(StrEnum):
    """What somebody is to one thing; a person may be several."""

    APPLICANT = "applicant"
    HOME_OFFICER = "home_officer"
    HOME_COORDINATOR = "home_coordinator"
    REVIEWER = "reviewer"
    CHAIR = "chair"
    HOST_OFFICER = "host_officer"
    HOST_COORDINATOR = "host_coordinator"
    FOR_HOST = "for_host"
    """The office at home, for a host where nobody has an account to act by."""
    LEGAL_REPRESENTATIVE = "legal_representative"
    REGISTRAR = "registrar"
    SYSTEM = "system"


class Workflow(Generic[S]):
    """A machine and, for each of its actions, the parties that may do it."""

    def __init__(
        self, kind: str, machine: Machine[S], who: Mapping[str, Collection[Party]]
    ) -> None:
        actions = {row.action for row in machine.moves}
        if actions != set(who):
            raise ValueError(f"{kind}: {actions ^ set(who)} lack a move or somebody to do it")
        self.kind, self.machine = kind, machine
        self.who = {action: frozenset(parties) for action, parties in who.items()}

    def allows(self, parties: Collection[Party], action: str) -> bool:
        """Tell whether one of these parties may do it, whatever state the thing is in."""
        return not self.who[action].isdisjoint(parties)

    def is_for_host(self, parties: Collection[Party], action: str) -> bool:
        """Tell whether these parties may do it on behalf of the host alone."""
        mine = self.who[action].intersection(parties)
        return mine == {Party.FOR_HOST}

    def require(self, parties: Collection[Party], action: str) -> None:
        """Raise Forbidden unless one of these parties may do it."""
        if not self.allows(parties, action):
            raise Forbidden(_("This step is for somebody else in this exchange to take."))

    def open_to(self, parties: Collection[Party], state: S) -> frozenset[str]:
        """Return the actions that these parties may do now (for buttons)."""
        return frozenset(
            action for action in self.machine.actions(state) if self.allows(parties, action)
        )
