"""How a person wants pages to be: language, clock, appearance, shortcuts."""

from zoneinfo import available_timezones

from app.accounts.queries import people
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
    user = people.locked(actor.user_id)
    wanted = {
        "locale": locale,
        "timezone": timezone,
        "theme": theme,
        "single_keys": single_keys,
    }
    changes = {
        name: [getattr(user, name), value]
        for name, value in wanted.items()
        if value is not None and getattr(user, name) != value
    }
    for name, (_before, after) in changes.items():
        setattr(user, name, after)
    if changes:
        audit.record(actor, "accounts.save_settings", user.id, kind="user", changes=changes)
