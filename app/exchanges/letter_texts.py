"""What a letter says in each of its languages, composed once and frozen as JSON.

A snapshot holds every word and date that is printed; nothing is read from people or institutions
again, so a later change of a name or of a plan cannot change what was issued.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from babel.dates import format_date

from app.core.i18n import FALLBACK, cldr, in_language
from app.core.i18n import gettext as _
from app.exchanges.states.letters import LetterKind
from app.exchanges.words.letters import LETTER_LABELS
from app.exchanges.words.mobilities import STAY_KINDS, TERM_LABELS, year_in_words

SCHEMA = 1
_SCRIPTS = {"sr_Cyrl": "cyrillic", "zh_Hans_CN": "han"}
"""The script a name is printed in, by the language of the text; Latin in all others."""


@dataclass(frozen=True)
class Facts:
    """What is printed about one stay."""

    names: Mapping[str, str]
    home: Mapping[str, str]
    host: Mapping[str, str]
    issuer: Mapping[str, str]
    place: Mapping[str, str]
    stay: str
    kind: Any
    academic_year: int
    term: Any
    starts_on: date
    ends_on: date
    signatory: str
    contact: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Identity:
    """What tells one letter from all others."""

    number: str
    code: str
    url: str
    issued_on: date


def compose(
    kind: LetterKind, languages: Sequence[str], facts: Facts, identity: Identity
) -> dict[str, Any]:
    """Return everything that will be printed.

    `facts.extra` may hold `paragraphs` ({language: [text]}), `facts` ([[{language: label}, text]])
    and `tables` ([{"title": {}, "columns": [{}], "rows": [[text or {language: text}]]}]).
    """
    return {
        "schema": SCHEMA,
        "kind": str(kind),
        "languages": list(languages),
        "number": identity.number,
        "code": identity.code,
        "url": identity.url,
        "issued_on": identity.issued_on.isoformat(),
        "names": dict(facts.names),
        "issuer": dict(facts.issuer),
        "home": dict(facts.home),
        "host": dict(facts.host),
        "place": dict(facts.place),
        "stay": facts.stay,
        "from": facts.starts_on.isoformat(),
        "to": facts.ends_on.isoformat(),
        "signatory": facts.signatory,
        "contact": facts.contact,
        "texts": {code: _texts(kind, facts, code) for code in languages},
        "extra": dict(facts.extra),
    }


def digest(snapshot: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a snapshot in a form that does not depend on the order of keys."""
    raw = json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(raw.encode()).hexdigest()


def pick(texts: Mapping[str, str], language: str) -> str:
    """Return the text nearest to a language."""
    for code in (language, *FALLBACK.get(language, ()), "en", *texts):
        if texts.get(code):
            return texts[code]
    return ""


def printed_name(names: Mapping[str, str], language: str) -> str:
    """Return the name that stands in a text of this language."""
    for script in (_SCRIPTS.get(language, "latin"), "latin", *names):
        if names.get(script):
            return names[script]
    return ""


def long_day(day: date, language: str) -> str:
    """Return a day as it is written in a letter."""
    return format_date(day, "long", locale=cldr(language))


def _texts(kind: LetterKind, facts: Facts, language: str) -> dict[str, Any]:
    with in_language(language):
        values = {
            "name": printed_name(facts.names, language),
            "home": pick(facts.home, language),
            "host": pick(facts.host, language),
            "from": long_day(facts.starts_on, language),
            "to": long_day(facts.ends_on, language),
        }
        more = facts.extra.get("paragraphs") or {}
        return {
            "title": str(LETTER_LABELS[kind]),
            "paragraphs": [*_body(kind, values), *(more.get(language) or [])],
            "facts": [*_about(facts, values, language), *_more(facts, language)],
            "role": _("International office, %(issuer)s", issuer=pick(facts.issuer, language)),
        }


def _body(kind: LetterKind, values: Mapping[str, str]) -> list[str]:
    said: tuple[str, ...]
    match kind:
        case LetterKind.INVITATION:
            said = (
                _("%(host)s invites %(name)s of %(home)s to a stay from %(from)s to %(to)s."),
                _("The stay takes place under the agreement between the two institutions."),
            )
        case LetterKind.ACCEPTANCE:
            said = (
                _("%(host)s is pleased to admit %(name)s, nominated by %(home)s."),
                _("The stay is planned from %(from)s to %(to)s."),
            )
        case LetterKind.VISA_SUPPORT:
            said = (
                _(
                    "%(host)s confirms that %(name)s of %(home)s is admitted to a stay"
                    " from %(from)s to %(to)s."
                ),
                _(
                    "We ask the authorities concerned to issue the visa and the permits"
                    " that this stay needs."
                ),
            )
        case LetterKind.CONFIRMATION_OF_STAY:
            said = (
                _(
                    "%(host)s confirms that %(name)s of %(home)s stayed here"
                    " from %(from)s to %(to)s."
                ),
            )
        case LetterKind.TRANSCRIPT:
            said = (_("Results of %(name)s of %(home)s at %(host)s."),)
        case LetterKind.RECOGNITION:
            said = (_("%(home)s recognises what %(name)s achieved at %(host)s as follows."),)
    return [(text % values).replace("..", ".") for text in said]  # days may end in a full stop


def _about(facts: Facts, values: Mapping[str, str], language: str) -> list[list[str]]:
    details = facts.details
    born = details.get("born_on")
    rows = [
        (_("Name"), values["name"]),
        (_("Name in the passport"), details.get("passport_name", "")),
        (_("Born on"), long_day(date.fromisoformat(born), language) if born else ""),
        (_("Citizenship"), _country(details.get("citizenship", ""), language)),
        (_("Kind of stay"), str(STAY_KINDS[facts.kind])),
        (
            _("Academic year"),
            f"{year_in_words(facts.academic_year)}, {TERM_LABELS[facts.term]}",
        ),
        (_("Number of the stay"), facts.stay),
    ]
    return [[label, text] for label, text in rows if text]


def _more(facts: Facts, language: str) -> list[list[str]]:
    return [
        [pick(label, language), pick(text, language) if isinstance(text, Mapping) else str(text)]
        for label, text in facts.extra.get("facts") or ()
    ]


def _country(code: str, language: str) -> str:
    return str(cldr(language).territories.get(code, code)) if code else ""
