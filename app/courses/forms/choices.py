"""Choices that several forms of this package offer."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from wtforms import Field, SelectMultipleField, fields
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.database import Text
from app.core.i18n import LOCALES, current_locale
from app.core.i18n import gettext as _
from app.courses.queries import prerequisites
from app.web.forms import ValidationError

FIRST_YEAR, LAST_YEAR = 2000, 2100


class CheckboxesField(SelectMultipleField):
    """Several of a few choices."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def option(value: str, label: str) -> Any:
    """Return one choice of a field."""
    return fields.SelectChoice(value, label)  # type: ignore[attr-defined]  # newer than its types


def choices_of(labels: Mapping[Any, str], *, none: str | None = None) -> list[Any]:
    """Return the choices of an enumeration in the words of `labels`; `none` is the empty one."""
    first = [] if none is None else [option("", none)]
    return first + [option(str(value), label) for value, label in labels.items()]


def language_choices() -> list[Any]:
    """Return the languages of instruction, each named in itself."""
    return [option(code, name) for code, name in LOCALES.items()]


def course_choices() -> list[Any]:
    """Return the courses that others can build on."""
    locale = current_locale()
    return [
        option(str(one.id), f"{one.code}, {Text(one.title).in_(locale)}")
        for one in prerequisites.choices()
    ]


@cache
def zone_choices() -> list[Any]:
    """Return the time zones that are named after a place."""
    names = sorted(name for name in available_timezones() if "/" in name and name[:4] != "Etc/")
    return [option(name, name.replace("_", " ")) for name in names]


def id_choices(rows: Iterable[tuple[UUID, str]], *, none: str | None = None) -> list[Any]:
    """Return choices by id."""
    first = [] if none is None else [option("", none)]
    return first + [option(str(key), name) for key, name in rows]


def member(kind: type[StrEnum]) -> Callable[[str | None], Any]:
    """Return what turns a word into the member of an enumeration, or None."""

    def find(word: str | None) -> Any:
        return kind(word) if word in set(kind) else None

    return find


def id_of(text: str | None) -> UUID | None:
    """Return the id that was chosen, or None."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def in_reach(_form: Any, field: Field) -> None:
    """Refuse a year that no calendar of ours reaches."""
    value: date | datetime | None = field.data
    if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError(
            _("Use a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)
        )
