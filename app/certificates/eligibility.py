"""Whether a certificate may be issued: a pure question about what is recorded of a person."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.certificates.reasons import Hindrance, Kind, Obstacle
from app.courses.states import EnrolmentState


@dataclass(frozen=True)
class Record:
    """What is recorded of one enrolment; `names` are (text as printed, confirmed) by script."""

    state: EnrolmentState
    outcome: str | None
    criteria: Sequence[Mapping[str, Any]] = ()
    has_open_review: bool = False
    open_registers: int = 0
    names: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    has_certificate: bool = False
    active_from: datetime | None = None
    active_to: datetime | None = None


def hindrances(
    record: Record,
    kind: Kind,
    scripts: Sequence[str],
    undrawable: Callable[[str], Sequence[str]],
) -> list[Hindrance]:
    """Return everything that stands in the way; a certificate may be issued when it is nothing.

    `scripts` are those the design prints names in, of which only Latin must be there: a holder
    without a name in another script is printed in Latin. `undrawable` returns the characters
    of a text that the faces lack.
    """
    if record.has_certificate:
        return [Hindrance(Obstacle.ALREADY_ISSUED)]
    found = list(_about_result(record, kind))
    if record.has_open_review:
        found.append(Hindrance(Obstacle.UNDER_REVIEW))
    if record.open_registers:
        found.append(Hindrance(Obstacle.REGISTER_OPEN, {"num": record.open_registers}))
    found += _about_names(record.names, scripts, undrawable)
    return found


def _about_result(record: Record, kind: Kind) -> Iterator[Hindrance]:
    if kind == Kind.COMPLETION:
        if record.state != EnrolmentState.COMPLETED:
            yield Hindrance(Obstacle.NOT_COMPLETED)
        elif record.outcome is None:
            yield Hindrance(Obstacle.NO_DECISION)
        elif record.outcome != "met":
            yield Hindrance(Obstacle.NOT_MET)
    elif record.outcome is None:
        yield Hindrance(Obstacle.NO_DECISION)
    elif not attendance_met(record.criteria):
        yield Hindrance(Obstacle.NOT_MET)


def attendance_met(criteria: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether the latest decision found every criterion of attendance met, and had one."""
    verdicts = [row.get("verdict") for row in criteria if row.get("criterion") == "attendance"]
    return bool(verdicts) and all(verdict == "met" for verdict in verdicts)


def attendance_bp(criteria: Sequence[Mapping[str, Any]]) -> int | None:
    """Return the attendance that the latest decision found, in basis points."""
    for row in criteria:
        value = row.get("value")
        if row.get("criterion") == "attendance" and isinstance(value, int):
            return value
    return None


def _about_names(
    names: Mapping[str, tuple[str, bool]],
    scripts: Sequence[str],
    undrawable: Callable[[str], Sequence[str]],
) -> Iterator[Hindrance]:
    if not names.get("latin", ("", False))[0]:
        yield Hindrance(Obstacle.NAME_MISSING)
    kept = [(script, *names[script]) for script in scripts if names.get(script, ("", 0))[0]]
    for script, _text, confirmed in kept:
        if not confirmed:
            yield Hindrance(Obstacle.NAME_UNCONFIRMED, {"script": script})
    for _script, text, _confirmed in kept:
        if missing := undrawable(text):
            yield Hindrance(Obstacle.NAME_UNDRAWABLE, {"characters": " ".join(missing)})
