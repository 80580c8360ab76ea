"""What a nomination proposes, and the id that names exactly that content."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from app.exchanges.states.calls import AcademicTerm


class _Stay(Protocol):
    """What a nomination is about."""

    quota_id: UUID
    person_id: UUID
    kind: Any
    sending_institution_id: UUID
    receiving_institution_id: UUID
    sending_unit_id: UUID | None
    receiving_unit_id: UUID | None
    academic_year: int
    term: Any
    isced: str
    eqf_level: int | None
    planned_from: date
    planned_until: date


FIELDS = (
    "quota_id",
    "person_id",
    "kind",
    "sending_institution_id",
    "receiving_institution_id",
    "sending_unit_id",
    "receiving_unit_id",
    "academic_year",
    "term",
    "isced",
    "eqf_level",
    "planned_from",
    "planned_until",
)
"""What the host decides about; a change of any is a new proposal."""


def content_of(stay: _Stay, comment: str = "") -> dict[str, Any]:
    """Return what is proposed for a stay, as plain values."""
    return {name: _plain(getattr(stay, name)) for name in FIELDS} | {"comment": comment}


def plan_in(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a content that may be changed, by the columns of the stay."""
    return {
        "planned_from": date.fromisoformat(content["planned_from"]),
        "planned_until": date.fromisoformat(content["planned_until"]),
        "term": AcademicTerm(content["term"]),
        "isced": content["isced"],
        "eqf_level": content["eqf_level"],
    }


def proposal_id(content: Mapping[str, Any]) -> str:
    """Return the hash of a content; it changes if, and only if, the content does."""
    raw = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(raw.encode()).hexdigest()


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what differs between two contents, by field."""
    names = dict.fromkeys([*before, *after])
    return {
        name: (before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else str(value)
