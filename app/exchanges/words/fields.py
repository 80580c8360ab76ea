"""The words for fields of study, countries, languages and levels."""

from app.core.i18n import cldr, current_locale
from app.core.i18n import lazy_gettext as _l

BROAD_FIELDS: dict[str, str] = {
    "00": _l("Generic programmes and qualifications"),
    "01": _l("Education"),
    "02": _l("Arts and humanities"),
    "03": _l("Social sciences, journalism and information"),
    "04": _l("Business, administration and law"),
    "05": _l("Natural sciences, mathematics and statistics"),
    "06": _l("Information and communication technologies"),
    "07": _l("Engineering, manufacturing and construction"),
    "08": _l("Agriculture, forestry, fisheries and veterinary"),
    "09": _l("Health and welfare"),
    "10": _l("Services"),
}
"""The broad fields of ISCED-F 2013; the others stand in `words.isced`."""

EQF_LABELS: dict[int, str] = {
    1: _l("Level 1"),
    2: _l("Level 2"),
    3: _l("Level 3"),
    4: _l("Level 4 (secondary school)"),
    5: _l("Level 5 (short cycle)"),
    6: _l("Level 6 (bachelor)"),
    7: _l("Level 7 (master)"),
    8: _l("Level 8 (doctorate)"),
}
"""Levels of the European Qualifications Framework."""

LANGUAGES = (
    *("bs", "sr", "hr", "en", "zh", "de", "fr", "es", "it", "pt", "ru", "pl", "cs", "sk", "sl"),
    *("hu", "ro", "bg", "el", "tr", "nl", "sv", "ja", "ko", "ar"),
)
"""Languages that calls ask for, by ISO 639-1."""


def language_name(code: str) -> str:
    """Return a language in the reader's language."""
    return str(cldr(current_locale()).languages.get(code, code))


def country_name(code: str) -> str:
    """Return a country in the reader's language."""
    return str(cldr(current_locale()).territories.get(code, code))
