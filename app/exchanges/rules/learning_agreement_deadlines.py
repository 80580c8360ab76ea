"""By when a learning agreement should be signed and changed.

After the notes of the Erasmus+ learning agreement for studies: everything is signed before the
stay begins, changes are asked for within five weeks and agreed within two more, an extension at
least a month before the planned end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

CHANGES_ASKED = timedelta(weeks=5)
CHANGES_AGREED = timedelta(weeks=2)
EXTENSION_ASKED = timedelta(days=30)


class DeadlineKind(StrEnum):
    """What should have happened by a day."""

    SIGNED_BY_ALL = "signed_by_all"
    CHANGES_ASKED = "changes_asked"
    CHANGES_AGREED = "changes_agreed"
    EXTENSION_ASKED = "extension_asked"


@dataclass(frozen=True, slots=True)
class Deadline:
    """One day, and whether it has passed."""

    kind: DeadlineKind
    day: date
    is_over: bool


def deadlines(
    first_day: date,
    last_day: date,
    today: date,
    *,
    is_signed: bool,
    asked_on: date | None = None,
) -> list[Deadline]:
    """Return what is still to be done by when; `asked_on` is when open changes were asked for."""
    return [
        Deadline(kind, day, day < today)
        for kind, day in _days(first_day, last_day, is_signed, asked_on)
    ]


def _days(
    first_day: date, last_day: date, is_signed: bool, asked_on: date | None
) -> Iterator[tuple[DeadlineKind, date]]:
    if not is_signed:
        yield DeadlineKind.SIGNED_BY_ALL, first_day - timedelta(days=1)
        return
    if asked_on is not None:
        yield DeadlineKind.CHANGES_AGREED, asked_on + CHANGES_AGREED
    yield DeadlineKind.CHANGES_ASKED, first_day + CHANGES_ASKED
    yield DeadlineKind.EXTENSION_ASKED, last_day - EXTENSION_ASKED
