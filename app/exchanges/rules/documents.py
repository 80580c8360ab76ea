"""What is still to be handed in with an application, and what is wrong with what was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from app.exchanges.states.applications import DocumentState


class Lack(StrEnum):
    """What is missing for one thing that a call asks for."""

    ABSENT = "absent"
    REFUSED = "refused"
    NO_EXPIRY = "no_expiry"
    EXPIRED = "expired"
    NO_TRANSLATION = "no_translation"


@dataclass(frozen=True, slots=True)
class Asked:
    """One document that a call asks for."""

    id: UUID
    is_required: bool = True
    needs_expiry: bool = False
    translation_language: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """One document that was handed in."""

    id: UUID
    requirement_id: UUID
    state: DocumentState = DocumentState.HANDED_IN
    language: str = ""
    translation_of: UUID | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing to do about one document."""

    requirement_id: UUID
    lack: Lack


def gaps(asked: Iterable[Asked], given: Sequence[Given], today: date) -> list[Gap]:
    """Return what keeps an application from being sent, in the order of what is asked."""
    return [
        Gap(one.id, lack)
        for one in asked
        for lack in _lacks(one, [g for g in given if g.requirement_id == one.id], today)
    ]


def _lacks(asked: Asked, given: Sequence[Given], today: date) -> list[Lack]:
    standing = [one for one in given if one.state != DocumentState.REPLACED]
    good = [one for one in standing if one.state != DocumentState.REFUSED]
    originals = [one for one in good if one.translation_of is None]
    if not originals:
        if standing:
            return [Lack.REFUSED]
        return [Lack.ABSENT] if asked.is_required else []
    found = []
    if len(good) < len(standing):
        found.append(Lack.REFUSED)
    if asked.needs_expiry and not all(one.valid_until for one in originals):
        found.append(Lack.NO_EXPIRY)
    if any(one.valid_until and one.valid_until < today for one in originals):
        found.append(Lack.EXPIRED)
    if asked.translation_language and not _is_readable(asked.translation_language, good):
        found.append(Lack.NO_TRANSLATION)
    return found


def _is_readable(language: str, given: Sequence[Given]) -> bool:
    """Tell whether every original is in a language or has its translation into it."""
    translated = {one.translation_of for one in given if one.language == language}
    return all(
        one.language == language or one.id in translated
        for one in given
        if one.translation_of is None
    )
