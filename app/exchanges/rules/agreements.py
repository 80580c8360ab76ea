"""What an agreement says as one canonical text, its hash, and what differs between two."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Line = Mapping[str, Any]

ORDERLESS = frozenset({"isced_codes", "eqf_levels"})
"""Fields in which the order says nothing."""


def canonical(terms: Mapping[str, Any]) -> str:
    """Return the one text of some terms: JSON with sorted keys and no spaces.

    The order of the conditions counts.
    """
    return json.dumps(terms, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def terms_hash(terms: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(terms).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class LineChange:
    """One promise before and after; a new one has no before, a dropped one no after."""

    before: Line | None
    after: Line | None
    fields: tuple[str, ...] = ()


def changed_lines(before: Sequence[Line], after: Sequence[Line]) -> list[LineChange]:
    """Return what differs, in the order of the newer text, dropped promises last."""
    old = {line["line_id"]: line for line in before}
    found = []
    for line in after:
        former = old.pop(line["line_id"], None)
        fields = () if former is None else changed_fields(former, line)
        if former is None or fields:
            found.append(LineChange(former, line, fields))
    return found + [LineChange(line, None) for line in before if line["line_id"] in old]


def changed_fields(before: Line, after: Line) -> tuple[str, ...]:
    """Return the names of the fields that say something else."""
    return tuple(
        name for name in after if _plain(name, before.get(name)) != _plain(name, after[name])
    )


def is_reordered(before: Sequence[Line], after: Sequence[Line]) -> bool:
    """Tell whether the promises that both texts have stand in another order."""
    common = {line["line_id"] for line in before} & {line["line_id"] for line in after}
    first, second = (
        [line["line_id"] for line in lines if line["line_id"] in common]
        for lines in (before, after)
    )
    return first != second


def _plain(name: str, value: Any) -> Any:
    return sorted(value or ()) if name in ORDERLESS else value
