"""Which language, time zone and appearance a request has."""

from collections.abc import Callable
from functools import cache
from zoneinfo import available_timezones

from flask import Flask, current_app, has_request_context, request

from app.core.actor import THEMES, Actor
from app.core.i18n import DEFAULT_LOCALE, LOCALES, use_locale
from app.web import access

A_YEAR = 31_536_000
_NEAREST = {
    "en": "en",
    "zh": "zh_Hans_CN",
    "bs": "bs",
    "hr": "bs",
    "sh": "sr_Latn",
    "cnr": "sr_Latn",
}

KEEPERS: list[Callable[[Actor, str, str], None]] = []
"""Called with the person, "locale", "theme" or "keys", and what they chose: accounts store it."""


def init_app(app: Flask) -> None:
    """Choose the language before every request."""
    app.before_request(speak)


def speak() -> None:
    """Use the language of this request from here on."""
    if request.endpoint != "static":
        use_locale(chosen_locale())


def chosen_locale() -> str:
    """Return what the person set, else the address, the cookie, the browser, the centre."""
    person = access.actor()
    if not person.is_anonymous and person.locale in LOCALES:
        return person.locale
    for wanted in (match(request.args.get("lang", "")), request.cookies.get("lang")):
        if wanted in LOCALES:
            return str(wanted)
    default = current_app.config["SETTINGS"].default_language
    return negotiate(request.headers.get("Accept-Language", ""), default)


def chosen_zone() -> str:
    """Return the IANA zone of the person, else of the guest's browser, else of the centre.

    Outside a request, as in mail, it is the centre's: say the reader's there.
    """
    if not has_request_context():
        return str(current_app.config["SETTINGS"].default_timezone)
    known = request.environ
    if "most.zone" not in known:
        known["most.zone"] = _zone()
    return str(known["most.zone"])


def _zone() -> str:
    person = access.actor()
    if not person.is_anonymous:
        return person.timezone
    told = request.cookies.get("tz", "")
    return told if told in _zones() else str(current_app.config["SETTINGS"].default_timezone)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def chosen_theme() -> str:
    """Return auto, light or dark: what the person set, else what this device keeps."""
    theme = access.actor().theme or request.cookies.get("theme", "auto")
    return theme if theme in THEMES else "auto"


def match(tag: str) -> str | None:
    """Return our language nearest to a BCP 47 tag; none for one that we have nothing near to.

    Serbian comes in both scripts: Cyrillic unless the tag asks for Latin, or is Montenegrin.
    """
    language, *rest = tag.strip().lower().replace("_", "-").split("-")
    if language == "sr":
        return "sr_Latn" if "latn" in rest or "me" in rest else "sr_Cyrl"
    return _NEAREST.get(language)


def negotiate(header: str, default: str = DEFAULT_LOCALE) -> str:
    """Return the best language for an `Accept-Language` header (RFC 9110, 12.5.4)."""
    found = []
    for place, item in enumerate(header.split(",")[:20]):
        tag, _, parameters = item.partition(";")
        weight, ours = _weight(parameters), match(tag)
        if ours and weight > 0:
            found.append((-weight, place, ours))
    return min(found)[2] if found else default


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    try:
        weight = float(value) if name.strip().lower() == "q" else 0.0
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0


def keep(person: Actor, setting: str, value: str) -> None:
    """Tell whoever stores settings what a signed-in person chose."""
    for keeper in KEEPERS:
        keeper(person, setting, value)
