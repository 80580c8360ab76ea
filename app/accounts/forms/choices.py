"""Choices that forms about people and institutions offer."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from wtforms import fields

from app.core.actor import THEMES
from app.core.i18n import LOCALES
from app.core.i18n import gettext as _


def option(value: str, label: str) -> Any:
    """Return one choice of a field."""
    return fields.SelectChoice(value, label)  # type: ignore[attr-defined]  # newer than its types


def choices_of(labels: Mapping[Any, str]) -> list[Any]:
    """Return the choices of an enumeration in the words of `labels`."""
    return [option(str(value), label) for value, label in labels.items()]


def pairs(named: Iterable[tuple[str, str]]) -> list[Any]:
    """Return choices from values and labels."""
    return [option(value, label) for value, label in named]


def language_choices() -> list[Any]:
    """Return the languages of the product, each named in itself."""
    return pairs(LOCALES.items())


def theme_choices() -> list[Any]:
    """Return how pages may look."""
    return pairs(zip(THEMES, (_("As the device"), _("Light"), _("Dark")), strict=True))


@cache
def zone_choices() -> list[Any]:
    """Return the time zones that are named after a place, and UTC."""
    named = (zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [option(zone, zone.replace("_", " ")) for zone in sorted([*named, "UTC"])]
