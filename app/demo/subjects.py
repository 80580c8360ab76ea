"""The courses of the demo: what each teaches, in the languages it is offered in."""

import json
from dataclasses import dataclass
from pathlib import Path

from app.courses.states import Delivery, Track


@dataclass(frozen=True, slots=True)
class Subject:
    """One course as `subjects.json` holds it; texts are by language."""

    code: str
    owner: str
    track: Track
    delivery: Delivery
    languages: list[str]
    ects_centi: int
    hours: int
    title: dict[str, str]
    summary: dict[str, str]
    tags: list[str]


def subjects() -> list[Subject]:
    """Return the courses in the order of the file."""
    rows = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
    return [
        Subject(**{**row, "track": Track(row["track"]), "delivery": Delivery(row["delivery"])})
        for row in rows
    ]
