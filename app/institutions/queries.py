"""Reading institutions, their units and contacts."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from app.accounts.directory import Place
from app.audit.directory import Thing
from app.core.actor import Actor
from app.core.database import Text, db
from app.core.errors import NotFound
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.core.names import search_terms
from app.core.paging import Page, paged
from app.institutions import policies
from app.institutions.models import Contact, Institution, OrgUnit


def institution_for(_actor: Actor, institution_id: UUID) -> Institution:
    """Return an institution; everyone may see each."""
    found = db.session.get(Institution, institution_id)
    if found is None:
        raise NotFound(_("There is no such institution."))
    return found


def editable_for(actor: Actor, institution_id: UUID) -> Institution:
    """Return an institution the actor may change; raises NotFound."""
    found = institution_for(actor, institution_id)
    if not policies.may_edit(actor, found):
        raise NotFound(_("There is no such institution, or it is not yours to change."))
    return found


def locked(institution_id: UUID) -> Institution:
    """Return an institution under a lock; raises NotFound."""
    found = db.session.scalar(
        select(Institution)
        .where(Institution.id == institution_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(_("There is no such institution."))
    return found


SORTS = {"code": Institution.code, "country": Institution.country, "state": Institution.is_active}


def institutions(
    text: str = "", *, sort: str = "code", cursor: str | None = None
) -> Page[Institution]:
    """Return a page of institutions by code, or in another order ("-" turns it)."""
    name = sort.removeprefix("-") if sort.removeprefix("-") in SORTS else "code"
    attribute: str = SORTS[name].key
    query = select(Institution)
    for term in search_terms(text):
        query = query.where(Institution.search_text.contains(term, autoescape=True))
    return paged(
        lambda ordered: db.session.scalars(ordered).all(),
        query,
        SORTS[name],
        Institution.id,
        cursor=cursor,
        key_of=lambda one: (getattr(one, attribute), one.id),
        descending=sort.startswith("-"),
    )


def active() -> Sequence[Institution]:
    """Return all institutions in use, by code; partners of exchanges alone are left out."""
    return db.session.scalars(
        select(Institution)
        .where(Institution.is_active, Institution.is_partner.is_(False))
        .order_by(Institution.code)
    ).all()


def partners_of(institution_id: UUID) -> Sequence[Institution]:
    """Return all others in use, which an institution may exchange people with, by code."""
    return db.session.scalars(
        select(Institution)
        .where(Institution.is_active, Institution.id != institution_id)
        .order_by(Institution.code)
    ).all()


def is_code_taken(code: str) -> bool:
    """Tell whether an institution has this code."""
    found = select(Institution.id).where(Institution.code == code)
    return db.session.scalar(found) is not None


def places() -> Mapping[UUID, Place]:
    """Return all institutions as the pages of people show them, in one query."""
    rows = db.session.execute(select(Institution.id, Institution.code, Institution.name))
    return {row.id: Place(row.id, row.code, Text(row.name)) for row in rows}


def names(ids: Collection[UUID]) -> Mapping[UUID, Text]:
    """Return the names of these institutions."""
    rows = db.session.execute(
        select(Institution.id, Institution.name).where(Institution.id.in_(ids))
    )
    return {row.id: Text(row.name) for row in rows}


def in_trail(_reader: Actor, ids: Collection[UUID]) -> Mapping[UUID, Thing]:
    """Return what the trail calls these institutions, which everybody sees. One query."""
    return {
        key: Thing(name, "institutions.institution", {"institution_id": key})
        for key, name in names(ids).items()
    }


def units_of(
    institution_ids: Collection[UUID], *, in_use: bool = False
) -> Sequence[tuple[OrgUnit, int]]:
    """Return the units of institutions as a tree: each with its depth, below its parent."""
    query = (
        select(OrgUnit)
        .where(OrgUnit.institution_id.in_(institution_ids))
        .order_by(OrgUnit.institution_id, OrgUnit.code)
    )
    units = [one for one in db.session.scalars(query) if one.is_active or not in_use]
    known = {one.id for one in units}
    below: dict[UUID | None, list[OrgUnit]] = {}
    for one in units:
        below.setdefault(one.parent_id if one.parent_id in known else None, []).append(one)
    found: list[tuple[OrgUnit, int]] = []
    waiting = [(one, 0) for one in reversed(below.get(None, []))]
    while waiting:
        unit, depth = waiting.pop()
        found.append((unit, depth))
        waiting += [(one, depth + 1) for one in reversed(below.get(unit.id, []))]
    return found


def unit_choices(institution_id: UUID) -> Mapping[UUID, str]:
    """Return the units of an institution in use as a list shows them, those within set in."""
    return {
        unit.id: "– " * depth + unit.name.in_(current_locale())
        for unit, depth in units_of([institution_id], in_use=True)
    }


def unit_names(ids: Collection[UUID]) -> Mapping[UUID, Text]:
    """Return the names of these units."""
    rows = db.session.execute(select(OrgUnit.id, OrgUnit.name).where(OrgUnit.id.in_(ids)))
    return {row.id: Text(row.name) for row in rows}


def unit_for(actor: Actor, unit_id: UUID) -> OrgUnit:
    """Return a unit that the actor keeps; raises NotFound."""
    unit = db.session.get(OrgUnit, unit_id)
    if unit is None or not _keeps(actor, unit.institution_id):
        raise NotFound(_("There is no such unit, or it is not yours to change."))
    return unit


def contacts_of(actor: Actor, institution_id: UUID) -> Sequence[Contact]:
    """Return whom to write to at an institution, by name; nobody to those who may not see."""
    if not policies.may_see_contacts(actor, None):
        return []
    query = select(Contact).where(Contact.institution_id == institution_id)
    return db.session.scalars(query.order_by(Contact.name, Contact.id)).all()


def contact_for(actor: Actor, contact_id: UUID) -> Contact:
    """Return a contact that the actor keeps; raises NotFound."""
    contact = db.session.get(Contact, contact_id)
    if contact is None or not _keeps(actor, contact.institution_id):
        raise NotFound(_("There is no such contact, or it is not yours to change."))
    return contact


def kept_by(actor: Actor, institution_id: UUID) -> Institution:
    """Return an institution whose units and contacts the actor keeps; raises NotFound."""
    found = institution_for(actor, institution_id)
    if not policies.may_keep_units(actor, found):
        raise NotFound(_("There is no such institution, or it is not yours to change."))
    return found


def _keeps(actor: Actor, institution_id: UUID) -> bool:
    return policies.may_keep_units(actor, db.session.get_one(Institution, institution_id))
