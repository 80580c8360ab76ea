"""What a run's attendance is held against; told by the package that keeps the policies."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from app.attendance.rules import Credits


@dataclass(frozen=True, slots=True)
class Yardstick:
    """The share of attendance a run asks for, in basis points, and what a mark is worth."""

    threshold_bp: int | None = 8000
    credits: Credits = field(default_factory=Credits)


_asked: list[Callable[[UUID], Yardstick]] = []


def told_by(source: Callable[[UUID], Yardstick]) -> None:
    """Let this function say what a run asks for."""
    _asked[:] = [source]


def of_run(run_id: UUID) -> Yardstick:
    """Return what the run asks for; one query at most."""
    return _asked[0](run_id) if _asked else Yardstick()
