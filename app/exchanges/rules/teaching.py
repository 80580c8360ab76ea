"""What the agreement of somebody who goes abroad to teach says.

After the Erasmus+ staff mobility agreement for teaching, which asks for at least eight hours a
week, or a part of them for a shorter stay.
"""

from collections.abc import Mapping

from app.exchanges.rules import isced

FIELDS = (
    "isced",
    "level",
    "students",
    "hours",
    "language",
    "objectives",
    "content",
    "added_value",
    "outcomes",
)
NEEDED = ("isced", "level", "students", "hours", "language", "objectives", "content")
LEVELS = ("5", "6", "7", "8")
"""EQF: short cycle, bachelor, master, doctorate."""


def missing(values: Mapping[str, str]) -> list[str]:
    """Return the fields that are empty or make no sense, in the order of the form."""
    return [name for name in NEEDED if not _is_sound(name, values.get(name, "").strip())]


def _is_sound(name: str, value: str) -> bool:
    if name in ("students", "hours"):
        return value.isascii() and value.isdigit() and int(value) > 0
    if name == "isced":
        return len(value) == 4 and isced.is_known(value)  # noqa: PLR2004 -- a detailed field
    return value in LEVELS if name == "level" else bool(value)
