"""Letters: first number, code and what is printed are frozen, then a job prints them.

A letter that has its number is `pending` and becomes `issued` when its PDF is stored; either step
may be repeated without making a second one.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.accounts.models import User
from app.accounts.queries import actor_for
from app.audit import services as audit
from app.core import jobs
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import DomainError, Forbidden, Invalid, NotFound, WrongState
from app.core.glyphs import undrawable
from app.core.i18n import LOCALES
from app.core.i18n import gettext as _
from app.core.pdf import Unprintable
from app.core.pdf_press import PRESS
from app.core.serials import CODE_BYTES, verification_code
from app.exchanges import letter_pages, letter_texts
from app.exchanges.jobs import ISSUE_LETTERS, PRINT_LETTER
from app.exchanges.letter_texts import Facts, Identity
from app.exchanges.models.letters import IssuedDocument, LetterEvent
from app.exchanges.models.mobilities import Mobility
from app.exchanges.notices import letters as notices
from app.exchanges.policies import letters as policies
from app.exchanges.policies import parties
from app.exchanges.queries import admissions, nominations, recognition, transcripts
from app.exchanges.queries import letters as queries
from app.exchanges.queries.mobilities import locked_for
from app.exchanges.rules.letter_languages import of_both_sides
from app.exchanges.services import mobilities, series
from app.exchanges.services.steps import take
from app.exchanges.states.letters import BY_HOME, LETTER, LetterKind, LetterState
from app.exchanges.states.mobilities import (
    ADMISSION,
    ADMITTED,
    AdmissionState,
    MobilityState,
    NominationState,
)
from app.exchanges.states.parties import Party
from app.exchanges.states.recognition import RecognitionState, TranscriptState
from app.files import services as files
from app.institutions.models import Institution

MOST_AT_ONCE = 500
PURPOSE = "exchange.letter"
ABOUT_THE_PLAN = frozenset({LetterKind.INVITATION, LetterKind.ACCEPTANCE, LetterKind.VISA_SUPPORT})
"""Letters that say that somebody is to come."""

GIVEN_UP = frozenset({MobilityState.CANCELLED, MobilityState.NO_SHOW})
_A = AdmissionState


@atomic()
def issue(
    actor: Actor,
    mobility_id: UUID,
    kind: LetterKind,
    languages: Sequence[str],
    *,
    extra: Mapping[str, Any] | None = None,
    replaces: IssuedDocument | None = None,
) -> IssuedDocument:
    """Give a letter its number and code, freeze what it says, and have it printed.

    Without languages it is in those of both sides of the stay.
    `extra` holds further paragraphs, facts and tables; see `letter_texts.compose`. Raises
    NotFound, Forbidden, WrongState when the stay is not there yet, and Invalid.
    """
    mobility = locked_for(actor, mobility_id)
    if not policies.may_issue(actor, mobility, kind):
        raise Forbidden(_("Only the office of the issuing institution issues letters of a stay."))
    if kind in ABOUT_THE_PLAN and mobility.state in GIVEN_UP:
        raise WrongState(_("This stay was given up."))
    if replaces is None:
        _fits(actor, mobility, kind)
    sides = (mobility.sending_institution, mobility.receiving_institution)
    wanted = _languages(languages or of_both_sides(kind, *sides))
    letter = _numbered(actor, mobility, kind, wanted, extra or {})
    letter.replaces_id = replaces.id if replaces else None
    PRINT_LETTER.put(letter.id, key=f"exchanges.print_letter:{letter.id}")
    return letter


@atomic()
def issue_many(
    actor: Actor, mobility_ids: Sequence[UUID], kind: LetterKind, languages: Sequence[str]
) -> UUID:
    """Have letters of one kind issued for several stays; return the job that does it.

    Without languages each letter is in those of both sides of its stay.
    """
    ids = list(dict.fromkeys(mobility_ids))
    if not ids:
        raise Invalid(_("Choose at least one stay."))
    if len(ids) > MOST_AT_ONCE:
        raise Invalid(_("Choose at most %(max)s stays at once.", max=MOST_AT_ONCE))
    wanted = _languages(languages) if languages else []
    for mobility_id in ids:
        mobility = locked_for(actor, mobility_id)
        if not policies.may_issue(actor, mobility, kind):
            raise Forbidden(
                _("Only the office of the issuing institution issues letters of a stay.")
            )
    return ISSUE_LETTERS.put(
        [str(one) for one in ids],
        str(kind),
        wanted,
        actor.user_id,
        asked_by=actor.user_id,
        total=len(ids),
    )


def work_through(
    mobility_ids: Sequence[UUID], kind: LetterKind, languages: Sequence[str], asked_by: UUID
) -> None:
    """Issue letters one by one, noting what became of each in the job."""
    actor = actor_for(asked_by)
    for number, mobility_id in enumerate(mobility_ids, start=1):
        result: dict[str, str] = {"stay": str(mobility_id)}
        try:
            letter = issue(actor, mobility_id, kind, languages)
            print_and_issue(letter.id)
            result |= {"outcome": "issued", "number": letter.number}
        except DomainError as error:
            result |= {"outcome": "refused", "why": str(error)}
        except Unprintable as error:
            result |= {"outcome": "unprintable", "why": str(error)[:200]}
        jobs.progress(number, len(mobility_ids), result)


def print_and_issue(letter_id: UUID) -> None:
    """Print a letter that has its number and bring it into force; twice does no more."""
    letter = db.session.get(IssuedDocument, letter_id)
    if letter is None or letter.state != LetterState.PENDING:
        db.session.rollback()
        return
    if letter_texts.digest(letter.snapshot) != letter.snapshot_sha256:
        raise Unprintable("the snapshot is not what was frozen")
    sheet = letter_pages.sheet(letter.snapshot)
    db.session.rollback()  # printing takes a while, and must not hold the database
    _bring_into_force(letter_id, PRESS.print(sheet))


@atomic()
def revoke(actor: Actor, letter_id: UUID, reason: str) -> None:
    """Take a letter out of force for good; whoever checks it is told."""
    mobility, letter = _locked_for(actor, letter_id)
    _withdraw(actor, mobility, letter, "revoke", reason)
    notices.revoked(letter)


@atomic()
def replace(actor: Actor, letter_id: UUID, reason: str) -> IssuedDocument:
    """Issue the same letter with today's facts, and take this one out of force."""
    mobility, letter = _locked_for(actor, letter_id)
    _withdraw(actor, mobility, letter, "supersede", reason)
    if not _is_about_what_holds(letter):
        raise WrongState(_("What this says was replaced: issue the later one instead."))
    return issue(
        actor,
        mobility.id,
        letter.kind,
        letter.snapshot["languages"],
        extra=letter.snapshot["extra"],
        replaces=letter,
    )


def _is_about_what_holds(letter: IssuedDocument) -> bool:
    """Tell whether the transcript or decision that a letter repeats is the one in force."""
    about = letter.snapshot["extra"].get("of")
    if about is None:
        return True
    held = (
        transcripts.in_state(letter.mobility_id, TranscriptState.RELEASED),
        recognition.in_state(letter.mobility_id, RecognitionState.DECIDED),
    )
    return about in {str(one.id) for one in held if one is not None}


def _locked_for(actor: Actor, letter_id: UUID) -> tuple[Mobility, IssuedDocument]:
    found = db.session.get(IssuedDocument, letter_id)
    if found is None:
        raise NotFound(_("There is no such letter."))
    mobility = locked_for(actor, found.mobility_id)
    return mobility, queries.locked(letter_id)


def _withdraw(
    actor: Actor, mobility: Mobility, letter: IssuedDocument, action: str, reason: str
) -> None:
    words = " ".join(reason.split())
    LETTER.require(policies.in_letter(actor, letter, mobility), action)
    LETTER.machine.after(letter.state, action)
    if not words:
        raise Invalid(_("Say why."), field="reason")
    letter.reason = words[:1000]
    take(
        actor,
        letter,
        LETTER,
        action,
        parties=policies.in_letter(actor, letter, mobility),
        institution_id=letter.institution_id,
        reason=letter.reason,
    )
    _note(letter, action, actor, letter.reason)


def _fits(actor: Actor, mobility: Mobility, kind: LetterKind) -> None:
    """Raise WrongState unless the stay has come as far as such a letter says."""
    if kind in ABOUT_THE_PLAN:
        nomination = nominations.of_stay(mobility.id)
        if nomination is None or nomination.state != NominationState.APPROVED:
            raise WrongState(_("The host has not approved this nomination."))
    if kind in {LetterKind.ACCEPTANCE, LetterKind.VISA_SUPPORT}:
        admission = admissions.locked_of(mobility.id)
        if admission.state not in ADMITTED:
            raise WrongState(_("The host has not admitted this person without conditions."))
        if kind == LetterKind.ACCEPTANCE and admission.state == _A.ACCEPTED:
            take(
                actor,
                admission,
                ADMISSION,
                "issue_letter",
                parties=parties.in_mobility(actor, mobility),
                institution_id=mobility.receiving_institution_id,
            )
            mobilities.advance(mobility.id)
    elif kind == LetterKind.CONFIRMATION_OF_STAY and not (
        mobility.actual_from and mobility.actual_until
    ):
        raise WrongState(_("Arrival and departure have not been confirmed yet."))


def _languages(languages: Sequence[str]) -> list[str]:
    wanted = [code for code in dict.fromkeys(languages) if code in LOCALES]
    if not 1 <= len(wanted) <= 2:  # noqa: PLR2004 -- two columns fit a page
        raise Invalid(_("Choose one language or two."), field="languages")
    return wanted


def _numbered(
    actor: Actor,
    mobility: Mobility,
    kind: LetterKind,
    languages: list[str],
    extra: Mapping[str, Any],
) -> IssuedDocument:
    at_home = kind in BY_HOME
    issuer = mobility.sending_institution if at_home else mobility.receiving_institution
    today = now().astimezone(ZoneInfo(issuer.timezone))
    code = verification_code(secrets.token_bytes(CODE_BYTES))
    number = str(series.next_number(issuer, series.LETTERS, today.year))
    url = letter_pages.verification_address(code)
    identity = Identity(number, code, url, today.date())
    facts = _facts(actor, mobility, kind, issuer, extra)
    snapshot = letter_texts.compose(kind, languages, facts, identity)
    _drawable(snapshot)
    letter = IssuedDocument(
        institution_id=issuer.id,
        mobility_id=mobility.id,
        holder_id=mobility.person_id,
        kind=kind,
        number=number,
        code=code,
        snapshot=snapshot,
        snapshot_sha256=letter_texts.digest(snapshot),
        issued_by=actor.user_id,
    )
    audit.begin(actor, letter, LETTER.machine, kind=LETTER.kind, institution_id=issuer.id)
    db.session.add(letter)
    db.session.flush()
    _note(letter, "prepare", actor)
    return letter


def _facts(
    actor: Actor,
    mobility: Mobility,
    kind: LetterKind,
    issuer: Institution,
    extra: Mapping[str, Any],
) -> Facts:
    admission = admissions.of_stay(mobility.id)
    details: dict[str, str] = {}
    if admission is not None and kind in {LetterKind.INVITATION, LetterKind.VISA_SUPPORT}:
        wanted = ("passport_name", "born_on", "citizenship")
        details = {name: admission.details.get(name) or "" for name in wanted}
    return Facts(
        names=queries.names_of(db.session.get_one(User, mobility.person_id)),
        home=mobility.sending_institution.name,
        host=mobility.receiving_institution.name,
        issuer=issuer.name,
        place=issuer.city,
        stay=mobility.number,
        kind=mobility.kind,
        academic_year=mobility.academic_year,
        term=mobility.term,
        starts_on=mobility.actual_from or mobility.planned_from,
        ends_on=mobility.actual_until or mobility.planned_until,
        signatory=actor.name,
        contact=actor.email,
        details=details,
        extra=extra,
    )


def _drawable(snapshot: Mapping[str, Any]) -> None:
    words = "".join([*snapshot["names"].values(), snapshot["signatory"]])
    if missing := undrawable(words):
        found = ", ".join(f"{one.character} ({one.code})" for one in missing[:5])
        raise Invalid(_("The name cannot be printed because of %(characters)s.", characters=found))


@atomic()
def _bring_into_force(letter_id: UUID, made: bytes) -> None:
    letter = queries.locked(letter_id)
    if letter.state != LetterState.PENDING:
        return
    file = files.keep(
        SYSTEM,
        made,
        name=f"{letter.number}.pdf",
        media_type="application/pdf",
        purpose=PURPOSE,
        owner_id=letter.mobility_id,
        institution_id=letter.institution_id,
    )
    letter.file_id, letter.pdf_sha256 = file.id, file.sha256
    letter.issued_at = now()
    take(
        SYSTEM,
        letter,
        LETTER,
        "issue",
        parties=frozenset({Party.SYSTEM}),
        institution_id=letter.institution_id,
    )
    _note(letter, "issue", SYSTEM)
    notices.issued(letter)


def _note(letter: IssuedDocument, action: str, actor: Actor, reason: str = "") -> None:
    db.session.add(LetterEvent(letter_id=letter.id, action=action, by=actor.user_id, reason=reason))
