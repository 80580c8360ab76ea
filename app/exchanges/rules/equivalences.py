"""When a remembered decision about courses fits what somebody plans."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.exchanges.rules.learning_agreements import Component, Table


@dataclass(frozen=True, slots=True)
class Course:
    """A course as a decision names it; the code decides, or the title where there is no code."""

    title: str
    code: str = ""
    credits: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """What tells it apart at its institution, however it is written."""
        return " ".join((self.code or self.title).casefold().split())

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "title": self.title,
            "code": self.code,
            "credits": [list(one) for one in self.credits],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Course":
        """Read what `as_json` wrote."""
        pairs = tuple((scheme, amount) for scheme, amount in values.get("credits", ()))
        return cls(values["title"], values.get("code", ""), pairs)

    @classmethod
    def of(cls, component: Component) -> "Course":
        """Return the course that a row of an agreement is about."""
        return cls(component.title, component.code, component.credits)


def stands(valid_until: date | None, today: date) -> bool:
    """Tell whether a decision still holds; its last day is included."""
    return valid_until is None or today <= valid_until


def fits(
    host: Iterable[Course], home: Iterable[Course], components: Iterable[Component]
) -> list[Course]:
    """Return the home courses to add, when all the host's are planned and some are missing."""
    held = list(components)
    there = {Course.of(one).key for one in held if one.table == Table.STUDIED}
    here = {Course.of(one).key for one in held if one.table == Table.RECOGNISED}
    if not {one.key for one in host} <= there:
        return []
    return [one for one in home if one.key not in here]
