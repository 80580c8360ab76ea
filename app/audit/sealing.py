"""The seal on the trail: a signed chain over the entries, so that no later hand goes unseen.

Every minute the entries not sealed yet get a link: its digest covers the link before and the
digests of the entries in their order, and is signed with a key that lies outside the database
(Ed25519, RFC 8032). The newest link is noted beside the key, so that a cut tail is seen as well.
Not ranges of ids but the entries themselves are sealed: PostgreSQL commits out of their order.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Select, select

from app.audit import keys
from app.audit.models import AuditEntry, Seal, SealedEntry
from app.audit.queries import LONGEST_TRANSACTION, first_id
from app.core.clock import now
from app.core.database import after_commit, atomic, db

FIRST = "0" * 64
"""What stands for the link before the first."""

MOST_AT_ONCE = 2000


def seal() -> int:
    """Seal all entries that are not sealed yet; return how many."""
    total = 0
    while sealed := _seal_some():
        total += sealed
        if sealed < MOST_AT_ONCE:
            break
    return total


@atomic()
def _seal_some() -> int:
    last = db.session.scalar(select(Seal).order_by(Seal.number.desc()).limit(1).with_for_update())
    entries = db.session.scalars(_unsealed(_floor(last)).limit(MOST_AT_ONCE)).all()
    if not entries:
        return 0
    key = keys.signing_key()
    number = last.number + 1 if last else 1
    digests = [digest_of(entry) for entry in entries]
    previous = last.digest if last else FIRST
    digest = link_digest(number, previous, digests)
    db.session.add(
        Seal(
            number=number,
            previous=previous,
            entries=len(entries),
            digest=digest,
            key_id=key.id,
            signature=key.sign(digest),
        )
    )
    db.session.add_all(
        SealedEntry(entry_id=entry.id, seal_number=number, place=place, digest=of_entry)
        for place, (entry, of_entry) in enumerate(zip(entries, digests, strict=True))
    )
    after_commit(lambda: keys.note_head(number, digest))
    return len(entries)


def faults() -> Iterator[str]:
    """Yield a line for everything that is not as it was sealed; nothing when all is well."""
    previous, number, newest = FIRST, 0, None
    known = keys.known_keys()
    seals = db.session.scalars(select(Seal).order_by(Seal.number).execution_options(yield_per=500))
    for link in seals:
        number += 1
        if link.number != number:
            yield f"seal {number} is missing; seal {link.number} stands in its place"
            number = link.number
        if link.previous != previous:
            yield f"seal {link.number} does not follow the seal before it"
        key = known.get(link.key_id)
        if key is None or not key.has_signed(link.digest, link.signature):
            yield f"seal {link.number} is not signed by a key of this installation"
        yield from _faults_of_link(link)
        previous = link.digest
        newest = link
    yield from _faults_of_tail(newest)
    yield from _inserted(newest)


def digest_of(entry: AuditEntry) -> str:
    """Return the SHA-256 of an entry: of its columns as JSON with sorted names."""
    plain = {
        "id": entry.id.hex,
        "at": entry.at.isoformat(timespec="microseconds"),
        "actor_id": entry.actor_id.hex,
        "session_id": entry.session_id.hex if entry.session_id else None,
        "action": entry.action,
        "kind": entry.kind,
        "subject_id": entry.subject_id.hex,
        "institution_id": entry.institution_id.hex if entry.institution_id else None,
        "changes": entry.changes,
        "reason": entry.reason,
    }
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def link_digest(number: int, previous: str, digests: Sequence[str]) -> str:
    """Return the SHA-256 of a link over its number, the link before and its entries in order."""
    return hashlib.sha256("\n".join((str(number), previous, *digests)).encode()).hexdigest()


def _faults_of_link(link: Seal) -> Iterator[str]:
    rows = db.session.execute(
        select(SealedEntry, AuditEntry)
        .outerjoin(AuditEntry, AuditEntry.id == SealedEntry.entry_id)
        .where(SealedEntry.seal_number == link.number)
        .order_by(SealedEntry.place)
    ).all()
    digests = []
    for sealed, entry in rows:
        if entry is None:
            yield f"entry {sealed.entry_id} was deleted (seal {link.number})"
            digests.append(sealed.digest)
            continue
        found = digest_of(entry)
        if found != sealed.digest:
            yield f"entry {entry.id} was altered (seal {link.number})"
        digests.append(sealed.digest)
    if len(rows) != link.entries:
        yield f"seal {link.number} holds {len(rows)} entries, not {link.entries}"
    elif link_digest(link.number, link.previous, digests) != link.digest:
        yield f"the entries of seal {link.number} were reordered or exchanged"


def _faults_of_tail(newest: Seal | None) -> Iterator[str]:
    head = keys.head()
    if head is None:
        return
    number, digest = head
    if newest is None or newest.number < number:
        yield f"the tail was cut: seal {number} was made, {newest.number if newest else 0} is left"
    elif db.session.scalar(select(Seal.digest).where(Seal.number == number)) != digest:
        yield f"seal {number} is not the one that was made"


def _inserted(newest: Seal | None) -> Iterator[str]:
    floor = _floor(newest)
    if floor is None:
        return
    sealed = select(SealedEntry.entry_id).where(SealedEntry.entry_id == AuditEntry.id).exists()
    late = db.session.scalars(select(AuditEntry.id).where(AuditEntry.id < floor, ~sealed))
    for entry_id in late:
        yield f"entry {entry_id} was inserted after its time was sealed"


def _unsealed(floor: UUID | None) -> Select[AuditEntry]:
    sealed = select(SealedEntry.entry_id).where(SealedEntry.entry_id == AuditEntry.id).exists()
    query = select(AuditEntry).where(~sealed).order_by(AuditEntry.id)
    return query if floor is None else query.where(AuditEntry.id >= floor)


def _floor(last: Seal | None) -> UUID | None:
    """Return the id before which everything has been sealed: ids begin with the time (UUIDv7)."""
    if last is None:
        return None
    newest = db.session.scalar(
        select(SealedEntry.entry_id)
        .where(SealedEntry.seal_number == last.number)
        .order_by(SealedEntry.entry_id.desc())
        .limit(1)
    )
    if newest is None:
        return None
    made = datetime.fromtimestamp((newest.int >> 80) / 1000, UTC)
    return first_id(made - LONGEST_TRANSACTION)


def sealed_until() -> str:
    """Say how far the trail is sealed, for commands."""
    last = db.session.scalar(select(Seal).order_by(Seal.number.desc()).limit(1))
    if last is None:
        return "nothing is sealed yet"
    minutes = int((now() - last.at).total_seconds() // 60)
    return f"{last.number} seals, the last {minutes} minutes ago"
