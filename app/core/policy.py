"""Permissions: named questions about an actor and a thing; the answer is no unless said."""

from collections.abc import Callable
from typing import Generic, NoReturn, TypeVar

from app.core.actor import Actor
from app.core.errors import Forbidden
from app.core.i18n import gettext

T = TypeVar("T")

PERMISSIONS: dict[str, "Permission[object]"] = {}
"""Every permission by name: the permission page and the house tests read it."""


class Permission(Generic[T]):
    """A predicate with a name; its docstring is what a refused person reads."""

    def __init__(self, name: str, answer: Callable[[Actor, T], bool]) -> None:
        self.name, self._answer = name, answer
        self.__doc__ = " ".join((answer.__doc__ or name).split())

    def __call__(self, actor: Actor, thing: T) -> bool:
        return self._answer(actor, thing)

    def require(self, actor: Actor, thing: T) -> None:
        """Raise Forbidden unless the actor may."""
        if not self(actor, thing):
            self.refuse()

    def refuse(self) -> NoReturn:
        """Raise Forbidden with the words that say who may."""
        raise Forbidden(gettext(self.__doc__ or self.name))


def permission(name: str) -> Callable[[Callable[[Actor, T], bool]], Permission[T]]:
    """Declare a permission, named `package:thing:verb`."""

    def declare(answer: Callable[[Actor, T], bool]) -> Permission[T]:
        if name in PERMISSIONS:
            raise ValueError(f"permission {name} is declared twice")
        declared = Permission(name, answer)
        PERMISSIONS[name] = declared  # type: ignore[assignment]  # a registry of every kind
        return declared

    return declare
