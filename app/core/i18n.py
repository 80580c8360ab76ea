"""Languages: the words of the product in each, and texts that people store in several."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any, cast

from babel import Locale

LOCALES: dict[str, str] = {
    "en": "English",
    "zh_Hans_CN": "简体中文",
    "sr_Cyrl": "Српски",
    "sr_Latn": "Srpski",
    "bs": "Bosanski",
}
"""Every language of the product by its code, named in itself."""

LANG_TAGS = {
    "en": "en",
    "zh_Hans_CN": "zh-Hans",
    "sr_Cyrl": "sr-Cyrl",
    "sr_Latn": "sr-Latn",
    "bs": "bs",
}
"""BCP 47 tags for the `lang` attribute."""

CLDR = {
    "en": "en_GB",
    "zh_Hans_CN": "zh_Hans_CN",
    "sr_Cyrl": "sr_Cyrl_BA",
    "sr_Latn": "sr_Latn_BA",
    "bs": "bs_Latn_BA",
}
"""Locale data for dates and numbers; the Bosnian variants give ijekavian names."""

FALLBACK = {
    "en": ("en",),
    "zh_Hans_CN": ("zh_Hans_CN", "en"),
    "sr_Cyrl": ("sr_Cyrl", "sr_Latn", "bs", "en"),
    "sr_Latn": ("sr_Latn", "bs", "sr_Cyrl", "en"),
    "bs": ("bs", "sr_Latn", "sr_Cyrl", "en"),
}
"""Which language to show when a stored text lacks the reader's."""

DEFAULT_LOCALE = "en"
_FOLDER = Path(__file__).parents[1] / "translations"
_current: ContextVar[str] = ContextVar("locale", default=DEFAULT_LOCALE)


def current_locale() -> str:
    """Return the code of the language in use."""
    return _current.get()


def use_locale(code: str) -> None:
    """Set the language for the rest of this request or job."""
    _current.set(code if code in LOCALES else DEFAULT_LOCALE)


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Speak another language inside the block, such as a recipient's."""
    token = _current.set(code if code in LOCALES else DEFAULT_LOCALE)
    try:
        yield
    finally:
        _current.reset(token)


@cache
def translations(code: str) -> NullTranslations:
    """Return the catalogue of a language; English and unbuilt ones answer with the msgid."""
    path = _FOLDER / code / "LC_MESSAGES" / "messages.mo"
    if not path.is_file():
        return NullTranslations()
    with path.open("rb") as file:
        return GNUTranslations(file)


@cache
def cldr(code: str) -> Locale:
    """Return Babel's locale for formatting dates and numbers."""
    return Locale.parse(CLDR.get(code, CLDR[DEFAULT_LOCALE]))


def gettext(message: str, **values: object) -> str:
    """Translate into the language in use, then fill in `%(name)s`."""
    text = translations(_current.get()).gettext(message) if message else ""
    return text % values if values else text


def pgettext(context: str, message: str, **values: object) -> str:
    """Translate a message that says different things in different places; the context tells them.

    The context is for translators and never shown: `pgettext("transcript", "Failed")`.
    """
    text = translations(_current.get()).pgettext(context, message)
    return text % values if values else text


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """Translate with the plural form of a number, which is also `%(num)s`."""
    return translations(_current.get()).ngettext(singular, plural, num) % {"num": num, **values}


class LazyText:
    """A message translated when it is read: for labels made at import time."""

    __slots__ = ("_context", "_message", "_values")

    def __init__(self, message: str, context: str, /, **values: object) -> None:
        self._message, self._context, self._values = message, context, values

    def __str__(self) -> str:
        if self._context:
            return pgettext(self._context, self._message, **self._values)
        return gettext(self._message, **self._values)

    def __html__(self) -> str:
        from markupsafe import escape  # noqa: PLC0415 -- only templates need it

        return str(escape(str(self)))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __repr__(self) -> str:
        return f"LazyText({self._message!r})"

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self._message)

    def __add__(self, other: object) -> str:
        return str(self) + str(other)

    def __radd__(self, other: object) -> str:
        return str(other) + str(self)

    def __mod__(self, other: Any) -> str:
        return str(str(self) % other)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(str(self), name)


def lazy_gettext(message: str, **values: object) -> str:
    """Translate when read, not now; what comes back serves wherever text does."""
    return cast(str, LazyText(message, "", **values))


def lazy_pgettext(context: str, message: str) -> str:
    """Translate in a context when read, not now; see `pgettext`."""
    return cast(str, LazyText(message, context))
