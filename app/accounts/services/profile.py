"""How a person wants pages to be: language, clock, appearance, shortcuts."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from app.accounts.directory import units
from app.accounts.queries import people
from app.accounts.rules import address_key, is_address
from app.audit import services as audit
from app.core.actor import THEMES, Actor
from app.core.database import atomic
from app.core.errors import Invalid
from app.core.i18n import LOCALES
from app.core.i18n import gettext as _


@atomic()
def save(
    actor: Actor,
    *,
    locale: str | None = None,
    timezone: str | None = None,
    theme: str | None = None,
    single_keys: bool | None = None,
) -> None:
    """Save the actor's own settings; what is None stays. Raises Invalid naming the field."""
    if locale is not None and locale not in LOCALES:
        raise Invalid(_("We do not speak that language."), field="locale")
    if timezone is not None and timezone not in available_timezones():
        raise Invalid(_("There is no such time zone."), field="timezone")
    if theme is not None and theme not in THEMES:
        raise Invalid(_("There is no such appearance."), field="theme")
    wanted = {"locale": locale, "timezone": timezone, "theme": theme, "single_keys": single_keys}
    _keep(actor, {name: value for name, value in wanted.items() if value is not None})


@atomic()
def save_affiliation(actor: Actor, *, unit_id: UUID | None, supervisor_email: str) -> None:
    """Save to which unit the actor belongs and who supervises their thesis. Raises Invalid.

    Conflicts of interest with those whom they are asked to judge are seen by it.
    """
    address = address_key(supervisor_email)
    if address and not is_address(address):
        raise Invalid(_("Write an e-mail address."), field="supervisor_email")
    if unit_id is not None and unit_id not in units(people.locked(actor.user_id).institution_id):
        raise Invalid(_("Choose a unit of your institution."), field="unit")
    _keep(actor, {"unit_id": unit_id, "supervisor_email": address})


def _keep(actor: Actor, wanted: Mapping[str, Any]) -> None:
    user = people.locked(actor.user_id)
    changes = {
        name: [getattr(user, name), value]
        for name, value in wanted.items()
        if getattr(user, name) != value
    }
    for name, (_before, after) in changes.items():
        setattr(user, name, after)
    if changes:
        audit.record(actor, "accounts.save_settings", user.id, kind="user", changes=changes)
