"""Who is acting: a person in their roles, or the system itself."""

from dataclasses import dataclass, field
from uuid import UUID

THEMES = ("auto", "light", "dark")
"""How a person may want pages to look: as the device says, or always so."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The acting person; roles are (role, institution id or None for everywhere)."""

    user_id: UUID
    roles: frozenset[tuple[str, UUID | None]] = field(default_factory=frozenset)
    session_id: UUID | None = None
    name: str = ""
    email: str = ""
    locale: str = "en"
    timezone: str = "Europe/Sarajevo"
    theme: str = ""
    """One of `THEMES`; empty as long as the person has not said."""

    institution_id: UUID | None = None
    unread: int = 0
    duties: frozenset[str] = frozenset()
    """What a signed-in person was asked to do beside their roles (to show a menu, not to allow)."""

    @property
    def is_anonymous(self) -> bool:
        """Tell whether nobody is signed in."""
        return self.user_id == ANONYMOUS.user_id

    def is_a(self, role: str, *, at: UUID | None = None) -> bool:
        """Tell whether the actor holds the role everywhere or at that institution."""
        return (role, None) in self.roles or (at is not None and (role, at) in self.roles)

    def is_any(self, *roles: str, at: UUID | None = None) -> bool:
        """Tell whether the actor holds one of the roles everywhere or at that institution."""
        return any(self.is_a(role, at=at) for role in roles)

    def holds(self, *roles: str) -> bool:
        """Tell whether the actor holds one of the roles anywhere (to show a menu, not to allow)."""
        return any(role in roles for role, _ in self.roles)

    def institutions(self, *roles: str) -> frozenset[UUID] | None:
        """Return where the actor holds one of the roles; None means everywhere."""
        where = {at for role, at in self.roles if role in roles}
        return None if None in where else frozenset(at for at in where if at is not None)


SYSTEM = Actor(user_id=UUID(int=0), roles=frozenset({("system", None)}))
"""Acts in scheduled jobs; permissions that allow it say so."""

ANONYMOUS = Actor(user_id=UUID(int=1))
"""A visitor who has not signed in."""
