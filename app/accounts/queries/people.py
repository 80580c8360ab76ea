"""People as lists and pages show them, to those who may see them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from app.accounts import policies
from app.accounts.directory import Place, places
from app.accounts.models import PersonName, RoleAssignment, User
from app.accounts.states import AccountState, Role
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.names import search_terms
from app.core.paging import Page, paged

SORTS = {"name": User.sort_name, "email": User.email_key, "since": User.created_at}
_ATTRIBUTES = {"name": "sort_name", "email": "email_key", "since": "created_at"}


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One role of a person as a page shows it; `when` is now, later or over."""

    id: UUID
    role: Role
    place: Place | None
    institution_id: UUID | None
    valid_from: datetime
    valid_until: datetime | None
    when: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person in a list."""

    user: User
    home: Place | None
    roles: Sequence[RoleLine]


@dataclass(frozen=True, slots=True)
class Search:
    """What a list of people is narrowed to."""

    text: str = ""
    role: Role | None = None
    state: AccountState | None = None
    institution_id: UUID | None = None
    sort: str = "name"
    descending: bool = False


def scope(actor: Actor) -> ColumnElement[bool]:
    """Return which people an actor sees: those at home or in a role at the actor's institution."""
    where = actor.institutions(*policies.READERS)
    if where is None:
        return true()
    held = exists().where(
        RoleAssignment.user_id == User.id, RoleAssignment.institution_id.in_(where)
    )
    return or_(User.institution_id.in_(where), held)


def person_for(actor: Actor, user_id: UUID) -> User:
    """Return a person the actor may see; raises NotFound."""
    found = db.session.scalar(select(User).where(User.id == user_id, scope(actor)))
    if found is None:
        raise NotFound(_("There is no such person."))
    return found


def own(actor: Actor) -> User:
    """Return the actor's own account."""
    return db.session.get_one(User, actor.user_id)


def locked(user_id: UUID) -> User:
    """Return a person under a lock; raises NotFound."""
    found = db.session.scalar(
        select(User)
        .where(User.id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(_("There is no such person."))
    return found


def managed(user: User) -> policies.Managed:
    """Return what decides who manages a person."""
    held = select(RoleAssignment.id).where(
        RoleAssignment.user_id == user.id, RoleAssignment.role == Role.CENTRE_ADMINISTRATOR
    )
    return policies.Managed(
        user.id, user.institution_id, db.session.scalar(held.limit(1)) is not None
    )


def names_of(user_id: UUID) -> Sequence[PersonName]:
    """Return a person's names, one a script."""
    return db.session.scalars(
        select(PersonName).where(PersonName.user_id == user_id).order_by(PersonName.script)
    ).all()


def display_names(ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names by which pages call these people."""
    rows = db.session.execute(select(User.id, User.display_name).where(User.id.in_(ids)))
    return {row.id: row.display_name for row in rows}


def roles_of(
    actor: Actor, ids: Collection[UUID], known: Mapping[UUID, Place]
) -> dict[UUID, list[RoleLine]]:
    """Return the roles of these people where the actor may see them, former ones included."""
    moment = now()
    found: dict[UUID, list[RoleLine]] = {user_id: [] for user_id in ids}
    rows = db.session.scalars(
        select(RoleAssignment)
        .where(RoleAssignment.user_id.in_(ids), _visible(actor))
        .order_by(RoleAssignment.valid_from, RoleAssignment.id)
    )
    for row in rows:
        found[row.user_id].append(_line(row, known, moment))
    return found


def people(
    actor: Actor,
    search: Search,
    known: Mapping[UUID, Place],
    *,
    cursor: str | None,
    size: int = 25,
) -> Page[PersonLine]:
    """Return a page of the people an actor may see; `known` are all institutions."""
    key, attribute = SORTS[search.sort], _ATTRIBUTES[search.sort]
    found = paged(
        lambda query: db.session.scalars(query).all(),
        _narrowed(actor, search),
        key,
        User.id,
        cursor=cursor,
        key_of=lambda user: (getattr(user, attribute), user.id),
        descending=search.descending,
        size=size,
    )
    roles = roles_of(actor, [user.id for user in found.items], known)
    lines = [
        PersonLine(
            user,
            known.get(user.institution_id) if user.institution_id else None,
            [line for line in roles[user.id] if line.when == "now"],
        )
        for user in found.items
    ]
    return Page(lines, next=found.next, previous=found.previous)


def all_people(actor: Actor, search: Search) -> Iterator[PersonLine]:
    """Yield all people of a search, a thousand at a time; at most fifty thousand."""
    cursor, known = None, places()
    for _number in range(50):
        found = people(actor, search, known, cursor=cursor, size=1000)
        yield from found.items
        cursor = found.next
        if cursor is None:
            return


def _narrowed(actor: Actor, search: Search) -> Select[User]:
    query = select(User).where(scope(actor), User.state != AccountState.ERASED)
    for term in search_terms(search.text):
        query = query.where(User.search_text.contains(term, autoescape=True))
    if search.state:
        query = query.where(User.state == search.state)
    if search.institution_id:
        query = query.where(User.institution_id == search.institution_id)
    if search.role:
        moment = now()
        query = query.where(
            exists().where(
                RoleAssignment.user_id == User.id,
                RoleAssignment.role == search.role,
                _visible(actor),
                RoleAssignment.valid_from <= moment,
                or_(RoleAssignment.valid_until.is_(None), RoleAssignment.valid_until > moment),
            )
        )
    return query


def _visible(actor: Actor) -> ColumnElement[bool]:
    where = actor.institutions(*policies.READERS)
    return true() if where is None else RoleAssignment.institution_id.in_(where)


def _line(row: RoleAssignment, known: Mapping[UUID, Place], moment: datetime) -> RoleLine:
    if row.valid_from > moment:
        when = "later"
    elif row.valid_until is not None and row.valid_until <= moment:
        when = "over"
    else:
        when = "now"
    return RoleLine(
        row.id,
        row.role,
        known.get(row.institution_id) if row.institution_id else None,
        row.institution_id,
        row.valid_from,
        row.valid_until,
        when,
    )
