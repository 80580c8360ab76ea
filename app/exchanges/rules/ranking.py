"""Scores out of a rubric, and the order that follows: score, published tie-break, recorded draw."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from uuid import UUID

SCORE = "score"
DRAW = "draw"
WHOLE = 100_000
"""Thousandths of a point when every criterion has all its points: 100 points."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a rubric; `id` is the criterion's id as text."""

    id: str
    weight: int
    max_points: int


@dataclass(frozen=True, slots=True)
class Marks:
    """What the reviewers gave together, in thousandths: in all of 100 points, and for each line."""

    total: int
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody to be ranked."""

    id: UUID
    marks: Marks


@dataclass(frozen=True, slots=True)
class Placed:
    """A place counted from 1, and what set it apart from the place above.

    `rung` is SCORE, the id of a criterion of the tie-break, or DRAW.
    """

    candidate: Candidate
    place: int
    rung: str

    @property
    def id(self) -> UUID:
        """Return whose place it is."""
        return self.candidate.id


def marks_of(lines: Sequence[Line], sheets: Sequence[Mapping[str, int]]) -> Marks:
    """Average the sheets line by line, then weigh the lines; exact, rounded half up at the end.

    Raises ValueError without a line, without a sheet, or when a sheet leaves a line out.
    """
    if not lines or not sheets:
        raise ValueError("nothing to average")
    means: dict[str, Fraction] = {}
    for line in lines:
        if any(line.id not in sheet for sheet in sheets):
            raise ValueError(f"a sheet says nothing about {line.id}")
        means[line.id] = Fraction(sum(sheet[line.id] for sheet in sheets), len(sheets))
    weights = sum(line.weight for line in lines)
    share = sum(
        (Fraction(line.weight, weights) * means[line.id] / line.max_points for line in lines),
        start=Fraction(0),
    )
    return Marks(
        _rounded(share * WHOLE), {name: _rounded(mean * 1000) for name, mean in means.items()}
    )


def lot(seed: str, candidate_id: UUID) -> str:
    """Return the lot a candidate drew; the smallest comes first."""
    return sha256(f"{seed}:{candidate_id}".encode()).hexdigest()


def ranking(candidates: Iterable[Candidate], tie_break: Sequence[str], seed: str) -> list[Placed]:
    """Return everybody in order: the higher score, then the criteria as published, then the draw.

    The order in which candidates are named does not matter.
    """

    def key(one: Candidate) -> tuple[object, ...]:
        lines = (-one.marks.lines.get(name, 0) for name in tie_break)
        return (-one.marks.total, *lines, lot(seed, one.id), one.id)

    placed: list[Placed] = []
    above: Candidate | None = None
    for place, one in enumerate(sorted(candidates, key=key), 1):
        placed.append(Placed(one, place, _rung(above, one, tie_break)))
        above = one
    return placed


def _rung(above: Candidate | None, one: Candidate, tie_break: Sequence[str]) -> str:
    if above is None or above.marks.total != one.marks.total:
        return SCORE
    for name in tie_break:
        if above.marks.lines.get(name, 0) != one.marks.lines.get(name, 0):
            return name
    return DRAW


def _rounded(value: Fraction) -> int:
    return int(value + Fraction(1, 2))
