"""Who acts on both sides of a stay of the demo."""

from dataclasses import dataclass

from app.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Sides:
    """Who acts for the home institution and for the host."""

    office: Actor
    host_office: Actor
    coordinator: Actor
    host_coordinator: Actor
    host: str
    home: str
