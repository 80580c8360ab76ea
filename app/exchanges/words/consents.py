"""What applicants declare and consent to, in words; a change of words is a new version."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.exchanges.words.fields import country_name

VERSION = "2026-11"
"""Of all texts below; raise it whenever one of them says something else."""

DECLARATION, PROCESSING, TRANSFER = "declaration", "processing", "transfer"
EXPERIENCE, LATER_CALLS = "experience", "later_calls"
MANDATORY = (DECLARATION, PROCESSING, TRANSFER)
VOLUNTARY = (EXPERIENCE, LATER_CALLS)

TITLES = {
    DECLARATION: _l("What I wrote is true"),
    PROCESSING: _l("Use of my data by my institution"),
    TRANSFER: _l("Sending my data abroad"),
    EXPERIENCE: _l("Questions from later applicants"),
    LATER_CALLS: _l("News of later calls"),
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """A host that data would be sent to: its name in the reader's language, and its country."""

    name: str
    country: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """One text as somebody sees it, with the hash by which it is known again."""

    purpose: str
    is_mandatory: bool
    text: str
    locale: str

    @property
    def sha256(self) -> str:
        """Return the hash of purpose, version, language and words."""
        whole = f"{self.purpose}\n{VERSION}\n{self.locale}\n{self.text}"
        return sha256(whole.encode()).hexdigest()


def declarations(home: str, hosts: Sequence[Recipient]) -> list[Declaration]:
    """Return every declaration in the language in use, the mandatory ones first.

    Sending data abroad is a consent of its own, which names who receives it.
    """
    locale = current_locale()
    return [
        Declaration(purpose, purpose in MANDATORY, _text(purpose, home, hosts), locale)
        for purpose in (*MANDATORY, *VOLUNTARY)
    ]


def _text(purpose: str, home: str, hosts: Sequence[Recipient]) -> str:
    if purpose == DECLARATION:
        return _(
            "What I have written is true and complete, and my documents are genuine. I know that"
            " wrong statements can end my application, and a place that came of it."
        )
    if purpose == PROCESSING:
        return _(
            "%(home)s uses what I write here to decide on my application: its exchange office, the"
            " selection committee and the reviewers who are given my application see it. It is"
            " kept as long as the rules of %(home)s say. I may see, correct and take back what I"
            " wrote by writing to the office.",
            home=home,
        )
    if purpose == TRANSFER:
        return _(
            "If I am selected, %(home)s may send my name, contact details, passport data, answers"
            " and documents abroad to: %(hosts)s. They use them to decide on my admission, to"
            " invite me and to prepare my stay, and receive them on this site, in letters and by"
            " e-mail. Other laws on data protection apply there. I may take this consent back at"
            " any time by withdrawing my application; without it I cannot be nominated. To use my"
            " rights I write to the exchange office of %(home)s or to the host.",
            home=home,
            hosts="; ".join(f"{one.name} ({country_name(one.country)})" for one in hosts) or "–",
        )
    if purpose == EXPERIENCE:
        return _("Later applicants may ask me about my stay; the exchange office passes it on.")
    return _("The exchange office may tell me by e-mail about later calls.")
