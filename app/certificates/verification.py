"""Whether a certificate or letter is genuine: what a stranger may know of it, and no more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from app.certificates.models import Certificate
from app.certificates.snapshots import pick, printed_name
from app.certificates.states import NEVER_ISSUED, CertificateState
from app.core.i18n import current_locale
from app.exchanges.models.letters import IssuedDocument
from app.exchanges.queries.letters import printed_names as letter_names
from app.exchanges.states.letters import LetterState


class Verdict(StrEnum):
    """What is answered about a document that exists; that it expired follows from its date."""

    VALID = "valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


_LETTER_VERDICTS = {
    LetterState.ISSUED: Verdict.VALID,
    LetterState.SUPERSEDED: Verdict.SUPERSEDED,
    LetterState.REVOKED: Verdict.REVOKED,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is shown to whoever checks a document: what is printed on it, and its standing.

    A letter of an exchange has no course, but somewhere the stay leads from and to.
    """

    verdict: Verdict
    number: str
    code: str
    kind: str
    names: tuple[str, ...]
    title: str
    course: str
    issuer: str
    issued_on: date
    valid_until: date | None
    starts_on: date | None
    ends_on: date | None
    hours: int | None
    reason: str = ""
    is_same_file: bool | None = None
    is_letter: bool = False
    home: str = ""
    host: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the same for a program."""
        return {
            "status": str(self.verdict),
            "number": self.number,
            "name": list(self.names),
            "title": self.title,
            "course": self.course,
            "issuer": self.issuer,
            "issuedOn": self.issued_on.isoformat(),
            "validUntil": self.valid_until.isoformat() if self.valid_until else None,
            "from": self.starts_on.isoformat() if self.starts_on else None,
            "to": self.ends_on.isoformat() if self.ends_on else None,
            "hours": self.hours,
            "reason": self.reason or None,
            **({"kind": self.kind, "home": self.home, "host": self.host} if self.is_letter else {}),
        }


def verdict_of(state: CertificateState, valid_until: date | None, today: date) -> Verdict | None:
    """Return the answer about a certificate; None when it is not issued."""
    if state in NEVER_ISSUED:
        return None
    if state == CertificateState.ISSUED:
        expired = valid_until is not None and valid_until < today
        return Verdict.EXPIRED if expired else Verdict.VALID
    return Verdict(state.value)


def finding_of(
    certificate: Certificate,
    today: date,
    *,
    reason: str = "",
    is_same_file: bool | None = None,
) -> Finding | None:
    """Return what may be shown, in the language in use where it was printed in several."""
    verdict = verdict_of(certificate.state, certificate.valid_until, today)
    if verdict is None:
        return None
    printed = certificate.snapshot
    locale = current_locale()
    language = locale if locale in printed["languages"] else printed["languages"][0]
    return Finding(
        verdict=verdict,
        number=certificate.number,
        code=certificate.code,
        kind=certificate.kind,
        names=printed_names(printed),
        title=printed["texts"][language]["title"],
        course=pick(printed["course"], locale),
        issuer=pick(printed["issuer"], locale),
        issued_on=date.fromisoformat(printed["issued_on"]),
        valid_until=certificate.valid_until,
        starts_on=_day(printed["facts"]["from"]),
        ends_on=_day(printed["facts"]["to"]),
        hours=printed["facts"]["hours"],
        reason=reason if verdict not in (Verdict.VALID, Verdict.EXPIRED) else "",
        is_same_file=is_same_file,
    )


def finding_of_letter(
    letter: IssuedDocument, *, is_same_file: bool | None = None
) -> Finding | None:
    """Return what may be shown of a letter of an exchange."""
    if letter.state == LetterState.PENDING:
        return None
    printed, locale = letter.snapshot, current_locale()
    language = locale if locale in printed["languages"] else printed["languages"][0]
    return Finding(
        verdict=_LETTER_VERDICTS[letter.state],
        number=letter.number,
        code=letter.code,
        kind=str(letter.kind),
        names=letter_names(printed),
        title=printed["texts"][language]["title"],
        course="",
        issuer=pick(printed["issuer"], locale),
        issued_on=date.fromisoformat(printed["issued_on"]),
        valid_until=None,
        starts_on=_day(printed["from"]),
        ends_on=_day(printed["to"]),
        hours=None,
        is_same_file=is_same_file,
        is_letter=True,
        home=pick(printed["home"], locale),
        host=pick(printed["host"], locale),
    )


def printed_names(snapshot: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names as they stand on the page, each once."""
    names = (printed_name(snapshot["names"], code)[0] for code in snapshot["languages"])
    return tuple(dict.fromkeys(names))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
