"""Reading letters: of a stay, one of them, and the one that a stranger asks about."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import PersonName, User
from app.core.actor import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.jobs import PendingJob
from app.core.names import display_name, search_key
from app.core.serials import read_serial, read_verification_code
from app.exchanges.jobs import ISSUE_LETTERS
from app.exchanges.models.letters import IssuedDocument, LetterEvent
from app.exchanges.models.mobilities import Mobility
from app.exchanges.queries import mobilities
from app.exchanges.states.letters import LetterState

_DIGEST = re.compile(r"[0-9a-f]{64}")


def letter_for(actor: Actor, letter_id: UUID) -> tuple[IssuedDocument, Mobility]:
    """Return a letter and its stay; NotFound unless the actor takes part in the stay.

    A host whose stay is over keeps the letters that it issued, to revoke them.
    """
    letter = db.session.get(IssuedDocument, letter_id)
    if letter is None:
        raise _unknown()
    try:
        stay = mobilities.even_over(actor, letter.mobility_id)
    except NotFound:
        raise _unknown() from None
    issued_it = letter.institution_id == stay.receiving_institution_id
    if mobilities.is_over_for(actor, stay) and not issued_it:
        raise _unknown()
    return letter, stay


def locked(letter_id: UUID) -> IssuedDocument:
    """Return a letter, ours to change until the transaction ends; lock its stay before."""
    query = (
        select(IssuedDocument)
        .where(IssuedDocument.id == letter_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise _unknown()
    return found


def of_stay(mobility_id: UUID) -> Sequence[IssuedDocument]:
    """Return the letters of a stay, newest first."""
    query = select(IssuedDocument).where(IssuedDocument.mobility_id == mobility_id)
    return db.session.scalars(query.order_by(IssuedDocument.id.desc())).all()


def history(letter: IssuedDocument) -> Sequence[tuple[LetterEvent, str]]:
    """Return what happened to a letter and who did it, oldest first."""
    query = (
        select(LetterEvent, User.display_name)
        .outerjoin(User, User.id == LetterEvent.by)
        .where(LetterEvent.letter_id == letter.id)
        .order_by(LetterEvent.at, LetterEvent.id)
    )
    return [(row[0], row[1] or "Most") for row in db.session.execute(query)]


def replacement_of(letter: IssuedDocument) -> IssuedDocument | None:
    """Return the letter that took this one's place."""
    query = select(IssuedDocument).where(IssuedDocument.replaces_id == letter.id)
    return db.session.scalars(query).first()


def names_of(user: User) -> dict[str, str]:
    """Return a person's name as typed, by script; what others are shown when there is none."""
    query = select(PersonName).where(PersonName.user_id == user.id)
    found = {
        str(one.script): display_name(one.given.strip(), one.family.strip(), one.order)
        for one in db.session.scalars(query)
    }
    return found or {"latin": user.display_name}


def by_code(typed: str) -> IssuedDocument | None:
    """Return the letter with this code, however it was typed; one being printed is none yet."""
    code = read_verification_code(typed)
    return _public(IssuedDocument.code == code) if code else None


def by_number(typed: str, name: str) -> IssuedDocument | None:
    """Return the letter with this number if it bears that name; a number alone finds none."""
    serial, wanted = read_serial(typed), _folded(name)
    if serial is None or not wanted:
        return None
    found = _public(IssuedDocument.number == str(serial))
    if found is None or wanted not in {_folded(one) for one in printed_names(found.snapshot)}:
        return None
    return found


def by_file(digest: str) -> IssuedDocument | None:
    """Return the letter whose PDF has this SHA-256."""
    return _public(IssuedDocument.pdf_sha256 == digest) if _DIGEST.fullmatch(digest) else None


def printed_names(snapshot: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names as they stand on the page, each once."""
    return tuple(dict.fromkeys(snapshot["names"].values()))


def job_for(actor: Actor, job_id: UUID) -> PendingJob:
    """Return a job that issues letters; NotFound unless the actor asked for it."""
    found = db.session.get(PendingJob, job_id, populate_existing=True)
    if found is None or found.name != ISSUE_LETTERS.name or found.asked_by != actor.user_id:
        raise NotFound(_("There is no such job."))
    return found


def results_of(job: PendingJob) -> list[dict[str, Any]]:
    """Return what became of each stay of a job, with the name, once each."""
    by_stay = {row["stay"]: row for row in job.results or []}
    query = (
        select(Mobility.id, User.display_name)
        .join(User, User.id == Mobility.person_id)
        .where(Mobility.id.in_([UUID(one) for one in by_stay]))
    )
    names = {str(row.id): row.display_name for row in db.session.execute(query)}
    return [{**row, "name": names.get(stay, "")} for stay, row in by_stay.items()]


def _public(condition: Any) -> IssuedDocument | None:
    query = select(IssuedDocument).where(condition, IssuedDocument.state != LetterState.PENDING)
    return db.session.scalars(query).first()


def _folded(name: str) -> str:
    return " ".join(search_key(name[:300]).split())


def _unknown() -> NotFound:
    return NotFound(_("There is no such letter."))
