"""Reading the trail: of a thing, of a person, of a day."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from app.audit import directory, policies, words
from app.audit.models import AuditEntry
from app.core.actor import SYSTEM, Actor
from app.core.database import db
from app.core.i18n import gettext as _
from app.core.paging import Page, paged

LONGEST_HISTORY = 50

LONGEST_TRANSACTION = timedelta(hours=1)
"""Nothing commits later than this after it was given its id."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as pages show it; `changes` are (field, before, after) in words."""

    entry: AuditEntry
    who: str
    did: str
    kind: str
    thing: directory.Thing | None
    changes: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the history of a thing, as `components/timeline.html` takes it."""

    title: str
    text: str
    when: datetime
    state: str = "done"


@dataclass(frozen=True, slots=True)
class Filter:
    """What the trail is narrowed to; the day is one of the zone's."""

    person_id: UUID | None = None
    subject_id: UUID | None = None
    action: str = ""
    day: date | None = None
    zone: str = "UTC"


def scope(actor: Actor) -> ColumnElement[bool]:
    """Return which entries an actor sees: their own, and those of their institutions."""
    where = actor.institutions(*policies.READERS)
    if where is None:
        return true()
    own = or_(AuditEntry.actor_id == actor.user_id, AuditEntry.subject_id == actor.user_id)
    return or_(own, AuditEntry.institution_id.in_(where)) if where else own


def trail(actor: Actor, wanted: Filter, *, cursor: str | None, size: int = 50) -> Page[Line]:
    """Return a page of the trail an actor may see, the newest first."""
    found = paged(
        lambda query: db.session.scalars(query).all(),
        _narrowed(actor, wanted),
        AuditEntry.id,  # begins with the time, and is indexed
        cursor=cursor,
        key_of=lambda entry: (entry.id,),
        descending=True,
        size=size,
    )
    return Page(_in_words(actor, found.items), next=found.next, previous=found.previous)


def whole_trail(actor: Actor, wanted: Filter) -> Iterator[Line]:
    """Yield the whole trail an actor may see, a thousand at a time; at most fifty thousand."""
    cursor = None
    for _number in range(50):
        found = trail(actor, wanted, cursor=cursor, size=1000)
        yield from found.items
        cursor = found.next
        if cursor is None:
            return


def history(subject_id: UUID) -> list[Step]:
    """Return what happened to a thing, the newest first, at most fifty.

    The caller has checked that the reader may see the thing. Two queries.
    """
    entries = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_id == subject_id, AuditEntry.action != "accounts.sign_in")
        .order_by(AuditEntry.id.desc())
        .limit(LONGEST_HISTORY)
    ).all()
    named = directory.people({entry.actor_id for entry in entries})
    return [
        Step(
            title=f"{_who(entry.actor_id, named)}: {words.action(entry.action)}",
            text=entry.reason,
            when=entry.at,
        )
        for entry in entries
    ]


def first_id(moment: datetime) -> UUID:
    """Return the lowest id that anything made at this moment may have (RFC 9562, 5.7)."""
    return UUID(int=max(0, int(moment.timestamp() * 1000)) << 80)


def _narrowed(actor: Actor, wanted: Filter) -> Select[AuditEntry]:
    query = select(AuditEntry).where(scope(actor))
    if wanted.person_id:
        query = query.where(AuditEntry.actor_id == wanted.person_id)
    if wanted.subject_id:
        query = query.where(AuditEntry.subject_id == wanted.subject_id)
    if wanted.action:
        query = query.where(AuditEntry.action.in_(words.alike(wanted.action)))
    elif not wanted.subject_id:
        query = query.where(AuditEntry.kind.not_in(words.BY_THE_WAY))
    if wanted.day and date.min < wanted.day < date.max:
        zone = ZoneInfo(wanted.zone)
        start = datetime.combine(wanted.day, time(), zone)
        end = datetime.combine(wanted.day + timedelta(days=1), time(), zone)
        query = query.where(AuditEntry.at >= start, AuditEntry.at < end)
        query = query.where(  # the same again, widely, for the index
            AuditEntry.id > first_id(start - LONGEST_TRANSACTION),
            AuditEntry.id < first_id(end + LONGEST_TRANSACTION),
        )
    return query


def _in_words(reader: Actor, entries: Sequence[AuditEntry]) -> list[Line]:
    named = directory.people({entry.actor_id for entry in entries})
    kinds: dict[str, set[UUID]] = defaultdict(set)
    for entry in entries:
        kinds[entry.kind].add(entry.subject_id)
    things = directory.things(reader, kinds)
    return [_line(entry, _who(entry.actor_id, named), things) for entry in entries]


def _line(entry: AuditEntry, who: str, things: Mapping[UUID, directory.Thing]) -> Line:
    return Line(
        entry=entry,
        who=who,
        did=words.action(entry.action),
        kind=words.kind(entry.kind),
        thing=things.get(entry.subject_id),
        changes=[
            (words.field(name), _shown(name, pair[0]), _shown(name, pair[1]))
            for name, pair in entry.changes.items()
            if name != "state"
        ],
    )


def _who(actor_id: UUID, named: Mapping[UUID, str]) -> str:
    if actor_id == SYSTEM.user_id:
        return _("The system")
    return named.get(actor_id, _("Somebody"))


def _shown(name: str, value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return " / ".join(str(text) for text in value.values())
    text = "" if value is None else str(value)
    if name == "sha256":
        return f"{text[:12]}…" if text else ""
    return str(words.VALUES.get(name, {}).get(text, text))[:300]
